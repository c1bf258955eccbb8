/** Many rooms: made from a CSV, listed with filters and in pages; on both databases. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { parse } from 'csv-parse/sync';
import type { Config } from '../../src/server/config.ts';
import type { RoomRecord } from '../../src/server/room/ports.ts';
import { cli } from '../helpers/cli.ts';
import { enterCall } from '../helpers/client.ts';
import { type Mariadb, startMariadb } from '../helpers/mariadb.ts';
import { startServer } from '../helpers/server.ts';
import { openTerminal, shellHome } from '../helpers/shell.ts';
import { aLink, aRoom, putRoom, testConfig, testStore } from '../helpers/store.ts';

let mariadb: Mariadb;
test.before(async () => {
  mariadb = await startMariadb();
});
test.after.always(() => mariadb?.stop());

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

for (const dialect of ['SQLite', 'MariaDB'] as const) {
  const on = (title: string, work: (t: ExecutionContext, config: Config) => Promise<void>) =>
    test(`${dialect}: ${title}`, async (t) =>
      work(t, await testConfig(t, dialect === 'SQLite' ? undefined : await mariadb.database(t))));

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
        ...{ code: 1, stdout: '' },
        stderr: [
          `webinterview: 3 of 500 rows of ${file} are wrong, so no room was made:`,
          '  line 101: from 2099-04-01 25:00 is no time: expected e.g. 2030-04-01T10:00+09:00, "2030-04-01 10:00" or 10:00.',
          '  line 201: there is already a room named taken.',
          '  line 301: the name r0 is that of line 2 too.\n',
        ].join('\n'),
      });
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
      [],
    );
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
    await add('now', hours(-0.01), hours(0.01));
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
}

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
    ...{ name: '面接A', from: '2099-04-01T00:05:00.000Z', until: '2099-04-01T01:35:00.000Z', note: '二次' },
    entry: { microphone: true, camera: false, names: true },
  });
  t.deepEqual(
    rooms[0].links.map(({ name }: { name: string }) => name),
    ['', '佐藤花子', '鈴木一郎'],
  );
  const { stdout } = await cli(config, ['room', 'list', '--csv']);
  const [, row] = parse(stdout, { bom: true }) as string[][];
  t.is(row?.[7], '佐藤花子\n鈴木一郎');
});

test('a file that cannot be one of rooms is said so in one line', async (t) => {
  const config = await testConfig(t);
  const said = async (content: string, ...args: string[]) =>
    (await cli(config, ['room', 'create', '--from-csv', await fileOf(config, content), ...args])).stderr;
  t.regex(await said(''), /rooms\.csv is empty: it needs a heading line of these columns: name, from, /);
  t.regex(await said('name\n'), /has a heading and no rooms below it/);
  t.regex(await said('name,color\na,red\n'), /has a column color that is not known: there are name, from,/);
  t.regex(await said('from\n10:00\n'), /has no column name: every room needs one/);
  t.regex(await said('name,name\na,b\n'), /has the column name twice/);
  t.regex(await said('name\n"a\n'), /is no CSV: /);
  t.regex(await said('name;from\na;10:00\n'), /parts its columns by ;: save it as a CSV with commas/);
  t.regex(await said('name\tfrom\na\t10:00\n'), /parts its columns by tabs: save it as a CSV with commas/);
  t.regex(
    await said('name,duration,note\na,60m,first, second\nb,60m\nc,60m,\n'),
    /^webinterview: 2 of 3 rows .*\n.*line 2: it has 4 cells and the heading 3: .*\n.*line 3: it has 2 cells and the heading 3: .*\n$/,
  );
  t.regex(await said('name\na\n', '--name', 'b'), /leave out --name and --applicant/);
  t.regex(await said(`name\n${'a\n'.repeat(5001)}`), /has 5001 rooms: at most 5000/);
  const { stderr, code } = await cli(config, ['room', 'create', '--from-csv', '/nowhere.csv']);
  t.is(code, 1);
  t.regex(stderr, /^webinterview: Cannot read \/nowhere\.csv \(ENOENT\): check its name and rights\.\n$/);
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
  await shows(/The day 2099-02-30 12:00 is no time/);
  type(replace('2099-04-01'));
  await shows(/Opens at +\d\d:\d\d/);
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

test('room create on a terminal is left with Esc, and makes nothing', async (t) => {
  const config = await testConfig(t);
  await testStore(t, config);
  const home = await shellHome(t);
  const { type, shows } = openTerminal(t, home, ['bash', '--norc']);
  type(`webinterview room create --data-dir ${config.dataDir}\r`);
  await shows(/Esc leaves/);
  type('\u001B');
  await shows(/webinterview: Left without making a room\./);
  t.is((await json(config, ['room', 'list'])).total, 0);
});
