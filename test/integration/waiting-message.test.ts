/** What those who wait are told: by who makes the room, by administrators, and by an interviewer; on both databases. */
import test, { type ExecutionContext } from 'ava';
import { updateRoom } from '../../src/server/admin/rooms.ts';
import { cli } from '../helpers/cli.ts';
import { enterCall, join } from '../helpers/client.ts';
import { onBothDatabases } from '../helpers/databases.ts';
import { adminOf, startServer, type TestServer } from '../helpers/server.ts';

const on = (title: string, run: (t: ExecutionContext, server: TestServer) => Promise<void>) =>
  onBothDatabases(title, async (t, url) => run(t, await startServer(t, { 'database.url': url })));

on(
  'it is told to those who wait and to interviewers, kept with the room, and changed by either',
  async (t, server) => {
    const { record, tokens } = await server.room({ applicantSeats: 2 });
    const { client: interviewer } = await enterCall(t, server, tokens.interviewer);
    const { client: inCall, joined } = await join(t, server, tokens.applicant);
    t.is(joined.waitingMessage, '');
    await inCall.request('requestAdmission', { name: '佐藤花子' });
    await interviewer.request('admit', { peerId: joined.peerId });
    await inCall.next('admitted');
    const { client: waiting } = await join(t, server, tokens.applicant);
    await interviewer.request('setWaitingMessage', { text: '  10分ほど遅れています。\n' });
    t.deepEqual(await waiting.next('waitingMessage'), { text: '10分ほど遅れています。' });
    t.deepEqual(await interviewer.next('waitingMessage'), { text: '10分ほど遅れています。' });
    t.true(await inCall.hearsNothingOf('waitingMessage'), 'who is in the call does not wait');
    t.is((await join(t, server, tokens.applicant)).joined.waitingMessage, '10分ほど遅れています。');

    const stored = await server.store.rooms.find(record.id);
    t.is(stored?.waitingMessage, '10分ほど遅れています。');
    // Whoever read the room before does not write the old message over this one.
    t.is(await server.store.rooms.update({ ...record, note: 'read before' }, []), null);
    const admin = await adminOf(server);
    if (stored) await updateRoom(admin, stored, { waitingMessage: '' });
    t.deepEqual(await waiting.next('waitingMessage'), { text: '' });
  },
);

test('it is given and shown on the command line, and goes into the list and back', async (t) => {
  const server = await startServer(t);
  const run = async (...args: string[]) => {
    const { code, stdout, stderr } = await cli(server.config, args);
    t.is(code, 0, stderr);
    return stdout;
  };
  await run('room', 'create', '--name', 'a', '--message', '受付から\nご案内します。');
  t.regex(await run('room', 'show', 'a'), /message +受付から\n +ご案内します。/);
  t.regex(await run('room', 'list', '--csv'), /"受付から\r?\nご案内します。"/);
  await run('room', 'update', 'a', '--message', '');
  t.notRegex(await run('room', 'show', 'a'), /message/);
  const long = await cli(server.config, ['room', 'update', 'a', '--message', 'あ'.repeat(501)]);
  t.is(long.code, 2);
  t.regex(long.stderr, /A message has at most 500 characters; see webinterview room \w+ --help\./);
});
