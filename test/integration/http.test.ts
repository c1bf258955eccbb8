/** The HTTP side of the real server. */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join as joinPath } from 'node:path';
import test from 'ava';
import Koa from 'koa';
import { closeCodes } from '../../src/protocol/errors.ts';
import { servePage } from '../../src/server/http/page.ts';
import { exchange } from '../fuzz/wire.ts';
import { connect, join } from '../helpers/client.ts';
import { startMariadb } from '../helpers/mariadb.ts';
import { startServer, type TestServer } from '../helpers/server.ts';
import { aLink, aRoom, putRoom, temporaryFolder } from '../helpers/store.ts';

const hour = 60 * 60 * 1000;
const assets = joinPath(import.meta.dirname, '../../dist/web/assets');

const download = (server: TestServer, file: string, token?: string) =>
  fetch(`${server.url}/api/room/${file}`, { headers: token ? { authorization: `Bearer ${token}` } : {} });

test('the page comes at / and /room, and by the name of its file, is asked for anew each time and loads nothing from elsewhere', async (t) => {
  const server = await startServer(t);
  for (const path of ['/', '/room', '/index.html', '/index']) {
    const answer = await fetch(server.url + path);
    t.is(answer.status, 200);
    t.regex(answer.headers.get('content-type') ?? '', /^text\/html/);
    t.is(answer.headers.get('cache-control'), 'no-cache');
    t.is(answer.headers.get('referrer-policy'), 'no-referrer');
    t.is(answer.headers.get('x-content-type-options'), 'nosniff');
    const policy = answer.headers.get('content-security-policy') ?? '';
    t.true(policy.startsWith("default-src 'none'"));
    t.true(policy.includes("worker-src 'self';"));
    t.false(/unsafe|https?:|\*/.test(policy));
    t.regex(await answer.text(), /<script type="module"/);
  }
});

test('files with hashed names are compressed and kept for good', async (t) => {
  const server = await startServer(t);
  const script = readdirSync(assets).find((name) => name.endsWith('.js')) as string;
  t.regex(script, /-[A-Z0-9]{8}\.js$/);
  const answer = await fetch(`${server.url}/assets/${script}`, { headers: { 'accept-encoding': 'br' } });
  t.is(answer.headers.get('content-encoding'), 'br');
  t.is(answer.headers.get('cache-control'), 'public, max-age=31536000, immutable');
  t.is((await fetch(`${server.url}/assets/${script}`, { method: 'HEAD' })).status, 200);
});

test('a range that cannot be is passed over, as all are: files come whole', async (t) => {
  const server = await startServer(t);
  for (const range of ['bytes=9-1', 'bytes=0-9', 'bytes=99999999-', 'x'])
    t.regex(await (await fetch(server.url, { headers: { range } })).text(), /<\/html>|<script type="module"/);
});

test('a file of the page that was replaced under the server breaks off its own answer and nothing else', async (t) => {
  const folder = await temporaryFolder(t);
  await writeFile(joinPath(folder, 'index.html'), '<!doctype html>');
  await writeFile(joinPath(folder, 'old.js'), 'old');
  const faults: Error[] = [];
  const app = new Koa().use(servePage(folder));
  app.on('error', (error) => faults.push(error));
  const server = app.listen(0, '127.0.0.1');
  t.teardown(() => server.close());
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  t.is(await (await fetch(`${url}/old.js`)).text(), 'old');
  await rm(joinPath(folder, 'old.js'));
  await t.throwsAsync(fetch(`${url}/old.js`));
  t.is((faults[0] as NodeJS.ErrnoException).code, 'ENOENT');
  t.is(await (await fetch(url)).text(), '<!doctype html>');
});

