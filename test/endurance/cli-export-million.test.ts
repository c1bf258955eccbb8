/** A million rows: in constant memory, with a bar that is true. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import test from 'ava';
import { executable } from '../helpers/cli.ts';
import { bigRoom } from '../helpers/many-messages.ts';
import { openTerminal, shellHome } from '../helpers/shell.ts';

const ROWS = 1_000_000;
const MOST_BYTES = 200_000_000;

/** The most memory that the process has had, in bytes; null when it is gone. */
async function peak(pid: number): Promise<number | null> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const found = /^VmHWM:\s+(\d+) kB$/m.exec(status);
  return found && Number(found[1]) * 1024;
}

/** Looks at the process until it is gone; resolves with the most memory that it has had, in bytes. */
async function peakUntilGone(pid: number): Promise<number> {
  let bytes = 0;
  for (let now: number | null = 0; now !== null; now = await peak(pid)) {
    bytes = Math.max(bytes, now);
    await delay(20);
  }
  return bytes;
}

async function countLines(file: string): Promise<number> {
  let count = 0;
  for await (const _ of createInterface({
    input: createReadStream(file),
    crlfDelay: Number.POSITIVE_INFINITY,
  }))
    count++;
  return count;
}

test.serial(
  'a million messages are written with less than 200 MB of memory, as CSV and as a workbook',
  async (t) => {
    const { dataDir } = await bigRoom(t, ROWS);
    const exportTo = (file: string) => ['export', 'chat', 'big', '--data-dir', dataDir, '--output', file];
    const isLittle = (ending: string, bytes: number) => {
      t.log(`${ending}: ${Math.round(bytes / 1e6)} MB`);
      t.true(bytes > 40_000_000 && bytes < MOST_BYTES);
    };

    const csv = join(dataDir, 'chat.csv');
    const child = spawn(process.execPath, [executable, ...exportTo(csv)], { stdio: 'ignore' });
    const exited = once(child, 'exit');
    isLittle('csv', await peakUntilGone(child.pid as number));
    t.deepEqual(await exited, [0, null]);
    t.is(await countLines(csv), ROWS + 1);

    // As somebody sees it who waits for it.
    const home = await shellHome(t);
    const command = 'webinterview "$@" & echo $! > pid; wait $!; echo ended $?';
    const terminal = openTerminal(t, home, [
      ...(['bash', '--norc', '-c', command, 'bash'] as const),
      ...exportTo(join(dataDir, 'chat.xlsx')),
    ]);
    await terminal.shows(/^\[#{3,27}-+\] +\d\d % {2}\d{3},\d{3} of 1,000,000 rows *$/m);
    isLittle('xlsx', await peakUntilGone(Number(await readFile(join(home.folder, 'pid'), 'utf8'))));
    const last = await terminal.shows(/^ended 0/m);
    t.regex(last, /Wrote 1000000 rows/);
    t.notRegex(last, /%/);
  },
);
