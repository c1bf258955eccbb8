/** Copies of the embedded database. MySQL and MariaDB have their own tools. */
import { copyFile, link, open, rename, rm, stat } from 'node:fs/promises';
import { DataSource } from 'typeorm';
import type { Config } from '../config.ts';
import { keptName, putInPlace, realPlace, syncFolderOf, withDraft } from '../drafts.ts';
import { UserError } from '../errors.ts';
import { isOneOf, withCompanions } from '../ownFiles.ts';
import { makeDataDir, sqliteAt, sqliteFile } from './connection.ts';
import { driverCode } from './errors.ts';
import { hasData, schemaProblem } from './schema.ts';

/** How every database of SQLite begins (https://sqlite.org/fileformat.html). */
const HEAD = 'SQLite format 3\0';
/** Which byte of it says how it is written: 1 without a log, 2 with one (WAL), as databases of servers are. */
const WRITE_VERSION = 18;

/**
 * Writes the whole database as it is at one moment, while others write; the file appears when it is complete, and only
 * its owner may read it. Whether it may be written there is looked at before (ownFiles.ts).
 * @throws {UserError} the disk is full, or the place cannot be written
 */
export async function copyDatabase(source: DataSource, file: string): Promise<void> {
  try {
    await withDraft(file, async (draft, target) => {
      // SQLite writes into an empty file that is there, and leaves its rights as they are.
      await source.query('VACUUM INTO ?', [draft]);
      await putInPlace(draft, target);
    });
  } catch (error) {
    throw writeError(file, error);
  }
}

/**
 * Whether a file is a backup of webinterview, of whatever version, and nobody's database: that would have a log beside it,
 * or be one that is written with a log.
 */
export async function isBackup(file: string): Promise<boolean> {
  const head = await headOf(file);
  if (head.toString('latin1', 0, HEAD.length) !== HEAD || head[WRITE_VERSION] !== 1) return false;
  const [, ...beside] = withCompanions(realPlace(file));
  for (const each of beside) if (await isThere(each)) return false;
  const source = new DataSource({ ...(await sqliteAt(file)), enableWAL: false });
  try {
    await source.initialize();
    return await hasData(source);
  } catch {
    return false;
  } finally {
    if (source.isInitialized) await source.destroy();
  }
}

async function headOf(file: string): Promise<Buffer> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(WRITE_VERSION + 1));
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

/**
 * Copies a backup beside the embedded database, looks whether it is whole and of this program, and only then puts it
 * in its place; what was there is kept under another name. No server may run.
 * @returns the name that the database before has now; null: there was none
 * @throws {UserError} it is the database itself, no backup, damaged, or of a newer version; or cannot be written
 */
export async function restoreDatabase(
  config: Config,
  backup: string,
  { now }: { now: Date },
): Promise<string | null> {
  const file = sqliteFile(config);
  await makeDataDir(config.dataDir);
  if (isOneOf(withCompanions(realPlace(file)), backup))
    throw new UserError(`${backup} is the database itself`, {
      remedy: 'give the name of a backup.',
      usage: true,
    });
  try {
    return await withDraft(file, async (draft, target) => {
      await copyWithLog(backup, draft);
      await assertIsBackup(draft, backup);
      await mergeLog(target);
      const kept = await setAside(target, now);
      await putInPlace(draft, target).catch(async (error) => {
        // Without its draft the backup is in place, and what is kept is the only one.
        if (kept && (await isThere(draft))) await putBack(target, kept);
        throw error;
      });
      return kept;
    });
  } catch (error) {
    if (isReadError(error, backup))
      throw new UserError(`Cannot read the backup ${backup} (${driverCode(error)})`, {
        remedy: 'check its name and permissions.',
      });
    throw writeError(file, error);
  }
}

/** A database that was copied or set aside as it lay there has its last writes in the log beside it. */
async function copyWithLog(from: string, to: string): Promise<void> {
  await copyFile(from, to);
  const [, log] = withCompanions(from);
  if (await isThere(log)) await copyFile(log, withCompanions(to)[1]);
}

async function assertIsBackup(draft: string, backup: string): Promise<void> {
  const source = new DataSource({ ...(await sqliteAt(draft)), enableWAL: false });
  try {
    await source.initialize();
    await source.query('PRAGMA wal_checkpoint(TRUNCATE)');
    const [{ integrity_check: verdict }] = await source.query('PRAGMA integrity_check');
    if (verdict !== 'ok')
      throw new UserError(`The backup ${backup} is damaged`, { remedy: 'take another one.' });
    const problem = await schemaProblem(source);
    if (problem) throw new UserError(`The backup ${backup} cannot be used here: ${problem}.`);
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(`${backup} is not a backup of webinterview (${driverCode(error)})`, {
      remedy: 'take another file.',
      cause: error,
    });
  } finally {
    if (source.isInitialized) await source.destroy();
  }
}

/**
 * Takes what the log beside a database holds into the database itself, so that there is one file to set aside: of two,
 * who dies in between leaves a database without what was written last. One that cannot be opened stays as it is.
 */
async function mergeLog(file: string): Promise<void> {
  if (!(await isThere(file))) return;
  const source = new DataSource({ ...(await sqliteAt(file)), enableWAL: false });
  try {
    await source.initialize();
    await source.query('PRAGMA wal_checkpoint(TRUNCATE)');
  } catch {
    // The backup is often restored because of this.
  } finally {
    if (source.isInitialized) await source.destroy();
  }
}

/**
 * The database keeps its name until the other is put in its place: without one, a server would begin an empty one. With it
 * goes its log, where that could not be merged.
 */
async function setAside(file: string, now: Date): Promise<string | null> {
  if (!(await isThere(file))) return null;
  const kept = keptName(file, now);
  // Some file systems have no second names.
  await link(file, kept).catch(() => copyWhole(file, kept));
  await syncFolderOf(kept);
  const [, ...logs] = withCompanions(file);
  for (const [i, log] of logs.entries())
    if (await isThere(log)) await rename(log, withCompanions(kept)[i + 1] as string);
  return kept;
}

async function copyWhole(file: string, copy: string): Promise<void> {
  await withDraft(copy, async (draft, target) => {
    await copyFile(file, draft);
    await putInPlace(draft, target);
  });
}

/** Undoes `setAside`. */
async function putBack(file: string, kept: string): Promise<void> {
  const [, ...logs] = withCompanions(file);
  for (const [i, log] of logs.entries()) {
    const keptLog = withCompanions(kept)[i + 1] as string;
    if (await isThere(keptLog)) await rename(keptLog, log);
  }
  await rm(kept);
}

const isThere = (file: string) =>
  stat(file).then(
    () => true,
    () => false,
  );

const isReadError = (error: unknown, file: string) =>
  (error as NodeJS.ErrnoException).path === file && driverCode(error) !== 'ENOSPC';

function writeError(file: string, error: unknown): unknown {
  const code = driverCode(error);
  if (/^(ENOSPC|EDQUOT|SQLITE_(FULL|IOERR))/.test(code))
    return new UserError(
      `Cannot write ${file} (${code}): its disk is full; make room, or choose another place.`,
      {
        cause: error,
      },
    );
  if (/^E[A-Z]+$/.test(code))
    return new UserError(`Cannot write ${file} (${code})`, {
      remedy: 'check the folder and its permissions.',
      cause: error,
    });
  return error;
}
