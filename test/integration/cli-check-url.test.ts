/** `webinterview check --url`: the way to a room, from the machine of somebody who cannot get in. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join as joinPath } from 'node:path';
import { text } from 'node:stream/consumers';
import test, { type ExecutionContext } from 'ava';
import { makeAuthority, tlsInFront } from '../helpers/certificate.ts';
import { checked, noProxy } from '../helpers/check.ts';
import { cli, executable } from '../helpers/cli.ts';
import { join } from '../helpers/client.ts';
import { startProxy } from '../helpers/connect-proxy.ts';
import { startCoturn } from '../helpers/coturn.ts';
import { refuseUdp } from '../helpers/firewall.ts';
import { freePort } from '../helpers/mariadb.ts';
import { makeLine } from '../helpers/netns.ts';
import { startServer, type TestServer } from '../helpers/server.ts';
import { collect, temporaryFolder } from '../helpers/store.ts';

const ids = (port: number | string) => [
  ...['dns', `tcp${port}`, 'tls', 'page', 'websocket', 'udp', 'mediaTcp', 'turn', 'media', 'speed'],
];
const look = (url: string, env: NodeJS.ProcessEnv = {}) => checked(null, env, ['--url', url]);

/** A server with TLS in front of it, as the internet sees one. */
async function behindTls(t: ExecutionContext, settings: Record<string, unknown> = {}) {
  const server = await startServer(t, { 'media.listenIps': ['127.0.0.1'], ...settings });
  const { file, issue } = await makeAuthority(t);
  const port = await tlsInFront(t, await issue(60), server.port);
  return { server, port, url: `https://localhost:${port}`, env: { NODE_EXTRA_CA_CERTS: file } };
}

/** Nobody is in the call, nobody waits, nobody has asked, and no stay was written. */
async function assertAsBefore(t: ExecutionContext, server: TestServer, token: string): Promise<void> {
  const { joined } = await join(t, server, token);
  // The one who asks is waiting.
  t.deepEqual(joined.counts, { waiting: 1, inCall: 0 });
  t.deepEqual(await collect(server.store.records.stays({})), []);
  const audit = await collect(server.store.audit.entries());
  t.deepEqual(
    audit.map(({ action }) => action).filter((action) => !/^room\./.test(action)),
    [],
  );
}

test.serial('a room that can be reached: every item OK, and the room is as it was', async (t) => {
  const { secret, urls } = await startCoturn(t);
  const { server, port, url, env } = await behindTls(t, { 'turn.urls': urls, 'turn.secret': secret });
  const { tokens } = await server.room();
  const { code, verdict, of, found, output } = await look(`${url}/room#${tokens.applicant}`, env);
  t.is(of, url);
  t.deepEqual(Object.keys(found), ids(port));
  t.deepEqual([code, verdict], [0, 'ok'], output);
  t.regex(found.dns?.text ?? '', /^localhost is /);
  t.is(found.tcp443, undefined);
  t.regex(found.tls?.text ?? '', /^localhost:\d+, 59 days left .* by Test Authority$/);
  t.regex(found.page?.text ?? '', /^the server answers in \d+ ms$/);
  t.is(found.websocket?.text, 'opened without a proxy, and the link lets in');
  t.regex(found.udp?.text ?? '', /^127\.0\.0\.1:\d+ answers in \d+ ms$/);
  t.regex(found.mediaTcp?.text ?? '', /^127\.0\.0\.1:\d+ answers in \d+ ms$/);
  t.regex(found.turn?.text ?? '', / gives a relay, /);
  t.is(found.media?.text, 'goes over UDP, TCP, relay');
  t.regex(
    found.speed?.text ?? '',
    /^\d+\.\d Mbps down \(over 15 needed\), \d+\.\d Mbps up \(over 3 needed\)$/,
  );
  await assertAsBefore(t, server, tokens.interviewer);
});

