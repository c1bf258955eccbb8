/** `webinterview status` and `top` on a running server, with people in its rooms. */
import { join as joined } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import Database from 'libsql';
import type { ServerStatus } from '../../src/protocol/status.ts';
import type { Config } from '../../src/server/config.ts';
import { cli } from '../helpers/cli.ts';
import { enterCall, join } from '../helpers/client.ts';
import { startMortal } from '../helpers/restart.ts';
import { startServer, type TestServer } from '../helpers/server.ts';
import { testConfig, testStore } from '../helpers/store.ts';
import { named, openTop } from '../helpers/top.ts';
import { until } from '../helpers/until.ts';

/** One room in a call, in which a second applicant asks to come in; another where somebody waits. */
async function twoRooms(t: ExecutionContext) {
  const server = await startServer(t);
  const busy = await server.room({ name: '9110-1-to', applicantSeats: 2 });
  const quiet = await server.room({ name: '面接室・東京' });
  const interviewer = await enterCall(t, server, busy.tokens.interviewer);
  const applicant = await join(t, server, busy.tokens.applicant);
  await applicant.client.request('requestAdmission', { name: '佐藤花子' });
  const waiting = await join(t, server, quiet.tokens.applicant);
  return { server, interviewer, applicant, waiting };
}

const statusOf = async (config: Config): Promise<ServerStatus[]> =>
  JSON.parse((await cli(config, ['status', '--json'])).stdout).servers;

test('status says what the server takes, and who is where, and for how long', async (t) => {
  const { server } = await twoRooms(t);
  const [status] = await statusOf(server.config);
  t.is(status?.pid, process.pid);
  t.true((status?.memoryBytes ?? 0) > 10_000_000);
  t.is(status?.workers.length, 1);
  t.is(status?.workers[0]?.rooms, 2);
  t.true((status?.workers[0]?.memoryBytes ?? 0) > 1_000_000);
  const busy = status?.rooms.find(({ name }) => name === '9110-1-to');
  t.deepEqual(busy?.people.map(({ role, name, state, line }) => [role, name, state, line]).sort(), [
    ['applicant', '佐藤花子', 'requesting', 'ok'],
    ['interviewer', '毎日太郎', 'inCall', 'ok'],
  ]);
  const { stdout, code } = await cli(server.config, ['status']);
  t.is(code, 0);
  t.regex(
    stdout,
    /^.+ \(pid \d+, version [\d.]+\), up [\d:]+: CPU [\d.]+ %, \d+ MB\n {2}worker \d+: 2 rooms/,
  );
  // Who is asked for first.
  t.regex(stdout, /\n9110-1-to +1 +0 +1 for 0:\d\d +ok +0 kbps +0 kbps\n面接室・東京 +0 +1 +0 +ok/);
  t.regex(stdout, /\n9110-1-to +佐藤花子 +applicant +asking +0:\d\d +ok\n/);
  t.regex(stdout, /\n面接室・東京 +\(no name yet\) +applicant +waiting +0:\d\d +ok\n/);
});

test('who has lost the line is told as lost', async (t) => {
  const { server, applicant } = await twoRooms(t);
  applicant.client.socket.terminate();
  await until('one person is told as lost', async () => {
    const [status] = await statusOf(server.config);
    const lost = status?.rooms.flatMap(({ people }) => people).filter(({ line }) => line === 'lost');
    return lost?.length === 1;
  });
  t.regex((await cli(server.config, ['status'])).stdout, /9110-1-to .* 1 lost /);
});

test('without a server status fails and says what to do', async (t) => {
  const config = await testConfig(t);
  await testStore(t, config);
  t.deepEqual(await cli(config, ['status']), {
    code: 1,
    stdout: '',
    stderr: 'webinterview: No server runs on this database: start it with webinterview serve.\n',
  });
  t.deepEqual(await cli(config, ['status', '--json']), {
    code: 1,
    stderr: '',
    stdout: '{"servers":[],"unreachable":[]}\n',
  });
});

test('top without a terminal says what there is for programs', async (t) => {
  const { code, stderr } = await cli(await testConfig(t), ['top']);
  t.is(code, 1);
  t.regex(stderr, /^webinterview: top needs a terminal: .* status --json\.\n$/);
});

