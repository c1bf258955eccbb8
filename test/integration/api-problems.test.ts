/** What the REST API refuses, and how it says so. */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { type ApiClient, allScopes, asker, interview, newKey, startApiServer } from '../helpers/api.ts';
import { cli } from '../helpers/cli.ts';
import { onBothDatabases } from '../helpers/databases.ts';
import { until } from '../helpers/until.ts';

type Start = (scopes?: string[]) => Promise<ApiClient>;

const on = (title: string, run: (t: ExecutionContext, start: Start) => Promise<void>) =>
  onBothDatabases(title, (t, url) => run(t, (scopes) => startApiServer(t, { 'database.url': url }, scopes)));

on(
  'a body that is too large, too deep, mistyped or no JSON gets a problem that names the place',
  async (t, start) => {
    const { ask } = await start();
    const post = (body: unknown, headers?: Record<string, string>) =>
      ask('POST', '/rooms', { body, headers });
    const large = await post({ ...interview('a'), note: 'x'.repeat(70_000) });
    t.is(large.status, 413);
    t.is(large.headers.get('Content-Type'), 'application/problem+json');
    t.is(large.json.detail, 'A request may have at most 64 KiB.');
    const deep = await post(`{"name":${'['.repeat(20_000)}${']'.repeat(20_000)}}`);
    t.is(deep.status, 400);
    t.deepEqual(
      deep.json.errors.map(({ pointer }: { pointer: string }) => pointer),
      ['/name'],
    );
    const typed = await post({
      name: 7,
      from: 'tomorrow',
      durationMinutes: 1.5,
      entry: { camera: 'on', light: true },
      colour: 1,
    });
    t.is(typed.status, 400);
    t.deepEqual(typed.json.errors.map(({ pointer }: { pointer: string }) => pointer).sort(), [
      '/colour',
      '/durationMinutes',
      '/entry/camera',
      '/entry/light',
      '/from',
      '/name',
    ]);
    t.regex((await post('{"name":')).json.detail, /^The body is not JSON: /);
    t.is((await post('name=a', { 'Content-Type': 'application/x-www-form-urlencoded' })).status, 415);
    t.is((await post('{}', { 'Content-Encoding': 'gzip' })).status, 415);
    t.is((await post([])).status, 400);
    t.is((await ask('GET', '/rooms?limit=many')).json.errors[0].pointer, '/limit');
    t.is((await ask('GET', '/rooms?colour=red')).json.errors[0].pointer, '/colour');
    t.is((await ask('GET', '/rooms?cursor=e30')).json.errors[0].pointer, '/cursor');
    t.is((await ask('GET', '/rooms')).json.items.length, 0);
  },
);

on('what cannot be of a room is 422, and a name that is taken 409', async (t, start) => {
  const { ask } = await start();
  const post = (body: object) => ask('POST', '/rooms', { body });
  const from = '2099-04-01T10:00:00+09:00';
  for (const [body, detail] of [
    [{ name: 'a', from, until: from }, /would close when it opens .*, and have no length/],
    [{ name: 'a', from, until: '2100-04-03T10:00:00+09:00' }, /open for at most 366 days/],
    [{ name: 'a', from: '2020-04-01T10:00:00+09:00', durationMinutes: 60 }, /would be over already/],
    [{ name: 'a', from, until: '2099-04-01T11:00:00+09:00', durationMinutes: 60 }, /give one of them/],
    [{ name: ' ', from, durationMinutes: 60 }, /must not be empty/],
    [{ name: 'x'.repeat(65), from, durationMinutes: 60 }, /at most 64 characters/],
    [{ name: 'a', from, durationMinutes: 60, applicants: ['佐藤', '佐藤'] }, /cannot both be 佐藤/],
  ] as const) {
    const { status, json } = await post(body);
    t.is(status, 422, JSON.stringify(body));
    t.is(json.type, 'urn:webinterview:problem:impossible');
    t.regex(json.detail, detail);
  }
  t.is((await post(interview('a'))).status, 201);
  const taken = await post(interview('a'));
  t.is(taken.status, 409);
  t.regex(taken.json.detail, /already a room named a: choose another name/);
});

