/** What `webinterview check` makes of what it finds. */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import test from 'ava';
import { type WebSocket, WebSocketServer } from 'ws';
import { clockOutcome } from '../../src/cli/check/clock.ts';
import { addressesOf } from '../../src/cli/check/link/media.ts';
import { targetOf } from '../../src/cli/check/link/target.ts';
import { OtherVersion, visit } from '../../src/cli/check/link/visit.ts';
import { cpuOutcome, diskOutcome, memoryOutcome, nodeOutcome } from '../../src/cli/check/machine.ts';
import { mediaPortsOutcome } from '../../src/cli/check/ports.ts';
import { reachabilityOutcome } from '../../src/cli/check/reachability.ts';
import { runChecks, verdictOf } from '../../src/cli/check/run.ts';
import { decode, encode, longTermKey, seenAs } from '../../src/cli/check/stun.ts';
import { findingLines, verdictLine } from '../../src/cli/check/text.ts';
import { certificateOutcome } from '../../src/cli/check/tls.ts';
import { type Finding, ng, ok, skipped, warning, worstOf } from '../../src/cli/check/types.ts';
import { closeCodes } from '../../src/protocol/errors.ts';
import { subprotocol } from '../../src/protocol/version.ts';
import { UserError } from '../../src/server/errors.ts';
import { endpointOf } from '../../src/server/turnEndpoint.ts';

const MIB = 1024 * 1024;
const GIB = 1024 * MIB;

test('Node.js: as package.json wants it', (t) => {
  const { engines } = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8'));
  const oldest = engines.node.replace('>=', '');
  t.is(nodeOutcome(`${oldest}.0`).status, 'ok');
  const [major, minor] = oldest.split('.').map(Number);
  t.is(nodeOutcome(`${major}.${minor - 1}.9`).status, 'ng');
  t.is(nodeOutcome(`${major - 1}.99.0`).status, 'ng');
  t.is(nodeOutcome(`${major + 2}.0.0`).status, 'ok');
  t.regex(nodeOutcome('20.0.0').remedy ?? '', new RegExp(`Node\\.js ${oldest}`));
});

test('the machine: cores, memory, disk', (t) => {
  t.deepEqual(cpuOutcome(4, 4), { status: 'ok', text: '4 cores, 4 media workers' });
  t.is(cpuOutcome(4, 5).status, 'warning');
  t.is(cpuOutcome(1, 1).text, '1 core, 1 media worker');
  t.is(cpuOutcome(1, 1).status, 'warning');
  t.is(memoryOutcome(GIB, 4 * GIB).status, 'ok');
  t.is(memoryOutcome(300 * MIB, 4 * GIB).status, 'warning');
  t.is(memoryOutcome(255 * MIB, 4 * GIB).status, 'ng');
  t.deepEqual(diskOutcome(20 * GIB, '/srv'), { status: 'ok', text: '20 GB free for /srv' });
  t.is(diskOutcome(900 * MIB, '/srv').status, 'warning');
  t.is(diskOutcome(99 * MIB, '/srv').status, 'ng');
});

test('clocks: two seconds are nothing, a minute is too much, in either direction', (t) => {
  t.deepEqual(clockOutcome(-1900, 'the database server'), { status: 'ok', text: 'as the database server' });
  t.is(clockOutcome(2001, 'a').text, '2 s ahead of a');
  t.is(clockOutcome(-30_000, 'a').text, '30 s behind a');
  t.is(clockOutcome(-30_000, 'a').status, 'warning');
  for (const skew of [60_001, -60_001]) t.is(clockOutcome(skew, 'a').status, 'ng');
});

