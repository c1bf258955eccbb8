/** How servers and commands ask each other: whoever answers at an address of the database is not trusted. */
import { createServer, type RequestListener } from 'node:http';
import test, { type ExecutionContext } from 'ava';
import { askServer } from '../../src/server/ask.ts';
import { takePort } from '../helpers/ports.ts';
import { until } from '../helpers/until.ts';

const MIB = 1024 * 1024;

/** A server of somebody's, and the address at which it answers. */
async function answering(t: ExecutionContext, answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  const port = takePort();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${port}/`;
}

const question = { timeoutMs: 20_000, publicUrl: null };

test('an answer is read to its end, and given up where it is longer than any true one', async (t) => {
  const whole = await answering(t, (_request, response) => response.end('x'.repeat(MIB)));
  t.is((await askServer(whole, question)).body.length, MIB);
  let isCut = false;
  const endless = await answering(t, (_request, response) => {
    response.once('close', () => {
      isCut = true;
    });
    const write = () => {
      while (response.write(Buffer.alloc(MIB)));
      response.once('drain', write);
    };
    write();
  });
  const error = await t.throwsAsync(askServer(endless, question));
  t.is(error.message, `the answer is longer than ${16 * MIB} bytes`);
  await until('its connection is ended', () => isCut);
});

test('who does not answer in time, or breaks off, is no answer', async (t) => {
  const silent = await answering(t, () => undefined);
  await t.throwsAsync(askServer(silent, { ...question, timeoutMs: 50 }), { name: 'AbortError' });
  const slow = await answering(t, (_request, response) => response.write('{'));
  await t.throwsAsync(askServer(slow, { ...question, timeoutMs: 50 }), { name: 'AbortError' });
  const broken = await answering(t, (_request, response) => {
    response.write('{', () => response.destroy());
  });
  await t.throwsAsync(askServer(broken, question), { code: 'ECONNRESET' });
});