on(
  'a wrong time zone is refused with what to give instead; a right one is stored by its name',
  async (t, start) => {
    const { ask } = await start();
    const post = (body: object) => ask('POST', '/rooms', { body: { ...interview('a'), ...body } });
    const place = 'give a place, e.g. Asia/Tokyo or Europe/Berlin';
    const refused = {
      'Asia/Tokio': 'is not known: expected e.g. Asia/Tokyo or Europe/Berlin',
      '': 'is not known: expected e.g. Asia/Tokyo or Europe/Berlin',
      '+09:00': `is an offset, not a time zone: ${place}`,
      'UTC+9': `is an offset, not a time zone: ${place}`,
      CST: 'is an abbreviation that does not say where: give a place, e.g. America/Chicago or Asia/Shanghai',
    };
    for (const [timeZone, detail] of Object.entries(refused)) {
      const { status, json } = await post({ timeZone });
      t.is(status, 400, timeZone);
      t.deepEqual(json.errors, [{ in: 'body', pointer: '/timeZone', detail }], timeZone);
    }
    const { json: room } = await post({ timeZone: 'asia/tokyo' });
    t.is(room.timeZone, 'Asia/Tokyo');
    const change = (timeZone: unknown) =>
      ask('PATCH', `/rooms/${room.id}`, { body: { timeZone }, headers: { 'If-Match': '*' } });
    t.is((await change('EST5')).status, 400);
    t.is((await change(9)).json.errors[0].pointer, '/timeZone');
    t.is((await change('JST')).json.timeZone, 'Asia/Tokyo');
    t.is((await change('europe/berlin')).json.timeZone, 'Europe/Berlin');
  },
);

on('a condition holds, or is refused: it is not passed over', async (t, start) => {
  const { ask } = await start();
  const { json: room } = await ask('POST', '/rooms', { body: interview('a') });
  const path = `/rooms/${room.id}`;
  const link = `${path}/links/${room.links[1].id}`;
  const headers = { 'If-Match': '"1"' };
  for (const [method, of] of [
    ['POST', `${path}/end`],
    ['POST', `${link}/reissue`],
    ['POST', `${link}/revoke`],
    ['GET', path],
  ] as const) {
    const { status, json } = await ask(method, of, { headers });
    t.is(status, 400, of);
    t.deepEqual(json.errors, [{ in: 'header', pointer: '/If-Match', detail: 'is not used here' }]);
  }
  const add = (applicant: string, given = headers) =>
    ask('POST', `${path}/links`, { body: { applicant }, headers: given });
  t.is((await add('佐藤花子')).status, 201);
  t.is((await ask('PATCH', path, { body: { note: '延期' }, headers })).json.version, 2);
  t.is((await add('鈴木一郎')).json.type, 'urn:webinterview:problem:changed');
  t.is((await add('鈴木一郎', { 'If-Match': '"2"' })).status, 201);
  const { json: links } = await ask('GET', `${path}/links`);
  t.deepEqual(
    links.items.map(({ applicant }: { applicant: string }) => applicant),
    ['', '', '佐藤花子', '鈴木一郎'],
  );
});

on('times of a room and of an export as the document tells them', async (t, start) => {
  const { ask, server } = await start();
  const length = ({ from, until }: { from: string; until: string }) =>
    (Date.parse(until) - Date.parse(from)) / 60_000;
  const { json: unset } = await ask('POST', '/rooms', { body: { name: 'unset' } });
  t.is(length(unset), server.config.room.durationMinutes);
  const { json: room } = await ask('POST', '/rooms', { body: interview('a') });
  const move = async (changes: object) =>
    (await ask('PATCH', `/rooms/${room.id}`, { body: changes, headers: { 'If-Match': '*' } })).json;
  const from = '2099-04-01T10:30:00+09:00';
  t.is(length(await move({ from })), length(room), 'a moved interview takes as long as before');
  t.is(length(await move({ from, durationMinutes: 45 })), 45);
  const chat = (query: string) => ask('GET', `/rooms/${room.id}/exports/chat?${query}`);
  const day = '2099-04-01T00:00:00Z';
  for (const until of [day, '2099-03-31T00:00:00Z']) {
    const refused = await chat(`from=${day}&until=${until}`);
    t.is(refused.status, 422);
    t.is(refused.json.detail, 'until is not after from: it has to be the later time.');
  }
  t.is((await chat(`from=${day}&until=2099-04-01T09:00:00.001%2B09:00`)).status, 200);
});

