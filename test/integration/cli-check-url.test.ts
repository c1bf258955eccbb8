/** `webinterview check --url`: the way to a room, from the machine of somebody who cannot get in. */
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join as joinPath } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import type { Finding } from '../../src/cli/check/types.ts';
import { closeRoom } from '../../src/server/admin/rooms.ts';
import { shownTime } from '../../src/server/util/shownTime.ts';
import { behindTls, type Checked, look, noProxy } from '../helpers/check.ts';
import { cli } from '../helpers/cli.ts';
import { enterCall, join } from '../helpers/client.ts';
import { startCoturn } from '../helpers/coturn.ts';
import { refuseUdp } from '../helpers/firewall.ts';
import { takePort, takePorts } from '../helpers/ports.ts';
import { adminOf, type TestServer } from '../helpers/server.ts';
import { collect, temporaryFolder } from '../helpers/store.ts';

const ids = (port: number | string) => [
  'dns',
  `tcp${port}`,
  'tcp443',
  'tcp80',
  'tls',
  'page',
  'websocket',
  'udp',
  'mediaTcp',
  'turn',
  'media',
  'speed',
];

/**
 * What is wrong, but for the speed: that is of the whole way, and other tests are on it. How the check ends has to be that
 * of all of it.
 */
function assertEnds(
  t: ExecutionContext,
  { code, verdict, found, output }: Checked,
  expected: Finding['status'],
) {
  const { speed, ...others } = found;
  const statuses = Object.values(others).map(({ status }) => status);
  const worstOf = (all: (Finding['status'] | undefined)[]) =>
    (['ng', 'warning'] as const).find((status) => all.includes(status)) ?? 'ok';
  t.is(worstOf(statuses), expected, output);
  const worst = worstOf([...statuses, speed?.status]);
  t.deepEqual([code, verdict], [worst === 'ng' ? 1 : 0, worst], output);
}

/** Nobody is in the call, nobody waits, nobody has asked, and no stay was written. */
async function assertAsBefore(t: ExecutionContext, server: TestServer, token: string): Promise<void> {
  const { joined } = await join(t, server, token);
  t.deepEqual(joined.counts, { waiting: 0, inCall: 0, requesting: [] });
  t.deepEqual(await collect(server.store.records.stays({})), []);
  // Nobody was there before: the room was opened for the visit, and that is all.
  const audit = await collect(server.store.audit.entries());
  t.deepEqual([...new Set(audit.map(({ action }) => action))], ['room.opened']);
}

test.serial('a room that can be reached: every item OK, and the room is as it was', async (t) => {
  const { secret, urls } = await startCoturn(t);
  const { server, port, url, env } = await behindTls(t, { 'turn.urls': urls, 'turn.secret': secret });
  const { tokens } = await server.room();
  const checked = await look(`${url}/room#${tokens.applicant}`, env);
  const { of, found } = checked;
  t.is(of, url);
  t.deepEqual(Object.keys(found), ids(port));
  assertEnds(t, checked, 'ok');
  t.regex(found.dns?.text ?? '', /^localhost is /);
  for (const usual of ['tcp443', 'tcp80'])
    t.like(found[usual], {
      status: 'skipped',
      text: `not looked at: the link leads to port ${port} alone`,
    });
  t.regex(found.tls?.text ?? '', /^localhost:\d+, 59 days left .* by Test Authority$/);
  t.regex(found.page?.text ?? '', /^the server answers in \d+ ms$/);
  t.is(found.websocket?.text, 'opened without a proxy, and the link lets in');
  t.regex(found.udp?.text ?? '', /^127\.0\.0\.1:\d+ answers in \d+ ms$/);
  t.regex(found.mediaTcp?.text ?? '', /^127\.0\.0\.1:\d+ answers in \d+ ms$/);
  t.regex(found.turn?.text ?? '', / gives a relay, /);
  t.is(found.media?.text, 'goes over UDP, TCP, relay');
  t.regex(
    found.speed?.text ?? '',
    /^(?:\d+\.\d Mbps|100 Mbps or more) down \(over 15 needed\), (?:\d+\.\d Mbps|100 Mbps or more) up \(over 3 needed\)$/,
  );
  await assertAsBefore(t, server, tokens.interviewer);
});

// One at a time: each measures how fast the line is, and others at the same would make it slow.
test.serial(
  'the token is in no output, no error and no report, and the report is all that support needs',
  async (t) => {
    const { server, url, env } = await behindTls(t);
    const { tokens, record } = await server.room({ name: '佐藤花子様-最終面接' });
    const file = joinPath(await temporaryFolder(t), 'report.txt');
    const link = `${url}/room#${tokens.applicant}`;
    const args = ['check', '--url', link, '--output', file, '--verbose'];
    const { code, stdout, stderr } = await cli(null, args, { ...noProxy, ...env });
    t.deepEqual([code, stderr], [/^Speed +NG /m.test(stdout) ? 1 : 0, '']);
    const report = await readFile(file, 'utf8');
    t.true(report.startsWith('webinterview '));
    t.regex(
      report,
      new RegExp(`^webinterview [\\d.]+: check of ${url}\nfrom \\S+Z to \\S+Z\non linux .*, Node 2`),
    );
    for (const line of stdout.split('\n').slice(0, 12)) t.true(report.includes(line));
    for (const text of [stdout, report]) {
      t.false(text.includes(tokens.applicant));
      t.false(text.includes(tokens.applicant.slice(0, 22)));
      t.false(text.includes(record.name) || text.includes('佐藤'));
    }
    const cut = await cli(null, ['check', '--url', link.slice(0, -3), '--verbose'], noProxy);
    t.is(cut.code, 2);
    t.regex(cut.stderr, /^webinterview: The link is not whole: copy all of it, /);
    t.false(cut.stderr.includes(tokens.applicant.slice(0, 22)));
  },
);

