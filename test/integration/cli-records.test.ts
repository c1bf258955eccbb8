/** What is removed for good: expired records and one person's, on both databases. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import type { Config } from '../../src/server/config.ts';
import type { RoomRecord } from '../../src/server/room/records.ts';
import type { Store } from '../../src/server/store/index.ts';
import { cli } from '../helpers/cli.ts';
import { enterCall, join as joinRoom } from '../helpers/client.ts';
import { onBothDatabases } from '../helpers/databases.ts';
import { startServer } from '../helpers/server.ts';
import { aLink, aMessage, aRoom, aStay, collect, putRoom, testConfig, testStore } from '../helpers/store.ts';
import { inTime, until } from '../helpers/until.ts';

const DAY = 86_400_000;
const ago = (days: number) => new Date(Date.now() - days * DAY);
const names = async (store: Store) => (await store.rooms.list({ limit: 99 })).map(({ name }) => name).sort();
const run = async (config: Config, args: string[], env: NodeJS.ProcessEnv = {}) => {
  const { code, stdout, stderr } = await cli(config, args, env);
  if (code !== 0) throw new Error(stderr);
  return { stdout, stderr };
};
const kept180 = { WEBINTERVIEW_RECORDS_RETENTION: '180d' };

type Made = { config: Config; store: Store };

const on = (title: string, work: (t: ExecutionContext, made: Made) => Promise<void>) =>
  onBothDatabases(title, async (t, url) => {
    const config = await testConfig(t, url);
    await work(t, { config, store: await testStore(t, config) });
  });

on('what is older than its retention goes, and nothing else', async (t, { config, store }) => {
  await roomsOfAllAges(store);
  const dry = await run(config, ['records', 'prune', '--dry-run'], kept180);
  t.regex(
    dry.stdout,
    /^old, closed [\d/]+ [\d:]+ \(Asia\/Tokyo\): 1 stay, 2 messages\ncrashed, closed .*\nclosed, closed .*\nThis was a dry run: nothing was erased\.\n$/,
  );
  t.is((await names(store)).length, 6);
  const { rooms } = JSON.parse((await run(config, ['records', 'prune', '--json'], kept180)).stdout);
  t.deepEqual(
    rooms.map(({ name, stays, messages }: { name: string; stays: number; messages: number }) => [
      name,
      stays,
      messages,
    ]),
    [
      ['old', 1, 2],
      ['crashed', 1, 0],
      ['closed', 0, 0],
    ],
  );
  t.deepEqual(await names(store), ['came back', 'recent', 'still there']);
  const pruned = (await collect(store.audit.entries())).filter(({ action }) => action === 'records.pruned');
  t.deepEqual(pruned[0]?.details, { stays: 1, messages: 2, days: 180 });
  t.is((await cli(config, ['audit', 'verify'])).code, 0);
  t.is((await run(config, ['records', 'prune'], kept180)).stdout, 'Nothing else has expired.\n');
});

on('the server prunes by itself', async (t, { config, store }) => {
  await roomsOfAllAges(store);
  const { dataDir, database } = config;
  const server = await startServer(t, {
    dataDir,
    'database.url': database.url,
    'records.retention': '180d',
  });
  await until('what has expired is gone', async () => {
    const left = await names(store);
    return !['old', 'crashed', 'closed'].some((name) => left.includes(name));
  });
  await server.close();
  t.deepEqual(await names(store), ['came back', 'recent', 'still there']);
  const pruned = (await collect(store.audit.entries())).filter(({ action }) => action === 'records.pruned');
  t.deepEqual([...new Set(pruned.map(({ actor }) => actor))], ['server']);
});

on('one person goes, whatever they called themselves, and the others stay', async (t, { config, store }) => {
  const room = await anInterview(store);
  const { stdout, stderr } = await run(config, [
    'erase',
    '--yes',
    '--applicant',
    '佐藤花子',
    '--room',
    room.name,
  ]);
  t.regex(
    stdout,
    /^Erased from 9110-1-to: 2 stays, 1 message, 1 file; the name was taken from 3 other texts\.\nProof in the audit: [\w-]{36}(, [\w-]{36}){2}\n$/,
  );
  t.regex(
    stderr,
    /note: 1 file that others sent is still there: .*\n.*note: backups, exports, and what was sent/,
  );
  const stays = await collect(store.stays(room.id));
  t.deepEqual(
    stays.map(({ name, company, check }) => [name, company, check]),
    [
      ['毎日太郎', '株式会社サンプル', null],
      ['（消去済み）', '', null],
      ['（消去済み）', '', null],
      ['鈴木一郎', '', null],
    ],
  );
  const messages = await collect(store.messages(room.id));
  t.deepEqual(
    messages.map(({ text, file }) => file?.name ?? text),
    ['（消去済み）様、（消去済み）様、よろしくお願いします。', '（消去済み）様.txt', '鈴木です。'],
  );
  t.is((await store.rooms.find(room.id))?.note, '（消去済み）さんは二次面接');
  t.deepEqual((await store.rooms.links(room.id)).map(({ label }) => label).sort(), ['', '鈴木一郎']);
  const proof = (await collect(store.audit.entries())).filter(({ action }) => action === 'person.erased');
  t.is(proof.length, 3);
  t.deepEqual(proof[0]?.details, { stays: 2, messages: 1, files: 1, mentions: 3 });
  t.is((await cli(config, ['audit', 'verify'])).code, 0);
  // A second time there is nobody of that name.
  const again = await cli(config, ['erase', '--yes', '--applicant', '佐藤花子', '--room', room.name]);
  t.is(again.code, 1);
  t.is(
    again.stderr,
    'webinterview: Nobody named 佐藤花子 is in the records of 9110-1-to: there are 鈴木一郎.\n',
  );
});

test('no byte of who was erased is left in the database’s files', async (t) => {
  const config = await testConfig(t);
  const store = await testStore(t, config);
  const room = await anInterview(store);
  const theirs = ['佐藤花子', 'さとう', '志望動機', '履歴書の中身'];
  t.deepEqual(await traces(config, theirs), theirs);
  await run(config, ['erase', '--yes', '--applicant', '佐藤花子', '--room', room.name]);
  t.deepEqual(await traces(config, theirs), []);
});

for (const [how, args] of [
  ['deleted', ['room', 'delete', '9110-1-to', '--yes']],
  ['pruned', ['records', 'prune']],
] as const) {
  test(`no byte of a room that was ${how} is left in the database’s files`, async (t) => {
    const config = await testConfig(t);
    const store = await testStore(t, config);
    await anInterview(store);
    const all = [
      '9110-1-to',
      '佐藤花子',
      '鈴木',
      '毎日太郎',
      '株式会社サンプル',
      '次回のご案内',
      '履歴書の中身',
    ];
    t.deepEqual(await traces(config, all), all);
    await run(config, [...args], kept180);
    t.deepEqual(await traces(config, all), []);
    t.is((await cli(config, ['audit', 'verify'])).code, 0);
  });
}

/**
 * Those of the texts that are found anywhere in the files of the embedded database. Another process reads them: a process
 * that closes such a file loses its locks on it, and a command would find itself alone and clear the log away.
 */
