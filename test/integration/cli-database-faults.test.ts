/** Commands whose database fails after it was opened: one clear line, as where it cannot be opened. (MariaDB: cli-export.) */
import { join } from 'node:path';
import test from 'ava';
import Database from 'libsql';
import { cli } from '../helpers/cli.ts';
import { smallDisk } from '../helpers/disk.ts';
import { aMessage, aRoom, putRoom, testConfig, testStore } from '../helpers/store.ts';
import { until } from '../helpers/until.ts';

test('a full disk is told as one, with what to do, and for programs too', async (t) => {
  const disk = await smallDisk(t);
  const config = await testConfig(t, undefined, disk.folder);
  // Kept open, so that the log beside it is there.
  await testStore(t, config);
  t.is((await cli(config, ['room', 'create', '--name', 'first'])).code, 0);
  await disk.fill();
  // Some may still fit.
  const args = (number: number) => ['room', 'create', '--name', `room ${number}`, '--note', 'あ'.repeat(500)];
  let number = -1;
  const refused = await until('the disk is full', async () => {
    const result = await cli(config, args(++number));
    return result.code === 0 ? null : result;
  });
  const message = `Cannot write the database ${join(disk.folder, 'webinterview.sqlite')} (SQLITE_FULL): check the disk and its free space.`;
  t.deepEqual(refused, { code: 1, stdout: '', stderr: `webinterview: ${message}\n` });
  t.deepEqual(JSON.parse((await cli(config, [...args(number), '--json'])).stderr), { error: { message } });
  // What is there is read.
  t.is((await cli(config, ['room', 'show', 'first'])).code, 0);
  await disk.free();
  t.is((await cli(config, args(number))).code, 0);
});

test('a database that another program keeps locked is told as one', async (t) => {
  const config = await testConfig(t);
  await testStore(t, config);
  const file = join(config.dataDir, 'webinterview.sqlite');
  const other = new Database(file);
  t.teardown(() => other.close());
  other.exec('BEGIN IMMEDIATE');
  t.deepEqual(await cli(config, ['room', 'create', '--name', 'a']), {
    code: 1,
    stdout: '',
    stderr: `webinterview: The database ${file} is locked by another program: try again when that is done.\n`,
  });
  other.exec('ROLLBACK');
  t.is((await cli(config, ['room', 'create', '--name', 'a'])).code, 0);
});

test('what is no fault of the database is not told as one', async (t) => {
  const disk = await smallDisk(t);
  const config = await testConfig(t);
  const store = await testStore(t, config);
  const room = aRoom({ name: 'a' });
  await putRoom(store, room);
  await store.addMessage(aMessage(room));
  await disk.fill();
  for (const [args, name] of [
    [['export', 'chat', 'a', '--output'], 'chat.csv'],
    [['backup'], 'backup.sqlite'],
  ] as const) {
    const file = join(disk.folder, name);
    const { code, stderr } = await cli(config, [...args, file]);
    t.is(code, 1);
    t.true(stderr.startsWith(`webinterview: Cannot write ${file} (`), stderr);
  }
});
