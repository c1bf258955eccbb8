import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { ExecutionContext } from 'ava';
import { createConnection } from 'mysql2/promise';
import { takePort } from './ports.ts';
import { until } from './until.ts';

const SHARE = '/usr/share/mysql';
const PATH = `${process.env.PATH}:/usr/sbin:/usr/local/sbin:/sbin`;
// Durability is not what is tested; starting and creating databases quickly is.
const fast = [
  '--innodb-flush-log-at-trx-commit=0',
  '--innodb-buffer-pool-size=32M',
  '--innodb-log-file-size=8M',
  '--skip-log-bin',
  // All files of a run share one server, and each server in a test has a pool of connections.
  '--max-connections=2000',
];

/** The variable of the environment that tells the files of a run the port of their MariaDB server. */
export const PORT_OF_RUN = 'TEST_MARIADB_PORT';

/**
 * How often information_schema.INNODB_TRX may be looked at, in milliseconds: InnoDB makes it anew only when nobody has read it for
 * 100 ms (trx0i_s.cc, CACHE_MIN_IDLE_TIME), and who reads more often sees the same for ever.
 */
export const TRANSACTIONS_MS = 200;

export type Mariadb = {
  port: number;
  /** A new empty database; gone with the test. Its user's password has signs that an address must escape. */
  database(t: ExecutionContext): Promise<string>;
  /** Runs one statement as the administrator. */
  query(sql: string): Promise<unknown>;
};

/**
 * A MariaDB server of Debian's in a temporary directory, on a free port, for a file or a test alone. Call `stop` at its end.
 * @param options of mariadbd, which go before what makes it fast
 */