test('the server’s address alone: what needs a room is not looked at', async (t) => {
  const { url, env } = await behindTls(t);
  const { code, found } = await look(`${url}/`, env);
  t.is(code, 0);
  t.is(found.websocket?.text, 'opened without a proxy');
  for (const id of ['udp', 'mediaTcp', 'turn', 'media', 'speed']) t.is(found[id]?.status, 'skipped');
  t.is(found.udp?.text, 'not looked at: give the whole link of a room to see this');
});

test.serial('before the room opens everything is checked, and it is said when it does', async (t) => {
  const { secret, urls } = await startCoturn(t);
  const { server, port, url, env } = await behindTls(t, { 'turn.urls': urls, 'turn.secret': secret });
  const from = new Date('2099-04-01T10:00:00+09:00');
  const { tokens } = await server.room({ from, until: new Date('2099-04-01T11:00:00+09:00') });
  const checked = await look(`${url}/room#${tokens.applicant}`, env);
  const { found } = checked;
  t.deepEqual(Object.keys(found), ids(port));
  assertEnds(t, checked, 'ok');
  t.is(
    found.websocket?.text,
    'opened without a proxy; the room opens 2099-04-01 09:45 (Asia/Tokyo), not yet',
  );
  t.is(found.media?.text, 'goes over UDP, TCP, relay');
  t.regex(found.speed?.text ?? '', /^(?:\d+\.\d Mbps|100 Mbps or more) down /);
  t.deepEqual(await collect(server.store.audit.entries()), []);
});

test.serial(
  'a link that does not let in is NG, and says why, with the time in the room’s zone',
  async (t) => {
    const { server, url, env } = await behindTls(t);
    const over = { from: new Date('2025-12-01T00:00:00Z'), until: new Date('2025-12-01T01:00:00Z') };
    const { tokens } = await server.room(over);
    const past = await look(`${url}/room#${tokens.applicant}`, env);
    t.deepEqual([past.code, past.verdict], [1, 'ng']);
    t.deepEqual(past.found.websocket, {
      id: 'websocket',
      label: 'WebSocket',
      status: 'ng',
      text: 'opened without a proxy, but the room closed at 2025-12-01 10:00 (Asia/Tokyo) (link_expired)',
      remedy: 'Ask who sent the link for a later time, and check it before the room closes.',
    });
    t.is(past.found.media?.text, 'not looked at: the link does not let in now (link_expired)');
    t.like(past.found.speed, {
      status: 'skipped',
      text: 'not measured: the link does not let in now (link_expired)',
    });

    // An administrator has closed it, in the middle of its window.
    const closed = await server.room();
    const { closedAt } = await closeRoom(await adminOf(server), closed.record);
    const { code, found } = await look(`${url}/room#${closed.tokens.applicant}`, env);
    t.is(code, 1);
    const shown = shownTime(closedAt ?? new Date(0), 'Asia/Tokyo');
    t.true(found.websocket?.text.includes(`the room closed at ${shown} (`), found.websocket?.text);

    const unknown = await look(`${url}/room#${'x'.repeat(44)}`, env);
    t.is(unknown.code, 1);
    t.regex(unknown.found.websocket?.text ?? '', /\(link_unknown\)$/);
    t.regex(unknown.found.websocket?.remedy ?? '', /^Copy the whole link/);
  },
);

test.serial('a full server is a warning, while calls that run go on', async (t) => {
  const { server, url, env } = await behindTls(t, { 'call.maxCalls': 1 });
  const { tokens } = await server.room();
  await enterCall(t, server, tokens.interviewer);
  const { code, verdict, found } = await look(url, env);
  t.deepEqual([code, verdict], [0, 'warning']);
  t.deepEqual(found.page, {
    id: 'page',
    label: 'Page',
    status: 'warning',
    text: 'the server answers, and is full: calls that run go on, and no other can begin now',
    remedy: 'Try again when a call has ended; where it comes again, tell who runs the server.',
  });
});

test.serial('UDP is held back: a warning, and the media goes over TCP; both: NG', async (t) => {
  const media = takePorts(4);
  const range = { 'media.portMin': media.portMin, 'media.portMax': media.portMax };
  const { server, url, env } = await behindTls(t, range);
  const { tokens } = await server.room();
  const link = `${url}/room#${tokens.applicant}`;
  const mend = refuseUdp(t, media);
  const some = await look(link, env);
  assertEnds(t, some, 'warning');
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

test('what is not an address is wrong usage', async (t) => {
  for (const url of ['interview.example.com', 'ftp://a', '']) {
    const { code, stderr } = await cli(null, ['check', '--url', url], noProxy);
    t.is(code, 2);
    t.regex(stderr, /^webinterview: --url needs the link of a room or the address of the server/);
  }
});