test('a certificate: 21 days are enough, an hour too late is too late', (t) => {
  const now = new Date('2023-12-08T10:00:00Z');
  const of = (validTo: string, distrust: string | null = null) =>
    certificateOutcome({ validTo: new Date(validTo), issuer: 'A', distrust }, now, 'a.example.com');
  t.is(of('2023-12-29T10:00:00Z').status, 'ok');
  t.is(of('2023-12-29T09:59:59Z').status, 'warning');
  t.is(of('2023-12-09T11:00:00Z').text, 'a.example.com, 1 day left (until 2023-12-09), by A');
  t.is(of('2023-12-08T10:00:01Z').status, 'warning');
  t.is(
    of('2023-12-08T09:00:00Z', 'CERT_HAS_EXPIRED').text,
    'the certificate of a.example.com ended on 2023-12-08',
  );
  t.regex(of('2024-12-08T09:00:00Z', 'DEPTH_ZERO_SELF_SIGNED_CERT').text, /it is self-signed$/);
  t.regex(of('2024-12-08T09:00:00Z', 'SOMETHING_NEW').text, /not trusted: SOMETHING_NEW$/);
});

test('media ports: one for each worker, and one to spare', (t) => {
  const media = { portMin: 40_000, portMax: 40_009, workers: 4 } as Parameters<typeof mediaPortsOutcome>[0];
  t.is(mediaPortsOutcome(media, 6, false).status, 'ok');
  t.is(mediaPortsOutcome(media, 4, false).status, 'warning');
  t.is(mediaPortsOutcome(media, 3, false).status, 'ng');
  t.is(mediaPortsOutcome(media, 0, true).status, 'ok');
});

test('the media address: what arrives, what does not, and what cannot be known', (t) => {
  const at = (udp: boolean | null, tcp: boolean | null, isOwn = true, isPrivate = false) =>
    reachabilityOutcome('192.0.2.1', { udp, tcp, isOwn, isPrivate });
  t.is(at(true, true).status, 'ok');
  t.is(at(true, true, true, true).status, 'warning');
  t.like(at(false, true), { status: 'ng', text: 'UDP sent to 192.0.2.1 does not arrive here' });
  t.like(at(true, false), { status: 'ng', text: 'TCP sent to 192.0.2.1 does not arrive here' });
  // The router may lead nothing back in: nobody can say from here.
  t.is(at(false, false, false).status, 'warning');
  t.is(at(null, null).status, 'warning');
});

test('one check that fails by itself is NG, and the others still run', async (t) => {
  const fails = async () => {
    throw new TypeError('nobody thought of it');
  };
  const seen: string[] = [];
  const findings = await runChecks(
    [
      { id: 'a', label: 'A', run: fails },
      { id: 'b', label: 'B', run: async () => ok('fine') },
    ],
    ({ id }) => seen.push(id),
  );
  t.deepEqual(seen, ['a', 'b']);
  t.like(findings[0], { status: 'ng', text: 'nobody thought of it' });
  t.is(verdictOf(findings), 'ng');
  t.is(verdictOf(findings.slice(1)), 'ok');
  t.is(verdictLine(findings), '1 OK, 0 warnings, 1 NG');
});

test('several in one: as the worst, with each remedy once', (t) => {
  t.deepEqual(worstOf([ok('a'), warning('b', 'Do x.'), warning('c', 'Do x.')]), {
    status: 'warning',
    text: 'a; b; c',
    remedy: 'Do x.',
  });
  t.is(worstOf([warning('b', 'Do x.'), ng('c', 'Do y.')]).status, 'ng');
  t.deepEqual(worstOf([ok('a')]), { status: 'ok', text: 'a' });
  t.is(worstOf([skipped('a')]).status, 'skipped');
});

test('lines: whole for a pipe, broken at words for a terminal', (t) => {
  const finding: Finding = { id: 'tls', label: 'TLS', ...ng('one two three four', 'Do five six.') };
  t.deepEqual(findingLines(finding), [
    'TLS           NG       one two three four',
    '                       Do five six.',
  ]);
  t.deepEqual(findingLines(finding, 43), [
    'TLS           NG       one two three four',
    '                       Do five six.',
  ]);
  const long = { ...finding, text: `${'x'.repeat(40)} one two three four five` };
  for (const line of findingLines(long, 50).slice(1)) t.true(line.length <= 50);
  // A path stays whole, to be copied.
  t.true(findingLines(long, 50)[0]?.endsWith('x'.repeat(40)));
});

