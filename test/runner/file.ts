/** One test file, run by ava in a process of its own: what one file does to a process, no other suffers. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { endGroup } from '../helpers/end-group.ts';
import { FOLDER_OF_FILE } from '../helpers/kept.ts';

export type FileResult = {
  /** Relative to the package. */
  file: string;
  passed: number;
  /** At least one where the file failed. */
  failed: number;
  /** Of the tests that failed; of a file that failed before or after its tests, what ava says instead. */
  failures: string[];
  seconds: number;
  /** All that ava wrote. */
  output: string;
  /** The folder of what its failed tests left behind (helpers/kept.ts); null when they left nothing. */
  kept: string | null;
};

export type FileOptions = {
  cwd: string;
  env: NodeJS.ProcessEnv;
  /** In which each file gets a folder for what its failed tests leave behind. */
  kept: string;
  signal: AbortSignal;
};

/** A file that goes on for longer is ended: ava itself ends one in which nothing happens for `timeout` (ava.config.js). */
const LONGEST_MS = 20 * 60_000;

/** Runs a file to its end; never rejects for what a test does. `signal` ends it, with all that it started. */
export async function runFile(file: string, options: FileOptions): Promise<FileResult> {
  const start = performance.now();
  const kept = join(options.kept, file.replaceAll(/^test\/|\.test\.ts$/g, ''));
  const env = { ...options.env, [FOLDER_OF_FILE]: kept };
  const { code, output } = await runAva(file, { ...options, env });
  const { passed, failures } = read(output);
  if (code !== 0 && failures.length === 0) failures.push(`(ended with ${code})`);
  return {
    file,
    passed,
    failed: failures.length,
    failures,
    seconds: (performance.now() - start) / 1000,
    output,
    kept: existsSync(join(options.cwd, kept)) ? kept : null,
  };
}

function runAva(file: string, { cwd, env, signal }: Omit<FileOptions, 'kept'>) {
  // A process group of its own, so that nothing of it outlives it, however it ends.
  const child = spawn(join(cwd, 'node_modules/.bin/ava'), [file], {
    cwd,
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const chunks: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  const end = () => {
    if (child.pid) endGroup(child.pid);
  };
  const timer = setTimeout(end, LONGEST_MS);
  signal.addEventListener('abort', end);
  child.once('exit', end);
  return new Promise<{ code: number | string; output: string }>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, killed) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve({ code: code ?? String(killed), output: Buffer.concat(chunks).toString('utf8') });
    });
  });
}

/**
 * Reads ava's report: a line for each test, of which one that failed also carries its error, and then each that failed at length,
 * under its title. (Its TAP would be easier to read, but dies of a test that hangs: ava 8.0.1.)
 */
function read(output: string): { passed: number; failures: string[] } {
  const lines = stripVTControlCharacters(output)
    .split('\n')
    .map((line) => line.trim());
  const failed = after(lines, '✘ [fail]: ').map((line) => titleOf(line, lines));
  const pending = after(lines, '◌ ');
  return { passed: after(lines, '✔ ').length, failures: [...failed, ...pending] };
}

const after = (lines: string[], mark: string) =>
  lines.filter((line) => line.startsWith(mark)).map((line) => line.slice(mark.length));

const titleOf = (line: string, lines: string[]) =>
  lines.find((title) => title.length > 0 && line.startsWith(title)) ?? line;
