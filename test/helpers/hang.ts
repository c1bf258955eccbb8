/** Processes that hang: what connects to them is taken, and nothing is answered. */
import type { ChildProcess } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import Database from 'libsql';
import type { Config } from '../../src/server/config.ts';
import { sqliteFile } from '../../src/server/store/connection.ts';
import { type Mariadb, TRANSACTIONS_MS } from './mariadb.ts';
import { until } from './until.ts';

/**
 * SIGSTOP, at a moment at which the process has no transaction open. In the midst of one it would keep everybody else from
 * writing, the test too: after its last answer a server still writes.
 * @param config whose database it uses, on the server `mariadb` where one is given
 */
export async function hang(process: ChildProcess, config: Config, mariadb?: Mariadb): Promise<void> {
  const isOpen = mariadb ? () => hasTransaction(mariadb, config) : () => isLocked(sqliteFile(config));
  const isStopped = async () => {
    process.kill('SIGSTOP');
    await until('it has stopped', () => isInState(process, 'T'));
    if (!(await isOpen())) return true;
    process.kill('SIGCONT');
    return false;
  };
  await until('it has stopped outside of a transaction', isStopped, mariadb && { everyMs: TRANSACTIONS_MS });
}

/** The state stands behind the program's name, which may have any sign in it (proc(5)). */
async function isInState({ pid }: ChildProcess, state: string): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  return stat.slice(stat.lastIndexOf(')')).startsWith(`) ${state}`);
}

function isLocked(file: string): boolean {
  const database = new Database(file, { timeout: 0 });
  try {
    database.exec('BEGIN IMMEDIATE; ROLLBACK');
    return false;
  } catch (error) {
    if ((error as { code?: string }).code !== 'SQLITE_BUSY') throw error;
    return true;
  } finally {
    database.close();
  }
}

/** Whether a transaction is open in the database of `config`, whoever has opened it. */
async function hasTransaction(mariadb: Mariadb, { database: { url } }: Config): Promise<boolean> {
  const name = new URL(url as string).pathname.slice(1);
  const open = await mariadb.query(
    `SELECT trx_id FROM information_schema.INNODB_TRX JOIN information_schema.PROCESSLIST ON ID = trx_mysql_thread_id
      WHERE DB = '${name}'`,
  );
  return (open as unknown[]).length > 0;
}