test('an answer of RFC 5769, section 2.2 is read', (t) => {
  const bytes = Buffer.from(
    `0101003c 2112a442 b7e7a701 bc34d686 fa87dfae 8022000b 74657374 20766563 746f7220
     00200008 0001a147 e112a643 00080014 2b91f599 fd9e90c3 8c7489f9 2af9ba53 f06be7d7
     80280004 c07d4c96`.replaceAll(/\s/g, ''),
    'hex',
  );
  const answer = decode(bytes, bytes.subarray(8, 20));
  t.true(answer?.isSuccess);
  t.is(answer && seenAs(answer), '192.0.2.1');
  t.is(decode(bytes, Buffer.alloc(12)), null, 'of another question');
  for (let length = 0; length < bytes.length; length++)
    t.notThrows(() => decode(bytes.subarray(0, length), bytes.subarray(8, 20)));
});

test('a request is as RFC 8489 wants it: cookie, length, signature before fingerprint', (t) => {
  const key = longTermKey('user', 'realm', 'pass');
  t.is(key.toString('hex'), '8493fbc53ba582fb4c044c456bdc40eb');
  const { bytes, transactionId } = encode({
    method: 'allocate',
    fields: [['realm', Buffer.from('abc')]],
    key,
  });
  t.is(bytes.readUInt16BE(0), 0x0003);
  t.is(bytes.readUInt16BE(2), bytes.length - 20);
  t.is(bytes.readUInt32BE(4), 0x2112a442);
  t.true(bytes.subarray(8, 20).equals(transactionId));
  // Three letters take four bytes.
  t.is(bytes.length, 20 + 8 + 24 + 8);
  t.is(bytes.readUInt16BE(28), 0x0008);
  t.is(bytes.readUInt16BE(52), 0x8028);
});

test('addresses of TURN servers', (t) => {
  t.deepEqual(endpointOf('turn:a.example.com'), { transport: 'udp', host: 'a.example.com', port: 3478 });
  t.deepEqual(endpointOf('turn:a:99?transport=tcp'), { transport: 'tcp', host: 'a', port: 99 });
  t.deepEqual(endpointOf('turns:[2001:db8::1]:443'), { transport: 'tls', host: '2001:db8::1', port: 443 });
  t.deepEqual(endpointOf('turns:a?transport=tcp'), { transport: 'tls', host: 'a', port: 5349 });
  for (const text of ['http://a', 'turn:', 'turn:a:b', 'turn:a?transport=sctp']) t.is(endpointOf(text), null);
});

test('of the media server’s addresses, loopback is asked on its own machine alone', (t) => {
  const candidate = (address: string, protocol: string) => ({ address, port: 1, protocol });
  const all = [candidate('127.0.0.1', 'udp'), candidate('192.0.2.1', 'udp'), candidate('192.0.2.1', 'tcp')];
  const of = (isLocal: boolean) =>
    addressesOf(all as Parameters<typeof addressesOf>[0], 'udp', isLocal).map(({ address }) => address);
  t.deepEqual(of(true), ['127.0.0.1', '192.0.2.1']);
  t.deepEqual(of(false), ['192.0.2.1']);
});

const token = 'a'.repeat(44);

test('a server that speaks another version of the protocol is known as one, however it says so', async (t) => {
  const ways: [spoken: string | false, then: (socket: WebSocket) => void][] = [
    [false, () => undefined],
    ['webinterview.v0', () => undefined],
    [subprotocol, (socket) => socket.close(closeCodes.version, 'reload the page')],
  ];
  for (const [spoken, then] of ways) {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1', handleProtocols: () => spoken });
    server.on('connection', then);
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const target = targetOf(`http://127.0.0.1:${port}/room#${token}`, {});
    await t.throwsAsync(visit(target), { instanceOf: OtherVersion }, String(spoken));
    for (const client of server.clients) client.terminate();
    server.close();
  }
});

