/** The REST API when something else happens at the same time or fails, and at the edges; on both databases. */
import { request } from 'node:http';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import Database from 'libsql';
import { createKey } from '../../src/server/admin/keys.ts';
import { deleteRoom } from '../../src/server/admin/rooms.ts';
import { once } from '../../src/server/api/idempotency.ts';
import { type ApiClient, asker, interview, newKey, startApiServer } from '../helpers/api.ts';
import { cliServe } from '../helpers/cli.ts';
import { enterCall } from '../helpers/client.ts';
import { onBothDatabases } from '../helpers/databases.ts';
import { smallDisk } from '../helpers/disk.ts';
import { hang } from '../helpers/hang.ts';
import { ticketsOf } from '../helpers/internal.ts';
import { type OwnMariadb, startMariadb } from '../helpers/mariadb.ts';
import { adminOf, startServer } from '../helpers/server.ts';
import { aRoom, collect, putRoom, testConfig } from '../helpers/store.ts';
import { until } from '../helpers/until.ts';

/** Its own: a test takes all writes from everyone, and another looks at the transactions of all. */
let mariadb: OwnMariadb;
test.before(async () => {
  mariadb = await startMariadb();
});
test.after.always(() => mariadb?.stop());

/** Runs a statement on the database of a server, past the server. */
type Sql = (statement: string) => Promise<unknown>;

const on = (title: string, work: (t: ExecutionContext, api: ApiClient & { sql: Sql }) => Promise<void>) =>
  onBothDatabases(
    title,
    async (t, url) => {
      const api = await startApiServer(t, { 'database.url': url });
      const sql: Sql = async (statement) => {
        if (url) return mariadb.query(`USE ${new URL(url).pathname.slice(1)}; ${statement}`);
        const database = new Database(join(api.server.config.dataDir, 'webinterview.sqlite'));
        database.exec(statement);
        database.close();
      };
      await work(t, { ...api, sql });
    },
    async () => mariadb,
  );

on('a room that was changed since it was read is not deleted, closed or not', async (t, { ask, server }) => {
  const admin = await adminOf(server);
  for (const closed of [false, true]) {
    const { json } = await ask('POST', '/rooms', { body: interview(`room ${closed}`) });
    const path = `/rooms/${json.id}`;
    if (closed) await ask('POST', `${path}/close`);
    const asRead = await server.store.rooms.get(json.id);
    if (!asRead) return t.fail();
    await ask('PATCH', path, { body: { note: '延期' }, headers: { 'If-Match': '*' } });
    await t.throwsAsync(deleteRoom(admin, asRead), { message: /Somebody else has just changed/ });
    t.is((await ask('GET', path)).json.note, '延期');
  }
  const actions = (await collect(server.store.audit.entries())).map(({ action }) => action);
  t.false(actions.includes('room.deleted'));
});

on('what is done is not done again because its answer could not be kept', async (t, { server, sql }) => {
  const errors: unknown[] = [];
  const options = {
    store: server.store,
    secret: Buffer.alloc(32, 1),
    now: () => new Date(),
    onError: (error: unknown) => void errors.push(error),
  };
  const asked = { keyId: 'k', idempotencyKey: 'i', method: 'POST', path: '/rooms', body: '', roomId: null };
  let times = 0;
  const work = async () => {
    times++;
    await sql('ALTER TABLE idempotency RENAME TO idempotency_away');
    return { answer: { status: 201, headers: {}, body: 'made' }, roomId: null };
  };
  t.is((await once(options, asked, work)).body, 'made');
  t.is(errors.length, 1);
  await sql('ALTER TABLE idempotency_away RENAME TO idempotency');
  await t.throwsAsync(once(options, asked, work), { message: /not been answered yet/ });
  t.is(times, 1);
});

on('what failed is told as it failed, and may come again', async (t, { server, sql }) => {
  const errors: unknown[] = [];
  const options = {
    store: server.store,
    secret: Buffer.alloc(32, 1),
    now: () => new Date(),
    onError: (error: unknown) => void errors.push(error),
  };
  const asked = { keyId: 'k', idempotencyKey: 'i', method: 'POST', path: '/rooms', body: '', roomId: null };
  const failing = async () => {
    await sql('ALTER TABLE idempotency RENAME TO idempotency_away');
    throw new Error('the first');
  };
  await t.throwsAsync(once(options, asked, failing), { message: 'the first' });
  await sql('ALTER TABLE idempotency_away RENAME TO idempotency');
  t.is(errors.length, 1);
  // It could not be given back: it is free after a minute by itself.
  const later = { ...options, now: () => new Date(Date.now() + 61_000) };
  const answer = { status: 201, headers: {}, body: 'made' };
  t.deepEqual(await once(later, asked, async () => ({ answer, roomId: null })), answer);
});

