/** Rooms and their records on the command line, on the embedded database and on MariaDB. */
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import type { Config } from '../../src/server/config.ts';
import { isTokenOf, linkIdOf } from '../../src/server/room/links.ts';
import { openSecret } from '../../src/server/secret.ts';
import { openStore } from '../../src/server/store/index.ts';
import { cli, cliAtOnce } from '../helpers/cli.ts';
import { onBothDatabases } from '../helpers/databases.ts';
import { aMessage, aRoom, aStay, putRoom, testConfig, testStore } from '../helpers/store.ts';

const create = ['room', 'create', '--json', '--name'];
const created = async (config: Config, ...args: string[]) => {
  const { code, stdout, stderr } = await cli(config, [...create, ...args]);
  if (code !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
};

const on = (title: string, run: (t: ExecutionContext, config: Config) => Promise<void>) =>
  onBothDatabases(title, async (t, url) => run(t, await testConfig(t, url)));

on('a new room is stored, with two links that open it in their roles', async (t, config) => {
  const room = await created(config, '9110-1-to', '--from', '2099-12-01 10:00', '--duration', '1h30m');
  t.is(room.name, '9110-1-to');
  t.is(room.from, '2099-12-01T01:00:00.000Z');
  t.is(room.until, '2099-12-01T02:30:00.000Z');

  const store = await openStore(config, { create: false });
  t.teardown(() => store.close());
  const secret = await openSecret(config, store);
  t.is((await store.rooms.find('9110-1-to'))?.id, room.id);
  for (const role of ['interviewer', 'applicant'] as const) {
    const [base, token] = room[`${role}Url`].split('#');
    t.is(base, 'http://localhost:3000/room');
    const found = await store.findLink(linkIdOf(token) as string);
    t.is(found?.link.role, role);
    t.is(found?.room.id, room.id);
    t.true(found && isTokenOf(secret, found.link, token));
  }
});

/** What every command says that hands out links of the usual configuration. */
const onlyHere =
  'webinterview: note: links begin with http://localhost:3000, which nobody else can open: set http.publicUrl to the address people use.\n';

test('who is handed links that nobody else can open is told so, once a command, and no program is', async (t) => {
  const config = await testConfig(t);
  const file = join(config.dataDir, 'rooms.csv');
  await writeFile(file, 'name\nb\nc\n');
  await created(config, 'a', '--applicant', '佐藤花子');
  for (const args of [
    ['create', '--name', 'd'],
    ['create', '--from-csv', file],
    ['show', 'a'],
    ['list', '--csv'],
    ['applicant', 'a', '鈴木一郎'],
    ['reissue', 'a', 'interviewer'],
  ])
    t.is((await cli(config, ['room', ...args])).stderr, onlyHere, args.join(' '));
  for (const args of [['show', 'a', '--json'], ['list', '--json'], ['list']])
    t.is((await cli(config, ['room', ...args])).stderr, '', args.join(' '));
  const reachable = { WEBINTERVIEW_HTTP_PUBLIC_URL: 'https://interview.example.com' };
  t.is((await cli(config, ['room', 'show', 'a'], reachable)).stderr, '');
});

on('that a database was made is told, once', async (t, config) => {
  const { stderr } = await cli(config, [...create, 'first']);
  const name = config.database.url
    ? `${new URL(config.database.url).pathname.slice(1)} on `
    : `${join(config.dataDir, 'webinterview.sqlite')}. `;
  t.true(stderr.startsWith('webinterview: note: there was no data of webinterview yet, so a new database '));
  t.true(stderr.includes(`was made: ${name}`), stderr);
  t.regex(stderr, / --config, or its folder with --data-dir\.\n$/);
  t.is((await cli(config, [...create, 'second'])).stderr, '');
  const key = await cli(config, ['key', 'create', '--name', 'k', '--scope', 'rooms:read']);
  t.notRegex(key.stderr, /database/);
});

on("both records come out as CSV, by the room's name and by its id", async (t, config) => {
  const store = await testStore(t, config);
  const room = aRoom({ name: 'interview' });
  const { id } = room;
  await putRoom(store, room);
  const leftAt = new Date('2023-12-08T10:45:00Z');
  await store.addStay(aStay(room, { role: 'interviewer', company: '株式会社', name: '毎日太郎', leftAt }));
  await store.addStay(aStay(room, { name: '=佐藤' }));
  await store.addMessage(aMessage(room, { text: 'はい, "どうぞ"' }));

  const participants = await cli(config, ['export', 'participants', 'interview']);
  t.deepEqual(participants, {
    code: 0,
    stdout: `${'\uFEFF'}ルーム名,主催者・参加者,企業名,名前,接続開始時間,接続終了時間\r\ninterview,主催者,株式会社,毎日太郎,2023/12/8 19:20,2023/12/8 19:45\r\ninterview,参加者,,'=佐藤,2023/12/8 19:20,\r\n`,
    stderr: '',
  });
  const chat = await cli(config, ['export', 'chat', id]);
  t.is(
    chat.stdout,
    `${'\uFEFF'}タイプ,時刻,主催者・参加者,名前,メッセージ\r\n全体,2023/12/8 19:11,主催者,毎日太郎,"はい, ""どうぞ"""\r\n`,
  );
  const json = await cli(config, ['export', 'chat', id, '--json']);
  t.is(JSON.parse(json.stdout).text, 'はい, "どうぞ"');
});

on('a room name that exists is one clear line', async (t, config) => {
  await created(config, 'taken');
  t.deepEqual(await cli(config, ['room', 'create', '--name', 'taken']), {
    code: 1,
    stdout: '',
    stderr: 'webinterview: There is already a room named taken: choose another name.\n',
  });
  t.deepEqual(JSON.parse((await cli(config, [...create, 'taken'])).stderr), {
    error: { message: 'There is already a room named taken: choose another name.' },
  });
});

on('many first commands at the same time make one database and one secret', async (t, config) => {
  const made = await cliAtOnce(
    config,
    ['a', 'b', 'c', 'd'].map((name) => [...create, name]),
  );
  for (const { code, stderr } of made) t.is(code, 0, stderr);
  const rooms = made.map(({ stdout }) => JSON.parse(stdout));
  const store = await testStore(t, config);
  const secret = await openSecret(config, store);
  for (const { applicantUrl } of rooms) {
    const token = applicantUrl.split('#')[1];
    const found = await store.findLink(linkIdOf(token) as string);
    t.true(found && isTokenOf(secret, found.link, token));
  }
});

on('an unknown room is one clear line', async (t, config) => {
  await created(config, 'known');
  for (const kind of ['participants', 'chat']) {
    t.deepEqual(await cli(config, ['export', kind, 'unknown']), {
      code: 1,
      stdout: '',
      stderr: 'webinterview: There is no room named unknown: check its name or id.\n',
    });
  }
});

test('for people: the window in the time zone of the configuration, and each link on a line of its own', async (t) => {
  const config = await testConfig(t);
  await (await testStore(t, config)).close();
  const result = await cli(config, ['room', 'create', '--name', 'a', '--from', '2099/12/1 9:00']);
  t.is(result.code, 0);
  t.is(result.stderr, onlyHere);
  const lines = result.stdout.split('\n');
  t.is(lines[0], 'Room a, 2099/12/1 9:00 - 2099/12/2 9:00 (24 h), Asia/Tokyo');
  t.is(lines.filter((line) => /^http:\/\/localhost:3000\/room#[\w-]{44}$/.test(line)).length, 2);
});

test('a room whose window is over already is refused', async (t) => {
  const config = await testConfig(t);
  await (await testStore(t, config)).close();
  const window = ['--from', '2020-01-01 10:00', '--until', '2020-01-01 11:00'];
  const result = await cli(config, ['room', 'create', '--name', 'past', ...window]);
  t.is(result.code, 2);
  t.is(
    result.stderr,
    'webinterview: The room past would be over already (it closes 2020-01-01 11:00 (Asia/Tokyo)): choose a later end.\n',
  );
  const all = await cli(config, ['room', 'show', 'past']);
  t.is(all.code, 1);
});

test('links begin with http.publicUrl where it is set', async (t) => {
  const config = await testConfig(t);
  const env = { WEBINTERVIEW_HTTP_PUBLIC_URL: 'https://interview.example.com/' };
  const { stdout } = await cli(config, [...create, 'a'], env);
  t.regex(JSON.parse(stdout).applicantUrl, /^https:\/\/interview\.example\.com\/room#/);
});

test('links begin with the address of the running server, not with that of a dead one', async (t) => {
  const config = await testConfig(t);
  const file = join(config.dataDir, 'server.json');
  await writeFile(file, JSON.stringify({ pid: process.pid, url: 'http://127.0.0.1:4567' }));
  t.regex((await created(config, 'alive')).applicantUrl, /^http:\/\/127\.0\.0\.1:4567\/room#/);
  // Above every process id that Linux gives.
  await writeFile(file, JSON.stringify({ pid: 2 ** 22 + 1, url: 'http://127.0.0.1:4567' }));
  t.regex((await created(config, 'dead')).applicantUrl, /^http:\/\/localhost:3000\/room#/);
});

test('--data-dir, --config, the environment and the default directory all lead to a database', async (t) => {
  const config = await testConfig(t);
  const home = (await testConfig(t)).dataDir;
  const file = join(config.dataDir, 'config.json');
  await writeFile(file, JSON.stringify({ dataDir: './from-file' }));
  const env = { HOME: home, XDG_DATA_HOME: '' };
  const make = async (name: string, args: string[], more: NodeJS.ProcessEnv = {}) =>
    t.is((await cli(null, [...create, name, ...args], { ...env, ...more })).code, 0);
  await make('a', ['--data-dir', join(config.dataDir, 'from-flag')]);
  await make('a', ['--config', file]);
  await make('a', [], { WEBINTERVIEW_DATA_DIR: join(config.dataDir, 'from-environment') });
  await make('a', []);
  for (const folder of ['from-flag', 'from-file', 'from-environment']) {
    t.true((await stat(join(config.dataDir, folder, 'webinterview.sqlite'))).isFile());
  }
  t.true((await stat(join(home, '.local/share/webinterview/webinterview.sqlite'))).isFile());
  t.is((await cli(null, ['export', 'chat', 'a', '--config', file], env)).code, 0);
});

test('--output writes the file whole, for its owner, and says how much', async (t) => {
  const config = await testConfig(t);
  await created(config, 'a');
  const file = join(config.dataDir, 'chat.csv');
  await writeFile(file, 'an earlier export');
  const result = await cli(config, ['export', 'chat', 'a', '--output', file]);
  t.deepEqual(result, {
    code: 0,
    stdout: `Wrote 0 rows to ${file}\n`,
    stderr: `webinterview: note: the existing file ${file} was replaced.\n`,
  });
  t.is(await readFile(file, 'utf8'), `${'\uFEFF'}タイプ,時刻,主催者・参加者,名前,メッセージ\r\n`);
  t.is((await stat(file)).mode & 0o777, 0o600);
  t.deepEqual(
    (await readdir(config.dataDir)).filter((name) => name.startsWith('chat')),
    ['chat.csv'],
  );
  const csv = await readFile(file, 'utf8');
  await writeFile(file, 'an earlier export');
  const json = await cli(config, ['export', 'chat', 'a', '--output', file, '--json']);
  t.deepEqual(JSON.parse(json.stdout), { output: file, rows: 0 });
  t.is(await readFile(file, 'utf8'), csv);
  t.is((await cli(config, ['export', 'chat', 'a', '--output', '/dev/null'])).code, 0);
  t.false((await stat('/dev/null')).isFile());
});

test('--output into a folder that is not there is one clear line', async (t) => {
  const config = await testConfig(t);
  await created(config, 'a');
  const file = join(config.dataDir, 'nowhere', 'chat.csv');
  t.deepEqual(await cli(config, ['export', 'chat', 'a', '--output', file]), {
    code: 1,
    stdout: '',
    stderr: `webinterview: Cannot write ${file} (ENOENT): check the folder and its permissions.\n`,
  });
});

test('commands on a database that another process has open', async (t) => {
  const config = await testConfig(t);
  const store = await testStore(t, config);
  const made = await Promise.all(['a', 'b', 'c', 'd'].map((name) => created(config, name)));
  for (const { id } of made) {
    const room = await store.rooms.find(id);
    if (!room) return t.fail();
    await store.addMessage(aMessage(room, { text: `to ${room.name}` }));
  }
  for (const { name } of made) {
    t.true((await cli(config, ['export', 'chat', name])).stdout.includes(`to ${name}`));
  }
});