on('paths and methods that there are not', async (t, start) => {
  const { ask } = await start();
  t.is((await ask('GET', '/nowhere')).status, 404);
  t.is((await ask('GET', '')).status, 404);
  const put = await ask('PUT', '/rooms');
  t.is(put.status, 405);
  t.is(put.headers.get('Allow'), 'HEAD, GET, POST');
  t.regex((await ask('GET', '/rooms/short')).json.detail, /There is no such roomId: short/);
  const id = 'A'.repeat(22);
  t.is((await ask('GET', `/rooms/${id}`)).json.detail, `There is no room ${id}.`);
  t.is((await ask('POST', `/rooms/${id}/links/${id}/revoke`)).status, 404);
});

on('keys: none, wrong, without the scope, expired, revoked in mid-use', async (t, start) => {
  const { ask, server, keyId } = await start(['rooms:read']);
  const none = await ask('GET', '/rooms', { key: null });
  t.is(none.status, 401);
  t.is(none.headers.get('WWW-Authenticate'), 'Bearer realm="webinterview"');
  for (const key of ['x', `wik_${'a'.repeat(16)}_${'A'.repeat(43)}`, `wik_${keyId}_${'A'.repeat(43)}`])
    t.is((await ask('GET', '/rooms', { key })).status, 401);
  const forbidden = await ask('POST', '/rooms', { body: interview('a') });
  t.is(forbidden.status, 403);
  t.regex(forbidden.json.detail, /scope rooms:write .*; this one has rooms:read\.$/);
  t.is((await ask('GET', '/rooms')).status, 200);
  t.is((await cli(server.config, ['key', 'revoke', keyId])).code, 0);
  const revoked = await ask('GET', '/rooms');
  t.is(revoked.status, 401);
  t.regex(revoked.json.detail, /is not known, has expired or was revoked/);
});

on('a key that is revoked while a body comes slowly does nothing any more', async (t, start) => {
  const { ask, server, key, keyId } = await start();
  const body = JSON.stringify(interview('slow'));
  const sending = request(`${server.url}/api/v1/rooms`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' },
  });
  const answered = once(sending, 'response') as Promise<[IncomingMessage]>;
  sending.write(body.slice(0, 5));
  await until('the key was looked at', async () => (await server.store.keys.find(keyId))?.lastUsedAt);
  t.is((await cli(server.config, ['key', 'revoke', keyId])).code, 0);
  sending.end(body.slice(5));
  const [answer] = await answered;
  t.is(answer.statusCode, 401);
  answer.resume();
  const { key: other } = await newKey(server);
  t.is((await ask('GET', '/rooms', { key: other })).json.items.length, 0);
});

on('a key that asks too often is told when it may go on, and others are not held up', async (t, start) => {
  const { ask, server } = await start();
  const first = await ask('GET', '/rooms');
  t.is(first.headers.get('RateLimit-Policy'), '"key";q=600;w=60');
  t.regex(first.headers.get('RateLimit') ?? '', /^"key";r=599;t=(60|59)$/);
  const answers = [first];
  // Many at once, so that it is done long before a minute is over, when they are counted anew.
  const last = await until('a request is refused', async () => {
    const many = Array.from({ length: 60 }, () => ask('GET', '/rooms/short'));
    answers.push(...(await Promise.all(many)));
    return answers.find(({ status }) => status === 429);
  });
  t.true(answers.filter(({ status }) => status !== 429).length >= 600);
  t.is(last.json.type, 'urn:webinterview:problem:rate-limited');
  t.regex(last.headers.get('Retry-After') ?? '', /^\d+$/);
  t.regex(last.headers.get('RateLimit') ?? '', /^"key";r=0;t=\d+$/);
  const { key } = await newKey(server);
  t.is((await ask('GET', '/rooms', { key })).status, 200);
  // Who guesses is slowed down, whose key is known is not.
  const guesses = Array.from({ length: 31 }, () => ask('GET', '/rooms', { key: 'wrong' }));
  t.is((await Promise.all(guesses)).filter(({ status }) => status === 429).length, 1);
  t.is((await ask('GET', '/rooms', { key })).status, 200);
});