on('an answer is kept for 24 hours, and is gone from the database after it', async (t, { server }) => {
  const at = (hours: number) => ({
    store: server.store,
    secret: Buffer.alloc(32, 1),
    onError: () => t.fail(),
    now: () => new Date(Date.UTC(2030, 0, 1) + hours * 3_600_000),
  });
  const asked = { keyId: 'k', idempotencyKey: 'i', method: 'POST', path: '/rooms', body: '', roomId: null };
  const work = (body: string) => async () => ({ answer: { status: 201, headers: {}, body }, roomId: null });
  t.is((await once(at(0), asked, work('first'))).body, 'first');
  t.is((await once(at(23.9), asked, work('second'))).body, 'first');
  await once(at(24.1), { ...asked, idempotencyKey: 'other' }, work('other'));
  t.is((await once(at(24.1), asked, work('third'))).body, 'third');
});

on('a key is audited, expires, and its use is noted once a minute', async (t, { ask, server, sql }) => {
  const entries = await collect(server.store.audit.entries());
  t.like(entries.at(-1), { action: 'key.created', actor: 'cli:test' });
  const expired = await createKey(
    { store: server.store, now: () => new Date(Date.now() - 2 * 86_400_000), actor: 'cli:test' },
    { name: 'old', scopes: ['rooms:read'], expiresInDays: 1 },
  );
  t.is((await ask('GET', '/rooms', { key: expired.key })).status, 401);
  const { key, record } = await newKey(server);
  const used = async () => (await server.store.keys.find(record.id))?.lastUsedAt?.getTime() ?? 0;
  t.is((await ask('GET', '/rooms', { key })).status, 200);
  const first = await used();
  t.true(Date.now() - first < 10_000);
  await ask('GET', '/rooms', { key });
  t.is(await used(), first);
  await sql(`UPDATE api_keys SET last_used_at = '2020-01-01 00:00:00.000' WHERE id = '${record.id}'`);
  await ask('GET', '/rooms', { key });
  t.true(Date.now() - (await used()) < 10_000);
});

on('while nothing can be written who reads is served, and who writes may try again', async (t, api) => {
  const { ask, server } = api;
  const { key } = await newKey(server);
  const allow = await forbidWrites(t, api);
  const reads = [await ask('GET', '/rooms', { key }), await ask('GET', '/rooms', { key })];
  t.deepEqual(
    reads.map(({ status }) => status),
    [200, 200],
  );
  const noted = server.log.filter(({ msg }) => msg === 'the last use of a key could not be noted');
  t.is(noted.length, 1);
  const booking = { body: interview('a'), headers: { 'Idempotency-Key': 'one' } };
  for (const asking of [booking, { body: interview('a') }]) {
    const refused = await ask('POST', '/rooms', asking);
    t.is(refused.status, 503);
    t.like(refused.json, {
      type: 'urn:webinterview:problem:unavailable',
      detail: 'The database cannot do this now: try again in a moment.',
    });
  }
  await allow();
  t.is((await ask('POST', '/rooms', booking)).status, 201);
});

on('rooms are found by who is in them and by what is over, from either end', async (t, { ask, server }) => {
  const at = (hour: number) => new Date(Date.UTC(2020, 0, 1, hour));
  for (const hour of [1, 3, 5])
    await putRoom(server.store, aRoom({ name: `over ${hour}`, from: at(hour), until: at(hour + 1) }));
  const { record, tokens } = await server.room({ name: 'live' });
  await enterCall(t, server, tokens.interviewer);
  const names = async (query: string) =>
    (await ask('GET', `/rooms?${query}`)).json.items.map(({ name }: { name: string }) => name);
  t.deepEqual(await names('live=true'), ['live']);
  t.deepEqual(await names('live=false'), ['over 1', 'over 3', 'over 5', 'live']);
  t.deepEqual(await names('endedBy=2020-01-01T04:00:00Z'), ['over 1', 'over 3']);
  t.deepEqual(await names('endedBy=2021-01-01T00:00:00Z&order=latest'), ['over 5', 'over 3', 'over 1']);
  const { json: page } = await ask('GET', '/rooms?order=latest&limit=2');
  t.deepEqual(await names(`order=latest&limit=2&cursor=${page.next}`), ['over 3', 'over 1']);
  await ask('POST', `/rooms/${record.id}/end`);
  t.deepEqual(await names('live=true'), []);
  const [entry] = (await collect(server.store.audit.entries())).filter(
    ({ action }) => action === 'room.ended',
  );
  t.regex(entry?.actor ?? '', /^key:/);
});

