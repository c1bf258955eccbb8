/** Who is in a live room, and what was noted of it, while the database cannot be read or written. */
import { randomUUID } from 'node:crypto';
import test, { type ExecutionContext } from 'ava';
import Database from 'libsql';
import type { ChatMessage } from '../../src/protocol/messages.ts';
import { sqliteFile } from '../../src/server/store/index.ts';
import { connect, enterCall, join } from '../helpers/client.ts';
import { askInternally } from '../helpers/internal.ts';
import { startServer, type TestServer } from '../helpers/server.ts';
import { collect } from '../helpers/store.ts';
import { until } from '../helpers/until.ts';

/** From now on there is no such table for the server; the returned function gives it back. */
function hide(t: ExecutionContext, { config }: TestServer, table: string): () => void {
  const database = new Database(sqliteFile(config), { timeout: 30_000 });
  t.teardown(() => database.close());
  database.exec(`ALTER TABLE ${table} RENAME TO hidden`);
  return () => database.exec(`ALTER TABLE hidden RENAME TO ${table}`);
}

const fileOf = (
  { url }: TestServer,
  token: string,
  { path = '', key, ...init }: RequestInit & { path?: string; key: string },
) =>
  fetch(`${url}/api/room/files${path}`, {
    ...init,
    headers: { Authorization: `Bearer ${token}`, 'X-Resume-Key': key, ...init.headers },
  });

test('they come back, read and send files; nobody else comes in until the links can be read', async (t) => {
  const server = await startServer(t);
  const { tokens } = await server.room();
  const { client, joined } = await enterCall(t, server, tokens.interviewer);
  const show = hide(t, server, 'links');

  client.socket.terminate();
  const back = await join(t, server, tokens.interviewer, { resumeKey: joined.resumeKey, keepMedia: true });
  t.like(back.joined, { peerId: joined.peerId, state: 'inCall' });

  const headers = { 'X-Client-Id': randomUUID(), 'X-File-Name': 'a.txt', 'Content-Type': 'text/plain' };
  const key = joined.resumeKey;
  const sent = await fileOf(server, tokens.interviewer, { method: 'POST', key, headers, body: 'abc' });
  t.is(sent.status, 200);
  const { file } = (await sent.json()) as ChatMessage;
  const read = await fileOf(server, tokens.interviewer, { path: `/${file?.id}`, key });
  t.is(await read.text(), 'abc');

  const newcomer = await connect(t, server, { token: tokens.applicant });
  t.is((await newcomer.closed).code, 1001);
  const keyless = await connect(t, server, { token: tokens.interviewer });
  void keyless.ask('join', { keepMedia: false }).catch(() => undefined);
  t.is((await keyless.closed).code, 1001);

  show();
  t.is((await join(t, server, tokens.applicant)).joined.state, 'waiting');
});

test('they come back as well when something was changed while they were on their way', async (t) => {
  const server = await startServer(t);
  const { tokens } = await server.room();
  const { client, joined } = await enterCall(t, server, tokens.interviewer);
  hide(t, server, 'links');
  client.socket.terminate();
  const back = await connect(t, server, { token: tokens.interviewer });
  await askInternally(server, 'POST', 'rooms/another/refresh');
  const again = await back.request('join', { resumeKey: joined.resumeKey, keepMedia: true });
  t.like(again, { peerId: joined.peerId, state: 'inCall' });
});

test('the attendance and the audit of a room that emptied meanwhile are there when it is back', async (t) => {
  const server = await startServer(t);
  const { record, tokens } = await server.room();
  const { client } = await enterCall(t, server, tokens.interviewer);
  const actions = async () =>
    (await collect(server.store.audit.entries({ roomId: record.id }))).map(({ action }) => action);
  await until('the entering is stored', async () => (await actions()).includes('call.entered'));
  const show = hide(t, server, 'audit_head');
  await client.request('leave', {});
  await client.closed;
  const isRefused = () => server.log.some(({ err }) => /audit_head/.test(String((err as Error)?.message)));
  await until('the audit was refused', isRefused);
  t.false((await actions()).includes('call.left'));
  show();
  await until('all is stored', async () => (await actions()).includes('call.ended'));
  t.deepEqual(await actions(), ['room.opened', 'call.entered', 'call.left', 'call.ended']);
  await until('the stay is ended', async () => {
    const [stay] = await collect(server.store.stays(record.id));
    return stay?.ending === 'left';
  });
  t.deepEqual((await server.store.audit.verify()).problems, []);
});
