/** What strangers who try links run into at the real server, and who goes on past them. */
import test from 'ava';
import { closeCodes } from '../../src/protocol/errors.ts';
import { guardLimits } from '../../src/server/room/LinkGuard.ts';
import { connect, join } from '../helpers/client.ts';
import { lockOut } from '../helpers/lock-out.ts';
import { startServer, type TestServer } from '../helpers/server.ts';

const { lockMs } = guardLimits.wrongTokens;
const wrong = 'A'.repeat(44);

const ask = (server: TestServer, path: string, token: string, headers: Record<string, string> = {}) =>
  fetch(server.url + path, { headers: { authorization: `Bearer ${token}`, ...headers } });

test('a lock-out is told at the socket and over HTTP, with its end, and leaves true links alone', async (t) => {
  const server = await startServer(t);
  const { tokens } = await server.room();
  await lockOut(t, server);
  const before = Date.now();
  const client = await connect(t, server, { token: wrong });
  const refused = await client.next('refused');
  t.is(refused.code, 'locked_out');
  const left = Date.parse(refused.retryAt ?? '') - before;
  t.true(left > lockMs - 60_000 && left <= lockMs + 1000, `${left} ms`);
  t.deepEqual(await client.closed, { code: closeCodes.refused, reason: 'locked_out' });
  for (const path of ['/api/room/chat.csv', '/api/room/files/x', '/api/speed/down']) {
    const answer = await ask(server, path, wrong);
    t.is(answer.status, 429, path);
    const seconds = Number(answer.headers.get('retry-after'));
    t.true(seconds > 0 && seconds <= lockMs / 1000, path);
    t.like(await answer.json(), { error: { code: 'locked_out' } });
  }
  t.is((await join(t, server, tokens.applicant)).joined.role, 'applicant');
  t.is((await ask(server, '/api/room/chat.csv', tokens.interviewer)).status, 200);
});

test('wrong tokens over HTTP count as well, by the address that a trusted proxy tells', async (t) => {
  const server = await startServer(t, { 'http.trustedProxies': ['127.0.0.1'] });
  const as = (address: string) => ask(server, '/api/room/chat.csv', wrong, { 'x-forwarded-for': address });
  for (let i = 0; i < guardLimits.wrongTokens.most; i++) t.is((await as('192.0.2.1')).status, 401);
  t.is((await as('192.0.2.1')).status, 429);
  t.is((await as('203.0.113.5, 192.0.2.1')).status, 429);
  t.is((await as('192.0.2.2')).status, 401);
});

test('who is no trusted proxy cannot give another address the blame', async (t) => {
  const server = await startServer(t);
  let last = 0;
  for (let i = 0; i <= guardLimits.wrongTokens.most; i++) {
    const headers = { 'x-forwarded-for': `192.0.2.${i}` };
    last = (await ask(server, '/api/room/chat.csv', wrong, headers)).status;
  }
  t.is(last, 429);
  const told = server.log.filter(({ msg }) => String(msg).includes('http.trustedProxies'));
  t.is(told.length, 1);
  t.is(told[0]?.address, '127.0.0.1');
});

test('a link that is opened again and again has to wait, and others do not', async (t) => {
  const server = await startServer(t);
  const { tokens } = await server.room();
  const codes: number[] = [];
  for (let i = 0; i < guardLimits.socketsPerLink.burst * 2 && codes.length === 0; i++) {
    const client = await connect(t, server, { token: tokens.applicant });
    const answered = client.ask('ping', {}).then(
      () => null,
      () => client.closed,
    );
    const closed = await answered;
    if (closed) codes.push(closed.code);
    client.socket.terminate();
  }
  t.deepEqual(codes, [closeCodes.tooMuch]);
  t.is((await join(t, server, tokens.interviewer)).joined.role, 'interviewer');
});

test('downloads of one link have a rate', async (t) => {
  const server = await startServer(t);
  const { tokens } = await server.room();
  const statuses = new Set<number>();
  for (let i = 0; i <= guardLimits.downloadsPerLink.burst; i++)
    statuses.add((await ask(server, '/api/room/chat.csv', tokens.interviewer)).status);
  t.deepEqual([...statuses], [200, 429]);
});
