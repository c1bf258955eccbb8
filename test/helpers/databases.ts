/** The databases of the tests: SQLite in a folder of the test's own, and MariaDB, one server for all files of a run. */
import test, { type ExecutionContext } from 'ava';
import { type Mariadb, mariadbAt, PORT_OF_RUN, startMariadb } from './mariadb.ts';

type Run = (t: ExecutionContext, databaseUrl?: string) => Promise<unknown>;

let mariadb: Promise<Mariadb> | null = null;
let stop: (() => Promise<void>) | null = null;

test.after.always(() => stop?.());

/**
 * The MariaDB server that all files share: the run's, or where a file is run by itself one of its own. Not for what changes
 * the server for everyone, as its settings or its end: that takes `startMariadb`.
 */
export function sharedMariadb(): Promise<Mariadb> {
  mariadb ??= findMariadb();
  return mariadb;
}

async function findMariadb(): Promise<Mariadb> {
  const port = process.env[PORT_OF_RUN];
  if (port) return mariadbAt(Number(port));
  const own = await startMariadb();
  stop = own.stop;
  return own;
}

/** A new empty database on the shared server; gone with the test. */
export async function mariadbDatabase(t: ExecutionContext): Promise<string> {
  return (await sharedMariadb()).database(t);
}

/**
 * Declares a test twice, with the database's name before its title. They run one after the other: what SQLite does holds up the whole
 * process, and MariaDB ends a connection whose transaction stands still.
 * @param run gets the address of a new database on MariaDB, and none for SQLite in the test's own data directory
 * @param server on which that database is made: of a file that cannot share one, its own
 */
export function onBothDatabases(
  title: string,
  run: Run,
  server: () => Promise<Mariadb> = sharedMariadb,
): void {
  test.serial(`SQLite: ${title}`, (t) => run(t));
  test.serial(`MariaDB: ${title}`, async (t) => run(t, await (await server()).database(t)));
}