async function traces({ dataDir }: Config, texts: string[]): Promise<string[]> {
  const files = (await readdir(dataDir)).filter((name) => name.startsWith('webinterview.sqlite'));
  const content = execFileSync('cat', files, { cwd: dataDir, maxBuffer: 1e8 });
  return texts.filter((text) => content.includes(text));
}

test('who erases somebody hears that their link still opens the room, as long as it does', async (t) => {
  const config = await testConfig(t);
  await run(config, ['room', 'create', '--name', 'a', '--applicant', '佐藤花子']);
  const { stderr } = await run(config, ['erase', '--yes', '--applicant', '佐藤花子', '--room', 'a']);
  const [, room, link] =
    /the link still opens the room: .* room revoke ([\w-]+) ([\w-]+)\n/.exec(stderr) ?? [];
  await run(config, ['room', 'revoke', room as string, link as string]);
  await run(config, ['room', 'applicant', 'a', '鈴木一郎']);
  await run(config, ['room', 'close', 'a']);
  const closed = await run(config, ['erase', '--yes', '--applicant', '鈴木一郎', '--room', 'a']);
  t.notRegex(closed.stderr, /still opens/);
});

test('nobody is erased while people are in the room', async (t) => {
  const server = await startServer(t);
  const { record, tokens } = await server.room();
  await enterCall(t, server, tokens.interviewer);
  const { client } = await joinRoom(t, server, tokens.applicant);
  await client.request('requestAdmission', { name: '佐藤花子' });
  const args = ['erase', '--yes', '--applicant', '佐藤花子', '--room', record.name];
  t.deepEqual(await cli(server.config, args), {
    code: 1,
    stdout: '',
    stderr: `webinterview: People are in the room ${record.name} now: end the call first (webinterview room end), then erase.\n`,
  });
});

test('without a retention nothing is pruned, and one that cannot be is refused', async (t) => {
  const config = await testConfig(t);
  await testStore(t, config);
  const prune = (retention?: string) =>
    cli(config, ['records', 'prune'], retention ? { WEBINTERVIEW_RECORDS_RETENTION: retention } : {});
  t.regex(
    (await prune()).stderr,
    /^webinterview: records\.retention is not set, so records are kept for good: /,
  );
  t.regex((await prune('6 months')).stderr, /is "6 months": expected a number of days like 180d, or null/);
  t.regex((await prune('0d')).stderr, /expected a number of days/);
});

