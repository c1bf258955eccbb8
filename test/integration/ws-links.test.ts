/** Who comes in at the WebSocket, and what those are told who do not. */
import test from 'ava';
import { closeCodes, type ErrorCode } from '../../src/protocol/errors.ts';
import { limits } from '../../src/protocol/limits.ts';
import { PROTOCOL_VERSION, subprotocol, tokenSubprotocol } from '../../src/protocol/version.ts';
import { connect, join } from '../helpers/client.ts';
import { startMariadb } from '../helpers/mariadb.ts';
import { startServer, type TestServer } from '../helpers/server.ts';

const hour = 60 * 60 * 1000;
const fromNow = (ms: number) => new Date(Date.now() + ms);

const refusals: { name: string; code: ErrorCode; token: (server: TestServer) => Promise<string> }[] = [
  { name: 'no link', code: 'link_unknown', token: async () => '' },
  { name: 'a link that never was', code: 'link_unknown', token: async () => 'A'.repeat(44) },
  {
    name: 'a link after its time',
    code: 'link_expired',
    token: async (server) =>
      (await server.room({ from: fromNow(-2 * hour), until: fromNow(-hour) })).tokens.interviewer,
  },
  {
    name: 'a revoked link',
    code: 'link_revoked',
    async token(server) {
      const { links, tokens } = await server.room();
      await server.store.rooms.revokeLink(links.applicant.id, new Date(), []);
      return tokens.applicant;
    },
  },
  {
    name: 'a link that was issued anew',
    code: 'link_revoked',
    async token(server) {
      const { links, tokens } = await server.room();
      await server.store.rooms.reissueLink(links.applicant.id, []);
      return tokens.applicant;
    },
  },
];

for (const { name, code, token } of refusals) {
  test(`${name} is refused as ${code}`, async (t) => {
    const server = await startServer(t);
    const client = await connect(t, server, { token: await token(server) });
    client.socket.send(JSON.stringify({ id: 1, method: 'join', params: { keepMedia: false } }));
    const refused = await client.next('refused');
    t.is(refused.code, code);
    t.deepEqual(await client.closed, { code: closeCodes.refused, reason: code });
    if (code === 'link_expired') t.truthy(refused.room?.from);
    else t.is(refused.room, null);
  });
}

test('a link that was issued anew opens the room with its new token', async (t) => {
  const server = await startServer(t);
  const { links, record } = await server.room();
  const link = await server.store.rooms.reissueLink(links.applicant.id, []);
  if (!link) return t.fail();
  const { joined } = await join(t, server, server.token(link));
  t.is(joined.role, 'applicant');
  t.is(joined.room.name, record.name);
});

test('a page of another version is told to reload, and so is one that names none', async (t) => {
  const server = await startServer(t);
  const { tokens } = await server.room();
  const other = `webinterview.v${PROTOCOL_VERSION + 1}`;
  const newer = await connect(t, server, { subprotocols: [other, tokenSubprotocol(tokens.applicant)] });
  t.is((await newer.closed).code, closeCodes.version);
  const none = await connect(t, server, { subprotocols: [] });
  t.is((await none.closed).code, closeCodes.version);
});

test('a page of another origin is refused, our own and programs are not', async (t) => {
  const server = await startServer(t, { 'http.publicUrl': 'https://interview.example.com' });
  const { tokens } = await server.room();
  const from = (origin?: string) => connect(t, server, { token: tokens.applicant, origin });
  await t.throwsAsync(from('https://evil.example.com'), { message: /403/ });
  await t.throwsAsync(from('null'), { message: /403/ });
  for (const origin of [undefined, server.url, 'https://interview.example.com'])
    await t.notThrowsAsync(from(origin));
});

test('there is nothing at another path', async (t) => {
  const server = await startServer(t);
  await t.throwsAsync(connect(t, server, { subprotocols: [subprotocol], path: '/socket' }), {
    message: /404/,
  });
});

test('a second person on a taken seat waits, is told so, and may ask when it is free', async (t) => {
  const server = await startServer(t);
  const { tokens } = await server.room();
  const first = await join(t, server, tokens.applicant);
  const second = await join(t, server, tokens.applicant);
  t.false(second.joined.seatTaken);
  await first.client.request('requestAdmission', { name: '応募花子' });
  t.deepEqual(await second.client.next('seat'), { taken: true, movable: true });
  await t.throwsAsync(second.client.request('requestAdmission', { name: '他人' }), {
    message: /someone else/,
  });
  t.true((await join(t, server, tokens.applicant)).joined.seatTaken);
  await first.client.request('cancelRequest', {});
  t.deepEqual(await second.client.next('seat'), { taken: false, movable: false });
  await t.notThrowsAsync(second.client.request('requestAdmission', { name: '他人' }));
});

test('one link does not take the server from the others', async (t) => {
  const server = await startServer(t);
  const { tokens } = await server.room();
  const most = limits.socketsPerPerson * limits.peersPerLink;
  for (let i = 0; i < most; i++) await connect(t, server, { token: tokens.applicant });
  const oneMore = await connect(t, server, { token: tokens.applicant });
  // Not for good: some may be of lines that were lost, and who comes back into a call is among those who come.
  t.is((await oneMore.closed).code, closeCodes.tooMuch);
  t.true(oneMore.told.every(({ event }) => event !== 'refused'));
  t.is((await join(t, server, tokens.interviewer)).joined.role, 'interviewer');
});

test('a database that does not answer is no refusal: the page is to try again', async (t) => {
  const server = await startServer(t);
  const { tokens } = await server.room();
  await server.close();
  await t.throwsAsync(connect(t, server, { token: tokens.applicant }), { message: /ECONNREFUSED/ });
});

test('a socket that has closed by the time its join is read takes no seat from the one after it', async (t) => {
  const server = await startServer(t);
  const { tokens } = await server.room();
  const { client, joined } = await join(t, server, tokens.interviewer);
  for (let i = 0; i < 20; i++) {
    const late = await connect(t, server, { token: tokens.interviewer });
    const params = { resumeKey: joined.resumeKey, keepMedia: false };
    // Both frames come at once, as from a line on which the page had given the socket up.
    late.socket.send(JSON.stringify({ id: 1, method: 'join', params }), () => undefined);
    late.socket.close();
    await late.closed;
  }
  t.is((await client.request('ping', {})) as null, null);
});

test('sockets that are cut before their link is known leave no place taken', async (t) => {
  const mariadb = await startMariadb();
  t.teardown(() => mariadb.stop());
  const server = await startServer(t, { 'database.url': await mariadb.database(t) });
  const { tokens } = await server.room();
  await (await join(t, server, tokens.applicant)).client.request('ping', {});
  mariadb.signal('SIGSTOP');
  const cut = Array.from({ length: limits.socketsPerPerson * limits.peersPerLink }, () =>
    connect(t, server, { token: tokens.applicant }),
  );
  for (const { socket } of await Promise.all(cut)) socket.terminate();
  mariadb.signal('SIGCONT');
  t.is((await join(t, server, tokens.applicant)).joined.role, 'applicant');
});
