/** What another system hears of a real interview, with the receiver of docs/webhooks.md too; on both databases. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import test, { type ExecutionContext } from 'ava';
import { webhookEvents } from '../../src/server/room/events.ts';
import { openSecret } from '../../src/server/secret.ts';
import { cli } from '../helpers/cli.ts';
import { enterCall, join as joinRoom } from '../helpers/client.ts';
import { onBothDatabases } from '../helpers/databases.ts';
import { complaint, startReceiver } from '../helpers/receiver.ts';
import { startServer, type TestServer } from '../helpers/server.ts';
import { temporaryFolder } from '../helpers/store.ts';
import { inTime, until } from '../helpers/until.ts';
import { opened, putWebhook, secretFor } from '../helpers/webhooks.ts';

const manual = () => readFile(join(import.meta.dirname, '../../docs/webhooks.md'), 'utf8');

/** The examples of the manual, by the event's name. */
async function examples(): Promise<Map<string, Record<string, unknown>>> {
  const blocks = (await manual()).matchAll(/### ([a-z.]+)\n[^#]*?```json\n([^`]+)```/g);
  return new Map([...blocks].map(([, name = '', json = '']) => [name, JSON.parse(json)]));
}

/** An interview from the first to the last, in which everything happens that is announced. */
async function interview(t: ExecutionContext, server: TestServer) {
  const room = await server.room();
  const { client: host, joined: hosting } = await enterCall(t, server, room.tokens.interviewer);
  const { client: guest, joined } = await joinRoom(t, server, room.tokens.applicant);
  await guest.request('requestAdmission', { name: '佐藤花子' });
  await host.request('admit', { peerId: joined.peerId });
  await guest.next('admitted');
  await host.request('leave', {});
  await guest.closed;
  return { room, host: hosting.peerId, guest: joined.peerId };
}

onBothDatabases('another system hears of an interview in order, without anybody’s name', async (t, url) => {
  const server = await startServer(t, { 'database.url': url, 'webhooks.allowPrivate': true });
  const receiver = await startReceiver(t);
  const webhook = await putWebhook(server.store, receiver.url);
  const { room, host, guest } = await interview(t, server);
  await receiver.got(4);
  const exported = await cli(server.config, ['export', 'chat', room.record.name]);
  t.is(exported.code, 0, exported.stderr);
  const received = await receiver.got(5);

  const secret = secretFor(webhook, await openSecret(server.config, server.store));
  t.deepEqual(
    received.map((one) => complaint(secret, one)),
    received.map(() => null),
  );
  const told = received.map(({ body }) => JSON.parse(body));
  const where = { roomId: room.record.id, roomName: room.record.name };
  const applicant = { peerId: guest, role: 'applicant', linkId: room.links.applicant.id };
  t.deepEqual(
    told.map(({ type, data }) => [type, data]),
    [
      ['room.opened', where],
      ['admission.requested', { ...where, ...applicant }],
      ['admission.granted', { ...where, ...applicant, byPeerId: host }],
      ['call.ended', { ...where, ending: 'left' }],
      ['export.ready', { ...where, kind: 'chat', format: 'csv', records: 0, from: null, until: null }],
    ],
  );
  const everything = JSON.stringify(received);
  for (const secret of ['佐藤', '毎日太郎', 'cli:', ...Object.values(room.tokens)])
    t.false(everything.includes(secret), secret);

  const documented = await examples();
  t.deepEqual([...documented.keys()], [...webhookEvents]);
  for (const { type, ...one } of told) {
    const example = documented.get(type) as typeof one;
    t.deepEqual(
      Object.keys(one),
      Object.keys(example).filter((key) => key !== 'type'),
    );
    t.deepEqual(Object.keys(one.data), Object.keys(example.data), type);
  }
});

test('the receiver of docs/webhooks.md takes what is genuine, once, and refuses the rest', async (t) => {
  const [, program] = /```js\n([^`]*(?:`[^`]+`[^`]*)*?)```/.exec(await manual()) ?? [];
  const file = join(await temporaryFolder(t), 'receiver.mjs');
  await writeFile(file, program ?? '');
  const server = await startServer(t, { 'webhooks.allowPrivate': true });
  const secret = await openSecret(server.config, server.store);
  // Its address is known when it listens, which needs the secret of the webhook first.
  const placeholder = await putWebhook(server.store, 'https://hr.example.com/');
  const child = spawn(process.execPath, [file], {
    env: { ...process.env, PORT: '0', WEBHOOK_SECRET: secretFor(placeholder, secret) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.teardown(() => child.kill('SIGKILL'));
  const lines: string[] = [];
  const reader = createInterface(child.stdout).on('line', (line) => lines.push(line));
  await inTime('the receiver of the documentation listens', once(reader, 'line'));
  const url = `http://localhost:${lines[0]?.split(' ').at(-1)}/`;
  await server.store.webhooks.delete(placeholder.id, []);
  await server.store.webhooks.create({ ...placeholder, url }, []);
  const stranger = await putWebhook(server.store, url);

  await server.store.audit.record([opened()]);
  const delivered = () => server.store.webhooks.deliveries({ limit: 9 });
  await until('all have answered', async () =>
    (await delivered()).every(({ attempts, lastStatus }) => attempts > 0 && lastStatus !== null),
  );
  const deliveries = await delivered();
  const statusOf = (id: string) => deliveries.find(({ webhookId }) => webhookId === id)?.lastStatus;
  t.is(statusOf(placeholder.id), 204);
  t.is(statusOf(stranger.id), 401);
  t.deepEqual(lines.slice(1), ['room.opened {"roomId":null,"roomName":null}']);
});
