/** `webinterview check --url`: the way to a room, from the machine of somebody who cannot get in. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join as joinPath } from 'node:path';
import { text } from 'node:stream/consumers';
import test, { type ExecutionContext } from 'ava';
import { behindTls, look, noProxy } from '../helpers/check.ts';
import { cli, executable } from '../helpers/cli.ts';
import { join } from '../helpers/client.ts';
import { startCoturn } from '../helpers/coturn.ts';
import { refuseUdp } from '../helpers/firewall.ts';
import { makeLine } from '../helpers/netns.ts';
import { takePort, takePorts } from '../helpers/ports.ts';
import { startServer, type TestServer } from '../helpers/server.ts';
import { collect, temporaryFolder } from '../helpers/store.ts';

const ids = (port: number | string) => [
  ...['dns', `tcp${port}`, 'tls', 'page', 'websocket', 'udp', 'mediaTcp', 'turn', 'media', 'speed'],
];

/** Nobody is in the call, nobody waits, nobody has asked, and no stay was written. */
async function assertAsBefore(t: ExecutionContext, server: TestServer, token: string): Promise<void> {
  const { joined } = await join(t, server, token);
  // The one who asks is waiting.
  t.deepEqual(joined.counts, { waiting: 1, inCall: 0 });
  t.deepEqual(await collect(server.store.records.stays({})), []);
  // Nobody was there before: the room was opened for the visit, and that is all.
  const audit = await collect(server.store.audit.entries());
  t.deepEqual([...new Set(audit.map(({ action }) => action))], ['room.opened']);
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

test.serial('UDP is held back: a warning, and the media goes over TCP; both: NG', async (t) => {
  const media = takePorts(4);
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
  const port = takePort();
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
