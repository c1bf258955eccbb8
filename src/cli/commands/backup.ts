/** `webinterview backup` and `restore`, of the embedded database. */
import { chmod, copyFile, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Config } from '../../server/config.ts';
import { UserError } from '../../server/errors.ts';
import { openSecret } from '../../server/secret.ts';
import { assertNoOtherServer } from '../../server/serverFile.ts';
import { type CommonOptions, configOf, withStore } from '../context.ts';
import { printJson, printLine, printNote } from '../output.ts';

export type BackupOptions = CommonOptions & { secret?: string };
export type RestoreOptions = BackupOptions;

export async function backup(file: string, options: BackupOptions): Promise<void> {
  const config = configOf(options);
  assertEmbedded(config, 'mysqldump --single-transaction DATABASE > FILE');
  await withStore(config, { create: false }, async (store) => {
    await store.backup(file);
    if (options.secret === undefined) return;
    await openSecret(config, store);
    await copySecret(config.secretFile, options.secret);
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

export async function restore(file: string, options: RestoreOptions): Promise<void> {
  const config = configOf(options);
  assertEmbedded(config, 'mysql DATABASE < FILE');
  await assertNoOtherServer(config.dataDir);
  const { restoreDatabase } = await import('../../server/store/index.ts');
  const kept = await restoreDatabase(config, file, { now: new Date() });
  if (options.secret !== undefined) await copySecret(options.secret, config.secretFile);
  const isUsable = await hasItsSecret(config);
  if (options.json) printJson({ restored: resolve(file), before: kept, secretFits: isUsable });
  else {
    printLine(`Restored ${file}`);
    if (kept) printLine(`What was there before is kept as ${kept}`);
  }
  if (!isUsable)
    printNote(
      `the secret ${config.secretFile} is not that of this database: put the right one in its place.`,
    );
}

function assertEmbedded(config: Config, instead: string): void {
  if (!config.database.url) return;
  throw new UserError(
    `This is for the embedded database: for MySQL and MariaDB use their own tools, e.g. ${instead} (see docs/operating.md).`,
  );
}

async function copySecret(from: string, to: string): Promise<void> {
  try {
    // As another's file would keep its rights.
    await rm(to, { force: true });
    await copyFile(from, to);
    await chmod(to, 0o600);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UserError(`Cannot copy the secret ${from} to ${to} (${code}): check both places.`, {
      cause: error,
    });
  }
}

/** An older backup is looked at without being changed: the server brings it up to date when it starts. */
async function hasItsSecret(config: Config): Promise<boolean> {
  try {
    await withStore(config, { create: false }, (store) => openSecret(config, store));
    return true;
  } catch (error) {
    return error instanceof UserError && /older webinterview/.test(error.message);
  }
}
