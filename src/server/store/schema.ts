import type { DataSource } from 'typeorm';
import { UserError } from '../errors.ts';
import { entities } from './entities.ts';
import { migrations } from './migrations/index.ts';

/** How long one server waits while another migrates the same database. */
const LOCK_SECONDS = 60;

/**
 * Runs pending migrations, one process at a time.
 * @param keepOlder the data of an older version is refused, not migrated: a server of that version may be at work on it
 * @returns whether there was no data of webinterview before
 * @throws {UserError} the database is a newer version's, an older one's that is to be kept, or somebody else's
 */
export async function migrate(
  source: DataSource,
  database: string,
  { keepOlder }: { keepOlder: boolean },
): Promise<boolean> {
  const state = await schemaState(source);
  refuseForeign(state, database);
  if (state.pending === 0) return false;
  return withLock(source, async () => {
    // Another process may have begun, and was waited for.
    const { history, pending } = await schemaState(source);
    if (pending === 0) return false;
    if (history && keepOlder) throw older(database);
    await source.runMigrations({ transaction: 'none' });
    return !history;
  });
}

/** @throws {UserError} the database has not exactly this version's schema */
export async function requireSchema(source: DataSource, database: string): Promise<void> {
  const state = await schemaState(source);
  refuseForeign(state, database);
  if (!state.history) {
    throw new UserError(`There is no webinterview data in ${database} yet`, {
      code: 'no_data',
      remedy: 'start `webinterview serve` or make a room first.',
    });
  }
  if (state.pending > 0) throw older(database);
}

const older = (database: string) =>
  new UserError(`The database ${database} was made by an older webinterview`, {
    code: 'older_data',
    remedy: 'start `webinterview serve` once to bring it up to date.',
  });

/** Why this database cannot be this program's, in a few words; null: it can, and migrates where it is older. */
export async function schemaProblem(source: DataSource): Promise<string | null> {
  const { history, unknown } = await schemaState(source);
  if (!history) return 'it holds no data of webinterview';
  return unknown.length > 0 ? 'it was made by a newer webinterview' : null;
}

/** Whether this program's data is in it, of whatever version. */
export const hasData = async (source: DataSource): Promise<boolean> => (await schemaState(source)).history;

type SchemaState = { history: boolean; pending: number; unknown: string[]; foreignTable: string | undefined };

async function schemaState(source: DataSource): Promise<SchemaState> {
  const names: string[] = migrations.map((Migration) => new Migration().name);
  const history = source.options.migrationsTableName as string;
  const tables = await tableNames(source);
  if (!tables.includes(history)) {
    const ours = entities.map((entity) => entity.options.tableName as string);
    const foreignTable = ours.find((name) => tables.includes(name));
    return { history: false, pending: names.length, unknown: [], foreignTable };
  }
  const rows: { name: string }[] = await source.query(`SELECT name FROM ${history}`);
  const done = rows.map((row) => row.name);
  return {
    history: true,
    pending: names.filter((name) => !done.includes(name)).length,
    unknown: done.filter((name) => !names.includes(name)),
    foreignTable: undefined,
  };
}

async function tableNames(source: DataSource): Promise<string[]> {
  const query =
    source.options.type === 'mysql'
      ? 'SELECT TABLE_NAME AS name FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE()'
      : "SELECT name FROM sqlite_master WHERE type = 'table'";
  const rows: { name: string }[] = await source.query(query);
  return rows.map((row) => row.name);
}

function refuseForeign({ unknown, foreignTable }: SchemaState, database: string): void {
  if (unknown.length > 0) {
    throw new UserError(
      `The database ${database} was made by a newer webinterview (it has ${unknown.join(', ')})`,
      { remedy: 'install that version, or use another database.' },
    );
  }
  if (foreignTable) {
    throw new UserError(
      `The database ${database} is not one of webinterview (it has a table ${foreignTable} of something else)`,
      { remedy: 'use another database.' },
    );
  }
}

/** SQLite: the whole migration is one exclusive transaction. MySQL has no such; a named lock keeps others out. */
async function withLock<T>(source: DataSource, work: () => Promise<T>): Promise<T> {
  if (source.options.type === 'mysql') return withNamedLock(source, work);
  await source.query('BEGIN EXCLUSIVE');
  try {
    const done = await work();
    await source.query('COMMIT');
    return done;
  } catch (error) {
    await source.query('ROLLBACK');
    throw error;
  }
}

/** Of this database alone: a name holds for the whole server, and has at most 64 characters. */
const LOCK = "CONCAT('webinterview_migrations_', SHA1(DATABASE()))";

async function withNamedLock<T>(source: DataSource, work: () => Promise<T>): Promise<T> {
  const runner = source.createQueryRunner();
  try {
    const [{ locked }] = await runner.query(`SELECT GET_LOCK(${LOCK}, ${LOCK_SECONDS}) AS locked`);
    if (Number(locked) !== 1) {
      throw new UserError('Another webinterview is still migrating the database', {
        remedy: 'try again when it is done.',
      });
    }
    return await work();
  } finally {
    await runner.query(`SELECT RELEASE_LOCK(${LOCK})`);
    await runner.release();
  }
}
