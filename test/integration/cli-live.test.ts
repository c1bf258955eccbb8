/** `webinterview status` and `top` on a running server, with people in its rooms. */
import test, { type ExecutionContext } from 'ava';
import type { ServerStatus } from '../../src/protocol/status.ts';
import type { Config } from '../../src/server/config.ts';
import { cli } from '../helpers/cli.ts';
import { enterCall, join } from '../helpers/client.ts';
import { startServer } from '../helpers/server.ts';
import { openTerminal, shellHome } from '../helpers/shell.ts';
import { testConfig, testStore } from '../helpers/store.ts';

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
  for (;;) {
    const [status] = await statusOf(server.config);
    const lost = status?.rooms.flatMap(({ people }) => people).filter(({ line }) => line === 'lost');
    if (lost?.length === 1) break;
  }
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
  t.deepEqual(await cli(config, ['status', '--json']), { code: 1, stdout: '{"servers":[]}\n', stderr: '' });
});

test('top without a terminal says what there is for programs', async (t) => {
  const { code, stderr } = await cli(await testConfig(t), ['top']);
  t.is(code, 1);
  t.regex(stderr, /^webinterview: top needs a terminal: .* status --json\.\n$/);
});

test('top shows rooms and people at 80x24, goes on by itself, and ends a call after asking', async (t) => {
  const { server, interviewer, waiting } = await twoRooms(t);
  const home = await shellHome(t);
  const { shows, type } = openTerminal(t, home, [
    ...(['webinterview', 'top', '--data-dir', server.config.dataDir] as const),
  ]);
  const screen = await shows(/> 9110-1-to +1 +0 +1 for 0:\d\d/);
  t.regex(screen, /面接室・東京 +0 +1 +0/);
  t.regex(screen, /佐藤花子 +applicant +asking +0:\d\d +ok/);
  t.regex(screen, /up\/down room {3}e end its call {3}q quit/);
  // By itself: the clock goes on.
  await shows(/1 for 0:0[3-9]/);
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
  type('q');
});
