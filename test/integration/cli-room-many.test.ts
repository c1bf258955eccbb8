/** Many rooms: made from a CSV, listed with filters and in pages; on both databases. */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { parse } from 'csv-parse/sync';
import Database from 'libsql';
import { DateTime } from 'luxon';
import { createRooms } from '../../src/server/admin/rooms.ts';
import type { Config } from '../../src/server/config.ts';
import { auditEntry } from '../../src/server/room/audit.ts';
import type { RoomRecord } from '../../src/server/room/records.ts';
import { cli } from '../helpers/cli.ts';
import { enterCall } from '../helpers/client.ts';
import { onBothDatabases } from '../helpers/databases.ts';
import { adminOf, startServer } from '../helpers/server.ts';
import { openTerminal, shellHome } from '../helpers/shell.ts';
import { aLink, aRoom, putRoom, testConfig, testStore } from '../helpers/store.ts';

async function fileOf(config: Config, content: string | Buffer, name = 'rooms.csv'): Promise<string> {
  const file = join(config.dataDir, name);
  await writeFile(file, content);
  return file;
}

const json = async (config: Config, args: string[]) => {
  const { code, stdout, stderr } = await cli(config, [...args, '--json']);
  if (code !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
};
const namesOf = ({ rooms }: { rooms: RoomRecord[] }) => rooms.map(({ name }) => name);

const on = (title: string, work: (t: ExecutionContext, config: Config) => Promise<void>) =>
  onBothDatabases(title, async (t, url) => work(t, await testConfig(t, url)));

on(
  '500 rooms of which 3 are wrong: each is named with its line and reason, and none is made',
  async (t, config) => {
    await cli(config, ['room', 'create', '--name', 'taken']);
    const rows = Array.from({ length: 500 }, (_, i) => `r${i},2099-04-01 10:00,60m`);
    rows[99] = 'r99,2099-04-01 25:00,60m';
    rows[199] = 'taken,2099-04-01 10:00,60m';
    rows[299] = 'r0,2099-04-01 10:00,60m';
    const file = await fileOf(config, ['name,from,duration', ...rows].join('\n'));
    const args = ['room', 'create', '--from-csv', file];
    t.deepEqual(await cli(config, args), {
      code: 2,
      stdout: '',
      stderr: [
        `webinterview: 3 of 500 rows of ${file} are wrong, so no room was made:`,
        '  line 101: from 2099-04-01 25:00 is not a time: expected e.g. 2030-04-01T10:00+09:00, "2030-04-01 10:00" or 10:00.',
        '  line 201: there is already a room named taken.',
        '  line 301: the name r0 is that of line 2 too.\n',
      ].join('\n'),
    });
    // A name that another room has is no wrong usage, as on the command line.
    const taken = await fileOf(config, 'name\nfree\ntaken\n', 'taken.csv');
    t.is((await cli(config, ['room', 'create', '--from-csv', taken])).code, 1);
    t.is((await cli(config, ['room', 'create', '--name', 'taken'])).code, 1);
    const { error } = JSON.parse((await cli(config, [...args, '--json'])).stderr);
    t.is(error.details.length, 3);
    t.is((await json(config, ['room', 'list'])).total, 1);
    // Mended, all are made.
    for (const at of [99, 199, 299]) rows[at] = `mended${at},2099-04-01 10:00,60m`;
    await fileOf(config, ['name,from,duration', ...rows].join('\n'));
    t.regex((await cli(config, args)).stdout, /\nMade 500 rooms\.\n$/);
    t.is((await json(config, ['room', 'list'])).total, 501);
  },
);

on('10,000 rooms are listed in pages, found by name, and written as CSV', async (t, config) => {
  const store = await testStore(t, config);
  const at = (i: number) => new Date(Date.UTC(2099, 0, 1) + i * 60_000);
  const rooms = Array.from({ length: 10_000 }, (_, i) =>
    aRoom({ name: `room-${String(i).padStart(5, '0')}`, from: at(i), until: at(i + 60) }),
  );
  await store.rooms.create(
    rooms.map((room) => ({ room, links: [aLink(room)] })),
    rooms.map(({ id }) => auditEntry('room.created', { at: at(0), roomId: id, actor: 'cli:test' })),
  );
  t.is(await store.audit.count(), 10_000);
  const table = await cli(config, ['room', 'list']);
  t.is(table.stdout.trim().split('\n').length, 51);
  t.regex(table.stderr, /note: these are 50 of 10,000 rooms; for the next add --after room-00049/);
  const next = await cli(config, ['room', 'list', '--after', 'room-00049', '--limit', '2']);
  t.regex(next.stdout, /\nroom-00050 .*\nroom-00051 .*\n$/);
  const page = await json(config, ['room', 'list', '--limit', '3', '--after', 'room-09990']);
  t.deepEqual(namesOf(page), ['room-09991', 'room-09992', 'room-09993']);
  t.is(page.total, 10_000);
  t.is(page.after, page.rooms[2].id);
  const all = await json(config, ['room', 'list']);
  t.is(all.rooms.length, 10_000);
  t.is(all.after, null);
  // The next page is named where there is one, and only there: for people on standard error, for programs as `after`.
  const following = async (...args: string[]) => {
    const { stderr } = await cli(config, ['room', 'list', ...args]);
    const last = (await json(config, ['room', 'list', ...args])) as { after: string | null };
    return [stderr, rooms.find(({ id }) => id === last.after)?.name ?? last.after];
  };
  const then = (name: string) => [`webinterview: note: for the next add --after ${name}\n`, name];
  t.deepEqual(await following('--limit', '20', '--after', 'room-00049'), then('room-00069'));
  for (const args of [
    ['--limit', '50', '--after', 'room-09949'],
    ['--limit', '500', '--after', 'room-09499'],
    ['--limit', '10', '--name', '-0123'],
    ['--limit', '1', '--after', 'room-09998'],
  ])
    t.deepEqual(await following(...args), ['', null], args.join(' '));
  t.deepEqual(await following('--limit', '500', '--after', 'room-09498'), then('room-09998'));
  t.deepEqual(
    namesOf(await json(config, ['room', 'list', '--name', '-0123'])),
    Array.from({ length: 10 }, (_, i) => `room-0123${i}`),
  );
  const { stdout } = await cli(config, ['room', 'list', '--csv', '--name', '-0999']);
  const [heading, first, ...rest] = parse(stdout, { bom: true }) as string[][];
  t.is(heading?.[0], 'name');
  t.is(rest.length, 9);
  t.is(first?.[3], '2099/1/8 7:30');
  t.regex(first?.[8] ?? '', /^http:\/\/localhost:3000\/room#[\w-]+$/);
});

on('filters: today, past, days, and what % and _ mean in a name', async (t, config) => {
  const store = await testStore(t, config);
  const hours = (count: number) => new Date(Date.now() + count * 3_600_000);
  const add = (name: string, from: Date, until: Date, closedAt: Date | null = null) =>
    putRoom(store, aRoom({ name, from, until, closedAt }));
  await add('now', hours(-0.1), hours(0.1));
  await add('past', hours(-100), hours(-99));
  await add('older', hours(-200), hours(-199));
  await add('closed', hours(-1), hours(100), hours(-0.5));
  await add('a_b%c', hours(1000), hours(1001));
  const list = async (...args: string[]) => namesOf(await json(config, ['room', 'list', ...args]));
  t.true((await list('--today')).includes('now'));
  t.false((await list('--today')).includes('past'));
  t.deepEqual(await list('--past'), ['closed', 'past', 'older']);
  t.deepEqual(await list('--past', '--limit', '1', '--after', 'closed'), ['past']);
  t.deepEqual(await list('--live'), []);
  t.deepEqual(await list('--name', 'a_b'), ['a_b%c']);
  t.deepEqual(await list('--name', '%'), ['a_b%c']);
  t.deepEqual(await list('--name', 'o_d'), []);
  t.deepEqual(await list('--from', '2090-01-01'), []);
  t.is((await cli(config, ['room', 'list', '--name', 'nobody'])).stdout, 'There are no such rooms.\n');
  const state = (await cli(config, ['room', 'list'])).stdout;
  for (const expected of [/now +open/, /past +past/, /closed +closed/, /a_b%c +upcoming/])
    t.regex(state, expected);
});

test('a file as Excel in Japanese saves it, with applicants, times as Excel shows them, and common options', async (t) => {
  const config = await testConfig(t);
  const head = 'name,from,applicant,note,camera\r\n';
  // 面接A, 佐藤花子;鈴木一郎 and 二次 in Shift_JIS.
  const shiftJis = Buffer.concat([
    Buffer.from(head),
    Buffer.from('96ca90da41', 'hex'),
    Buffer.from(',2099/4/1 9:05,'),
    Buffer.from('8db293a189d48e713b97e996d888ea9859', 'hex'),
    Buffer.from(','),
    Buffer.from('93f18e9f', 'hex'),
    Buffer.from(',off\r\n'),
  ]);
  const file = await fileOf(config, shiftJis);
  const { rooms } = await json(config, ['room', 'create', '--from-csv', file, '--duration', '90m']);
  t.like(rooms[0], {
    name: '面接A',
    from: '2099-04-01T00:05:00.000Z',
    until: '2099-04-01T01:35:00.000Z',
    note: '二次',
    entry: { microphone: true, camera: false, names: true },
  });
  t.deepEqual(
    rooms[0].links.map(({ name }: { name: string }) => name),
    ['', '佐藤花子', '鈴木一郎'],
  );
  const { stdout } = await cli(config, ['room', 'list', '--csv']);
  const [, row] = parse(stdout, { bom: true }) as string[][];
  t.is(row?.[7], '佐藤花子\n鈴木一郎');

  // What is listed is made again as it was, after the room is gone.
  t.is((await cli(config, ['room', 'delete', '面接A', '--yes'])).code, 0);
  const list = await fileOf(config, stdout, 'list.csv');
  const again = await cli(config, ['room', 'create', '--from-csv', list, '--json']);
  t.is(
    again.stderr,
    `webinterview: note: not read from ${list}, as rooms and links are made anew: the columns id, state, interviewer-link, applicant-link, invited, cancelled.\n`,
  );
  const remade = JSON.parse(again.stdout).rooms[0];
  const same = ({ name, from, until, entry, note, applicantSeats, links }: typeof remade) => {
    const names = links.map((link: { name: string }) => link.name);
    return { name, from, until, entry, note, applicantSeats, names };
  };
  t.deepEqual(same(remade), same(rooms[0]));
});

test('which rooms of a list were closed in it is told, as they are made anew without that', async (t) => {
  const config = await testConfig(t);
  const rooms = await fileOf(
    config,
    'name,from\na,2099-04-01 10:00\nb,2099-04-01 11:00\nc,2099-04-01 12:00\n',
  );
  await cli(config, ['room', 'create', '--from-csv', rooms]);
  for (const name of ['a', 'c']) t.is((await cli(config, ['room', 'close', name])).code, 0);
  const list = await fileOf(config, (await cli(config, ['room', 'list', '--csv'])).stdout, 'list.csv');
  const { stderr } = await cli(await testConfig(t), ['room', 'create', '--from-csv', list, '--json']);
  const note = `webinterview: note: closed in ${list}, and not closed as they are made anew: a, c; close them with webinterview room close.\n`;
  t.true(stderr.includes(note), stderr);
});

test('a list of more rooms than a list may have says so where it is written, and is written in parts', async (t) => {
  const server = await startServer(t);
  const { config } = server;
  const from = new Date('2099-04-01T00:00:00Z');
  // In the order of their times, as they are listed.
  const requests = Array.from({ length: 5001 }, (_, i) => ({
    name: `r${i}`,
    from: new Date(from.getTime() + i * 60_000),
  }));
  await createRooms(await adminOf(server), requests, config.room);
  const listed = async (...args: string[]) => {
    const { stdout, stderr } = await cli(config, ['room', 'list', '--csv', ...args]);
    return { rows: stdout.trim().split('\n').length - 1, stderr };
  };
  const all = await listed();
  t.is(all.rows, 5001);
  t.regex(all.stderr, /note: these are 5,001 rooms, .* takes 5,000 at once: .* --limit 5000\.\n/);
  const part = await listed('--limit', '5000');
  t.is(part.rows, 5000);
  t.regex(part.stderr, /note: for the next rooms add --after r4999\n/);
  const rest = await listed('--after', 'r4999');
  t.is(rest.rows, 1);
  t.notRegex(rest.stderr, /these are|--after/);
});

test('a file that cannot be one of rooms is said so in one line', async (t) => {
  const config = await testConfig(t);
  await (await testStore(t, config)).close();
  const said = async (content: string, ...args: string[]) => {
    const file = await fileOf(config, content);
    const { code, stderr } = await cli(config, ['room', 'create', '--from-csv', file, ...args]);
    t.is(code, 2, stderr);
    return stderr;
  };
  t.regex(
    await said(''),
    /rooms\.csv is empty: it needs a heading line of these columns: name, title, company, from, /,
  );
  t.regex(await said('name\n'), /has a heading and no rooms below it/);
  t.regex(
    await said('name,color\na,red\n'),
    /has a column color that is not known: there are name, title, company, from,/,
  );
  t.regex(await said('from\n10:00\n'), /has no column name: every room needs one/);
  t.regex(await said('name,name\na,b\n'), /has the column name twice/);
  t.regex(await said('name\n"a\n'), /is not CSV: /);
  t.regex(await said('name\n"a\n'), /[^.]\.\n$/);
  t.regex(
    await said('name,duration,note\na,60m,first, second\nb,60m\nc,60m,\n'),
    /^webinterview: 2 of 3 rows .*\n.*line 2: it has 4 cells and the heading 3: .*\n.*line 3: it has 2 cells and the heading 3: .*\n$/,
  );
  t.regex(await said('name,until,duration\na,10:00,60m\n'), /line 2: until and duration say the same thing/);
  t.regex(await said('name,language\na,--fr\n'), /line 2: language --fr is not supported/);
  t.regex(await said('name\na\n', '--name', 'b'), /leave out --name, --applicant and --email/);
  t.regex(await said(`name\n${'a\n'.repeat(5001)}`), /has 5001 rooms: at most 5000/);
  const { stderr, code } = await cli(config, ['room', 'create', '--from-csv', '/nowhere.csv']);
  t.is(code, 1);
  t.regex(
    stderr,
    /^webinterview: Cannot read \/nowhere\.csv \(ENOENT\): check its name and permissions\.\n$/,
  );
});

test('rooms where people are stand in the list as live, with how many', async (t) => {
  const server = await startServer(t);
  const { record, tokens } = await server.room({ name: 'busy' });
  await server.room({ name: 'empty' });
  await enterCall(t, server, tokens.interviewer);
  t.regex((await cli(server.config, ['room', 'list'])).stdout, /busy +live +1 /);
  const live = await json(server.config, ['room', 'list', '--live']);
  t.deepEqual(namesOf(live), [record.name]);
  t.is(live.rooms[0].people, 1);
});

for (const [name, lineBreak] of [
  ['LF', '\n'],
  ['CRLF', '\r\n'],
] as const) {
  test(`with ${name}, a wrong row is named by the line on which it begins, whatever is in quotes`, async (t) => {
    const config = await testConfig(t);
    await (await testStore(t, config)).close();
    const lines = [
      'name,applicant,duration',
      '',
      'a,"佐藤花子',
      '鈴木一郎',
      '高橋次郎",60m',
      'b,,0m',
      '',
      '',
      'c,"田中',
      '',
      '伊藤",0m',
      'd,,60m',
      'a,,60m',
      '"e",,"0',
      'm"',
    ];
    const file = await fileOf(config, lines.join(lineBreak));
    const { code, stderr } = await cli(config, ['room', 'create', '--from-csv', file]);
    t.is(code, 2);
    const named = [...stderr.matchAll(/^ {2}line (\d+): (.*)$/gm)].map(([, line, why]) => [
      Number(line),
      why,
    ]);
    t.deepEqual(
      named.map(([line]) => line),
      [6, 9, 13, 14],
      stderr,
    );
    t.is(named[2]?.[1], 'the name a is that of line 3 too.');
  });
}

test('room create without a name fails where nobody can be asked', async (t) => {
  const { code, stderr } = await cli(await testConfig(t), ['room', 'create']);
  t.is(code, 2);
  t.regex(stderr, /^webinterview: --name is missing: give it, or run the command on a terminal/);
});

test('room create on a terminal asks, says what is wrong at once, and shows the links with their codes', async (t) => {
  const config = await testConfig(t);
  const home = await shellHome(t);
  const { type, shows } = openTerminal(t, home, [
    'webinterview',
    'room',
    'create',
    '--data-dir',
    config.dataDir,
  ]);
  const replace = (text: string) => `${'\u007F'.repeat(12)}${text}\r`;
  await shows(/A new room[\s\S]*Name[\s\S]*e\.g\. 9110-1-to {3}Enter goes on, Esc leaves/);
  type('\r');
  await shows(/The name of a room must not be empty/);
  type('面接1');
  await shows(/Name +面接1/);
  type('\r');
  await shows(/Name +面接1\n[\s\S]*Day +\d{4}-\d\d-\d\d/);
  type(replace('2099-02-30'));
  await shows(/The day 2099-02-30: there is no such day\./);
  type(replace('2099-04-01'));
  await shows(/Begins at +\d\d:\d\d/);
  type(replace('10:00'));
  await shows(/Open for +60m/);
  type('\r');
  await shows(/Applicants/);
  type('佐藤花子');
  await shows(/Applicants +佐藤花子/);
  type('\r');
  const screen = await shows(/Applicant link for 佐藤花子:\nhttp:\/\/localhost:3000\/room#[\w-]+\n[\s\S]*▀/);
  t.truthy(screen);
  const { rooms } = await json(config, ['room', 'list']);
  t.like(rooms[0], { name: '面接1', from: '2099-04-01T01:00:00.000Z', until: '2099-04-01T02:00:00.000Z' });
});

/** Where it is between 12:00 and 13:00 now, so that a day has a past and a future whenever a test is run. */
function zoneAtNoon(): string {
  const east = 12 - new Date().getUTCHours();
  // POSIX counts hours to the west.
  return `Etc/GMT${east > 0 ? '-' : '+'}${Math.abs(east)}`;
}

/** `room create` on a terminal, with keys that take the place of what a question proposes. */
async function asking(t: ExecutionContext, config: Config, ...options: string[]) {
  const args = ['room', 'create', '--data-dir', config.dataDir, ...options];
  const terminal = openTerminal(t, await shellHome(t), ['webinterview', ...args]);
  // A question is seen a moment before it hears keys: what it has not heard is typed again.
  const answer = async (text: string, tries = 20): Promise<void> => {
    terminal.type(`${'\u007F'.repeat(12)}${text}`);
    const isTyped = await terminal.shows(new RegExp(`^.{12}${text} *$`, 'm'), 1000).catch(() => null);
    if (isTyped) return terminal.type('\r');
    if (tries === 0) throw new Error(`the question did not take ${text}`);
    await answer(text, tries - 1);
  };
  return { ...terminal, answer };
}

test('room create on a terminal refuses what cannot be where it is asked, and goes on from there', async (t) => {
  const config = await testConfig(t);
  await cli(config, ['room', 'create', '--name', '面接1']);
  const zone = zoneAtNoon();
  const { shows, answer } = await asking(t, config, '--time-zone', zone);
  await shows(/Name/);
  await answer('面接1');
  await shows(/There is already a room named 面接1: choose another name\./);
  await answer('面接2');
  await shows(/Day +\d{4}/);
  await answer('2020-04-01');
  await shows(/The day 2020-04-01 is over: choose today or a later one\./);
  await answer(DateTime.now().setZone(zone).toISODate() as string);
  await shows(/Begins at/);
  await answer('00:00');
  await shows(/The time 00:00 is over: choose a later one; \d\d:\d\d opens the room at once\./);
  await answer('23:59');
  await shows(/Open for/);
  await answer('400d');
  await shows(/A room is open for at most 366 days/);
  await answer('30m');
  await shows(/Applicants/);
  await answer('佐藤、佐藤');
  await shows(/Two applicants of one room cannot both be 佐藤/);
  await answer('佐藤、鈴木');
  await shows(/Applicant link for 鈴木:\nhttp/);
  const { rooms } = await json(config, ['room', 'list', '--name', '面接2']);
  t.is(rooms[0].links.length, 3);
});

test('room create on a terminal asks for what no option says, and looks at those before', async (t) => {
  const config = await testConfig(t);
  const store = await testStore(t, config);
  const wrong: [string[], RegExp][] = [
    [['--time-zone', 'Mars/Base'], /--time-zone Mars\/Base is not known/],
    [['--camera', 'maybe'], /--camera maybe: expected on or off/],
    [['--until', '2099-04-01 12:00', '--duration', '1h'], /--until and --duration say the same thing/],
    [['--until', '2020-04-01 12:00'], /The room would be over already \(it closes 2020-04-01 12:00/],
    [['--from', '2020-04-01 12:00', '--duration', '1h'], /The room would be over already/],
    [['--applicant', '佐藤', '佐藤'], /cannot both be 佐藤/],
  ];
  for (const [options, message] of wrong) {
    const refused = await asking(t, config, ...options);
    await refused.shows(message);
    t.notRegex(refused.written(), /A new room/, options.join(' '));
  }
  t.is((await store.rooms.list({ limit: 9 })).length, 0);

  const window = ['--from', '2099-04-01 10:00', '--until', '11:30', '--time-zone', 'UTC'];
  const { shows, answer, written } = await asking(t, config, ...window);
  await shows(/Name/);
  await answer('a');
  await shows(/Applicants/);
  await answer('');
  await shows(/Applicant link:\nhttp/);
  t.notRegex(written(), /Day|Begins at|Open for/);
  const given = await asking(t, config, '--until', '2099-04-01 11:30', '--applicant', '佐藤花子');
  await given.shows(/Name/);
  await given.answer('b');
  await given.shows(/Day/);
  await given.answer('2099-04-01');
  await given.shows(/Begins at/);
  await given.answer('12:00');
  await given.shows(/The room would close \(2099-04-01 11:30/);
  await given.answer('11:00');
  await given.shows(/Applicant link for 佐藤花子:\nhttp/);
  const [a, b] = await store.rooms.list({ limit: 9 });
  t.deepEqual(
    [a, b].map((room) => [room?.name, room?.from.toISOString(), room?.until.toISOString()]),
    [
      ['b', '2099-04-01T02:00:00.000Z', '2099-04-01T02:30:00.000Z'],
      ['a', '2099-04-01T10:00:00.000Z', '2099-04-01T11:30:00.000Z'],
    ],
  );
});

test('--csv without --from-csv is wrong usage, and makes nothing', async (t) => {
  const config = await testConfig(t);
  const { code, stdout, stderr } = await cli(config, ['room', 'create', '--name', 'a', '--csv']);
  t.deepEqual([code, stdout], [2, '']);
  t.is(stderr, 'webinterview: --csv writes the links of --from-csv: give that too, or leave --csv out.\n');
  t.deepEqual(await readdir(config.dataDir), []);
});

test('room create on a terminal is left with Esc, and makes nothing', async (t) => {
  const config = await testConfig(t);
  await testStore(t, config);
  const home = await shellHome(t);
  const { type, shows } = openTerminal(t, home, ['bash', '--norc']);
  type(`webinterview room create --data-dir ${config.dataDir}\r`);
  await shows(/Esc leaves/);
  type('\u001B');
  await shows(/webinterview: Cancelled: no room was made\./);
  t.is((await json(config, ['room', 'list'])).total, 0);
});

/** So that the bar is drawn again, which it is after 100 ms, on the fastest machine too. */
async function makeOneRoomSlow(t: ExecutionContext, config: Config, name: string): Promise<void> {
  await (await testStore(t, config)).close();
  const database = new Database(join(config.dataDir, 'webinterview.sqlite'));
  const counting =
    'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 3000000) SELECT i FROM n';
  database.exec(
    `CREATE TRIGGER slow BEFORE INSERT ON rooms WHEN NEW.name = '${name}' BEGIN SELECT max(i) FROM (${counting}); END`,
  );
  database.close();
}

test('5,000 rooms of a CSV in a terminal: a bar that goes on, and is gone at the end; nothing of it in the file', async (t) => {
  const config = await testConfig(t);
  await makeOneRoomSlow(t, config, 'r2500');
  const rows = Array.from({ length: 5000 }, (_, i) => `r${i},2099-04-01 10:00,60m`);
  const file = await fileOf(config, ['name,from,duration', ...rows].join('\n'));
  const links = join(config.dataDir, 'links.csv');
  const home = await shellHome(t);
  const command = `webinterview room create --data-dir '${config.dataDir}' --from-csv '${file}' --csv > '${links}'; echo ended $?`;
  const { shows, written } = openTerminal(t, home, ['bash', '--norc', '-c', command]);
  await shows(/^ended 0/m);
  const bars = [...written().matchAll(/\r\[(#*)(-*)\] +(\d+) % {2}([\d,]+) of 5,000 rooms/g)];
  t.true(bars.length >= 2, written());
  const counts = bars.map(([, done = '', open = '', percent, count = '']) => {
    const number = Number(count.replace(',', ''));
    t.is(done.length + open.length, 30);
    t.is(done.length, Math.round((number / 5000) * 30));
    t.is(Number(percent), Math.floor(number / 50));
    return number;
  });
  t.deepEqual(
    counts,
    counts.toSorted((a, b) => a - b),
  );
  t.true(written().includes('rooms\r\u001B[2K'));
  t.notRegex(await shows(/ended/), /of 5,000 rooms/);
  t.is((parse(await readFile(links, 'utf8'), { bom: true }) as string[][]).length, 5001);
});
