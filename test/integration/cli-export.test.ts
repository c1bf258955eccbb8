/** The exports of `webinterview export`, of one room, of days and of all, on both databases. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, open, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import Database from 'libsql';
import readSheet from 'read-excel-file/node';
import { openExport } from '../../src/server/admin/records.ts';
import type { Config } from '../../src/server/config.ts';
import { slowLine } from '../helpers/check-outcomes.ts';
import { cli, cliBytes, executable } from '../helpers/cli.ts';
import { enterCall } from '../helpers/client.ts';
import { onBothDatabases } from '../helpers/databases.ts';
import { startMariadb } from '../helpers/mariadb.ts';
import { startServer } from '../helpers/server.ts';
import { openTerminal, shellHome } from '../helpers/shell.ts';
import {
  aMessage,
  aRoom,
  aStay,
  collect,
  putRoom,
  temporaryFolder,
  testConfig,
  testStore,
} from '../helpers/store.ts';
import { inTime, until } from '../helpers/until.ts';
import { unzip } from '../helpers/unzip.ts';

const schedule = Buffer.from('10:00 面接\n');
const media = {
  protocol: 'tcp' as const,
  sentBytes: 1000,
  receivedBytes: 2000,
  sentLoss: 0.0123,
  receivedLoss: 0,
  roundTripMs: 48,
};
const check = {
  at: '2023-12-08T10:00:00.000Z',
  browser: 'Chrome 120',
  outcomes: slowLine,
  downMbps: 9.5,
  upMbps: 4,
  route: 'tcp' as const,
  roundTripMs: 48,
};

/** Two rooms a day apart, in two time zones, with what an interview leaves. */
async function records(t: ExecutionContext, databaseUrl?: string): Promise<Config> {
  const config = await testConfig(t, databaseUrl);
  const store = await testStore(t, config);
  const tokyo = aRoom({ name: '9110-1-to' });
  const berlin = aRoom({ name: 'a/b', timeZone: 'Europe/Berlin', from: new Date('2023-12-09T10:00:00Z') });
  for (const room of [tokyo, berlin]) await putRoom(store, room);
  const left = { leftAt: new Date('2023-12-08T10:45:00Z'), ending: 'lost' as const, check, media };
  await store.addStay(aStay(tokyo, left));
  await store.addStay(aStay(berlin, { enteredAt: new Date('2023-12-09T10:20:00Z'), name: 'Hanna' }));
  await store.addMessage(aMessage(tokyo, { text: '=1+1' }));
  const file = {
    id: '0d5ab0b4-5b10-4e6c-a1ba-3b5e1d1d1a11',
    name: 'スケジュール.txt',
    type: 'text/plain',
    bytes: schedule.length,
  };
  await store.addMessage(aMessage(tokyo, { text: '', file }), schedule);
  await store.addMessage(aMessage(berlin, { text: 'Guten Tag', at: new Date('2023-12-09T10:21:00Z') }));
  return config;
}

const on = (title: string, run: (t: ExecutionContext, config: Config) => Promise<void>) =>
  onBothDatabases(title, async (t, url) => run(t, await records(t, url)));
const csv = async (config: Config, ...args: string[]) => {
  const { code, stdout, stderr } = await cli(config, ['export', ...args]);
  if (code !== 0) throw new Error(stderr);
  return stdout
    .replace(/^\uFEFF/, '')
    .split('\r\n')
    .slice(0, -1);
};

on('participants with how each stay ended, the check and the media’s figures', async (t, config) => {
  t.deepEqual(await csv(config, 'participants', '9110-1-to', '--details'), [
    'ルーム名,主催者・参加者,企業名,名前,接続開始時間,接続終了時間,終了理由,環境チェック,通信方式,送信バイト数,受信バイト数,送信損失率,受信損失率,往復遅延(ms)',
    '9110-1-to,参加者,,佐藤花子,2023/12/8 19:20,2023/12/8 19:45,接続の切断,NG（回線速度）,TCP,1000,2000,0.0123,0,48',
  ]);
  t.like(JSON.parse((await cli(config, ['export', 'participants', '9110-1-to', '--json'])).stdout), {
    room: '9110-1-to',
    ending: 'lost',
    check,
    media,
  });
});

