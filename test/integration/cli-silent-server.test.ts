/** Commands while a server does not answer, and after one did not hear of a change. */
import test, { type ExecutionContext } from 'ava';
import { type CliResult, cli, cliAtOnce } from '../helpers/cli.ts';
import { join } from '../helpers/client.ts';
import { startMortal } from '../helpers/restart.ts';
import { startServer } from '../helpers/server.ts';
import { aStay, collect } from '../helpers/store.ts';

/** Somebody waits in a room of the server, which then takes connections and says nothing, as one that hangs does. */
async function hangingServer(t: ExecutionContext) {
  const server = await startMortal(t);
  const { record, links, tokens } = await server.room({ name: '9110-1-to' });
  await join(t, server, tokens.applicant);
  t.regex((await cli(server.config, ['room', 'list', '--live'])).stdout, /\n9110-1-to +live +1 /);
  await server.hang();
  const [registered] = await server.store.servers.list(new Date());
  /** However slow this machine is: it has not died, which a server is taken for that was not seen for long. */
  const isSeen = async () => {
    if (registered) await server.store.servers.seen({ ...registered, seenAt: new Date() });
  };
  return { ...server, record, links, isSeen };
}

const sayingSo = (server: { url: string }) => `the server at ${server.url} does not answer`;

// These two at once: most of their time they wait for the server.
test('a server that does not answer is not taken for none, nor its rooms for empty', async (t) => {
  const server = await hangingServer(t);
  const { config, record, url, store } = server;
  const untilThen = 'Stop it, or wait until it answers (two minutes at most if it has died)';
  const refused = `People may be in the room 9110-1-to now: ${sayingSo(server)}. ${untilThen}, then try again.`;
  // Two at a time: each of them is a start of Node, and waits for the server.
  const both = async (...commands: [string[], string[]]) => {
    await server.isSeen();
    return (await cliAtOnce(config, commands)) as [CliResult, CliResult];
  };
  const [status, statusJson] = await both(['status'], ['status', '--json']);
  const end = ['room', 'end', '9110-1-to'];
  const [ended, endedJson] = await both(end, [...end, '--json']);
  const [listed, exported] = await both(['room', 'list', '--live'], ['export', 'participants', '9110-1-to']);
  t.deepEqual(status, {
    code: 1,
    stdout: '',
    stderr: `webinterview: Nothing is known about the rooms: ${sayingSo(server)}. ${untilThen}; its log says more.\n`,
  });
  t.deepEqual(statusJson, { code: 1, stdout: `{"servers":[],"unreachable":["${url}"]}\n`, stderr: '' });
  t.deepEqual(ended, { code: 1, stdout: '', stderr: `webinterview: ${refused}\n` });
  t.deepEqual([endedJson.code, endedJson.stdout], [1, '']);
  t.is(JSON.parse(endedJson.stderr).error.message, refused);
  t.deepEqual(listed, {
    code: 0,
    stdout: 'There are no such rooms.\n',
    stderr: `webinterview: note: ${sayingSo(server)}: people there are not counted.\n`,
  });
  t.is(exported.code, 0);
  t.true(exported.stderr.startsWith(`webinterview: note: ${sayingSo(server)}: if people are in the room`));
  const audit = await collect(store.audit.entries({ roomId: record.id }));
  t.false(audit.some(({ action }) => action === 'room.ended'));
});

test('what a server was not told of is stored, and the exit code is 1', async (t) => {
  const server = await hangingServer(t);
  const { config, store, record, links } = server;
  const run = async (...args: string[]) => {
    await server.isSeen();
    const { code, stdout, stderr } = await cli(config, args);
    t.is(code, 1, stdout);
    // What the commands say of links, and of who was invited, is not of this.
    const notes = stderr
      .split(/(?<=\n)/)
      .filter((note) => !/note: (links begin with|whoever was invited)/.test(note));
    t.deepEqual(notes, [
      `webinterview: note: ${sayingSo(server)}; people in a room there are not told of this.\n`,
    ]);
    return stdout;
  };
  t.regex(await run('room', 'update', '9110-1-to', '--capacity', '4'), /capacity +4/);
  t.is((await store.rooms.get(record.id))?.capacity, 4);
  t.regex(await run('room', 'reissue', '9110-1-to', 'interviewer'), /^Interviewer link:\nhttp/);
  t.regex(await run('room', 'revoke', '9110-1-to', 'applicant'), /: revoked; /);
  const [interviewer, applicant] = await store.rooms.links(record.id);
  t.is(interviewer?.version, links.interviewer.version + 1);
  t.not(applicant?.revokedAt, null);
  t.regex(await run('room', 'close', '9110-1-to'), /^Room 9110-1-to, closed since/);
  t.not((await store.rooms.get(record.id))?.closedAt, null);
  t.regex(await run('room', 'delete', '9110-1-to', '--yes'), /was deleted/);
  t.is(await store.rooms.get(record.id), null);
});

test.serial('closing a room again ends the call that the first time did not reach', async (t) => {
  const server = await startServer(t);
  const { record, tokens } = await server.room();
  const { client } = await join(t, server, tokens.applicant);
  // As a command leaves it that dies between storing and telling.
  t.truthy(await server.store.rooms.update({ ...record, closedAt: new Date() }, []));
  t.true(await client.hearsNothingOf('ended'));
  const { code, stdout } = await cli(server.config, ['room', 'close', record.name]);
  t.deepEqual([code, stdout.startsWith(`Room ${record.name}, closed since`)], [0, true]);
  t.is((await client.next('ended')).reason, 'closed');
  const closings = (await collect(server.store.audit.entries())).filter(
    ({ action }) => action === 'room.closed',
  );
  t.is(closings.length, 0);
});

test.serial('nobody is erased while a server may have them in the room and does not answer', async (t) => {
  const server = await startMortal(t);
  const { record, tokens } = await server.room();
  const { client } = await join(t, server, tokens.applicant);
  await client.request('requestAdmission', { name: '佐藤花子' });
  await server.store.addStay(aStay(record, { name: '佐藤花子', leftAt: new Date() }));
  const [registered] = await server.store.servers.list(new Date());
  if (!registered) return t.fail();
  const seen = (msAgo: number) =>
    server.store.servers.seen({ ...registered, seenAt: new Date(Date.now() - msAgo) });
  const args = ['erase', '--yes', '--applicant', '佐藤花子', '--room', record.name];
  const refused = {
    code: 1,
    stdout: '',
    stderr: `webinterview: People may be in the room ${record.name} now: the server at ${server.url} does not answer. Stop it, or wait until it answers (two minutes at most if it has died), then try again.\n`,
  };
  await server.hang();
  await seen(0);
  t.deepEqual(await cli(server.config, args), refused);
  await server.kill();
  await seen(0);
  t.deepEqual(await cli(server.config, args), refused);
  t.is((await collect(server.store.stays(record.id)))[0]?.name, '佐藤花子');
  await seen(120_000);
  t.regex((await cli(server.config, args)).stdout, /^Erased from .*: 1 stay, /);
});
