/** A restore that is killed, at whichever moment: what was there is there, or what was restored, and never nothing. */
import { spawn } from 'node:child_process';
import { copyFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { openStore } from '../../src/server/store/index.ts';
import { endOf } from '../helpers/child.ts';
import { aRoom, putRoom, temporaryFolder, testConfig, testStore } from '../helpers/store.ts';

const NAME = 'webinterview.sqlite';

/** A backup with the room `restored`, and the files of a database with the room `before` in its log alone. */
async function backupAndFiles(t: ExecutionContext) {
  const folder = await temporaryFolder(t);
  const backup = join(folder, 'backup.sqlite');
  const restored = await testStore(t, await testConfig(t));
  await putRoom(restored, aRoom({ name: 'restored' }));
  await restored.backup(backup);
  const config = await testConfig(t);
  const before = await testStore(t, config);
  await putRoom(before, aRoom({ name: 'before' }));
  // While it is open: what lies there when a server was killed.
  for (const end of ['', '-wal']) await copyFile(join(config.dataDir, NAME + end), join(folder, NAME + end));
  return { folder, backup };
}

async function roomsIn(t: ExecutionContext, file: string): Promise<string[]> {
  const config = await testConfig(t);
  for (const end of ['', '-wal'])
    await copyFile(file + end, join(config.dataDir, NAME + end)).catch(() => null);
  const store = await openStore(config, { create: false });
  const names = await store.rooms.namesTaken(['before', 'restored']);
  await store.close();
  return names;
}

for (const links of ['with second names for files', 'no-links'])
  test(`a restore that is killed between any two steps loses nothing (${links})`, async (t) => {
    const { folder, backup } = await backupAndFiles(t);
    let died = 0;
    for (let isOver = false; !isOver; ) {
      const { dataDir } = await testConfig(t);
      const file = join(dataDir, NAME);
      for (const end of ['', '-wal']) await copyFile(join(folder, NAME + end), file + end);
      const script = join(import.meta.dirname, '../helpers/killed-restore.ts');
      const child = spawn(process.execPath, [script, dataDir, backup, String(died + 1), links], {
        stdio: 'inherit',
      });
      const { code, signal } = await endOf(child, 'the restore');
      isOver = code === 0;
      t.is(signal, isOver ? null : 'SIGKILL');
      const [there = ''] = await roomsIn(t, file);
      t.is(there, isOver ? 'restored' : 'before', `after ${died} steps`);
      const [kept] = (await readdir(dataDir)).filter((name) => /before-restore-\w+$/.test(name));
      if (isOver) t.deepEqual(await roomsIn(t, join(dataDir, kept ?? '')), ['before']);
      if (!isOver) died++;
    }
    t.true(died >= 2, `it was killed ${died} times`);
  });