test('a link, and where its server is', (t) => {
  const { url, ...rest } = targetOf(`https://a.example.com/room#${token}`, {});
  t.deepEqual(rest, {
    server: 'https://a.example.com',
    host: 'a.example.com',
    port: 443,
    token,
    proxy: null,
  });
  t.false(url.href.includes(token));
  t.like(targetOf(`http://[::1]:3000/sub/room#${token}`, {}), {
    server: 'http://[::1]:3000/sub',
    host: '::1',
    port: 3000,
    token,
  });
  t.like(targetOf('https://a.example.com/', {}), { server: 'https://a.example.com', token: null });
});

test('a link that was changed on its way is understood, below a folder too', (t) => {
  const changed = [
    `https://a.example.com/room%23${token}`,
    `https://a.example.com/room%2523${token}.`,
    `https://a.example.com/room/#${token}`,
    `https://a.example.com/Room#${token}%3E`,
    `https://a.example.com//room#${token}。`,
    `<https://a.example.com/room#${token}>`,
    ` 「https://a.example.com/room＃${token}」 `,
  ];
  for (const text of changed) t.like(targetOf(text, {}), { server: 'https://a.example.com', token }, text);
  const below = targetOf(`https://a.example.com/sub/room/%23${token}`, {});
  t.like(below, { server: 'https://a.example.com/sub', token });
  t.false(below.url.href.includes(token));
  for (const server of [
    'https://a.example.com/sub',
    'https://a.example.com/sub/',
    'https://a.example.com/sub/room',
  ])
    t.like(targetOf(server, {}), { server: 'https://a.example.com/sub', token: null }, server);
});

test('a link that is cut off is told, and never repeated', (t) => {
  const cut = [
    `https://a/room#${token.slice(1)}`,
    `https://a/room#${token}x`,
    `https://a/room%23${token.slice(1)}`,
  ];
  for (const text of [...cut, `a/room#${token}`]) {
    const error = t.throws(() => targetOf(text, {}), { instanceOf: UserError });
    t.true(error?.usage);
    t.false(error?.message.includes('aaaa'));
  }
});

test('proxies of the environment, as browsers and curl take them', (t) => {
  const proxy = (env: NodeJS.ProcessEnv, url = 'https://a.example.com') =>
    targetOf(url, env).proxy?.href ?? null;
  t.is(proxy({ HTTPS_PROXY: 'http://p:8080' }), 'http://p:8080/');
  t.is(proxy({ https_proxy: 'p:8080' }), 'http://p:8080/');
  t.is(proxy({ HTTPS_PROXY: 'u:p@proxy.example.com:8080' }), 'http://u:p@proxy.example.com:8080/');
  t.is(proxy({ HTTP_PROXY: 'http://p:8080' }), null);
  t.is(proxy({ HTTP_PROXY: 'http://p:8080' }, 'http://a.example.com'), 'http://p:8080/');
  for (const NO_PROXY of ['*', 'a.example.com', '.example.com', 'x, *.example.com', 'example.com:443'])
    t.is(proxy({ HTTPS_PROXY: 'http://p:8080', NO_PROXY }), null, NO_PROXY);
  t.is(proxy({ HTTPS_PROXY: 'http://p:8080', NO_PROXY: 'ample.com' }), 'http://p:8080/');
  t.is(proxy({ HTTPS_PROXY: 'http://p', NO_PROXY: '::1' }, 'https://[::1]/'), null);
  for (const HTTPS_PROXY of ['socks5://u:secret@p:1', 'http://'])
    t.false(t.throws(() => proxy({ HTTPS_PROXY }), { instanceOf: UserError })?.message.includes('secret'));
});
