/** `webinterview` as a person or a script runs it: as a child process. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { setImmediate } from 'node:timers/promises';
import type { ExecutionContext } from 'ava';
import pLimit from 'p-limit';
import type { Config } from '../../src/server/config.ts';
import { endOf } from './child.ts';
import { keepOnFailure } from './kept.ts';
import { inTime } from './until.ts';

export const executable = join(import.meta.dirname, '../../bin/webinterview.js');

/** The commands of a file, two side by side as there are two cores: more of them only take longer, all together as well. */
const atMostTwo = pLimit(2);

/** Milliseconds in which a server is ready, and in which it has ended, on a machine that is busy with other tests. */
const READY_MS = 60_000;
const ENDED_MS = 120_000;

export type CliResult = { code: number | null; stdout: string; stderr: string };
type ByteResult = { code: number | null; stdout: Buffer; stderr: string };

/** Runs a command to its end, on the data directory and database of `config`; other settings in `env`. */
export async function cli(
  config: Config | null,
  args: string[],
  env: NodeJS.ProcessEnv = {},
): Promise<CliResult> {
  return asText(await cliBytes(config, args, env));
}

/** As `cli`, for what is no text. */
export function cliBytes(
  config: Config | null,
  args: string[],
  env: NodeJS.ProcessEnv = {},
): Promise<ByteResult> {
  return atMostTwo(() => runToEnd(config, args, env));
}

/** Commands that start at the same moment, however many they are. */
export function cliAtOnce(config: Config, commands: string[][]): Promise<CliResult[]> {
  return Promise.all(commands.map(async (args) => asText(await runToEnd(config, args, {}))));
}

/** With the file on its standard input, through a pipe. */
export async function cliFed(
  config: Config,
  args: string[],
  { file, env = {} }: { file: string; env?: NodeJS.ProcessEnv },
): Promise<CliResult> {
  const through = ['sh', '-c', 'cat "$0" | "$@"', file];
  const { code, stdout, stderr } = await endOf(start(config, args, env, { through }), nameOf(args));
  return asText({ code, stdout, stderr });
}

const asText = ({ stdout, ...result }: ByteResult): CliResult => ({
  ...result,
  stdout: stdout.toString('utf8'),
});

async function runToEnd(config: Config | null, args: string[], env: NodeJS.ProcessEnv): Promise<ByteResult> {
  const { code, stdout, stderr } = await endOf(start(config, args, env), nameOf(args));
  return { code, stdout, stderr };
}

const nameOf = (args: string[]) => `webinterview ${args.join(' ')}`.slice(0, 300);

/** A command that is stopped when `when` is true of it. */
export async function cliStopped(
  config: Config,
  args: string[],
  {
    signal,
    when,
    env = {},
  }: { signal: NodeJS.Signals; when: () => Promise<boolean>; env?: NodeJS.ProcessEnv },
): Promise<CliResult> {
  const child = start(config, args, env);
  const ended = endOf(child, nameOf(args));
  // Without a pause, so that the moment is not missed.
  for (const end = Date.now() + 60_000; child.exitCode === null && !(await when()); await setImmediate())
    if (Date.now() > end) {
      child.kill('SIGKILL');
      await ended;
      throw new Error(`not within 60 s: the moment to stop ${args.join(' ')}`);
    }
  child.kill(signal);
  const { code, stdout, stderr } = await ended;
  return asText({ code, stdout, stderr });
}

export type ServeProcess = {
  /** The first line on standard output. */
  ready: string;
  process: ChildProcess;
  stop(signal?: NodeJS.Signals): Promise<CliResult>;
  /** How it ended; waits for that. */
  exited(): Promise<CliResult>;
};

export type ServeOptions = {
  /** Of another version. */
  program?: string | undefined;
  /** A command that runs the one after it, e.g. prlimit. */
  through?: string[] | undefined;
};

/** Starts `serve` on a free port and resolves when it is ready; it is stopped with the test. */
export async function cliServe(
  t: ExecutionContext,
  config: Config,
  args: string[] = [],
  env: NodeJS.ProcessEnv = {},
  options: ServeOptions = {},
): Promise<ServeProcess> {
  const settings = { WEBINTERVIEW_MEDIA_WORKERS: '1', ...env };
  const child = start(config, ['serve', '--port', '0', ...args], settings, options);
  const exited = once(child, 'close');
  const stderr = text(child.stderr);
  const lines: string[] = [];
  keepOnFailure(t, 'server.log', async () => `${lines.join('\n')}\n${await stderr}`);
  t.teardown(async () => {
    if (child.exitCode === null) child.kill('SIGKILL');
    await exited;
  });
  const reader = createInterface(child.stdout).on('line', (line) => lines.push(line));
  await inTime('serve is ready', Promise.race([once(reader, 'line'), exited]), { withinMs: READY_MS });
  const [ready] = lines;
  if (ready === undefined) throw new Error(`serve ended before it was ready: ${await stderr}`);
  const result = async (): Promise<CliResult> => {
    const [code] = await inTime('serve has ended', exited, {
      withinMs: ENDED_MS,
      last: () => lines.join('\n'),
    });
    return { code, stdout: lines.map((line) => `${line}\n`).join(''), stderr: await stderr };
  };
  return {
    ready,
    process: child,
    exited: result,
    stop(signal = 'SIGTERM') {
      child.kill(signal);
      return result();
    },
  };
}

function start(
  config: Config | null,
  args: string[],
  env: NodeJS.ProcessEnv,
  { program = executable, through = [] }: ServeOptions = {},
) {
  const [command, ...rest] = [...through, process.execPath, program, ...args];
  return spawn(command as string, rest, {
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