test('a target that is no path is answered as such', async (t) => {
  const server = await startServer(t);
  for (const target of ['http://[', '*']) {
    const bytes = Buffer.from(`GET ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
    const { status, text } = await exchange(server.url, bytes);
    t.is(status, 400, target);
    t.regex(text, /cannot be read/);
  }
});

test('what is not there is answered as such, and no file outside the page is reached', async (t) => {
  const server = await startServer(t);
  for (const path of ['/nothing', '/assets/nothing.js', '/..%2f..%2fpackage.json', '/api/room/nothing']) {
    const answer = await fetch(server.url + path);
    t.is(answer.status, 404, path);
    t.deepEqual(await answer.json(), { error: { code: 'not_found', message: 'there is nothing here' } });
  }
  t.is((await fetch(server.url, { method: 'POST' })).status, 404);
});

test('a link that was changed on its way leads to its room, and its token to nobody else', async (t) => {
  const server = await startServer(t);
  const { tokens } = await server.room();
  const ask = (path: string, method = 'GET') => fetch(server.url + path, { method, redirect: 'manual' });
  for (const path of [
    `/room%23${tokens.applicant}`,
    `/room%2523${tokens.applicant}.`,
    `/room/${tokens.applicant}`,
  ])
    for (const method of ['GET', 'HEAD']) {
      const answer = await ask(path, method);
      t.is(answer.status, 302, path);
      t.is(answer.headers.get('location'), `/room#${tokens.applicant}`);
      t.is(answer.headers.get('cache-control'), 'no-store');
      t.is(answer.headers.get('referrer-policy'), 'no-referrer');
      t.is(await answer.text(), '');
    }
  // The browser keeps the fragment that it has.
  for (const path of ['/room/', '//room', '/Room', '/room.', '/room%E3%80%82', '/room/?utm_source=mail'])
    t.is((await ask(path)).headers.get('location'), '/room', path);
  t.is((await ask('/room?openExternalBrowser=1')).status, 200);
  t.is((await ask('/room/', 'POST')).status, 404);
  t.false(JSON.stringify(server.log).includes(tokens.applicant.slice(0, 22)));
});

test('people see the page where nothing is, programs an error', async (t) => {
  const server = await startServer(t);
  const accept = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';
  for (const path of ['/nothing', '/rooms', '/api/room/nothing', '/assets/nothing.js', '/%']) {
    const answer = await fetch(server.url + path, { headers: { accept } });
    t.is(answer.status, 404, path);
    t.regex(answer.headers.get('content-type') ?? '', /^text\/html/, path);
    t.is(answer.headers.get('cache-control'), 'no-store');
    t.is(answer.headers.get('vary'), 'Accept');
    const room = await fetch(`${server.url}/room`);
    t.is(answer.headers.get('content-security-policy'), room.headers.get('content-security-policy'));
    t.is(await answer.text(), await room.text());
    const head = await fetch(server.url + path, { method: 'HEAD', headers: { accept } });
    t.is(head.status, 404);
    for (const wanted of ['application/json', '*/*', 'image/png'])
      t.like(await (await fetch(server.url + path, { headers: { accept: wanted } })).json(), {
        error: { code: 'not_found' },
      });
  }
  t.is((await fetch(`${server.url}/nothing`, { method: 'POST', headers: { accept } })).status, 404);
});

test('healthz says that the server lives, readyz that interviews can be held', async (t) => {
  const server = await startServer(t);
  for (const path of ['/healthz', '/readyz']) {
    const answer = await fetch(`${server.url}${path}`);
    t.is(answer.status, 200);
    t.deepEqual(await answer.json(), { status: 'ok' });
  }
});

test('a database that is away is told to whom it concerns, and nobody is refused for good', async (t) => {
  const mariadb = await startMariadb();
  const server = await startServer(t, { 'database.url': await mariadb.database(t) });
  const { tokens } = await server.room();
  t.is((await fetch(`${server.url}/readyz`)).status, 200);
  await mariadb.stop();
  // A restart would end the calls and mend nothing.
  t.is((await fetch(`${server.url}/healthz`)).status, 200);
  const health = await fetch(`${server.url}/readyz`);
  t.is(health.status, 503);
  t.deepEqual(await health.json(), { status: 'the database does not answer' });
  const records = await download(server, 'chat.csv', tokens.interviewer);
  t.is(records.status, 503);
  t.like(await records.json(), { error: { code: 'store_unavailable' } });
  const client = await connect(t, server, { token: tokens.applicant });
  t.is((await client.closed).code, closeCodes.goingAway);
});

test('both records are the interviewer’s to download', async (t) => {
  const server = await startServer(t);
  const { tokens, record } = await server.room();
  const { client } = await join(t, server, tokens.interviewer);
  await client.request('enter', { company: '株式会社例', name: '面接太郎' });
  await client.request('sendChat', { clientId: randomUUID(), text: 'こんにちは' });
  const people = await download(server, 'participants.csv', tokens.interviewer);
  t.is(people.status, 200);
  t.is(people.headers.get('content-type'), 'text/csv; charset=utf-8');
  t.is(people.headers.get('cache-control'), 'no-store');
  t.regex(people.headers.get('content-disposition') ?? '', new RegExp(`${record.name}-participants.csv`));
  const bytes = Buffer.from(await people.arrayBuffer());
  t.deepEqual([...bytes.subarray(0, 3)], [0xef, 0xbb, 0xbf]);
  t.regex(bytes.toString(), /,主催者,株式会社例,面接太郎,[^,]+,\r\n$/);
  const chat = await download(server, 'chat.csv', tokens.interviewer);
  t.regex(await chat.text(), /,主催者,面接太郎,こんにちは\r\n$/);
});

test('a room’s name stays within the name of the file, whatever is in it', async (t) => {
  const server = await startServer(t);
  // Of an earlier version, which took such names.
  const until = new Date(Date.now() + hour);
  const record = aRoom({ name: 'a"; filename=evil.html; x="\u202E/../面接', until });
  const link = aLink(record, { role: 'interviewer' });
  await putRoom(server.store, record, [link]);
  const chat = await download(server, 'chat.csv', server.token(link));
  const header = chat.headers.get('content-disposition') ?? '';
  t.regex(header, /^attachment; filename="(?:[^"\\]|\\.)*"; filename\*=UTF-8''[\w%.!~*'()-]+$/);
});