/**
 * One that is over for long, one in which the server died and nobody ended the stay, one that was closed long ago, one where
 * somebody was since, one where somebody is.
 */
async function roomsOfAllAges(store: Store): Promise<void> {
  const over = { from: ago(202), until: ago(200) };
  const old = aRoom({ name: 'old', ...over });
  const back = aRoom({ name: 'came back', ...over });
  const there = aRoom({ name: 'still there', ...over });
  const closed = aRoom({ name: 'closed', from: ago(201), until: ago(-100), closedAt: ago(190) });
  const recent = aRoom({ name: 'recent', from: ago(10), until: ago(9) });
  const crashed = aRoom({ name: 'crashed', from: ago(201.5), until: ago(200) });
  for (const room of [old, back, there, closed, recent, crashed]) await putRoom(store, room);
  await store.addStay(aStay(old, { enteredAt: ago(201), leftAt: ago(200) }));
  await store.addMessage(aMessage(old));
  await store.addMessage(aMessage(old));
  await store.addStay(aStay(back, { enteredAt: ago(170), leftAt: ago(170) }));
  await store.addStay(aStay(there, { enteredAt: ago(201) }));
  await store.touchStays(new Date());
  await store.addStay(aStay(crashed, { enteredAt: ago(201) }));
}

/** An applicant who came twice, by another name the second time, and one more. */
async function anInterview(store: Store): Promise<RoomRecord> {
  const room = aRoom({ name: '9110-1-to', note: '佐藤花子さんは二次面接' });
  const theirs = aLink(room, { label: '佐藤花子' });
  const other = aLink(room, { label: '鈴木一郎' });
  await putRoom(store, room, [theirs, other]);
  const left = { leftAt: new Date('2023-12-08T11:00:00Z') };
  const interviewer = aStay(room, {
    role: 'interviewer',
    name: '毎日太郎',
    company: '株式会社サンプル',
    ...left,
  });
  const first = aStay(room, { linkId: theirs.id, name: '佐藤花子', ...left });
  const second = aStay(room, { linkId: theirs.id, name: 'さとう', ...left });
  const suzuki = aStay(room, { linkId: other.id, name: '鈴木一郎', ...left });
  for (const stay of [interviewer, first, second, suzuki]) await store.addStay(stay);
  const from = ({ peerId, role, name }: typeof first) => ({ peerId, role, name });
  const file = (id: string, name: string, content: string) => ({
    file: { id, name, type: 'text/plain', bytes: Buffer.byteLength(content) },
    text: '',
  });
  await store.addMessage(
    aMessage(room, { ...from(interviewer), text: '佐藤花子様、さとう様、よろしくお願いします。' }),
  );
  await store.addMessage(aMessage(room, { ...from(first), text: '志望動機をお送りします。' }));
  const cv = '履歴書の中身';
  await store.addMessage(
    aMessage(room, { ...from(second), ...file(`cv-${room.id}`, '履歴書.txt', cv) }),
    Buffer.from(cv),
  );
  const letter = '次回のご案内';
  await store.addMessage(
    aMessage(room, { ...from(interviewer), ...file(`letter-${room.id}`, '佐藤花子様.txt', letter) }),
    Buffer.from(letter),
  );
  await store.addMessage(aMessage(room, { ...from(suzuki), text: '鈴木です。' }));
  return room;
}

test('erasing goes on while another process writes all the time', async (t) => {
  const config = await testConfig(t);
  const store = await testStore(t, config);
  const room = await anInterview(store);
  const writer = spawn(
    process.execPath,
    ['-e', writeAllTheTime, join(config.dataDir, 'webinterview.sqlite')],
    {
      cwd: import.meta.dirname,
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  t.teardown(() => writer.kill());
  await inTime('the other process writes', once(writer.stdout, 'data'));
  for (let i = 0; i < 100; i++) {
    const name = `応募者${i}`;
    await store.addStay(aStay(room, { name }));
    t.is((await store.erasure.erase(room.id, name, () => []))?.stays, 1);
  }
});

const writeAllTheTime = `
  const database = new (require('libsql'))(process.argv[1]);
  database.pragma('busy_timeout = 5000');
  const write = database.prepare("INSERT OR REPLACE INTO meta (name, value) VALUES ('a', ?)");
  console.log('writing');
  const pause = new Int32Array(new SharedArrayBuffer(4));
  for (let i = 0; ; i++) {
    write.run(String(i));
    Atomics.wait(pause, 0, 0, 1);
  }
`;
