/** Who answers pings stays, however long the server itself has stood still. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { Worker } from 'node:worker_threads';
import test, { type ExecutionContext } from 'ava';
import { type WebSocket, WebSocketServer } from 'ws';
import { pingAll } from '../../src/server/ws/pings.ts';

/** An answer has a sixth of it to be read in: on a busy core that is not to be a matter of milliseconds. */
const EVERY_MS = 2000;

/** A server that pings, and somebody in a thread of their own, who answers while this one stands still. */
async function connected(t: ExecutionContext, { autoPong }: { autoPong: boolean }): Promise<WebSocket> {
  const sockets = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  const pinging = pingAll(sockets, EVERY_MS);
  await once(sockets, 'listening');
  const { port } = sockets.address() as AddressInfo;
  const script = `
    const { WebSocket } = require('ws');
    new WebSocket('ws://127.0.0.1:${port}', { autoPong: ${autoPong} }).on('error', () => {});`;
  const client = new Worker(script, { eval: true });
  t.teardown(async () => {
    clearInterval(pinging);
    await client.terminate();
    await new Promise((resolve) => sockets.close(resolve));
  });
  const [ws] = await once(sockets, 'connection');
  return ws;
}

/** Nothing of this thread runs for a while, as when its disk or its machine stands still. */
const standStill = (ms: number) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);

test('who has answered is not cut when the server stood still before it could read that', async (t) => {
  const ws = await connected(t, { autoPong: true });
  const closed = once(ws, 'close').then(() => 'closed');
  const { ping } = ws;
  ws.ping = (...data: []) => {
    ws.ping = ping;
    ws.ping(...data);
    // Not within the timer itself: sockets are read after timers.
    setImmediate(() => standStill(2 * EVERY_MS));
  };
  const answers = async () => {
    for (let count = 0; count < 3; count++) await once(ws, 'pong', { signal: AbortSignal.timeout(30_000) });
    return 'answers';
  };
  t.is(await Promise.race([closed, answers()]), 'answers');
});

test('who does not answer is cut', async (t) => {
  const ws = await connected(t, { autoPong: false });
  const [code] = await once(ws, 'close', { signal: AbortSignal.timeout(30_000) });
  t.is(code, 1006);
});