test('the token is in no output, no error and no report, and the report is all that support needs', async (t) => {
  const { server, url, env } = await behindTls(t);
  const { tokens, record } = await server.room({ name: '佐藤花子様-最終面接' });
  const file = joinPath(await temporaryFolder(t), 'report.txt');
  const link = `${url}/room#${tokens.applicant}`;
  const args = ['check', '--url', link, '--output', file, '--verbose'];
  const { code, stdout, stderr } = await cli(null, args, { ...noProxy, ...env });
  t.deepEqual([code, stderr], [0, '']);
  const report = await readFile(file, 'utf8');
  t.true(report.startsWith('webinterview '));
  t.regex(
    report,
    new RegExp(`^webinterview [\\d.]+: check of ${url}\nfrom \\S+Z to \\S+Z\non linux .*, Node 2`),
  );
  for (const line of stdout.split('\n').slice(0, 10)) t.true(report.includes(line));
  for (const text of [stdout, report]) {
    t.false(text.includes(tokens.applicant));
    t.false(text.includes(tokens.applicant.slice(0, 22)));
    t.false(text.includes(record.name) || text.includes('佐藤'));
  }
  const cut = await cli(null, ['check', '--url', link.slice(0, -3), '--verbose'], noProxy);
  t.is(cut.code, 2);
  t.regex(cut.stderr, /^webinterview: The link is not whole: copy all of it, /);
  t.false(cut.stderr.includes(tokens.applicant.slice(0, 22)));
});

test('the server’s address alone: what needs a room is not looked at', async (t) => {
  const { url, env } = await behindTls(t);
  const { code, found } = await look(`${url}/`, env);
  t.is(code, 0);
  t.is(found.websocket?.text, 'opened without a proxy');
  for (const id of ['udp', 'mediaTcp', 'turn', 'media', 'speed']) t.is(found[id]?.status, 'skipped');
  t.is(found.udp?.text, 'not looked at: give the whole link of a room to see this');
});

test('a link that does not let in now is a warning that says why', async (t) => {
  const { server, url, env } = await behindTls(t);
  const hour = 3_600_000;
  const early = { from: new Date(Date.now() + hour), until: new Date(Date.now() + 2 * hour) };
  const { tokens } = await server.room(early);
  const { code, found } = await look(`${url}/room#${tokens.applicant}`, env);
  t.is(code, 0);
  t.is(found.websocket?.status, 'warning');
  t.regex(found.websocket?.text ?? '', /^opened without a proxy, but .* \(link_early\)$/);
  t.is(found.media?.text, 'not looked at: the link does not let in now (link_early)');
  t.is(found.speed?.status, 'warning');
  const unknown = await look(`${url}/room#${'x'.repeat(44)}`, env);
  t.regex(unknown.found.websocket?.text ?? '', /\(link_unknown\)$/);
});

test.serial(
  'through a company’s proxy alone, with a password: all is OK, and the media goes its own way',
  async (t) => {
    const { server, port, url, env } = await behindTls(t, { 'media.listenIps': [] });
    const { tokens } = await server.room();
    const { url: proxy, port: proxyPort, asked } = await startProxy(t, { password: 'hunter2' });
    // A name that this network does not know: the proxy leads it to this machine.
    const host = 'interview.invalid';
    const { file, issue } = await makeAuthority(t);
    const front = await tlsInFront(t, await issue(60, `DNS:${host}`), server.port);
    const seen = { NODE_EXTRA_CA_CERTS: file, HTTPS_PROXY: proxy };
    const { code, found, output } = await look(`https://${host}:${front}/room#${tokens.applicant}`, seen);
    t.is(code, 0, output);
    const used = `not needed, as the proxy 127.0.0.1:${proxyPort} is used`;
    t.like(found.dns, { status: 'skipped' });
    t.regex(found.dns?.text ?? '', new RegExp(`^${host} is not found \\(\\w+\\); ${used}$`));
    t.is(found[`tcp${front}`]?.status, 'skipped');
    t.regex(found.tls?.text ?? '', new RegExp(`^${host}:\\d+, 59 days left`));
    t.is(found.page?.status, 'ok');
    t.is(found.websocket?.text, `opened through the proxy 127.0.0.1:${proxyPort}, and the link lets in`);
    t.is(found.speed?.status, 'ok', found.speed?.text);
    t.like(found.media, { status: 'ok', text: 'goes over UDP, TCP' });
    t.true(asked.length >= 4);
    t.deepEqual([...new Set(asked)], [`${host}:${front}`]);
    t.false(output.includes('hunter2'));

    // NO_PROXY takes the proxy away again.
    asked.length = 0;
    const direct = await look(`${url}/room#${tokens.applicant}`, {
      ...env,
      ...{ HTTPS_PROXY: proxy, NO_PROXY: 'localhost' },
    });
    t.is(direct.found.websocket?.text, 'opened without a proxy, and the link lets in');
    t.deepEqual(asked, []);
    t.is(direct.found[`tcp${port}`]?.status, 'ok');
  },
);