on('a room that is read again is as it is now, whatever its ETag', async (t, { ask, server }) => {
  const { json: room } = await ask('POST', '/rooms', { body: interview('a') });
  const path = `/rooms/${room.id}`;
  // As interviewers do in the call.
  await server.store.setEntry(room.id, { microphone: false, camera: false, names: false });
  const read = await ask('GET', path, { headers: { 'If-None-Match': '"1"' } });
  t.is(read.status, 200);
  t.false(read.json.entry.camera);
});

on('times, letters and bodies at the edges', async (t, { ask }) => {
  const post = (body: unknown) => ask('POST', '/rooms', { body });
  // In UTC these are in the years 10000 and −1.
  for (const from of ['9999-12-31T23:00:00-02:00', '0000-01-01T00:00:00+10:00']) {
    t.is((await post({ name: 'a', from, durationMinutes: 60 })).json.errors[0].pointer, '/from');
    t.is((await ask('GET', `/rooms?from=${encodeURIComponent(from)}`)).status, 400);
  }
  const late = await post({ name: 'a', from: '9999-12-31T23:30:00Z', durationMinutes: 60 });
  t.is(late.status, 422);
  t.regex(late.json.detail, /between the years 1000 and 9999/);
  const beyond = Buffer.from('{"from":1e15,"id":"x"}').toString('base64url');
  t.is((await ask('GET', `/rooms?cursor=${beyond}`)).status, 400);
  for (const [field, value] of [
    ['name', 'a\ud800'],
    ['note', 'a\ud800'],
    ['note', 'a\0'],
    ['applicants', ['a\ud800']],
  ] as const)
    t.regex((await post({ ...interview('a'), [field]: value })).json.detail, /control characters/);
  t.is((await post({ ...interview('lines'), note: 'a\n\tb' })).json.note, 'a\n\tb');
  const path = `/rooms/${(await post({ ...interview('a'), applicants: ['x'] })).json.id}`;
  t.is((await ask('POST', `${path}/close`, { body: { why: 'x' } })).json.errors[0].pointer, '/why');
  t.is((await ask('POST', `${path}/close`, { body: 'now' })).status, 400);
  t.is((await ask('PATCH', path, { body: {}, headers: { 'If-Match': '*' } })).status, 400);
  t.is((await ask('GET', path)).json.version, 1);
});

on('a link is named by its id, whatever applicants are called', async (t, { ask }) => {
  const { json: room } = await ask('POST', '/rooms', { body: interview('a') });
  const path = `/rooms/${room.id}/links`;
  const { id } = room.links[0];
  await ask('POST', path, { body: { applicant: id } });
  const revoked = await ask('POST', `${path}/${id}/revoke`);
  t.like(revoked.json, { id, role: 'interviewer', url: null });
  const name = 'x'.repeat(22);
  await ask('POST', path, { body: { applicant: name } });
  t.is((await ask('POST', `${path}/${name}/revoke`)).status, 404);
});

test('a full disk: what is to be stored may be tried again, what is there is read', async (t) => {
  const disk = await smallDisk(t);
  const { ask, server } = await startApiServer(t, { dataDir: disk.folder });
  const { record, tokens } = await server.room();
  const { client } = await enterCall(t, server, tokens.interviewer);
  t.is((await ask('GET', '/rooms')).status, 200);
  await disk.fill();
  const book = (number: number) =>
    ask('POST', '/rooms', { body: { ...interview(`room ${number}`), note: 'あ'.repeat(500) } });
  // Some may still fit.
  let number = -1;
  const refused = await until('the disk is full', async () => {
    const answer = await book(++number);
    return answer.status === 201 ? null : answer;
  });
  t.is(refused.status, 503);
  t.is(refused.json.type, 'urn:webinterview:problem:unavailable');
  const { json } = await ask('GET', '/rooms?limit=500');
  t.is(json.items.length, number + 1);
  t.is((await ask('POST', `/rooms/${record.id}/end`)).status, 503);
  t.true(await client.hearsNothingOf('ended'));
  await disk.free();
  t.deepEqual((await ask('POST', `/rooms/${record.id}/end`)).json, { ended: true });
  t.is((await book(number)).status, 201);
  t.true(server.log.some(({ msg }) => msg === 'a request failed'));
});

