/** `webinterview erase` reaches what waits for other systems, the answers kept for them, and the room's own name. */
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import Database from 'libsql';
import type { Config } from '../../src/server/config.ts';
import { auditEntry } from '../../src/server/room/audit.ts';
import { openStore } from '../../src/server/store/index.ts';
import { type ApiClient, startApiServer } from '../helpers/api.ts';
import { cli } from '../helpers/cli.ts';
import { onBothDatabases, sharedMariadb } from '../helpers/databases.ts';
import { startReceiver } from '../helpers/receiver.ts';
import { aMessage, aStay } from '../helpers/store.ts';
import { putWebhook } from '../helpers/webhooks.ts';

type Row = Record<string, unknown>;
const NAME = '佐藤花子';
const EMAIL = 'hanako.sato@example.net';
const roomName = `${NAME}様-最終面接`;
const booking = {
  name: roomName,
  applicants: [NAME],
  emails: [EMAIL],
  note: `${NAME}さん、${EMAIL}`,
};
const idempotent = (key: string) => ({ 'Idempotency-Key': key });

/** Runs a statement on the database of a server, past the server. */
async function query({ database: { url }, dataDir }: Config, statement: string): Promise<Row[]> {
  if (url) {
    const mariadb = await sharedMariadb();
    const results = await mariadb.query(`USE ${new URL(url).pathname.slice(1)}; ${statement}`);
    return (results as Row[][])[1] ?? [];
  }
  const database = new Database(join(dataDir, 'webinterview.sqlite'));
  try {
    const prepared = database.prepare(statement);
    if (prepared.reader) return prepared.all() as Row[];
    prepared.run();
    return [];
  } finally {
    database.close();
  }
}

/** The tables in which the name or the mail address stands in some row. */
async function traces(config: Config): Promise<string[]> {
  const all =
    config.database.url === null
      ? "SELECT name FROM sqlite_master WHERE type = 'table'"
      : 'SELECT table_name AS name FROM information_schema.tables WHERE table_schema = DATABASE()';
  const tables = (await query(config, all)).map(({ name }) => String(name)).sort();
  const found: string[] = [];
  for (const table of tables) {
    const text = JSON.stringify(await query(config, `SELECT * FROM ${table}`));
    if (text.includes(NAME) || text.toLowerCase().includes(EMAIL)) found.push(table);
  }
  return found;
}

/** A room named after its applicant, booked over the API, with a stay, a message, and a delivery that waits. */
async function booked(t: ExecutionContext, { ask, server }: ApiClient) {
  const { json } = await ask('POST', '/rooms', {
    body: booking,
    headers: idempotent('booking'),
  });
  await ask('POST', `/rooms/${json.id}/links`, {
    body: { applicant: '鈴木一郎' },
    headers: idempotent('link'),
  });
  const room = await server.store.rooms.get(json.id);
  if (!room) throw new Error('there is no such room');
  await server.store.addStay(aStay(room, { name: NAME, leftAt: new Date() }));
  await server.store.addMessage(aMessage(room, { text: `${NAME}様、よろしくお願いします。` }));
  // One receiver that takes nothing: what is for it waits.
  const receiver = await startReceiver(t, { answering: (response) => void response.writeHead(503).end() });
  await putWebhook(server.store, receiver.url);
  const opened = auditEntry('room.opened', { at: new Date(), roomId: room.id, actor: 'server' });
  await server.store.audit.record([opened]);
  return { room, receiver };
}

const on = (title: string, work: (t: ExecutionContext, api: ApiClient) => Promise<void>) =>
  onBothDatabases(title, async (t, url) =>
    work(t, await startApiServer(t, { 'database.url': url, 'webhooks.allowPrivate': true })),
  );

on('with --rename the name is in no table any more, and proof is left', async (t, api) => {
  const { config, store } = api.server;
  const { room, receiver } = await booked(t, api);
  // It was announced with the name, which is kept in the room alone.
  const [announced] = await receiver.got(1);
  t.is(JSON.parse(announced?.body ?? '').data.roomName, roomName);
  t.deepEqual(await traces(config), ['links', 'messages', 'rooms', 'stays']);
  const { code, stdout, stderr } = await cli(config, [
    'erase',
    '--yes',
    '--applicant',
    NAME,
    '--room',
    roomName,
    '--rename',
    '9110-1-to',
    '--json',
  ]);
  t.is(code, 0, stderr);
  t.like(JSON.parse(stdout), {
    id: room.id,
    room: '9110-1-to',
    isInRoomName: false,
    links: 1,
    stays: 1,
    mentions: 2,
  });
  t.notRegex(stderr, /own name/);
  t.deepEqual(await traces(config), []);
  // What waits goes out with the name as it is now.
  const [delivery] = await store.webhooks.deliveries({ limit: 9 });
  t.is(JSON.parse(delivery?.payload ?? '').data.roomName, '9110-1-to');
  const actions = await query(
    config,
    "SELECT action FROM audit WHERE action IN ('person.erased', 'room.updated') ORDER BY seq",
  );
  t.deepEqual(
    actions.map(({ action }) => action),
    // The first is the seat that came with the second applicant's link.
    ['room.updated', 'person.erased', 'person.erased', 'room.updated'],
  );
  t.is((await cli(config, ['audit', 'verify'])).code, 0);
  // Who has read the room before cannot write the old texts over the new ones.
  const headers = { 'If-Match': `"${room.version}"` };
  t.is((await api.ask('PATCH', `/rooms/${room.id}`, { body: { note: 'x' }, headers })).status, 412);
});