test('a proxy that wants another password, or does not let this server through', async (t) => {
  const { server, port, url, env } = await behindTls(t);
  const { tokens } = await server.room();
  const strict = await startProxy(t, { password: 'hunter2' });
  const HTTPS_PROXY = strict.url.replace('hunter2', 'wrong');
  const refused = await look(`${url}/room#${tokens.applicant}`, { ...env, HTTPS_PROXY });
  t.is(refused.code, 1);
  const name = `127.0.0.1:${strict.port}`;
  t.is(
    refused.found.tls?.text,
    `the proxy ${name} does not lead to localhost:${port} (the proxy answers 407)`,
  );
  t.is(refused.found.page?.status, 'ng');
  t.is(refused.found.websocket?.status, 'ng');
  t.true(refused.found.websocket?.text.startsWith(`cannot be opened through the proxy ${name} (`));
  t.false(refused.output.includes('wrong'));

  const closed = await startProxy(t, { ports: [443] });
  const kept = await look(`${url}/room#${tokens.applicant}`, { ...env, HTTPS_PROXY: closed.url });
  t.regex(kept.found.tls?.text ?? '', /\(the proxy answers 403\)$/);

  const gone = await look(url, { ...env, HTTPS_PROXY: `http://127.0.0.1:${await freePort()}` });
  t.regex(gone.found.tls?.text ?? '', /\(ECONNREFUSED\)$/);
  const unusable = await cli(null, ['check', '--url', url], {
    ...noProxy,
    HTTPS_PROXY: 'socks5://user:hunter2@a',
  });
  t.is(unusable.code, 1);
  t.regex(unusable.stderr, /^webinterview: HTTPS_PROXY \(or HTTP_PROXY\) is not usable/);
  t.false(unusable.stderr.includes('hunter2'));
});

test('a proxy that opens TLS shows a certificate of its own', async (t) => {
  const { server, url, port } = await behindTls(t);
  const { tokens } = await server.room();
  const proxy = await startProxy(t);
  const { code, found } = await look(`${url}/room#${tokens.applicant}`, { HTTPS_PROXY: proxy.url });
  t.is(code, 1);
  t.regex(
    found.tls?.text ?? '',
    new RegExp(`^the certificate of localhost:${port} \\(by Test Authority\\) is not trusted`),
  );
  t.regex(found.tls?.remedy ?? '', /A proxy that opens TLS shows its own\.$/);
});

test.serial('the relay through the proxy, where nothing else gets out', async (t) => {
  const { file, issue } = await makeAuthority(t);
  const { secret, tlsPort } = await startCoturn(t, await issue(60, 'DNS:relay.invalid'));
  const media = { portMin: 45_650, portMax: 45_653 };
  const server = await startServer(t, {
    ...{ 'media.listenIps': ['127.0.0.1'], 'media.portMin': media.portMin, 'media.portMax': media.portMax },
    ...{ 'turn.urls': [`turns:relay.invalid:${tlsPort}?transport=tcp`], 'turn.secret': secret },
  });
  const front = await tlsInFront(t, await issue(60), server.port);
  const { tokens } = await server.room();
  const proxy = await startProxy(t);
  const mend = refuseUdp(t, media, ['udp', 'tcp']);
  const link = `https://localhost:${front}/room#${tokens.applicant}`;
  const { code, found } = await look(link, { NODE_EXTRA_CA_CERTS: file, HTTPS_PROXY: proxy.url });
  mend();
  t.is(code, 0);
  t.is(found.udp?.status, 'warning');
  t.is(found.mediaTcp?.status, 'warning');
  t.is(found.turn?.status, 'ok');
  t.regex(found.turn?.text ?? '', /gives a relay, .*, through the proxy 127\.0\.0\.1:\d+$/);
  t.is(found.media?.text, 'goes over relay');
});

