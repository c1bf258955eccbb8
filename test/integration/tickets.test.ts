/** Who can write into the database names an address of their own as a server's: nothing that comes there opens anything. */
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import type { ServerRecord } from '../../src/server/store/index.ts';
import { ticketsOf } from '../helpers/internal.ts';
import { adminOf, startServer, type TestServer } from '../helpers/server.ts';

type Heard = { method: string; path: string; headers: IncomingHttpHeaders };

/** Answers as a server does, and keeps what it is shown. */
async function eavesdropper(t: ExecutionContext): Promise<{ url: string; heard: Heard[] }> {
  const heard: Heard[] = [];
  const server = createServer(({ method = '', url = '', headers }, response) => {
    heard.push({ method, path: url, headers });
    response.end('{"rooms":[],"live":false,"ended":false}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, heard };
}

async function askEverything(server: TestServer, roomId: string): Promise<void> {
  const { live } = await adminOf(server);
  await live.liveIds();
  await live.isLive(roomId);
  await live.refresh(roomId);
  await live.end(roomId);
}

async function answersTo({ url }: TestServer, heard: Heard[]): Promise<number[]> {
  const answers = heard.map(({ method, path, headers: { authorization = '' } }) =>
    fetch(url + path, { method, headers: { authorization } }),
  );
  return (await Promise.all(answers)).map(({ status }) => status);
}

const onlyRow = async ({ store }: TestServer) => (await store.servers.list(new Date()))[0] as ServerRecord;

test('what a false server is shown opens nothing at the true one', async (t) => {
  const server = await startServer(t);
  const { record } = await server.room();
  const { url, heard } = await eavesdropper(t);
  await server.store.servers.seen({ ...(await onlyRow(server)), id: 'false', url });
  await askEverything(server, record.id);
  t.is(heard.length, 4);
  t.true(heard.every(({ headers }) => headers.authorization));
  t.deepEqual(await answersTo(server, heard), [403, 403, 403, 403]);
});

test('who stands between, under the true one’s id, cannot pass it on', async (t) => {
  const server = await startServer(t);
  const { record } = await server.room();
  const { url, heard } = await eavesdropper(t);
  await server.store.servers.seen({ ...(await onlyRow(server)), url });
  await askEverything(server, record.id);
  t.is(heard.length, 4);
  t.deepEqual(await answersTo(server, heard), [403, 403, 403, 403]);
});

test('an answer without an end is not waited for, nor kept', async (t) => {
  const server = await startServer(t);
  const endless = createServer((_, response) => {
    const pour = () => void (response.write(Buffer.alloc(65_536, 'x')) && setImmediate(pour));
    response.on('drain', pour);
    pour();
  });
  endless.listen(0, '127.0.0.1');
  await once(endless, 'listening');
  t.teardown(() => endless.close());
  const ended = new Promise((resolve) => {
    endless.once('connection', (socket) => socket.on('error', () => undefined).once('close', resolve));
  });
  const url = `http://127.0.0.1:${(endless.address() as AddressInfo).port}`;
  await server.store.servers.seen({ ...(await onlyRow(server)), id: 'false', url });
  const { live } = await adminOf(server);
  t.deepEqual((await live.liveIds()).silent, [url]);
  await ended;
});

test('what the true one has answered is not answered again, nor anything else for it', async (t) => {
  const server = await startServer(t);
  const { record } = await server.room();
  const path = `/api/internal/rooms/${record.id}`;
  const authorization = `Bearer ${(await ticketsOf(server))('GET', path)}`;
  const ask = async (method: string, what: string) =>
    (await fetch(server.url + what, { method, headers: { authorization } })).status;
  t.is(await ask('POST', `${path}/end`), 403);
  t.is(await ask('GET', `${path}?a`), 403);
  t.is(await ask('GET', path), 200);
  t.is(await ask('GET', path), 403);
});