on('by a link without a name, the address of who came by it goes too, and nobody else’s', async (t, api) => {
  const { config, store } = api.server;
  const { json } = await api.ask('POST', '/rooms', { body: { name: 'a', emails: [EMAIL] } });
  await api.ask('POST', `/rooms/${json.id}/links`, {
    body: { applicant: '鈴木一郎', email: 'ichiro@example.net' },
  });
  const room = await store.rooms.get(json.id);
  if (!room) throw new Error('there is no such room');
  const [, shared] = json.links;
  const [, link] = await store.rooms.links(room.id);
  const claimed = link && (await store.invitations.claim(link, new Date()));
  if (!claimed) throw new Error('the link could not be claimed');
  const sent = { at: new Date(), as: 'x', from: room.from, until: room.until, email: EMAIL };
  await store.invitations.sent(claimed, sent, []);
  await store.addStay(aStay(room, { name: NAME, linkId: shared.id, leftAt: new Date() }));
  await store.addMessage(aMessage(room, { text: `${EMAIL} までお願いします。${EMAIL.toUpperCase()}` }));
  const { code, stderr } = await cli(config, ['erase', '--yes', '--applicant', NAME, '--room', 'a']);
  t.is(code, 0, stderr);
  t.deepEqual(await traces(config), []);
  t.is((await store.findLink(shared.id))?.link.invitedAt, null);
  const emails = (await store.rooms.links(room.id)).map(({ email }) => email).filter(Boolean);
  t.deepEqual(emails, ['ichiro@example.net']);
});

on('no answer that was kept is given again, and nothing is done a second time', async (t, api) => {
  const { config, store } = api.server;
  const { room } = await booked(t, api);
  const again = () => api.ask('POST', '/rooms', { body: booking, headers: idempotent('booking') });
  const link = () =>
    api.ask('POST', `/rooms/${room.id}/links`, {
      body: { applicant: '鈴木一郎' },
      headers: idempotent('link'),
    });
  t.is((await again()).json.links[1].applicant, NAME);
  // Of another room: it stays.
  const other = () =>
    api.ask('POST', '/rooms', {
      body: { name: 'other', applicants: [NAME] },
      headers: idempotent('other'),
    });
  t.is((await other()).status, 201);
  const erased = await cli(config, ['erase', '--yes', '--applicant', NAME, '--room', roomName]);
  t.is(erased.code, 0, erased.stderr);
  const [, hint] =
    /own name still holds the applicant's: webinterview (room update \S+ --name) /.exec(erased.stderr) ?? [];
  t.is(hint, `room update ${room.id} --name`);
  for (const ask of [again, link]) {
    const { status, json } = await ask();
    t.is(status, 422);
    t.regex(json.detail, /^This was done, but its answer has been erased with records of the room: /);
  }
  t.is((await other()).headers.get('Idempotency-Replayed'), 'true');
  const kept = await query(config, 'SELECT request_hash, body, room_id FROM idempotency');
  t.deepEqual(
    kept.filter(({ room_id }) => room_id === room.id).map(({ request_hash, body }) => [request_hash, body]),
    [
      ['', ''],
      ['', ''],
    ],
  );
  // The rename that was advised reaches what was answered since.
  const since = { headers: idempotent('since') };
  t.is((await api.ask('POST', `/rooms/${room.id}/close`, since)).json.name, roomName);
  const renamed = await cli(config, ['room', 'update', room.id, '--name', '9110-1-to']);
  t.is(renamed.code, 0, renamed.stderr);
  t.is((await api.ask('POST', `/rooms/${room.id}/close`, since)).status, 422);
  const [delivery] = await store.webhooks.deliveries({ limit: 9 });
  t.is(JSON.parse(delivery?.payload ?? '').data.roomName, '9110-1-to');
  t.deepEqual(
    (await query(config, 'SELECT name FROM rooms ORDER BY name')).map(({ name }) => name),
    ['9110-1-to', 'other'],
  );
});

on('a new name that cannot be leaves everything as it was', async (t, api) => {
  const { config } = api.server;
  await booked(t, api);
  await api.ask('POST', '/rooms', { body: { name: 'taken' } });
  const before = await traces(config);
  const cases: [string, number, RegExp][] = [
    ['taken', 1, /There is already a room named taken: choose another name\./],
    [`面接 ${NAME}`, 2, /The new name of the room holds the applicant’s too: choose another\./],
    [' ', 2, /The name of a room must not be empty/],
  ];
  for (const [rename, expected, message] of cases) {
    const { code, stdout, stderr } = await cli(config, [
      'erase',
      '--yes',
      '--applicant',
      NAME,
      '--room',
      roomName,
      '--rename',
      rename,
    ]);
    t.deepEqual([code, stdout], [expected, '']);
    t.regex(stderr, message);
    t.deepEqual(await traces(config), before);
  }
});

on('what an older version has kept loses the names too', async (t, api) => {
  const { config } = api.server;
  const { room, receiver } = await booked(t, api);
  await receiver.got(1);
  await api.server.close();
  const payload = JSON.stringify({ id: 'e', data: { roomId: room.id, roomName } });
  await query(config, `UPDATE deliveries SET payload = '${payload}'`);
  await query(config, 'ALTER TABLE idempotency DROP COLUMN room_id');
  await query(config, "DELETE FROM webinterview_migrations WHERE name LIKE 'NamesOnce%'");
  t.true((await traces(config)).includes('deliveries'));
  await (await openStore(config, { create: true })).close();
  t.false((await traces(config)).includes('deliveries'));
  t.is((await query(config, "SELECT body FROM idempotency WHERE body <> ''")).length, 2);
  const { code, stderr } = await cli(config, ['erase', '--yes', '--applicant', NAME, '--room', roomName]);
  t.is(code, 0, stderr);
  t.deepEqual(await query(config, "SELECT body FROM idempotency WHERE body <> ''"), []);
});
