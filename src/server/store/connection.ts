import { mkdir, open, readFile, stat } from 'node:fs/promises';
import { isIP, type Socket } from 'node:net';
import type { Connection, Pool, PoolOptions, SslOptions } from 'mysql2';
import type { DataSourceOptions } from 'typeorm';
import type { Config } from '../config.ts';
import { filesIn } from '../dataDir.ts';
import { UserError } from '../errors.ts';
import { ANSWER_MS, DatabaseHosts, hostsOf } from './DatabaseHosts.ts';
import { entities } from './entities.ts';
import { driverCode } from './errors.ts';
import { migrations } from './migrations/index.ts';

/** Milliseconds that one process waits for another's write to the same SQLite file. */
export const BUSY_MS = 5000;
/** More than DatabaseHosts allows for: the last resort. */
const CONNECT_MS = 30_000;
/** Seconds that a transaction which has written may stand still at most, in a process that waits long for answers. */
const MOST_IDLE_SECONDS = 15;

const shared = {
  entities,
  migrations,
  migrationsTableName: 'webinterview_migrations',
  logging: false,
} as const;

/** Names the database for people: the file, or server and database; never the password. */
export function databaseName(config: Config): string {
  if (!config.database.url) return sqliteFile(config);
  const { host, pathname } = new URL(config.database.url);
  return `${decodeURIComponent(pathname.slice(1))} on ${host}`;
}

/** `create`: an embedded database is made where there is none. */
export type ConnectOptions = {
  create: boolean;
  hosts?: DatabaseHosts | undefined;
  /** How long a database server may take for one answer. */
  answerMs?: number;
};

/** The options of the one or the other driver. Only the driver that is needed is loaded. */
export async function dataSourceOptions(
  config: Config,
  { create, hosts, answerMs = ANSWER_MS }: ConnectOptions,
): Promise<DataSourceOptions> {
  return config.database.url ? mysqlOptions(config, answerMs, hosts) : sqliteOptions(config, create);
}

/** Turns what a driver says at opening into a line that says what to do. Other errors pass unchanged. */
export function connectionError(config: Config, error: unknown): unknown {
  if (error instanceof UserError) return error;
  const code = driverCode(error);
  const problem = config.database.url
    ? mysqlProblem(new URL(config.database.url), code, config.database.tls)
    : sqliteProblem(sqliteFile(config), code);
  return problem === null ? error : new UserError(problem.what, { remedy: problem.remedy, cause: error });
}

/** The file of the embedded database. */
export function sqliteFile(config: Config): string {
  return filesIn(config.dataDir).database;
}

async function sqliteOptions(config: Config, create: boolean): Promise<DataSourceOptions> {
  const database = sqliteFile(config);
  if (create) {
    await makeDataDir(config.dataDir);
    await makeFile(database);
  } else if (!(await exists(database))) {
    throw new UserError(`There is no database at ${database}`, {
      code: 'no_database',
      remedy: 'start `webinterview serve` or make a room first, or name the data directory with --data-dir.',
    });
  }
  return sqliteAt(database);
}

/** An embedded database that lies in this file. */
export async function sqliteAt(database: string) {
  const { default: driver } = await import('libsql');
  return {
    ...shared,
    type: 'better-sqlite3' as const,
    driver,
    database,
    enableWAL: true,
    prepareDatabase: (db: { pragma(text: string): unknown }) => {
      db.pragma(`busy_timeout = ${BUSY_MS}`);
      // With WAL a power failure loses nothing that was committed only at FULL.
      db.pragma('synchronous = FULL');
      // What is deleted is overwritten, so that who was erased is not found in the file.
      db.pragma('secure_delete = ON');
    },
  };
}

/** Makes the folder where it is not there. @throws {UserError} it cannot be made */
export async function makeDataDir(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new UserError(`Cannot make the data directory ${folder} (${driverCode(error)})`, {
      remedy: 'name another one with --data-dir.',
      cause: error,
    });
  }
}

/** Empty, for its owner alone; SQLite gives the files beside it the same rights. One that is there stays. */
async function makeFile(file: string): Promise<void> {
  const handle = await open(file, 'a', 0o600);
  await handle.close();
}

async function exists(file: string): Promise<boolean> {
  try {
    await stat(file);
    return true;
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(driverCode(error))) return false;
    throw error;
  }
}

async function mysqlOptions(
  { database }: Config,
  answerMs: number,
  hosts = databaseHosts(database),
): Promise<DataSourceOptions> {
  const url = new URL(database.url ?? '');
  const ssl = await tlsOptions(database);
  const { default: driver } = await import('mysql2');
  const idleSeconds = Math.min(answerMs / 1000 - 1, MOST_IDLE_SECONDS);
  return {
    ...shared,
    type: 'mysql',
    driver: {
      ...driver,
      createPool(options: PoolOptions) {
        const pool = driver.createPool(options);
        pool.on('connection', (connection) =>
          hosts.secured((connection as unknown as { stream: Socket }).stream),
        );
        return withoutFrozen(pool, idleSeconds);
      },
    },
    host: url.hostname,
    username: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    database: decodeURIComponent(url.pathname.slice(1)),
    charset: 'utf8mb4',
    timezone: 'Z',
    connectTimeout: CONNECT_MS,
    ...(ssl && { ssl }),
    extra: { stream: () => hosts.connect() },
  };
}

