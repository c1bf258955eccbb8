/** Copies of the embedded database. MySQL and MariaDB have their own tools. */
import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { copyFile, open, realpath, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DataSource } from 'typeorm';
import type { Config } from '../config.ts';
import { UserError } from '../errors.ts';
import { makeDataDir, sqliteAt, sqliteFile } from './connection.ts';
import { driverCode } from './errors.ts';
import { schemaProblem } from './schema.ts';

/**
 * Writes the whole database as it is at one moment, while others write; the file appears when it is complete, and only
 * its owner may read it. @throws {UserError} the disk is full, or the place cannot be written
 */
export async function copyDatabase(source: DataSource, file: string): Promise<void> {
  const draft = `${file}.${randomBytes(6).toString('hex')}`;
  try {
    // SQLite writes into an empty file that is there, and leaves its rights as they are.
    await (await open(draft, 'wx', 0o600)).close();
    await source.query('VACUUM INTO ?', [draft]);
    await moveInto(draft, file);
  } catch (error) {
    await rm(draft, { force: true });
    throw writeError(file, error);
  }
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
  const draft = `${file}.${randomBytes(6).toString('hex')}`;
  await makeDataDir(config.dataDir);
  try {
    await copyFile(backup, draft, constants.COPYFILE_EXCL).catch((error) => {
      throw isReadError(error, backup)
        ? new UserError(`Cannot read the backup ${backup} (${driverCode(error)}): check its name and rights.`)
        : writeError(file, error);
    });
    await assertIsBackup(draft, backup);
    const kept = await setAside(file, now);
    await moveInto(draft, file);
    return kept;
  } finally {
    for (const each of withCompanions(draft)) await rm(each, { force: true });
  }
}

async function assertIsBackup(draft: string, backup: string): Promise<void> {
  const source = new DataSource({ ...(await sqliteAt(draft)), enableWAL: false });
  try {
    await source.initialize();
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

/** With the log beside it, which may hold what the database itself has not yet. */
async function setAside(file: string, now: Date): Promise<string | null> {
  if (!(await isThere(file))) return null;
  const kept = `${file}.before-restore-${now.toISOString().replace(/[-:.]/g, '')}`;
  for (const [i, each] of withCompanions(file).entries())
    if (await isThere(each)) await rename(each, withCompanions(kept)[i] as string);
  return kept;
}

const withCompanions = (file: string) => [file, `${file}-wal`, `${file}-shm`];

const isThere = (file: string) =>
  stat(file).then(
    () => true,
    () => false,
  );

/** Not before the disk has it, and so that a power failure leaves the one or the other. */
async function moveInto(draft: string, file: string): Promise<void> {
  const handle = await open(draft, 'r+');
  await handle.sync();
  await handle.close();
  const target = await realpath(file).catch(() => file);
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