test('top shows rooms and people at 80x24, goes on by itself, and ends a call after asking', async (t) => {
  const { server, interviewer, waiting } = await twoRooms(t);
  const { shows, type, goesOn, leaves } = await openTop(t, server);
  // To the line that is painted last, so that all of it is there.
  const screen = await shows(/> 9110-1-to +1 +0 +1 for 0:\d\d[\s\S]* q quit$/);
  t.regex(screen, /面接室・東京 +0 +1 +0/);
  t.regex(screen, /佐藤花子 +applicant +asking +0:\d\d +ok/);
  t.regex(screen, /up\/down room {3}PgUp\/PgDn people {3}e end its call {3}q quit/);
  await goesOn();
  type('\u001B[B');
  await shows(/> 面接室・東京[\s\S]*\(no name yet\) +applicant +waiting/);
  type('\u001B[A');
  await shows(/> 9110-1-to/);
  type('e');
  await shows(/End the call in 9110-1-to for everyone\? y \/ n/);
  type('n');
  await shows(/e end its call/);
  t.is(
    interviewer.client.told.some(({ event }) => event === 'ended'),
    false,
  );
  type('e');
  await shows(/y \/ n/);
  type('y');
  t.is((await interviewer.client.next('ended')).reason, 'closed');
  await shows(/> 面接室・東京/);
  t.true(await waiting.client.hearsNothingOf('ended'));
  t.regex(
    (await cli(server.config, ['export', 'audit', '--all', '--format', 'csv'])).stdout,
    /,cli:[^,]+,room\.ended,/,
  );
  await server.close();
  await shows(/No server runs on this database/);
  await leaves();
});

test('the question of top is about the room it was asked for, and goes with it', async (t) => {
  const { server, interviewer } = await twoRooms(t);
  const { shows, type, goesOn, leaves } = await openTop(t, server);
  await shows(/> 9110-1-to/);
  type('\u001B[B');
  await shows(/> 面接室・東京/);
  type('e');
  await shows(/End the call in 面接室・東京 for everyone\? y \/ n/);
  t.is((await cli(server.config, ['room', 'close', '面接室・東京'])).code, 0);
  // The other room is the chosen one now, and nobody has asked for its end.
  await shows(/> 9110-1-to[\s\S]*e end its call/);
  type('y');
  // By then the key has been taken.
  await goesOn();
  type('e');
  await shows(/End the call in 9110-1-to for everyone\? y \/ n/);
  type('n');
  await shows(/e end its call/);
  const { stdout } = await cli(server.config, ['export', 'audit', '--all', '--json']);
  t.notRegex(stdout, /"room\.ended"/);
  t.true(await interviewer.client.hearsNothingOf('ended'));
  await leaves();
});

test('why top could not end a call is told whole, until the next key', async (t) => {
  const { server, interviewer } = await twoRooms(t);
  const why =
    'the audit is not to be written to while somebody looks into it, which may take until the afternoon of the first of April; ask extension 4711';
  const database = new Database(joined(server.config.dataDir, 'webinterview.sqlite'));
  database.exec(
    `CREATE TRIGGER guarded BEFORE INSERT ON audit WHEN NEW.action = 'room.ended' BEGIN SELECT RAISE(ABORT, '${why}'); END`,
  );
  database.close();
  const { shows, type, goesOn, leaves } = await openTop(t, server);
  await shows(/> 9110-1-to/);
  type('e');
  await shows(/y \/ n/);
  type('y');
  await shows(/extension 4711/);
  // It stays while top goes on looking.
  for (let look = 0; look < 2; look++) {
    const screen = await goesOn();
    t.true(screen.split('\n').slice(-4, -1).join(' ').includes(why), screen);
  }
  t.true(await interviewer.client.hearsNothingOf('ended'));
  type('\u001B[B');
  t.notRegex(await shows(/> 面接室・東京[\s\S]* q quit$/), /extension 4711/);
  await leaves();
});