/**
 * A process that is frozen in a write (a virtual machine that is paused, a disk that hangs) holds back what all others
 * write, and servers wait for no more than ANSWER_MS. MariaDB gives up what it has begun
 * (https://mariadb.com/kb/en/transaction-timeouts/). MySQL has no such setting and says so, which changes nothing: there
 * the others can write when that process runs on or is ended.
 */
function withoutFrozen(pool: Pool, idleSeconds: number): Pool {
  const text = `SET SESSION idle_write_transaction_timeout = ${Math.floor(idleSeconds)}`;
  // Before all that is asked on this connection.
  return pool.on('connection', (connection: Connection) => void connection.query(text, () => undefined));
}

/** The hosts of `database.url`, as their sockets are to be watched. */
export const databaseHosts = ({ url, tls }: Config['database']) =>
  new DatabaseHosts(new URL(url ?? ''), { isSecure: tls !== 'off' });

/**
 * What mysql2 is told of TLS. The name in the certificate counts where one host is named by its name; several hosts, or an IP
 * address, need an authority of one's own.
 * @throws {UserError} there is none then, or it cannot be read
 */
async function tlsOptions({ url, tls, caFile }: Config['database']): Promise<SslOptions | null> {
  if (tls === 'off') return null;
  if (tls === 'required') return { rejectUnauthorized: false };
  const hosts = hostsOf(new URL(url ?? '').hostname);
  const verifyIdentity = hosts.length === 1 && isIP(hosts[0] ?? '') === 0;
  if (!verifyIdentity && caFile === null)
    throw new UserError('database.tls is verified, and database.url has an IP address or several hosts', {
      remedy: 'name the authority that signed their certificates with database.caFile.',
    });
  const ca = caFile === null ? undefined : await readFile(caFile, 'utf8').catch(notReadable(caFile));
  return { rejectUnauthorized: true, verifyIdentity, ...(ca && { ca }) };
}

const notReadable = (file: string) => (cause: unknown) => {
  throw new UserError(`Cannot read database.caFile ${file} (${driverCode(cause)})`, {
    remedy: 'check the path and its permissions.',
    cause,
  });
};

type Problem = { what: string; remedy: string };

function sqliteProblem(file: string, code: string): Problem | null {
  if (code === 'SQLITE_NOTADB') {
    return {
      what: `${file} is not a database of webinterview`,
      remedy: 'move it away, or name another data directory with --data-dir.',
    };
  }
  if (code === 'SQLITE_CORRUPT')
    return { what: `The database ${file} is damaged`, remedy: 'put a backup in its place.' };
  if (/^(SQLITE_(CANTOPEN|READONLY|PERM|AUTH)|EACCES|EPERM|EISDIR)/.test(code)) {
    return {
      what: `Cannot open the database ${file} (${code})`,
      remedy: 'check that this user may read and write it and its folder.',
    };
  }
  if (/^SQLITE_(BUSY|LOCKED)/.test(code)) {
    return {
      what: `The database ${file} is locked by another program`,
      remedy: 'try again when that is done.',
    };
  }
  if (/^(SQLITE_(FULL|IOERR)|ENOSPC)/.test(code)) {
    return {
      what: `Cannot write the database ${file} (${code})`,
      remedy: 'check the disk and its free space.',
    };
  }
  return null;
}

function mysqlProblem(url: URL, code: string, tls: Config['database']['tls']): Problem | null {
  const user = decodeURIComponent(url.username);
  const database = decodeURIComponent(url.pathname.slice(1));
  if (code === 'ER_ACCESS_DENIED_ERROR' || code === 'ER_DBACCESS_DENIED_ERROR') {
    return {
      what: `The database server ${url.host} refused the user ${user} for ${database}`,
      // MariaDB says no more where it refuses a connection without TLS.
      remedy: `check the user and password in database.url, and the user’s privileges${tls === 'off' ? '; if the server requires TLS, set database.tls' : ''}.`,
    };
  }
  if (code === 'ER_BAD_DB_ERROR') {
    return {
      what: `There is no database ${database} on ${url.host}`,
      remedy: 'make it with CREATE DATABASE, or correct database.url.',
    };
  }
  if (code === 'ER_SECURE_TRANSPORT_REQUIRED') {
    return {
      what: `The database server ${url.host} takes no connection without TLS`,
      remedy: 'set database.tls to required, or to verified with its authority in database.caFile.',
    };
  }
  if (code === 'HANDSHAKE_NO_SSL_SUPPORT') {
    return {
      what: `The database server ${url.host} offers no TLS`,
      remedy: 'set it up there (ssl_cert and ssl_key), or set database.tls to off.',
    };
  }
  if (code === 'HANDSHAKE_SSL_ERROR') {
    return {
      what: `The certificate of the database server ${url.host} is not accepted`,
      remedy: 'name its authority with database.caFile, and connect by the name that the certificate has.',
    };
  }
  if (/^(E[A-Z]+|PROTOCOL_CONNECTION_LOST|HANDSHAKE_.*)$/.test(code)) {
    return {
      what: `Cannot reach the database server ${url.host} (${code})`,
      remedy: 'check that it runs and that database.url is right.',
    };
  }
  return null;
}
