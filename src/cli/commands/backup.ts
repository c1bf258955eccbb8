/** `webinterview backup` and `restore`, of the embedded database. */
import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Config } from '../../server/config.ts';
import { lockDataDir } from '../../server/dataDirLock.ts';
import { UserError } from '../../server/errors.ts';
import { assertMayWrite, isOneOf } from '../../server/ownFiles.ts';
import { keepSecret, openSecret, secretText, writeSecret } from '../../server/secret.ts';
import { assertNoServerAlive } from '../../server/serverFile.ts';
import { type Confirming, confirm } from '../confirm.ts';
import { type CommonOptions, configOf, withStore } from '../context.ts';
import { printJson, printLine, printNote } from '../output/print.ts';
import { replacementOf } from '../output/writeWhole.ts';

export type BackupOptions = CommonOptions & { secret?: string };
export type RestoreOptions = BackupOptions & Confirming;

/** `webinterview backup`: a copy of the database as it is at one moment, and of the secret when it is asked for. */
export async function backup(file: string, options: BackupOptions): Promise<void> {
  const config = configOf(options);
  assertEmbedded(config, 'mysqldump --single-transaction DATABASE > FILE');
  await withStore(config, { create: false }, async (store) => {
    await assertApart(config, file, options.secret);
    const noteBackup = replacementOf(file);
    await store.backup(file);
    noteBackup();
    if (options.secret === undefined) return;
    await openSecret(config, store);
    const noteSecret = replacementOf(options.secret);
    await writeSecret(await secretText(config.secretFile), options.secret);
    noteSecret();
  });
  if (options.json)
    printJson({ file: resolve(file), secret: options.secret ? resolve(options.secret) : null });
  else {
    printLine(`Backed up the database to ${file}`);
    if (options.secret) printLine(`and the secret to ${options.secret}`);
  }
  if (!options.secret)
    printNote(
      `the secret (${config.secretFile}) is not in it: keep a copy elsewhere, or no link opens after a restore.`,
    );
}

/** `webinterview restore`: puts a backup in the place of the database, which is kept beside it. */
export async function restore(file: string, options: RestoreOptions): Promise<void> {
  const config = configOf(options);
  assertEmbedded(config, 'mysql DATABASE < FILE');
  await assertNoServerAlive(config);
  // Before anything is changed: a slip in its name must not leave a database without its secret.
  const secret = options.secret === undefined ? null : await secretText(options.secret);
  const { restoreDatabase, sqliteFile } = await import('../../server/store/index.ts');
  await confirm(
    [
      `This puts ${file} in the place of the database ${sqliteFile(config)}: what is in that now is kept beside it, but in use no more.`,
    ],
    options,
  );
  const now = new Date();
  // From here on none begins either. The process ends with the command, and the lock with it.
  await lockDataDir(config.dataDir);
  const kept = await restoreDatabase(config, file, { now });
  const keptSecret = secret === null ? null : await keepSecret(config.secretFile, secret, now);
  if (secret !== null) await writeSecret(secret, config.secretFile);
  const isUsable = await hasItsSecret(config);
  if (options.json)
    printJson({ restored: resolve(file), before: kept, secretBefore: keptSecret, secretFits: isUsable });
  else {
    printLine(`Restored ${file}`);
    if (kept) printLine(`The previous database is kept as ${kept}`);
    if (keptSecret) printLine(`The previous secret is kept as ${keptSecret}`);
  }
  if (!isUsable)
    printNote(
      `the secret ${config.secretFile} is not that of this database: put the right one in its place.`,
    );
}

/** What one of these is written to must be neither of this installation nor somebody's own. @throws {UserError} */
async function assertApart(config: Config, file: string, secret: string | undefined): Promise<void> {
  for (const each of [file, secret])
    if (each && !(await mayBeFile(each)))
      throw new UserError(`${each} is a folder or a device`, {
        remedy: 'give the name of a file.',
        usage: true,
      });
  assertMayWrite(config, file, 'the backup');
  if (!(await mayBeReplaced(file)))
    throw new UserError(`${file} exists and is not a backup`, {
      remedy: 'give the backup another name, or remove that file first.',
    });
  if (secret === undefined) return;
  assertMayWrite(config, secret, 'the secret');
  if (isOneOf([file], secret))
    throw new UserError(`The backup and the secret cannot both be ${file}`, {
      remedy: 'give them two names.',
      usage: true,
    });
  if (!(await mayHoldSecret(config, secret)))
    throw new UserError(`${secret} exists and is not this secret`, {
      remedy: 'give the secret another name, or remove that file first.',
    });
}

/** An earlier copy of the same secret, an empty file, or nothing. */
async function mayHoldSecret(config: Config, name: string): Promise<boolean> {
  const there = await readFile(name, 'utf8').catch((error: NodeJS.ErrnoException) => {
    // What is there and cannot be read may be anything.
    return error.code === 'ENOENT' ? '' : '?';
  });
  return there.trim() === '' || there.trim() === (await secretText(config.secretFile)).trim();
}

/** Whether a file is or can be there. */
async function mayBeFile(name: string): Promise<boolean> {
  const there = await stat(name).catch(() => null);
  return !there || there.isFile();
}

/** An earlier backup, an empty file, or nothing. */
async function mayBeReplaced(name: string): Promise<boolean> {
  const { isBackup } = await import('../../server/store/index.ts');
  const there = await stat(name).catch(() => null);
  // What is there and cannot be read may be anything.
  return !there || there.size === 0 || isBackup(name).catch(() => false);
}

function assertEmbedded(config: Config, instead: string): void {
  if (!config.database.url) return;
  throw new UserError('This is for the embedded database', {
    remedy: `for MySQL and MariaDB use their own tools, e.g. ${instead} (see docs/operating.md).`,
  });
}

/** An older backup is looked at without being changed: the server brings it up to date when it starts. */
async function hasItsSecret(config: Config): Promise<boolean> {
  try {
    await withStore(config, { create: false }, (store) => openSecret(config, store));
    return true;
  } catch (error) {
    return error instanceof UserError && error.code === 'older_data';
  }
}