test('a server that does not answer for a while takes neither the question of top away nor the rooms', async (t) => {
  const server = await startMortal(t);
  for (const name of ['9110-1-to', '面接室・東京']) {
    const { tokens } = await server.room({ name });
    await join(t, server, tokens.applicant);
  }
  const { shows, type, leaves } = await openTop(t, server);
  await shows(/> 9110-1-to[\s\S]* q quit$/);
  type('\u001B[B');
  await shows(/> 面接室・東京/);
  type('e');
  const question = /End the call in 面接室・東京 for everyone\? y \/ n$/;
  await shows(question);
  await server.hang();
  const silent = /does not answer; rooms as last seen\.\n[\s\S]* 9110-1-to [\s\S]*> 面接室・東京 /;
  await shows(new RegExp(`${silent.source}[\\s\\S]*${question.source}`));
  // What it was asked cannot be done now, and that is said.
  type('y');
  await shows(/People may be in the room 面接室・東京 now: [\s\S]* q quit$/);
  server.signal('SIGCONT');
  await shows(/, up [\s\S]*> 面接室・東京 /);
  type('e');
  await shows(question);
  type('y');
  await shows(/> 9110-1-to [\s\S]* q quit$/);
  await leaves();
});

/** 12 rooms; in the first 18 people, of whom one asks, one is in the call, and one has lost the line. */
async function crowdedRooms(t: ExecutionContext, server: TestServer) {
  const full = await server.room({ name: '第1面接室' });
  const people = [];
  for (let i = 0; i < 17; i++) people.push(await join(t, server, full.tokens.applicant));
  await enterCall(t, server, full.tokens.interviewer);
  await people[7]?.client.request('requestAdmission', { name: '佐藤花子' });
  people[12]?.client.socket.terminate();
  for (let i = 2; i <= 12; i++) {
    const { tokens } = await server.room({ name: `第${i}面接室` });
    await join(t, server, tokens.applicant);
  }
}

test('top with 12 rooms and 18 people in the first fits 80x24: all is in sight, counted, or scrolled to', async (t) => {
  const server = await startServer(t, { 'media.workers': 2 });
  await crowdedRooms(t, server);
  const { shows, type, leaves } = await openTop(t, server);
  const screen = await shows(
    / 佐藤花子 +applicant +asking[^\n]*\n.* applicant +waiting +\d:\d\d +lost[\s\S]* q quit$/,
  );
  const rows = screen.split('\n');
  t.is(rows.length, 24);
  // The server, both workers, the rooms under their heading, the chosen one's people under theirs.
  t.regex(rows[0] ?? '', /^.+ \(pid \d+, version [\d.]+\), up [\d:]+: CPU [\d.]+ %, \d+ MB$/);
  for (const row of [1, 2]) t.regex(rows[row] ?? '', /^ {2}worker \d+: \d+ rooms?, CPU [\d.]+ %, \d+ MB$/);
  t.regex(rows[4] ?? '', /^ {2}Room +In call +Waiting +Asking +Line +In +Out$/);
  t.regex(rows[5] ?? '', /^> 第1面接室 +1 +16 +1 for \d:\d\d +1 lost +\d+ kbps +\d+ kbps$/);
  const rooms = named(screen, /^[> ] 第\d+面接室 /);
  t.regex(screen, new RegExp(`\n {2}${12 - rooms} more below\n`));
  t.regex(
    screen,
    /\n第1面接室: 18 people\n {4}Person +Role +State +For +Line\n {4}佐藤花子 +applicant +asking/,
  );
  const people = named(screen, /^ {4}\S.* (applicant|interviewer) /);
  t.regex(screen, new RegExp(`\n {4}${18 - people} more below\n`));
  t.regex(rows[23] ?? '', /^up\/down room .* q quit$/);
  t.log(screen);
  // Page by page to the last person, who is the one in the call or has waited least.
  type('\u001B[6~');
  const more = `${people} more above, ${18 - 2 * people} more below`;
  const second = await shows(new RegExp(`\n {4}${more}\n[\\s\\S]* q quit$`));
  t.is(named(second, /^ {4}\S.* (applicant|interviewer) /), people);
  t.notRegex(second, /佐藤花子/);
  for (let page = 0; page < 9; page++) type('\u001B[6~');
  await shows(new RegExp(`\n {4}${18 - people} more above\n`));
  for (let page = 0; page < 9; page++) type('\u001B[5~');
  await shows(/ 佐藤花子 +applicant +asking/);
  // Down to the last room, whose one person leaves rows to all others.
  for (let i = 0; i < 11; i++) type('\u001B[B');
  const last = await shows(/\n> 第9面接室 +0 +1 [^\n]*\n\n第9面接室: 1 person\n[\s\S]* q quit$/);
  t.is(named(last, /^[> ] 第\d+面接室 /), 12);
  await leaves();
});
