/** Copies of the embedded database. MySQL and MariaDB have their own tools. */
import { copyFile, link, open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DataSource } from 'typeorm';
import type { Config } from '../config.ts';
import { keptName, realPlace, withDraft } from '../drafts.ts';
import { UserError } from '../errors.ts';
import { makeDataDir, sqliteAt, sqliteFile } from './connection.ts';
import { driverCode } from './errors.ts';
import { schemaProblem } from './schema.ts';

/**
 * Writes the whole database as it is at one moment, while others write; the file appears when it is complete, and only
 * its owner may read it.
 * @throws {UserError} the disk is full, the place cannot be written, or is that of the database itself
 */
export async function copyDatabase(source: DataSource, file: string): Promise<void> {
  if (await isDatabase(String(source.options.database), file))
    throw new UserError(`${file} is the database itself: give the backup another name.`, { usage: true });
  try {
    await withDraft(file, async (draft, target) => {
      // SQLite writes into an empty file that is there, and leaves its rights as they are.
      await source.query('VACUUM INTO ?', [draft]);
      await moveInto(draft, target);
    });
  } catch (error) {
    throw writeError(file, error);
  }
}

/**
 * Whether a file is the embedded database, by whichever name, or the log beside it. With another one in its place a
 * server would go on with a file that has no name any more.
 */
export async function isDatabase(database: string, file: string): Promise<boolean> {
  return withCompanions(await realPlace(database)).includes(await realPlace(file));
}

/**
 * Copies a backup beside the embedded database, looks whether it is whole and of this program, and only then puts it
 * in its place; what was there is kept under another name. No server may run.
 * @returns the name that the database before has now; null: there was none
 * @throws {UserError} it is no backup, damaged, or of a newer version; or cannot be written
 */
export async function restoreDatabase(
  config: Config,
  backup: string,
  { now }: { now: Date },
): Promise<string | null> {
  const file = sqliteFile(config);
  await makeDataDir(config.dataDir);
  try {
    return await withDraft(file, async (draft, target) => {
      await copyWithLog(backup, draft);
      await assertIsBackup(draft, backup);
      const kept = await setAside(target, now);
      await moveInto(draft, target).catch(async (error) => {
        if (kept) await putBack(target, kept);
        throw error;
      });
      return kept;
    });
  } catch (error) {
    if (isReadError(error, backup))
      throw new UserError(
        `Cannot read the backup ${backup} (${driverCode(error)}): check its name and rights.`,
      );
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
    if (verdict !== 'ok') throw new UserError(`The backup ${backup} is damaged: take another one.`);
    const problem = await schemaProblem(source);
    if (problem) throw new UserError(`The backup ${backup} cannot be used here: ${problem}.`);
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(`${backup} is no backup of webinterview (${driverCode(error)}): take another file.`, {
      cause: error,
    });
  } finally {
    if (source.isInitialized) await source.destroy();
  }
}

/**
 * With the log beside it, which may hold what the database itself has not yet. The database keeps its name until the
 * other is put in its place: without one, a server would begin an empty one.
 */
async function setAside(file: string, now: Date): Promise<string | null> {
  if (!(await isThere(file))) return null;
  const kept = keptName(file, now);
  // Some file systems have no second names.
  await link(file, kept).catch(() => rename(file, kept));
  const [, ...logs] = withCompanions(file);
  for (const [i, log] of logs.entries())
    if (await isThere(log)) await rename(log, withCompanions(kept)[i + 1] as string);
  return kept;
}

/** Undoes `setAside`. */
async function putBack(file: string, kept: string): Promise<void> {
  const [, ...logs] = withCompanions(file);
  for (const [i, log] of logs.entries()) {
    const keptLog = withCompanions(kept)[i + 1] as string;
    if (await isThere(keptLog)) await rename(keptLog, log);
  }
  if (await isThere(file)) await rm(kept);
  else await rename(kept, file);
}

const withCompanions = (file: string): [database: string, wal: string, shm: string] => [
  file,
  `${file}-wal`,
  `${file}-shm`,
];

const isThere = (file: string) =>
  stat(file).then(
    () => true,
    () => false,
  );

/** Not before the disk has it, and so that a power failure leaves the one or the other. */
async function moveInto(draft: string, target: string): Promise<void> {
  const handle = await open(draft, 'r+');
  await handle.sync();
  await handle.close();
  await rename(draft, target);
  const folder = await open(dirname(target), 'r');
  await folder.sync();
  await folder.close();
}

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
    return new UserError(`Cannot write ${file} (${code}): check the folder and its rights.`, {
      cause: error,
    });
  return error;
}
