/** `webinterview` as a person or a script runs it: as a child process. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { buffer, text } from 'node:stream/consumers';
import type { ExecutionContext } from 'ava';
import type { Config } from '../../src/server/config.ts';

export const executable = join(import.meta.dirname, '../../bin/webinterview.js');

export type CliResult = { code: number | null; stdout: string; stderr: string };

/** Runs a command to its end, on the data directory and database of `config`; other settings in `env`. */
export async function cli(
  config: Config | null,
  args: string[],
  env: NodeJS.ProcessEnv = {},
): Promise<CliResult> {
  const { stdout, ...result } = await cliBytes(config, args, env);
  return { ...result, stdout: stdout.toString('utf8') };
}

/** As `cli`, for what is no text. */
export async function cliBytes(
  config: Config | null,
  args: string[],
  env: NodeJS.ProcessEnv = {},
): Promise<Omit<CliResult, 'stdout'> & { stdout: Buffer }> {
  const child = start(config, args, env);
  const [[code], stdout, stderr] = await Promise.all([
    once(child, 'close'),
    buffer(child.stdout),
    text(child.stderr),
  ]);
  return { code, stdout, stderr };
}

export type ServeProcess = {
  /** The first line on standard output. */
  ready: string;
  process: ChildProcess;
  stop(signal?: NodeJS.Signals): Promise<CliResult>;
};

/**
 * Starts `serve` on a free port and resolves when it is ready; it is stopped with the test.
 * @param program of another version
 */
export async function cliServe(
  t: ExecutionContext,
  config: Config,
  args: string[] = [],
  env: NodeJS.ProcessEnv = {},
  program = executable,
): Promise<ServeProcess> {
  const settings = { WEBINTERVIEW_MEDIA_WORKERS: '1', ...env };
  const child = start(config, ['serve', '--port', '0', ...args], settings, program);
  const exited = once(child, 'close');
  t.teardown(async () => {
    if (child.exitCode === null) child.kill('SIGKILL');
    await exited;
  });
  const stderr = text(child.stderr);
  const lines: string[] = [];
  const reader = createInterface(child.stdout).on('line', (line) => lines.push(line));
  await Promise.race([once(reader, 'line'), exited]);
  const [ready] = lines;
  if (ready === undefined) throw new Error(`serve ended before it was ready: ${await stderr}`);
  return {
    ready,
    process: child,
    async stop(signal = 'SIGTERM') {
      child.kill(signal);
      const [code] = await exited;
      return { code, stdout: lines.map((line) => `${line}\n`).join(''), stderr: await stderr };
    },
  };
}

function start(config: Config | null, args: string[], env: NodeJS.ProcessEnv, program = executable) {
  return spawn(process.execPath, [program, ...args], {
    env: { ...inherited(), ...(config && settingsOf(config)), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

function settingsOf({ dataDir, database }: Config): NodeJS.ProcessEnv {
  return { WEBINTERVIEW_DATA_DIR: dataDir, WEBINTERVIEW_DATABASE_URL: database.url ?? '' };
}

/** The machine's own settings of webinterview are no part of a test. */
function inherited(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !name.startsWith('WEBINTERVIEW_')),
  );
}