on('of all rooms each message stands with its room, on the clock of its zone', async (t, config) => {
  t.deepEqual(await csv(config, 'chat', '--all'), [
    'ルーム名,タイプ,時刻,主催者・参加者,名前,メッセージ',
    "9110-1-to,全体,2023/12/8 19:11,主催者,毎日太郎,'=1+1",
    '9110-1-to,全体,2023/12/8 19:11,主催者,毎日太郎,【ファイル送信】 スケジュール.txt',
    'a/b,全体,2023/12/9 11:21,主催者,毎日太郎,Guten Tag',
  ]);
});

on(
  'of days: the last is included, and begins at midnight in the zone of the configuration',
  async (t, config) => {
    const names = async (...args: string[]) =>
      (await csv(config, 'participants', ...args)).slice(1).map((line) => line.split(',')[3]);
    t.deepEqual(await names('--from', '2023-12-09'), ['Hanna']);
    t.deepEqual(await names('--until', '2023-12-08'), ['佐藤花子']);
    t.deepEqual(await names('--from', '2023-12-08', '--until', '2023-12-09'), ['佐藤花子', 'Hanna']);
    t.deepEqual(await names('9110-1-to', '--from', '2023-12-09'), []);
  },
);

on('the files come as they were sent, and as a list', async (t, config) => {
  const { stdout } = await cliBytes(config, ['export', 'files', '--all']);
  const files = await unzip(stdout);
  t.deepEqual([...files.keys()], ['9110-1-to/0001 スケジュール.txt']);
  t.deepEqual(files.get('9110-1-to/0001 スケジュール.txt'), schedule);
  t.deepEqual(await csv(config, 'files', '9110-1-to', '--format', 'csv'), [
    '時刻,主催者・参加者,名前,ファイル名,種類,サイズ(バイト)',
    `2023/12/8 19:11,主催者,毎日太郎,スケジュール.txt,text/plain,${schedule.length}`,
  ]);
});

on('everything of a room is in one archive, and nothing that opens it', async (t, config) => {
  const output = join(config.dataDir, 'all.zip');
  const { stdout } = await cli(config, ['export', 'room', '--all', '--output', output]);
  t.is(stdout, `Wrote 5 rows to ${output}\n`);
  const files = await unzip(await readFile(output));
  const paths = [...files.keys()];
  t.deepEqual(
    paths.filter((path) => path.startsWith('9110-1-to/')),
    [
      'room.json',
      'participants.csv',
      'chat.csv',
      'files.csv',
      'audit.csv',
      'files/0001 スケジュール.txt',
    ].map((name) => `9110-1-to/${name}`),
  );
  t.deepEqual(files.get('9110-1-to/files/0001 スケジュール.txt'), schedule);
  t.regex(files.get('9110-1-to/participants.csv')?.toString() ?? '', /佐藤花子.*NG（回線速度）/);
  // A room’s name that cannot be a folder’s.
  t.regex(
    paths.find((path) => path.endsWith('/chat.csv') && !path.startsWith('9110')) ?? '',
    /^a_b [\w-]{22}\//,
  );
  t.is(JSON.parse(files.get('9110-1-to/room.json')?.toString() ?? '').name, '9110-1-to');
});

on('of days comes every room with records of them, wherever its time is now', async (t, config) => {
  const store = await testStore(t, config);
  const moved = await store.rooms.find('9110-1-to');
  if (!moved) return t.fail();
  const [from, until] = [new Date('2099-04-01T01:00:00Z'), new Date('2099-04-01T02:00:00Z')];
  await store.rooms.update({ ...moved, from, until }, []);
  await putRoom(store, aRoom({ name: 'nothing then', from, until }));
  const output = join(config.dataDir, 'day.zip');
  const paths = async (day: string) => {
    const args = ['--from', day, '--until', day, '--output', output];
    const { code, stderr } = await cli(config, ['export', 'room', ...args]);
    t.is(code, 0, stderr);
    return [...(await unzip(await readFile(output))).keys()].map((path) => path.split('/')[0] ?? '');
  };
  t.deepEqual([...new Set(await paths('2023-12-08'))], ['9110-1-to']);
  t.deepEqual([...new Set(await paths('2099-04-01'))].sort(), ['9110-1-to', 'nothing then']);
});