test('the records of a room in which nobody was have their head', async (t) => {
  const server = await startServer(t);
  const { tokens } = await server.room();
  const chat = await download(server, 'chat.csv', tokens.interviewer);
  t.is(await chat.text(), 'タイプ,時刻,主催者・参加者,名前,メッセージ\r\n');
});

test('nobody else gets them', async (t) => {
  const server = await startServer(t);
  const room = await server.room();
  const ended = (ago: number) => {
    const until = new Date(Date.now() - ago);
    return server.room({ from: new Date(until.getTime() - hour), until });
  };
  const early = await server.room({ from: new Date(Date.now() + hour) });
  const revoked = await server.room();
  await server.store.rooms.revokeLink(revoked.links.interviewer.id, new Date(), []);
  const answers: [string, string | undefined, number, string][] = [
    ['no token', undefined, 401, 'link_unknown'],
    ['a made-up token', 'A'.repeat(44), 401, 'link_unknown'],
    ['the applicant', room.tokens.applicant, 403, 'not_allowed'],
    ['before the time', early.tokens.interviewer, 403, 'link_early'],
    ['long after the end', (await ended(1.1 * hour)).tokens.interviewer, 403, 'link_expired'],
    ['a revoked link', revoked.tokens.interviewer, 401, 'link_revoked'],
  ];
  for (const [who, token, status, code] of answers) {
    const answer = await download(server, 'chat.csv', token);
    t.is(answer.status, status, who);
    t.like(await answer.json(), { error: { code } }, who);
  }
  const soonAfter = await download(server, 'chat.csv', (await ended(0.9 * hour)).tokens.interviewer);
  t.is(soonAfter.status, 200);
});