on('keys on the command line: shown once, listed without what proves them, revoked', async (t, start) => {
  const { server } = await start();
  const run = (...args: string[]) => cli(server.config, args);
  const made = await run(
    'key',
    'create',
    '--name',
    'recruiting',
    '--scope',
    'rooms:read',
    'rooms:write',
    '--expires',
    '90d',
  );
  t.regex(made.stdout, /^wik_[0-9a-f]{16}_[\w-]{43}\n$/);
  t.regex(made.stderr, /note: this is shown once/);
  const key = made.stdout.trim();
  const ask = asker(server.url, key);
  t.is((await ask('POST', '/rooms', { body: interview('a') })).status, 201);
  t.is((await ask('GET', '/rooms/A/links')).status, 403);
  const { keys } = JSON.parse((await run('key', 'list', '--json')).stdout);
  const mine = keys.find(({ name }: { name: string }) => name === 'recruiting');
  t.deepEqual(mine.scopes, ['rooms:read', 'rooms:write']);
  t.is(Math.round((Date.parse(mine.expiresAt) - Date.now()) / 86_400_000), 90);
  t.truthy(mine.lastUsedAt);
  t.false('hash' in mine);
  t.regex(
    (await run('key', 'list')).stdout,
    /\n[0-9a-f]{16} +valid +\d{4}\/\S+ \S+ +recruiting\n {2}may rooms:read, rooms:write\n {2}made \d{4}\//,
  );
  t.regex(
    (await run('key', 'revoke', mine.id)).stdout,
    /^The key recruiting \(.*\) is refused from now on\.\n$/,
  );
  t.is((await ask('GET', '/rooms')).status, 401);
  t.regex((await run('key', 'list')).stdout, /\n[0-9a-f]{16} +revoked .*recruiting\n/);
  const wrong = async (...args: string[]) => (await run('key', ...args)).stderr;
  t.regex(
    await wrong('create', '--name', 'a', '--scope', 'all'),
    /There is no scope all: choose from rooms:read, /,
  );
  t.regex(
    await wrong('create', '--name', '\u3164', '--scope', ...allScopes),
    /name of a key must not .* invisible/,
  );
  t.regex(await wrong('create', '--name', ' ', '--scope', ...allScopes), /name of a key has from 1 to 64/);
  t.regex(
    await wrong('create', '--name', 'a', '--scope', 'rooms:read', '--expires', '90m'),
    /is not a number of days/,
  );
  t.regex(await wrong('revoke', 'nothing'), /There is no key nothing: see webinterview key list/);
  await run('key', 'create', '--name', 'twice', '--scope', 'rooms:read');
  await run('key', 'create', '--name', 'twice', '--scope', 'rooms:read');
  t.regex(
    await wrong('revoke', 'twice'),
    /2 keys are named twice: say which by its id, [0-9a-f]{16} or [0-9a-f]{16}\./,
  );
  const expiring = await run('key', 'create', '--name', 'once', '--scope', 'rooms:read', '--expires', '90d');
  const [, id] =
    /its id is ([0-9a-f]{16}); it expires [\d/]+ [\d:]+ \(Asia\/Tokyo\)\./.exec(expiring.stderr) ?? [];
  t.regex((await run('key', 'revoke', 'once')).stdout, new RegExp(`The key once \\(${id}\\) is refused`));
});

test('a leaked database opens no room: keys are hashed, and kept answers encrypted', async (t) => {
  const { ask, server, key } = await startApiServer(t);
  const { json } = await ask('POST', '/rooms', {
    body: { ...interview('a'), applicants: ['佐藤花子'] },
    headers: { 'Idempotency-Key': 'k' },
  });
  const token = json.links[1].url.split('#')[1] as string;
  const text = ['', '-wal']
    .map((end) => readFileSync(join(server.config.dataDir, `webinterview.sqlite${end}`)).toString('latin1'))
    .join('');
  t.true(text.includes(token.slice(0, 22)), 'the id of the link is there');
  t.false(text.includes(token.slice(22)));
  t.false(text.includes(key.slice(21)));
  const logged = JSON.stringify(server.log);
  t.false(logged.includes(token) || logged.includes(key) || logged.includes('佐藤花子'));
});