on('a workbook has real times and numbers, and text that stays text', async (t, config) => {
  const chat = join(config.dataDir, 'chat.xlsx');
  await cli(config, ['export', 'chat', '9110-1-to', '--output', chat]);
  const [heading, first] = (await readSheet(chat))[0]?.data ?? [];
  t.deepEqual(heading, ['タイプ', '時刻', '主催者・参加者', '名前', 'メッセージ']);
  t.deepEqual(first, ['全体', new Date('2023-12-08T19:11:12.345Z'), '主催者', '毎日太郎', '=1+1']);
  const stays = join(config.dataDir, 'participants.xlsx');
  await cli(config, ['export', 'participants', '--all', '--details', '--output', stays]);
  const rows = (await readSheet(stays))[0]?.data ?? [];
  t.is(rows.length, 3);
  t.is(rows[1]?.[11], 0.0123);
  t.is(rows[2]?.[5], null);
});

on('each export stands in the audit, which is exported too', async (t, config) => {
  await csv(config, 'chat', '9110-1-to', '--from', '2023-12-08');
  const [heading, begun, whole, ownBegin, ...rest] = await csv(config, 'audit', '--all');
  t.is(heading, '番号,時刻,ルームID,実行者,操作,対象,詳細,ハッシュ');
  t.regex(
    begun ?? '',
    /^1,\d{4}\/\d+\/\d+ \d+:\d\d:\d\d,[\w-]{22},cli:[^,]+,records\.opened,,"{""kind"":""chat"",""format"":""csv"",""from"":""2023-12-07T15:00:00\.000Z""}",[0-9a-f]{64}$/,
  );
  t.regex(
    whole ?? '',
    /^2,\d{4}\/\d+\/\d+ \d+:\d\d:\d\d,[\w-]{22},cli:[^,]+,records\.exported,,"{""kind"":""chat"",""format"":""csv"",""records"":2,""from"":""2023-12-07T15:00:00\.000Z""}",[0-9a-f]{64}$/,
  );
  t.regex(ownBegin ?? '', /^3,.*,records\.opened,,"{""kind"":""audit"",/);
  t.deepEqual(rest, []);
  t.is((await cli(config, ['audit', 'verify'])).code, 0);
});

test('a database that fails while everything is read ends in one line, and nothing is left', async (t) => {
  const config = await records(t);
  const store = await testStore(t, config);
  await store.close();
  const database = new Database(join(config.dataDir, 'webinterview.sqlite'));
  database.exec('ALTER TABLE files RENAME TO away');
  database.close();
  const output = join(config.dataDir, 'all.zip');
  const { code, stderr } = await cli(config, ['export', 'room', '--all', '--output', output]);
  t.is(code, 1);
  t.regex(stderr, /^webinterview: [^\n]+\n$/);
  t.false((await readdir(config.dataDir)).some((name) => name.startsWith('all.zip')));
});

test('what a stream read ahead, before anybody asked, is counted', async (t) => {
  const store = await testStore(t, await records(t));
  const opened = await openExport(store, {
    kind: 'chat',
    format: 'csv',
    room: null,
    timeZone: 'Asia/Tokyo',
  });
  await setTimeout(200);
  const heard: number[] = [];
  opened.onRecord((written) => heard.push(written));
  await buffer(opened.content);
  t.is(heard.at(-1), 3);
});

test('what cannot be exported is said in one line', async (t) => {
  const config = await records(t);
  const refused = async (...args: string[]) => {
    const { code, stdout, stderr } = await cli(config, ['export', ...args]);
    t.is(stdout, '');
    return `${code} ${stderr.trim()}`;
  };
  t.regex(await refused('chat'), /^2 webinterview: Say of what: a room, days .* or --all/);
  t.regex(await refused('chat', 'nowhere'), /^1 webinterview: There is no room named nowhere: /);
  t.regex(
    await refused('chat', '9110-1-to', '--all'),
    /^2 webinterview: --all and a room say different things/,
  );
  t.regex(
    await refused('chat', '--from', '2023-02-30'),
    /^2 webinterview: --from 2023-02-30: there is no such day; see webinterview export chat --help\.$/,
  );
  t.regex(
    await refused('chat', '--from', '2023-12-09', '--until', '2023-12-08'),
    /^2 .* is before --from 2023-12-09/,
  );
  t.regex(
    await refused('room', '--all', '--format', 'csv'),
    /^2 .*'csv' is invalid\. Allowed choices are zip/,
  );
});

test('the records of a room where people are come with a note', async (t) => {
  const server = await startServer(t);
  const { record, tokens } = await server.room();
  await enterCall(t, server, tokens.interviewer);
  const { stdout, stderr, code } = await cli(server.config, ['export', 'participants', record.name]);
  t.is(code, 0);
  t.is(
    stderr,
    `webinterview: note: people are in the room ${record.name} now: these are its records up to now.\n`,
  );
  t.regex(stdout, /毎日太郎,[^,]+,\r\n$/);
});

test('an interviewer’s download stands in the audit', async (t) => {
  const server = await startServer(t);
  const { record, tokens, links } = await server.room();
  const headers = { Authorization: `Bearer ${tokens.interviewer}` };
  const answer = await fetch(`${server.url}/api/room/participants.csv`, { headers });
  t.is(answer.status, 200);
  await answer.text();
  const entries = () => collect(server.store.audit.entries({ roomId: record.id }));
  // That it was whole is known only when the last of it has left.
  await until('the download is whole', async () => (await entries()).length >= 2);
  t.deepEqual(
    (await entries()).map(({ action, actor, details }) => [action, actor, details]),
    [
      ['records.opened', `link:${links.interviewer.id}`, { kind: 'participants', format: 'csv' }],
      [
        'records.exported',
        `link:${links.interviewer.id}`,
        { kind: 'participants', format: 'csv', records: 0 },
      ],
    ],
  );
});

test('a disk that fills up: one clear line, what was there stays, nothing half is left', async (t) => {
  const config = await records(t);
  const store = await testStore(t, config);
  const room = await store.rooms.find('9110-1-to');
  if (!room) return t.fail();
  for (let i = 0; i < 1000; i++) await store.addMessage(aMessage(room, { text: 'あ'.repeat(255) }));
  const folder = await temporaryFolder(t);
  const disk = join(folder, 'disk');
  await mkdir(disk);
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', disk]);
  t.teardown(() => execFileSync('umount', [disk]));
  const output = join(disk, 'chat.csv');
  await writeFile(output, 'an earlier one');
  t.deepEqual(await cli(config, ['export', 'chat', '9110-1-to', '--output', output]), {
    code: 1,
    stdout: '',
    stderr: `webinterview: Cannot write ${output} (ENOSPC): its disk is full; make room, or choose another place.\n`,
  });
  t.is(await readFile(output, 'utf8'), 'an earlier one');
  t.deepEqual(await readdir(disk), ['chat.csv']);
});

test('on a terminal the bar is gone when it is done', async (t) => {
  const config = await records(t);
  const terminal = openTerminal(t, await shellHome(t), ['bash', '--norc']);
  terminal.type(
    `webinterview export participants --all --data-dir ${config.dataDir} --output /dev/null && echo done\r`,
  );
  t.regex(await terminal.shows(/^done/m), /^Wrote 2 rows to \/dev\/null$/m);
});

/** A room in which so much was written that no pipe holds it. */
async function longChat(t: ExecutionContext, databaseUrl?: string): Promise<Config> {
  const config = await testConfig(t, databaseUrl);
  const store = await testStore(t, config);
  const room = aRoom({ name: 'long' });
  await putRoom(store, room);
  for (let i = 0; i < 1000; i++) await store.addMessage(aMessage(room, { text: 'あ'.repeat(255) }));
  return config;
}

/** What the audit says of the exports of the messages. */
async function notedOf(config: Config): Promise<string[]> {
  const { stdout } = await cli(config, ['export', 'audit', '--all', '--json']);
  const entries = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  return entries.flatMap(({ action, details }) => (details.kind === 'chat' ? [action] : []));
}

test('an export whose reader has seen enough is opened, and not told of as complete', async (t) => {
  const config = await longChat(t);
  const piped = ['-c', '"$@" | head -c 10 > /dev/null; exit $PIPESTATUS', 'bash'];
  const args = ['export', 'chat', 'long', '--data-dir', config.dataDir];
  execFileSync('bash', [...piped, process.execPath, executable, ...args]);
  t.deepEqual(await notedOf(config), ['records.opened']);
  t.is((await cli(config, ['export', 'chat', 'long'])).code, 0);
  t.deepEqual(await notedOf(config), ['records.opened', 'records.opened', 'records.exported']);
});

test('an export that is broken off is opened, and not told of as complete', async (t) => {
  const config = await longChat(t);
  const args = ['export', 'chat', 'long', '--data-dir', config.dataDir];
  const child = spawn(process.execPath, [executable, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  // The rest is taken by nobody.
  await inTime('the export has begun', once(child.stdout, 'readable'));
  child.kill('SIGINT');
  t.deepEqual(await inTime('the export has ended', exited), [130, null]);
  t.deepEqual(await notedOf(config), ['records.opened']);
});

test('a database that goes away in mid-export is told of, not the file', async (t) => {
  const own = await startMariadb();
  t.teardown(() => own.stop());
  const config = await longChat(t, await own.database(t));
  const pipe = join(config.dataDir, 'pipe');
  execFileSync('mkfifo', [pipe]);
  const writing = cli(config, ['export', 'chat', 'long', '--output', pipe]);
  // One that has failed without opening it lets go of who waits for that.
  void writing.then(async () => (await open(pipe, 'r+')).close());
  const reader = await open(pipe);
  t.true((await reader.read()).bytesRead > 0);
  // By then the pipe is full, and the next page is not asked for before it is read.
  await setTimeout(500);
  await own.halt('SIGKILL');
  reader.createReadStream().resume();
  const { code, stdout, stderr } = await writing;
  t.deepEqual([code, stdout], [1, '']);
  t.true(stderr.startsWith(`webinterview: Cannot reach the database server 127.0.0.1:${own.port} (`), stderr);
  t.regex(stderr, /: check that it runs and that database\.url is right\.\n$/);
});

test('with --output the ending of the file decides, and --json only what is printed', async (t) => {
  const config = await records(t);
  const written = async (kind: string, name: string) => {
    const output = join(config.dataDir, name);
    const args = ['export', kind, '9110-1-to', '--output', output, '--json'];
    const { code, stdout, stderr } = await cli(config, args);
    t.is(code, 0, stderr);
    t.like(JSON.parse(stdout), { output });
    return output;
  };
  t.regex(await readFile(await written('chat', 'chat.csv'), 'utf8'), /^\uFEFFタイプ,時刻,/);
  t.is((await readSheet(await written('chat', 'chat.XLSX')))[0]?.data.length, 3);
  const files = await unzip(await readFile(await written('files', 'files.zip')));
  t.deepEqual([...files.values()], [schedule]);
  for (const name of ['chat.json', 'chat']) {
    const [line = ''] = (await readFile(await written('chat', name), 'utf8')).split('\n');
    t.is(JSON.parse(line).text, '=1+1', name);
  }
  // Where there is not JSON of it, it is what it can be.
  t.deepEqual((await readFile(await written('room', 'room'))).subarray(0, 2).toString(), 'PK');
  // What is said with --format goes before the ending, as without --json.
  const output = join(config.dataDir, 'chat.csv');
  const args = ['export', 'chat', '9110-1-to', '--output', output, '--format', 'json'];
  t.is((await cli(config, args)).code, 0);
  t.is(JSON.parse((await readFile(output, 'utf8')).split('\n')[0] ?? '').text, '=1+1');
  const pdf = ['export', 'chat', '9110-1-to', '--output', join(config.dataDir, 'chat.pdf'), '--json'];
  const { code, stderr } = await cli(config, pdf);
  t.is(code, 2);
  t.regex(JSON.parse(stderr).error.message, /no format ends with \.pdf: choose \.csv or /);
});

test('a file whose ending is no format is refused before anything is written', async (t) => {
  const config = await testConfig(t);
  const store = await testStore(t, config);
  await putRoom(store, aRoom({ name: '9110-1-to' }));
  const output = join(config.dataDir, 'chat.pdf');
  const { code, stderr } = await cli(config, ['export', 'chat', '9110-1-to', '--output', output]);
  t.is(code, 2);
  t.regex(stderr, /no format ends with \.pdf: choose \.csv or .*, or say it with --format\.\n$/);
  await t.throwsAsync(readFile(output), { code: 'ENOENT' });
  const chosen = await cli(config, ['export', 'chat', '9110-1-to', '--output', output, '--format', 'csv']);
  t.is(chosen.code, 0);
});
