/** A million rows: in constant memory, with a bar that is true. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import test, { type ExecutionContext } from 'ava';
import type { Config } from '../../src/server/config.ts';
import { executable } from '../helpers/cli.ts';
import { writeMessages } from '../helpers/many-messages.ts';
import { openTerminal, shellHome } from '../helpers/shell.ts';
import { aRoom, putRoom, testConfig, testStore } from '../helpers/store.ts';

const ROWS = 1_000_000;
const MOST_BYTES = 200_000_000;
/** A million rows take a slow machine this long at most; a quick one waits no longer than it must. */
const ANY_MACHINE_MS = 120_000;

/** A room with a million messages, written by the database itself. */
async function million(t: ExecutionContext): Promise<Config> {
  const config = await testConfig(t);
  const store = await testStore(t, config);
  const room = aRoom({ name: 'big' });
  await putRoom(store, room);
  await store.close();
  writeMessages(config, room.id, ROWS);
  return config;
}

/** The most memory that the process has had, in bytes; null when it is gone. */
async function peak(pid: number): Promise<number | null> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const found = /^VmHWM:\s+(\d+) kB$/m.exec(status);
  return found && Number(found[1]) * 1024;
}

async function peakOf(args: string[]): Promise<{ code: number; bytes: number }> {
  const child = spawn(process.execPath, [executable, ...args], { stdio: 'ignore' });
  const exited = once(child, 'exit');
  let bytes = 0;
  const timer = setInterval(async () => {
    bytes = Math.max(bytes, (await peak(child.pid as number)) ?? 0);
  }, 20);
  const [code] = await exited;
  clearInterval(timer);
  return { code, bytes };
}

async function countLines(file: string): Promise<number> {
  let count = 0;
  for await (const _ of createInterface(createReadStream(file))) count++;
  return count;
}

test.serial(
  'a million messages are written with less than 200 MB of memory, as CSV and as a workbook',
  async (t) => {
    const { dataDir } = await million(t);
    const output = (ending: string) => join(dataDir, `chat.${ending}`);
    for (const ending of ['csv', 'xlsx']) {
      const { code, bytes } = await peakOf([
        ...['export', 'chat', 'big', '--data-dir', dataDir, '--output', output(ending)],
      ]);
      t.is(code, 0);
      t.true(bytes > 40_000_000 && bytes < MOST_BYTES, `${ending}: ${Math.round(bytes / 1e6)} MB`);
      t.log(`${ending}: ${Math.round(bytes / 1e6)} MB`);
    }
    t.is(await countLines(output('csv')), ROWS + 1);
    const terminal = openTerminal(t, await shellHome(t), [
      ...(['webinterview', 'export', 'chat', 'big', '--data-dir', dataDir] as const),
      ...['--output', join(dataDir, 'again.csv')],
    ]);
    await terminal.shows(/^\[#{3,27}-+\] +\d\d % {2}\d{3},\d{3} of 1,000,000 rows *$/m);
    const last = await terminal.shows(/Wrote 1000000 rows/, ANY_MACHINE_MS);
    t.notRegex(last, /%/);
  },
);
