import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import { FileRefused, fetchWhole } from '../../src/web/models/fetchWhole.ts';

async function serve(t: ExecutionContext, answer: RequestListener): Promise<string> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

test('a file comes whole, as does one of no bytes', async (t) => {
  const content = 'x'.repeat(300_000);
  const url = await serve(t, ({ headers }, response) => void response.end(headers.empty ? '' : content));
  t.is(await (await fetchWhole(url, {})).text(), content);
  t.is((await fetchWhole(url, { empty: 'yes' })).size, 0);
});

test('a line that brings nothing any more is given up, before the answer and within it', async (t) => {
  const silent = await serve(t, () => undefined);
  await t.throwsAsync(fetchWhole(silent, {}, 200), { name: 'AbortError' });
  const stuck = await serve(t, (_, response) => void response.write('half'));
  await t.throwsAsync(fetchWhole(stuck, {}, 200), { name: 'AbortError' });
});

test('what the server refuses is told, and whether it is for now', async (t) => {
  const url = await serve(t, ({ headers }, response) => void response.writeHead(Number(headers.as)).end());
  const refused = async (as: string) =>
    await t.throwsAsync(fetchWhole(url, { as }), { instanceOf: FileRefused });
  t.is((await refused('429'))?.why, 'tooFast');
  t.is((await refused('502'))?.why, 'away');
  t.is((await refused('404'))?.why, 'gone');
});