test.serial('UDP is held back: a warning, and the media goes over TCP; both: NG', async (t) => {
  const media = { portMin: 45_660, portMax: 45_663 };
  const range = { 'media.portMin': media.portMin, 'media.portMax': media.portMax };
  const { server, url, env } = await behindTls(t, range);
  const { tokens } = await server.room();
  const link = `${url}/room#${tokens.applicant}`;
  const mend = refuseUdp(t, media);
  const some = await look(link, env);
  t.deepEqual([some.code, some.verdict], [0, 'warning']);
  t.like(some.found.udp, { text: 'no address of the media server answers over UDP' });
  t.is(some.found.mediaTcp?.status, 'ok');
  t.like(some.found.media, { status: 'ok', text: 'goes over TCP' });
  mend();
  const mendBoth = refuseUdp(t, media, ['udp', 'tcp']);
  const none = await look(link, env);
  mendBoth();
  t.is(none.code, 1);
  t.like(none.found.media, { status: 'ng' });
  await assertAsBefore(t, server, tokens.interviewer);
});

test.serial('a slow line is measured, and NG', async (t) => {
  const { enter, hostAddress, shape } = await makeLine(t);
  const server = await startServer(t, { 'http.host': '0.0.0.0' });
  const { tokens } = await server.room();
  shape({ downMbps: 8, upMbps: 20 });
  const [program, ...args] = enter;
  const link = `http://${hostAddress}:${server.port}/room#${tokens.applicant}`;
  const command = [...args, process.execPath, executable, 'check', '--json', '--url', link];
  const child = spawn(program, command, { env: { ...process.env, ...noProxy } });
  const [stdout, [code]] = await Promise.all([text(child.stdout), once(child, 'close')]);
  const { findings } = JSON.parse(stdout);
  const speed = findings.find(({ id }: { id: string }) => id === 'speed');
  t.is(code, 1);
  t.is(speed.status, 'ng');
  const [, down, up] = /^([\d.]+) Mbps down \(over 15 needed\), ([\d.]+) Mbps up/.exec(speed.text) ?? [];
  t.true(Math.abs(Number(down) - 7.7) < 1, speed.text);
  t.true(Math.abs(Number(up) - 19) < 2.5, speed.text);
  // From over there: not this machine's loopback, but what leads to it.
  const udp = findings.find(({ id }: { id: string }) => id === 'udp');
  t.regex(udp.text, new RegExp(`^${hostAddress.replaceAll('.', '\\.')}:\\d+ answers in`));
});

test('nobody there, somebody else there, a name that is not known', async (t) => {
  const port = await freePort();
  const gone = await look(`http://127.0.0.1:${port}`);
  t.is(gone.code, 1);
  t.like(gone.found[`tcp${port}`], {
    status: 'ng',
    text: `127.0.0.1:${port} does not answer (ECONNREFUSED)`,
  });
  t.like(gone.found.page, { status: 'ng', text: 'no answer (ECONNREFUSED)' });
  t.is(gone.found.websocket?.status, 'ng');

  const portal = createServer((_, response) => response.end('<h1>Please log in</h1>')).listen(0, '127.0.0.1');
  await once(portal, 'listening');
  t.teardown(() => portal.close());
  const other = await look(`http://127.0.0.1:${(portal.address() as AddressInfo).port}`);
  t.is(other.found.page?.text, 'HTTP 200, and no interview server answers');
  t.regex(other.found.websocket?.text ?? '', /^cannot be opened without a proxy \(answered with HTTP 200\)$/);

  const unknown = await look(`http://interview.invalid:${port}`);
  t.is(unknown.found.dns?.status, 'ng');
  t.regex(unknown.found.dns?.text ?? '', /^interview\.invalid is not found/);
});

test('what is no address is wrong usage', async (t) => {
  for (const url of ['interview.example.com', 'ftp://a', '']) {
    const { code, stderr } = await cli(null, ['check', '--url', url], noProxy);
    t.is(code, 2);
    t.regex(stderr, /^webinterview: --url needs the link of a room or the address of the server/);
  }
});
