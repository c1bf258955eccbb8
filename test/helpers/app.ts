/** The product as an administrator has it: `webinterview serve` and `webinterview room create` as child processes. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { ExecutionContext } from 'ava';
import { endOf } from './child.ts';
import type { PortRange } from './firewall.ts';
import { keepOnFailure } from './kept.ts';
import { until } from './until.ts';

/** Another build of the product, where a benchmark measures that. */
const executable = () =>
  process.env.BENCH_EXECUTABLE ?? join(import.meta.dirname, '../../bin/webinterview.js');

export type AppOptions = {
  /** The media's ports: every test its own, so that its firewall touches no other. */
  ports: PortRange;
  /** A MySQL or MariaDB server; SQLite in the data directory without. */
  databaseUrl?: string | undefined;
};

export type RoomLinks = { id: string; name: string; interviewerUrl: string; applicantUrl: string };

export type App = {
  url: string;
  /** Of the server's process. */
  pid: number;
  /** Runs the command with this data directory and database; resolves with its standard output. */
  run(...args: string[]): Promise<string>;
  createRoom(name: string): Promise<RoomLinks>;
};

/** Starts the server on free ports with a data directory of its own; both are gone with the test. */
export async function startApp(t: ExecutionContext, { ports, databaseUrl }: AppOptions): Promise<App> {
  const dataDir = await mkdtemp(join(tmpdir(), 'webinterview-app-'));
  t.teardown(() => rm(dataDir, { recursive: true, force: true }));
  const env = {
    WEBINTERVIEW_DATA_DIR: dataDir,
    WEBINTERVIEW_MEDIA_WORKERS: '1',
    WEBINTERVIEW_MEDIA_PORT_MIN: String(ports.portMin),
    WEBINTERVIEW_MEDIA_PORT_MAX: String(ports.portMax),
    ...(databaseUrl && { WEBINTERVIEW_DATABASE_URL: databaseUrl }),
  };
  const { process: server, ready } = spawnServe(env, 'pipe');
  const log: Buffer[] = [];
  for (const stream of [server.stdout, server.stderr]) stream?.on('data', (chunk: Buffer) => log.push(chunk));
  keepOnFailure(t, 'server.log', () => Buffer.concat(log));
  const exited = once(server, 'exit');
  t.teardown(async () => {
    server.kill();
    await exited;
  });
  const { url } = await ready;
  const run = async (...args: string[]) => {
    const child = spawn(process.execPath, [executable(), ...args], { env: { ...process.env, ...env } });
    const what = `webinterview ${args.join(' ')}`;
    const { code, stdout, stderr } = await endOf(child, what);
    if (code !== 0) throw new Error(`${what} ended with ${code}: ${stderr}`);
    return stdout.toString();
  };
  return {
    url,
    pid: server.pid as number,
    run,
    createRoom: async (name) => JSON.parse(await run('room', 'create', '--name', name, '--json')),
  };
}

/**
 * Ends a process as SIGTERM does when whoever has started it is gone, however that ended: what is killed has no last words, but
 * its pipes are closed.
 */
const endsWithParent = `--import=data:text/javascript,${encodeURIComponent(
  "process.stdin.once('end', () => process.kill(process.pid, 'SIGTERM')).resume();",
)}`;

/** `serve` on a free port as a child process; `ready` is what it prints, and rejects when it ends before. */
export function spawnServe(
  settings: NodeJS.ProcessEnv,
  stderr: 'inherit' | 'pipe' = 'inherit',
): {
  process: ChildProcess;
  ready: Promise<{ url: string }>;
} {
  const server = spawn(process.execPath, [executable(), 'serve', '--port', '0', '--json'], {
    env: {
      ...process.env,
      ...settings,
      NODE_OPTIONS: [process.env.NODE_OPTIONS, settings.NODE_OPTIONS, endsWithParent]
        .filter(Boolean)
        .join(' '),
    },
    stdio: ['pipe', 'pipe', stderr],
  });
  const ended = once(server, 'exit').then(([code]) =>
    Promise.reject(new Error(`serve ended with ${code} before it was ready`)),
  );
  let said = '';
  createInterface({ input: server.stdout as Readable }).once('line', (line) => {
    said = line;
  });
  // `ended` tells what became of one that has.
  const hasEnded = () => server.exitCode !== null || server.signalCode !== null;
  const line = until('serve says that it is ready', () => said || hasEnded(), { withinMs: 60_000 });
  return { process: server, ready: Promise.race([ended, line]).then((text) => JSON.parse(String(text))) };
}
