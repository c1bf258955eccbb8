/** What administrators do with rooms and links, as commands, while people are in them; on both databases. */
import test, { type ExecutionContext } from 'ava';
import { createConnection } from 'mysql2/promise';
import { closeCodes } from '../../src/protocol/errors.ts';
import { createRooms } from '../../src/server/admin/rooms.ts';
import { cli } from '../helpers/cli.ts';
import { connect, enterCall, join } from '../helpers/client.ts';
import { onBothDatabases } from '../helpers/databases.ts';
import { startMariadb, TRANSACTIONS_MS } from '../helpers/mariadb.ts';
import { adminOf, startServer, type TestServer } from '../helpers/server.ts';
import { aRoom, collect, putRoom, testConfig, testStore } from '../helpers/store.ts';
import { becomes, until } from '../helpers/until.ts';

const tokenOf = (url: string) => url.split('#')[1] as string;

const on = (title: string, run: (t: ExecutionContext, server: TestServer) => Promise<void>) =>
  onBothDatabases(title, async (t, url) => run(t, await startServer(t, { 'database.url': url })));
const json = async (server: TestServer, ...args: string[]) => {
  const { code, stdout, stderr } = await cli(server.config, [...args, '--json']);
  if (code !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
};

on('everything that describes a room is kept, shown and changed', async (t, server) => {
  const made = await json(
    ...([
      server,
      'room',
      'create',
      '--name',
      'a',
      '--from',
      '2099-03-08 10:00',
      '--duration',
      '90m',
    ] as const),
    '--time-zone',
    'America/New_York',
    '--interviewer-seats',
    '2',
    '--opens-early',
    '45m',
    '--capacity',
    '9',
    '--camera',
    'off',
    '--language',
    'en',
    '--note',
    '二次面接',
    '--applicant',
    '佐藤花子',
    '--applicant',
    '鈴木一郎',
  );
  t.like(made, {
    name: 'a',
    from: '2099-03-08T14:00:00.000Z',
    until: '2099-03-08T15:30:00.000Z',
    openEarlyMinutes: 45,
    opensAt: '2099-03-08T13:15:00.000Z',
    state: 'upcoming',
    timeZone: 'America/New_York',
    interviewerSeats: 2,
    applicantSeats: 2,
    capacity: 9,
    language: 'en',
    note: '二次面接',
    version: 1,
    closedAt: null,
    entry: { microphone: true, camera: false, names: true },
  });
  t.deepEqual(
    made.links.map(({ role, name }: { role: string; name: string }) => `${role} ${name}`),
    ['interviewer ', 'applicant 佐藤花子', 'applicant 鈴木一郎'],
  );
  t.deepEqual(await json(server, 'room', 'show', 'a'), made);
  const changed = await json(
    ...([
      server,
      'room',
      'update',
      'a',
      '--name',
      'b',
      '--until',
      '2099-03-08 12:00',
      '--names',
      'off',
    ] as const),
    '--opens-early',
    'auto',
    '--capacity',
    'none',
    '--note',
    '',
  );
  t.like(changed, {
    id: made.id,
    name: 'b',
    from: made.from,
    until: '2099-03-08T16:00:00.000Z',
    openEarlyMinutes: null,
    opensAt: '2099-03-08T13:45:00.000Z',
    capacity: null,
    note: '',
    version: 2,
    entry: { microphone: true, camera: false, names: false },
    links: made.links,
  });
});

on('a reissued link is refused at once, and who came by it has to leave', async (t, server) => {
  const { record, tokens, links } = await server.room();
  const interviewer = await join(t, server, tokens.interviewer);
  const applicant = await join(t, server, tokens.applicant);
  const link = await json(server, 'room', 'reissue', record.name, 'applicant');
  t.is((await applicant.client.next('ended')).reason, 'revoked');
  t.is((await applicant.client.closed).code, closeCodes.ended);
  t.is(interviewer.client.socket.readyState, 1);
  t.is(link.id, links.applicant.id);
  const again = await join(t, server, tokenOf(link.url));
  t.is(again.joined.role, 'applicant');
});

on('a revoked link is refused, also where its socket was opened before', async (t, server) => {
  const { record, tokens } = await server.room();
  const early = await connect(t, server, { token: tokens.applicant });
  t.is((await json(server, 'room', 'revoke', record.name, 'applicant')).url, null);
  early.socket.send(JSON.stringify({ id: 1, method: 'join', params: { keepMedia: false } }));
  t.is((await early.next('refused')).code, 'link_revoked');
});

on('who came by a link has to leave when it is revoked, also in the middle of a call', async (t, server) => {
  const { record, tokens } = await server.room();
  const interviewer = await enterCall(t, server, tokens.interviewer);
  const applicant = await join(t, server, tokens.applicant);
  await applicant.client.request('requestAdmission', { name: '佐藤花子' });
  await interviewer.client.request('admit', { peerId: applicant.joined.peerId });
  await json(server, 'room', 'revoke', record.name, 'applicant');
  t.is((await applicant.client.next('ended')).reason, 'revoked');
  t.is((await applicant.client.closed).code, closeCodes.ended);
  t.is(interviewer.client.socket.readyState, 1);
});

on('closing ends the call and keeps everyone out, reopening lets them in', async (t, server) => {
  const { record, tokens } = await server.room();
  const { client } = await enterCall(t, server, tokens.interviewer);
  t.is((await json(server, 'room', 'close', record.name)).state, 'closed');
  t.is((await client.next('ended')).reason, 'closed');
  const refused = await connect(t, server, { token: tokens.interviewer });
  refused.socket.send(JSON.stringify({ id: 1, method: 'join', params: { keepMedia: false } }));
  t.is((await refused.next('refused')).code, 'link_expired');
  t.is((await json(server, 'room', 'reopen', record.name)).state, 'open');
  await join(t, server, tokens.interviewer);
});

on('ending a call sends everyone away, and they may come again', async (t, server) => {
  const { record, tokens } = await server.room();
  t.false((await json(server, 'room', 'end', record.name)).ended);
  const { client } = await enterCall(t, server, tokens.interviewer);
  t.true((await json(server, 'room', 'end', record.name)).ended);
  t.is((await client.next('ended')).reason, 'closed');
  await join(t, server, tokens.interviewer);
  const ending = async () => (await collect(server.store.stays(record.id)))[0]?.ending;
  await becomes(t, ending, 'closed', 'nobody waits for what is kept of a stay');
});

on('deleting takes everything but the audit, and asks for a yes', async (t, server) => {
  const { record, tokens } = await server.room();
  const { client } = await enterCall(t, server, tokens.interviewer);
  const unsure = await cli(server.config, ['room', 'delete', record.name]);
  t.is(unsure.code, 2);
  t.regex(
    unsure.stderr,
    /with its links, 1 stay, 0 messages and 0 files for good: .* 1 person is in the room \S+ now, and has to leave\. To do it, say --yes; see webinterview room delete --help\.\n$/,
  );
  t.truthy(await server.store.rooms.find(record.id));
  const said = await json(server, 'room', 'delete', record.name, '--yes');
  t.deepEqual([said.deleted, said.people], [true, 1]);
  t.is((await client.next('ended')).reason, 'closed');
  t.is(await server.store.rooms.find(record.id), null);
  const actions = (await collect(server.store.audit.entries({ roomId: record.id }))).map(
    ({ action }) => action,
  );
  t.true(actions.includes('room.deleted'));
});

on('one more applicant gets a link of their own, once', async (t, server) => {
  const { record } = await server.room();
  const made = await cli(server.config, ['room', 'applicant', record.name, '佐藤花子', '--json']);
  const link = JSON.parse(made.stdout);
  // The other link is for whoever has it: that both are in the call at once is not said.
  t.is(
    made.stderr,
    `webinterview: note: ${record.name} takes 1 applicant at once and has 2 links for them; for all at once: webinterview room update ${record.id} --applicant-seats 2\n`,
  );
  t.is((await server.store.rooms.find(record.id))?.applicantSeats, 1);
  t.is((await join(t, server, tokenOf(link.url))).joined.role, 'applicant');
  const twice = await cli(server.config, ['room', 'applicant', record.name, '佐藤花子']);
  t.deepEqual([twice.code, /has a link for 佐藤花子 already/.test(twice.stderr)], [1, true]);
  // A name whose link was revoked has one still: what is said to do gives them one that opens.
  await json(server, 'room', 'revoke', record.name, '佐藤花子');
  const revoked = await cli(server.config, ['room', 'applicant', record.name, '佐藤花子']);
  t.is(revoked.code, 1);
  t.regex(
    revoked.stderr,
    /has a link for 佐藤花子 that is revoked: reissue that one \(webinterview room reissue\)/,
  );
  const again = await json(server, 'room', 'reissue', record.name, '佐藤花子');
  t.not(again.url, link.url);
  t.is((await join(t, server, tokenOf(again.url))).joined.role, 'applicant');
  const which = await cli(server.config, ['room', 'reissue', record.name, 'applicant']);
  t.deepEqual([which.code, /several such links: say which of .*佐藤花子/.test(which.stderr)], [2, true]);
});

/** The one note that there is where nothing is said of seats. */
const linksOnly = /^webinterview: note: links begin with http:[^\n]*\n$/;

on('one more applicant has a seat as those have for whom the room was made', async (t, server) => {
  const [alone, chosen] = ['a', 'b'].map((name) => [
    'room',
    'create',
    '--name',
    name,
    '--applicant',
    '佐藤花子',
  ]);
  await json(server, ...(alone as string[]));
  const first = await cli(server.config, ['room', 'applicant', 'a', '鈴木一郎']);
  t.regex(first.stderr, linksOnly);
  // The heading is the first line, and the link the second.
  t.regex(first.stdout, /^Applicant link for 鈴木一郎:\nhttp\S+#[\w-]{44}\n$/);
  const a = await server.store.rooms.find('a');
  t.deepEqual([a?.applicantSeats, a?.version], [2, 2]);
  // Both are in the call at once, and the server that runs knows it without a restart.
  const { links } = await json(server, 'room', 'show', 'a');
  const [interviewer, ...applicants] = links.map(({ url }: { url: string }) => tokenOf(url));
  const host = await enterCall(t, server, interviewer);
  await json(server, 'room', 'applicant', 'a', '高橋次郎');
  for (const token of applicants) {
    const { client, joined } = await join(t, server, token);
    await client.request('requestAdmission', { name: '応募者' });
    await host.client.request('admit', { peerId: joined.peerId });
    await client.next('admitted');
  }
  t.is((await server.store.rooms.find('a'))?.applicantSeats, 3);
  const reissued = await cli(server.config, ['room', 'reissue', 'a', '高橋次郎']);
  t.regex(reissued.stdout, /^Applicant link for 高橋次郎:\nhttp/);
  // One place of two that are revoked is free for another.
  await json(server, 'room', 'revoke', 'a', '高橋次郎');
  t.regex((await cli(server.config, ['room', 'applicant', 'a', '田中'])).stderr, linksOnly);
  t.is((await server.store.rooms.find('a'))?.applicantSeats, 3);
  // Who has chosen another number keeps it, and is told.
  await json(server, ...(chosen as string[]), '鈴木一郎', '--applicant-seats', '1');
  const { stderr } = await cli(server.config, ['room', 'applicant', 'b', '高橋次郎']);
  t.regex(stderr, /^webinterview: note: b takes 1 applicant at once and has 3 links for them; /);
  t.is((await server.store.rooms.find('b'))?.applicantSeats, 1);
});

on('of two administrators who change one room at once, one is told', async (t, server) => {
  const { record } = await server.room();
  const results = await Promise.all(
    ['one', 'two'].map((note) => server.store.rooms.update({ ...record, note }, [])),
  );
  t.is(results.filter((result) => result !== null).length, 1);
  const stored = await server.store.rooms.find(record.id);
  t.is(stored?.version, 2);
  t.is(stored?.note, results.find((result) => result !== null)?.note);
});

on('rooms are made all or none', async (t, server) => {
  const { record } = await server.room();
  const admin = await adminOf(server);
  const names = ['x-1', record.name, 'x-3'].map((name) => ({ name }));
  await t.throwsAsync(createRooms(admin, names, server.config.room), { message: /already a room named/ });
  t.deepEqual(await server.store.rooms.namesTaken(['x-1', 'x-3']), []);
});

test.serial('of two commands that change one room at once, one says so, and changes nothing', async (t) => {
  // Its own: what waits is looked for among the transactions of all.
  const own = await startMariadb();
  t.teardown(own.stop);
  const config = await testConfig(t, await own.database(t));
  const store = await testStore(t, config);
  const room = aRoom({ name: 'a' });
  await putRoom(store, room);
  const url = new URL(config.database.url as string);
  const changes = [
    ['--note', 'one'],
    ['--capacity', '7'],
  ];
  // Somebody holds the room, so that both commands have read it before either writes.
  const holder = await createConnection(url.href);
  t.teardown(() => holder.end());
  await holder.query('START TRANSACTION');
  await holder.query('SELECT id FROM rooms FOR UPDATE');
  const both = changes.map((change) => cli(config, ['room', 'update', 'a', ...change]));
  await until(
    'both wait for the row',
    async () => {
      const waiting = (await own.query(
        "SELECT trx_id FROM information_schema.INNODB_TRX WHERE trx_state = 'LOCK WAIT' AND trx_query LIKE '%rooms%'",
      )) as unknown[];
      return waiting.length === 2;
    },
    { everyMs: TRANSACTIONS_MS },
  );
  await holder.query('COMMIT');
  const results = await Promise.all(both);
  const lost = results.findIndex(({ code }) => code !== 0);
  t.deepEqual(results[lost], {
    code: 1,
    stdout: '',
    stderr: 'webinterview: Somebody else has just changed the room a: look at it and try again.\n',
  });
  t.is(results[1 - lost]?.code, 0);
  const won = lost === 1 ? { note: 'one', capacity: null } : { note: '', capacity: 7 };
  t.like(await store.rooms.find('a'), { ...won, version: 2 });
  const actions = (await collect(store.audit.entries())).map(({ action }) => action);
  t.deepEqual(actions, ['room.updated']);
});

const wrong: [string[], RegExp][] = [
  [['create', '--name', 'a', '--duration', '0m'], /--duration 0m is not a duration/],
  [['create', '--name', 'a', '--until', '10:00', '--from', '10:00'], /choose a later end/],
  [['create', '--name', 'a', '--duration', '367d'], /at most 366 days/],
  [['create', '--name', 'a', '--time-zone', 'Mars/Base'], /--time-zone Mars\/Base is not known/],
  [['create', '--name', 'a', '--camera', 'maybe'], /--camera maybe: expected on or off/],
  [['create', '--name', 'a', '--applicant-seats', '0'], /from 1 to 50 seats/],
  [['create', '--name', 'a', '--applicant', 'x', 'x'], /cannot both be x/],
  [['create', '--name', 'a', '--language', 'fr'], /choose ja or en/],
  [
    ['create', '--name', 'a', '--time-zone', 'America/New_York', '--from', '2099-03-08 02:30'],
    /does not exist in America\/New_York/,
  ],
  [
    ['create', '--name', 'a', '--time-zone', 'America/New_York', '--from', '2099-11-01 01:30'],
    /comes twice in America\/New_York.*2099-11-01T01:30-04:00 or 2099-11-01T01:30-05:00/,
  ],
];

for (const [args, message] of wrong) {
  test(`room ${args.join(' ')} is refused in one line`, async (t) => {
    const server = await startServer(t);
    const { code, stdout, stderr } = await cli(server.config, ['room', ...args]);
    t.is(code, 2);
    t.is(stdout, '');
    t.regex(stderr, message);
    t.is(stderr.trim().split('\n').length, 1);
  });
}

test('a room of yesterday is made longer until a time of today, and is not ended by a slip of the keyboard', async (t) => {
  const server = await startServer(t, { 'room.timeZone': 'UTC' });
  const { record } = await server.room({
    from: new Date(Date.now() - 30 * 3_600_000),
    until: new Date(Date.now() + 60_000),
  });
  const update = (...args: string[]) =>
    cli(server.config, ['room', 'update', record.name, '--time-zone', 'UTC', ...args]);
  const inTwoHours = new Date(Math.floor(Date.now() / 60_000) * 60_000 + 2 * 3_600_000);
  const clock = inTwoHours.toISOString().slice(11, 16);
  const { until } = JSON.parse((await update('--until', clock, '--json')).stdout);
  t.is(until, inTwoHours.toISOString());
  for (const slip of [
    ['--duration', '60m'],
    ['--until', '2020-01-01 10:00', '--from', '2020-01-01 09:00'],
  ]) {
    const { code, stderr } = await update(...slip);
    t.is(code, 2);
    t.regex(stderr, /would be over at once \(it would close .* \(UTC\)\): choose a later end, or close it/);
  }
  t.is((await server.store.readRoom(record.id))?.room.until.toISOString(), inTwoHours.toISOString());
});

test('what is known of a room is shown, and an interview over midnight is one of two hours', async (t) => {
  const server = await startServer(t);
  const window = ['--from', '2099-03-08 23:00', '--until', '01:00'];
  const { stdout } = await cli(server.config, ['room', 'create', '--name', 'a', ...window, '--note', '二次']);
  t.regex(stdout, /^Room a, 2099\/3\/8 23:00 - 2099\/3\/9 1:00 \(2 h\), Asia\/Tokyo\n\nInterviewer link:/);
  const shown = (await cli(server.config, ['room', 'show', 'a'])).stdout;
  for (const line of [
    /^ {2}id {10}[\w-]{22}$/m,
    /^ {2}seats {7}1 for interviewers, 1 for applicants$/m,
    /^ {2}capacity {4}no limit$/m,
    /^ {2}enter with {2}microphone on, camera on, names on$/m,
    /^ {2}language {4}ja$/m,
    /^ {2}note {8}二次$/m,
  ])
    t.regex(shown, line);
  const { stdout: updated } = await cli(server.config, ['room', 'update', 'a', '--applicant-seats', '3']);
  t.regex(updated, /3 for applicants/);
  t.notRegex(updated, /http/);
});

test('a room that is closed before it opens is listed with its window, and reopened for as long as is said', async (t) => {
  const server = await startServer(t);
  const run = async (...args: string[]) => (await cli(server.config, ['room', ...args])).stdout;
  await run('create', '--name', 'a', '--from', '2099-03-08 10:00', '--duration', '60m');
  await run('close', 'a');
  t.regex(await run('list'), /2099\/3\/8 10:00 - 11:00/);
  const { from, until } = JSON.parse(await run('reopen', 'a', '--duration', '90m', '--json'));
  t.deepEqual([from, until], ['2099-03-08T01:00:00.000Z', '2099-03-08T02:30:00.000Z']);
});

test('a duration over the change of the clock is as long as it says', async (t) => {
  const server = await startServer(t);
  const window = ['--time-zone', 'America/New_York', '--from', '2099-03-08 01:30', '--duration', '2h'];
  const { stdout } = await cli(server.config, ['room', 'create', '--name', 'a', ...window, '--json']);
  const { from, until } = JSON.parse(stdout);
  t.deepEqual([from, until], ['2099-03-08T06:30:00.000Z', '2099-03-08T08:30:00.000Z']);
});
