/** A server that stood still itself, e.g. as its machine was paused: what was answered meanwhile is not posted again. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import test from 'ava';
import { post } from '../../src/server/webhooks/post.ts';

const TIMEOUT_MS = 10_000;
const [ANSWER, ANSWERED, STILL] = [0, 1, 2];

/** In a thread of its own: it answers while this one stands still. */
const receiver = `
  const { parentPort, workerData } = require('node:worker_threads');
  require('node:http').createServer((request, response) => {
    parentPort.postMessage('asked');
    Atomics.wait(workerData, ${ANSWER}, 0);
    response.end(() => {
      Atomics.store(workerData, ${ANSWERED}, 1);
      Atomics.notify(workerData, ${ANSWERED});
    });
  }).listen(0, '127.0.0.1', function () { parentPort.postMessage(this.address().port); });
`;

test('an answer that came while the server stood still counts, though its time is over', async (t) => {
  const steps = new Int32Array(new SharedArrayBuffer(12));
  const thread = new Worker(receiver, { eval: true, workerData: steps });
  t.teardown(() => thread.terminate());
  const [port] = await once(thread, 'message');
  const asked = once(thread, 'message');
  const from = performance.now();
  const url = `http://127.0.0.1:${port}/`;
  const posted = post({ url, headers: {}, body: '{}', allowPrivate: true, timeoutMs: TIMEOUT_MS });
  await asked;
  Atomics.store(steps, ANSWER, 1);
  Atomics.notify(steps, ANSWER);
  Atomics.wait(steps, ANSWERED, 0);
  Atomics.wait(steps, STILL, 0, from + TIMEOUT_MS + 100 - performance.now());
  t.deepEqual(await posted, { status: 200, error: null });
});