test('MariaDB that hangs: who asks is told to try again', async (t) => {
  const own = await startMariadb();
  t.teardown(() => own.stop());
  const { ask } = await startApiServer(t, { 'database.url': await own.database(t) });
  own.signal('SIGSTOP');
  for (const [method, path] of [
    ['GET', '/rooms'],
    ['POST', '/rooms'],
  ] as const) {
    const refused = await ask(method, path, method === 'POST' ? { body: interview('a') } : {});
    t.is(refused.status, 503);
    t.is(refused.json.type, 'urn:webinterview:problem:unavailable');
  }
  own.signal('SIGCONT');
  await until('who asks is answered again', async () => (await ask('GET', '/rooms')).status === 200);
});

test('MariaDB that hangs holds up neither the metrics nor the status nor the end of the server', async (t) => {
  const own = await startMariadb();
  t.teardown(() => own.stop());
  const token = 'a-token-for-the-metrics';
  const { server } = await startApiServer(t, {
    'database.url': await own.database(t),
    'metrics.token': token,
  });
  const { tokens } = await server.room();
  const { client } = await enterCall(t, server, tokens.interviewer);
  const ticketFor = await ticketsOf(server);
  own.signal('SIGSTOP');
  t.teardown(() => own.signal('SIGCONT'));
  const ask = (path: string, shown: string) =>
    fetch(server.url + path, { headers: { authorization: `Bearer ${shown}` } });
  const metrics = await ask('/metrics', token);
  t.regex(await metrics.text(), /^webinterview_database_up 0$/m);
  const path = '/api/internal/status';
  t.is((await ask(path, ticketFor('GET', path))).status, 200);
  t.is((await ask('/readyz', '')).status, 503);
  await server.close();
  t.is((await client.closed).code, 1001);
});

test('a call is not said to be none while a server that may have it does not answer', async (t) => {
  const url = await mariadb.database(t);
  const { ask, server } = await startApiServer(t, { 'database.url': url });
  const { secretFile } = server.config;
  const settings = { WEBINTERVIEW_SECRET_FILE: secretFile };
  const other = await cliServe(t, await testConfig(t, url), [], settings);
  const [, hanging] = await server.store.servers.list(new Date());
  const { record, tokens } = await server.room();
  await enterCall(t, { url: hanging?.url as string }, tokens.interviewer);
  await hang(other.process, server.config, mariadb);
  const refused = await ask('POST', `/rooms/${record.id}/end`);
  t.is(refused.status, 503);
  t.like(refused.json, { type: 'urn:webinterview:problem:unavailable' });
  t.true(
    refused.json.detail.startsWith(
      `People may be in the room ${record.name} now: the server at ${hanging?.url} does not answer. `,
    ),
  );
  // Nor are some of the rooms that are live said to be all of them.
  const listed = await ask('GET', '/rooms?live=true');
  t.is(listed.status, 503);
  t.regex(listed.json.detail, /^Which rooms are live is not known: the server at /);
  // Who is found is put out.
  const here = await server.room();
  const { client } = await enterCall(t, server, here.tokens.interviewer);
  t.deepEqual((await ask('POST', `/rooms/${here.record.id}/end`)).json, { ended: true });
  t.is((await client.next('ended')).reason, 'closed');
  // What is stored holds for everyone who comes.
  t.is((await ask('POST', `/rooms/${record.id}/close`)).json.state, 'closed');
});

test('who sends too much is told while sending, and asks on over the same line', async (t) => {
  const { ask, server, key } = await startApiServer(t);
  for (const megabytes of [1, 5, 20]) {
    const { status, text } = await sendInChunks(`${server.url}/api/v1/rooms`, key, megabytes * 1_000_000);
    t.is(status, 413, `${megabytes} MB`);
    t.is(JSON.parse(text).type, 'urn:webinterview:problem:too-large');
    t.is((await ask('POST', '/rooms', { body: 'x'.repeat(megabytes * 1_000_000) })).status, 413);
    t.is((await ask('GET', '/rooms')).status, 200);
  }
  const wrong = await fetch(`${server.url}/api/v1/rooms`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' },
    body: Buffer.from([0x22, 0xff, 0x22]),
  });
  t.is(((await wrong.json()) as { detail: string }).detail, 'The body is not UTF-8.');
});