export async function startMariadb(options: string[] = []): Promise<OwnMariadb> {
  const folder = await mkdtemp(join(tmpdir(), 'webinterview-mariadb-'));
  await makeSystemTables(folder);
  const port = takePort();
  const daemon = await startDaemon({ folder, port, options });
  await daemon.query(`CREATE USER 'interview'@'%' IDENTIFIED BY 'p@ss/w:rd'`);
  return {
    ...daemon,
    port,
    database: (t) => newDatabase(t, port, daemon),
    async stop() {
      daemon.signal('SIGCONT');
      await daemon.halt('SIGTERM');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The same of a server that another process has started, and ends. */
export function mariadbAt(port: number): Mariadb {
  const query = (sql: string) => queryAt({ host: '127.0.0.1', port }, sql);
  return { port, query, database: (t) => newDatabase(t, port, { query, isRunning: () => true }) };
}

async function newDatabase(
  t: ExecutionContext,
  port: number,
  { query, isRunning }: Pick<Daemon, 'query' | 'isRunning'>,
): Promise<string> {
  const name = `test_${randomBytes(6).toString('hex')}`;
  await query(`CREATE DATABASE ${name}; GRANT ALL ON ${name}.* TO 'interview'@'%'`);
  t.teardown(async () => {
    if (isRunning()) await query(`DROP DATABASE ${name}`);
  });
  return `mysql://interview:${encodeURIComponent('p@ss/w:rd')}@127.0.0.1:${port}/${name}`;
}

export type OwnMariadb = Mariadb & Daemon & { stop(): Promise<void> };

export type Daemon = {
  /** Runs statements as the administrator. */
  query(sql: string): Promise<unknown>;
  isRunning(): boolean;
  /** SIGSTOP: it keeps its connections, takes new ones, and answers none. SIGCONT: it goes on. */
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void;
  /** Ends it; resolves when it has. */
  halt(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  /** The next one on the same data and the same port; resolves when it answers. */
  start(): Promise<void>;
};

export type DaemonOptions = {
  folder: string;
  port: number;
  address?: string;
  options?: string[];
  path?: string;
};

/** `mariadbd` on what `makeSystemTables` has made; resolves when it answers. */
export async function startDaemon(daemon: DaemonOptions): Promise<Daemon> {
  const { folder, port, address = '127.0.0.1' } = daemon;
  const log = join(folder, 'log.err');
  let server = spawnDaemon(daemon, log);
  const query = (sql: string) => queryAt({ host: address, port }, sql);
  const isRunning = () => server.exitCode === null && server.signalCode === null;
  const kill = () => void server.kill('SIGKILL');
  process.once('exit', kill);
  await ready(query, () => !isRunning(), log);
  return {
    query,
    isRunning,
    signal: (signal) => void server.kill(signal),
    async halt(signal) {
      process.removeListener('exit', kill);
      if (!isRunning()) return;
      const stopped = server;
      stopped.kill(signal);
      await until(`mariadbd has ended on ${signal}`, () => !isRunning(), { withinMs: 90_000 }).catch(
        (error) => {
          stopped.kill('SIGKILL');
          throw error;
        },
      );
    },
    async start() {
      server = spawnDaemon(daemon, log);
      process.once('exit', kill);
      await ready(query, () => !isRunning(), log);
    },
  };
}

function spawnDaemon(daemon: DaemonOptions, log: string) {
  const { folder, port, address = '127.0.0.1', options = [], path = '' } = daemon;
  const own = [`--socket=${join(folder, 'socket')}`, `--port=${port}`, `--bind-address=${address}`];
  return spawn('mariadbd', [...basicOptions(folder), ...own, `--log-error=${log}`, ...options], {
    env: { ...process.env, PATH: `${path}:${PATH}` },
    stdio: 'ignore',
  });
}

// A temporary directory of its own: at its start it would remove what another one has in a shared one.
const basicOptions = (folder: string) => [
  '--no-defaults',
  `--user=${userInfo().username}`,
  `--datadir=${join(folder, 'data')}`,
  `--tmpdir=${join(folder, 'tmp')}`,
  ...fast,
];

async function queryAt(server: { host: string; port: number }, sql: string): Promise<unknown> {
  const connection = await createConnection({ ...server, user: 'root', multipleStatements: true });
  try {
    return (await connection.query(sql))[0];
  } finally {
    await connection.end();
  }
}

/** Where what was made once is kept for the next test. */
const CACHE = join(import.meta.dirname, '../../node_modules/.cache/webinterview');

/** Gives the folder the system tables, and a place for temporary ones. */
export async function makeSystemTables(folder: string): Promise<void> {
  await mkdir(join(folder, 'tmp'));
  await cp(await systemTables(), join(folder, 'data'), { recursive: true });
}

/** A data directory of this version with nothing but the system tables, made where there is none yet. */
async function systemTables(): Promise<string> {
  const version = execFileSync('mariadbd', ['--version'], {
    env: { ...process.env, PATH },
    encoding: 'utf8',
  });
  const made = join(CACHE, version.trim().replaceAll(/[^\w.-]+/g, '_'));
  if (existsSync(made)) return made;
  await mkdir(CACHE, { recursive: true });
  const draft = await mkdtemp(join(CACHE, 'draft-'));
  try {
    await bootstrap(draft);
    // Another test may have been quicker: its own is as good.
    await rename(join(draft, 'data'), made).catch((error) => {
      if (!existsSync(made)) throw error;
    });
  } finally {
    await rm(draft, { recursive: true });
  }
  return made;
}

/** mariadb-install-db would do the same, but asks for a program of another package. */
async function bootstrap(folder: string): Promise<void> {
  await mkdir(join(folder, 'data'));
  await mkdir(join(folder, 'tmp'));
  const names = await readdir(SHARE);
  const scripts = ['system_tables.sql', 'performance_tables.sql', 'system_tables_data.sql'].map((ending) => {
    const name = names.find(
      (candidate) => /^(mysql|mariadb)_/.test(candidate) && candidate.endsWith(`_${ending}`),
    );
    if (!name) throw new Error(`No *_${ending} in ${SHARE}: is mariadb-server-core installed?`);
    return readFile(join(SHARE, name), 'utf8');
  });
  const sql = (await Promise.all(scripts)).join('\n');
  const server = spawn('mariadbd', [...basicOptions(folder), '--bootstrap'], {
    env: { ...process.env, PATH },
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  server.stdin.end(`CREATE DATABASE mysql;\nUSE mysql;\nSET @auth_root_socket=NULL;\n${sql}`);
  const said = text(server.stderr);
  const [code] = await once(server, 'exit');
  if (code !== 0) throw new Error(`mariadbd --bootstrap failed:\n${await said}`);
}

async function ready(
  query: (sql: string) => Promise<unknown>,
  failed: () => boolean,
  log: string,
): Promise<void> {
  const answers = async () => {
    try {
      return await query('SELECT 1');
    } catch (error) {
      if (!failed()) return null;
      throw new Error(`mariadbd did not start:\n${await readFile(log, 'utf8')}`, { cause: error });
    }
  };
  await until(`mariadbd answers (its log: ${log})`, answers, { withinMs: 120_000 });
}
