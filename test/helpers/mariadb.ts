import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import type { ExecutionContext } from 'ava';
import { createConnection } from 'mysql2/promise';
import { takePort } from './ports.ts';

const SHARE = '/usr/share/mysql';
const PATH = `${process.env.PATH}:/usr/sbin:/usr/local/sbin:/sbin`;
// Durability is not what is tested; starting and creating databases quickly is.
const fast = [
  '--innodb-flush-log-at-trx-commit=0',
  '--innodb-buffer-pool-size=32M',
  '--innodb-log-file-size=8M',
  '--skip-log-bin',
];

export type Mariadb = {
  port: number;
  /** A new empty database; gone with the test. Its user's password has signs that an address must escape. */
  database(t: ExecutionContext): Promise<string>;
  /** Runs one statement as the administrator. */
  query(sql: string): Promise<unknown>;
  stop(): Promise<void>;
};

/** A MariaDB server of Debian's in a temporary directory, on a free port. Call `stop` in `test.after.always`. */
export async function startMariadb(): Promise<Mariadb> {
  const folder = await mkdtemp(join(tmpdir(), 'webinterview-mariadb-'));
  const data = join(folder, 'data');
  const user = `--user=${userInfo().username}`;
  await mkdir(data);
  const options = ['--no-defaults', user, `--datadir=${data}`, ...fast];
  await bootstrap(options);
  const port = takePort();
  const log = join(folder, 'log.err');
  const server = spawn(
    'mariadbd',
    [
      ...options,
      `--socket=${join(folder, 'socket')}`,
      `--port=${port}`,
      '--bind-address=127.0.0.1',
      `--log-error=${log}`,
    ],
    { env: { ...process.env, PATH }, stdio: 'ignore' },
  );
  const exited = once(server, 'exit');
  const kill = () => void server.kill('SIGKILL');
  process.once('exit', kill);

  const query = async (sql: string) => {
    const connection = await createConnection({
      host: '127.0.0.1',
      port,
      user: 'root',
      multipleStatements: true,
    });
    try {
      return (await connection.query(sql))[0];
    } finally {
      await connection.end();
    }
  };
  await ready(query, () => server.exitCode !== null, log);
  await query(`CREATE USER 'interview'@'%' IDENTIFIED BY 'p@ss/w:rd'`);

  return {
    port,
    query,
    async database(t) {
      const name = `test_${randomBytes(6).toString('hex')}`;
      await query(`CREATE DATABASE ${name}; GRANT ALL ON ${name}.* TO 'interview'@'%'`);
      t.teardown(async () => {
        if (server.exitCode === null) await query(`DROP DATABASE ${name}`);
      });
      return `mysql://interview:${encodeURIComponent('p@ss/w:rd')}@127.0.0.1:${port}/${name}`;
    },
    async stop() {
      process.removeListener('exit', kill);
      server.kill();
      await exited;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/**
 * Makes the system tables. mariadb-install-db would do the same, but asks for a program of another package.
 */
async function bootstrap(options: string[]): Promise<void> {
  const names = await readdir(SHARE);
  const scripts = ['system_tables.sql', 'performance_tables.sql', 'system_tables_data.sql'].map((ending) => {
    const name = names.find(
      (candidate) => /^(mysql|mariadb)_/.test(candidate) && candidate.endsWith(`_${ending}`),
    );
    if (!name) throw new Error(`No *_${ending} in ${SHARE}: is mariadb-server-core installed?`);
    return readFile(join(SHARE, name), 'utf8');
  });
  const sql = (await Promise.all(scripts)).join('\n');
  const server = spawn('mariadbd', [...options, '--bootstrap'], {
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
  for (;;) {
    try {
      await query('SELECT 1');
      return;
    } catch (error) {
      if (failed()) {
        throw new Error(`mariadbd did not start:\n${await readFile(log, 'utf8')}`, { cause: error });
      }
      await delay(50);
    }
  }
}
