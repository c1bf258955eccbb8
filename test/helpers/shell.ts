/** Real shells, with `webinterview` among their commands. */
import { spawn as startChild } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { spawn } from '@lydell/node-pty';
import xterm from '@xterm/headless';
import type { ExecutionContext } from 'ava';
import { endOf } from './child.ts';
import { endGroup } from './end-group.ts';
import { writeProgram } from './programs.ts';
import { temporaryFolder } from './store.ts';

const executable = join(import.meta.dirname, '../../bin/webinterview.js');
/** Milliseconds in which a shell must have shown what it was asked for, on a machine that is busy with other tests. */
const PATIENCE_MS = 60_000;

export type Home = { folder: string; env: Record<string, string> };

/** A home of its own, without anybody's settings, and a `webinterview` in PATH. */
export async function shellHome(t: ExecutionContext): Promise<Home> {
  const folder = await temporaryFolder(t);
  const bin = join(folder, 'bin');
  await mkdir(bin);
  writeProgram(join(bin, 'webinterview'), `#!/bin/sh\nexec '${process.execPath}' '${executable}' "$@"\n`);
  const PATH = `${bin}:${process.env.PATH}`;
  return { folder, env: { PATH, HOME: folder, LANG: 'C.UTF-8', TERM: 'xterm-256color', PS1: '$ ' } };
}

/** Runs a script to its end; a script that fails, or writes an error, fails the test. */
export async function runShell(
  t: ExecutionContext,
  { folder, env }: Home,
  [shell, ...args]: [string, ...string[]],
): Promise<string> {
  const { code, stdout, stderr } = await endOf(
    startChild(shell, args, { env, cwd: folder }),
    `the script of ${shell}`,
  );
  t.deepEqual({ code, stderr }, { code: 0, stderr: '' });
  return stdout.toString();
}

export type Terminal = {
  type(keys: string): void;
  shows(what: RegExp, patienceMs?: number): Promise<string>;
  /** All that came so far, as it came: what was written over is there too. */
  written(): string;
};

/** An interactive program in a terminal of 80x24; ended with the test. */
export function openTerminal(
  t: ExecutionContext,
  { folder, env }: Home,
  [program, ...args]: [string, ...string[]],
): Terminal {
  const screen = new xterm.Terminal({ cols: 80, rows: 24, allowProposedApi: true });
  // node-pty gives up what it has not read 200 ms after its process is gone, so this one stays when the program has ended.
  const staying = ['-c', 'trap : INT; "$@"; exec sleep 600', 'sh', program, ...args];
  const pty = spawn('sh', staying, { name: 'xterm-256color', cols: 80, rows: 24, cwd: folder, env });
  let written = '';
  pty.onData((data) => {
    written += data;
    screen.write(data);
  });
  // What the shell asks of its terminal (where the cursor is, which kind it is) is answered.
  screen.onData((answer) => pty.write(answer));
  const exited = new Promise<unknown>((resolve) => pty.onExit(resolve));
  t.teardown(async () => {
    // With the program in it, which would otherwise go on, and write, after its folder is gone.
    endGroup(pty.pid);
    await exited;
    screen.dispose();
  });
  const shown = () => {
    const { active } = screen.buffer;
    const lines = Array.from({ length: 24 }, (_, y) => active.getLine(active.viewportY + y));
    return lines.map((line) => line?.translateToString(true) ?? '').join('\n');
  };
  return {
    type: (keys) => pty.write(keys),
    written: () => written,
    /** Waits until the screen shows it; fails with the screen as it is then. */
    async shows(what, patienceMs = PATIENCE_MS) {
      const end = Date.now() + patienceMs;
      while (!what.test(shown())) {
        if (Date.now() > end) throw new Error(`the terminal never showed ${what}:\n${shown()}`);
        await delay(50);
      }
      return shown();
    },
  };
}