test('who asks without a key is held up, for the document too', async (t) => {
  const { ask } = await startApiServer(t);
  const first = await ask('GET', '/openapi.json', { key: null });
  t.is(first.headers.get('RateLimit-Policy'), '"address";q=30;w=60');
  // At once, so that it is done long before a minute is over, when they are counted anew.
  await Promise.all(Array.from({ length: 29 }, () => ask('GET', '/rooms', { key: null })));
  const last = await ask('GET', '/openapi.json', { key: null });
  t.is(last.status, 429);
  t.regex(last.headers.get('Retry-After') ?? '', /^\d+$/);
  t.is((await ask('GET', '/rooms')).status, 200);
});

test('strangers are counted by the network that one subscriber has', async (t) => {
  const { ask } = await startApiServer(t, { 'http.trustedProxies': ['127.0.0.1'] });
  const as = (address: string) =>
    ask('GET', '/rooms', { key: null, headers: { 'X-Forwarded-For': address } });
  const subscriber = await Promise.all(Array.from({ length: 30 }, (_, i) => as(`2001:db8::${i}`)));
  t.true(subscriber.every(({ status }) => status === 401));
  t.is((await as('2001:db8::ffff')).status, 429);
  t.is((await as('2001:db8:0:1::1')).status, 401);
});

test('what leads nowhere is counted too, and says what is left', async (t) => {
  const { ask, server } = await startApiServer(t);
  const asking: [string, string, number][] = [
    ['GET', '/rooms', 200],
    ['GET', '/nowhere', 404],
    ['GET', '', 404],
    ['PUT', '/rooms', 405],
    ['GET', '/openapi.json', 200],
  ];
  for (const [at, [method, path, expected]] of asking.entries()) {
    const { status, headers } = await ask(method, path);
    t.is(status, expected);
    t.is(headers.get('RateLimit-Policy'), '"key";q=600;w=60', path);
    t.regex(headers.get('RateLimit') ?? '', new RegExp(`^"key";r=${599 - at};t=\\d+$`), path);
  }
  const strange = await startServer(t);
  const nowhere = Array.from({ length: 30 }, async (_, i) => {
    const [method, path] = i % 2 ? ['GET', '/nowhere'] : ['PATCH', '/rooms'];
    const { status, headers } = await asker(strange.url, '')(method as string, path as string, { key: null });
    t.is(status, i % 2 ? 404 : 405);
    return Number(/^"address";r=(\d+);t=\d+$/.exec(headers.get('RateLimit') ?? '')?.[1]);
  });
  const left = (await Promise.all(nowhere)).toSorted((a, b) => a - b);
  t.deepEqual(
    left,
    Array.from({ length: 30 }, (_, i) => i),
  );
  const last = await asker(strange.url, '')('GET', '/nowhere', { key: null });
  t.is(last.status, 429);
  t.regex(last.headers.get('Retry-After') ?? '', /^\d+$/);
  t.is((await fetch(`${server.url}/nowhere`)).headers.get('RateLimit'), null);
});

/** Another process holds the one place for writers, or the server takes none; what is returned ends that. */
async function forbidWrites(t: ExecutionContext, { server }: ApiClient): Promise<() => Promise<unknown>> {
  if (server.config.database.url) {
    const allow = () => mariadb.query('SET GLOBAL read_only = 0');
    // A test that fails before that takes no other one along.
    t.teardown(allow);
    await mariadb.query('SET GLOBAL read_only = 1');
    return allow;
  }
  const database = new Database(join(server.config.dataDir, 'webinterview.sqlite'));
  t.teardown(() => database.close());
  database.exec('BEGIN IMMEDIATE');
  return async () => database.exec('ROLLBACK');
}

/** With no word of how much it will be. */
function sendInChunks(url: string, key: string, bytes: number): Promise<{ status: number; text: string }> {
  const headers = { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' };
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(30_000);
    const sending = request(url, { method: 'POST', headers, signal }, async (answer) => {
      answer.setEncoding('utf8');
      let text = '';
      for await (const part of answer) text += part;
      resolve({ status: answer.statusCode ?? 0, text });
    }).once('error', reject);
    const chunk = Buffer.alloc(65_536, 'x');
    let sent = 0;
    const send = (): void => {
      while (sent < bytes) {
        sent += chunk.length;
        if (!sending.write(chunk)) return void sending.once('drain', send);
      }
      sending.end();
    };
    send();
  });
}
