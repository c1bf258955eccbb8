/** What strangers who try links run into at the real server, and who goes on past them. */
import { request } from 'node:http';
import test from 'ava';
import { closeCodes } from '../../src/protocol/errors.ts';
import { guardLimits } from '../../src/server/room/LinkGuard.ts';
import { connect, join } from '../helpers/client.ts';
import { lockOut } from '../helpers/lock-out.ts';
import { startServer, type TestServer } from '../helpers/server.ts';
import { until } from '../helpers/until.ts';

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
  /** null: it was taken. */
  const open = async () => {
    const client = await connect(t, server, { token: tokens.applicant });
    const closed = await client.ask('ping', {}).then(
      () => null,
      () => client.closed,
    );
    client.socket.terminate();
    return closed?.code ?? null;
  };
  let taken = 0;
  // As it fills up again meanwhile, it takes some more than the burst; several at once are faster than that on any machine.
  const codes = await until('an opening of the link is refused', async () => {
    const opened = await Promise.all(Array.from({ length: 10 }, open));
    const refused = opened.filter((code) => code !== null);
    taken += opened.length - refused.length;
    return refused.length > 0 ? refused : null;
  });
  t.deepEqual([...new Set(codes)], [closeCodes.tooMuch]);
  t.true(taken >= guardLimits.socketsPerLink.burst, `${taken}`);
  t.is((await join(t, server, tokens.interviewer)).joined.role, 'interviewer');
});

test('downloads of one link have a rate', async (t) => {
  const server = await startServer(t);
  const { tokens } = await server.room();
  const { burst } = guardLimits.downloadsPerLink;
  // All at once, for on a slow machine one more is allowed every five seconds.
  const download = () => ask(server, '/api/room/chat.csv', tokens.interviewer);
  const answers = await Promise.all(Array.from({ length: 2 * burst }, download));
  t.deepEqual([...new Set(answers.map(({ status }) => status))].sort(), [200, 429]);
  t.true(answers.filter(({ status }) => status === 200).length >= burst);
});

test('more sockets of one network than anybody needs are refused before anything is read of them', async (t) => {
  const server = await startServer(t);
  const open = () =>
    new Promise<number>((resolve, reject) => {
      const headers = {
        connection: 'Upgrade',
        upgrade: 'websocket',
        'sec-websocket-version': '13',
        'sec-websocket-key': Buffer.alloc(16).toString('base64'),
      };
      const asked = request(`${server.url}/ws`, { headers, agent: false });
      asked.once('upgrade', (_answer, socket) => resolve(socket.destroy() && 101));
      asked.once('response', ({ statusCode = 0 }) => resolve(statusCode));
      asked.once('error', reject);
      asked.end();
    });
  const { burst } = guardLimits.socketsPerNetwork;
  const seen: number[] = [];
  // As it fills up again meanwhile, it takes some more.
  while (seen.length < burst) seen.push(...(await Promise.all(Array.from({ length: 50 }, open))));
  await until(
    'a socket is refused',
    async () => {
      seen.push(...(await Promise.all(Array.from({ length: 100 }, open))));
      return seen.includes(429);
    },
    { withinMs: 60_000 },
  );
  t.deepEqual([...new Set(seen)].sort(), [101, 429]);
  t.true(seen.indexOf(429) >= burst);
});
