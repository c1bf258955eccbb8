/** Files that appear under their name only when they are complete. Until then they are drafts beside it. */
import { randomBytes } from 'node:crypto';
import { closeSync, openSync, realpathSync, rmSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';

/** Those that this process is at. */
const drafts = new Set<string>();
process.on('exit', () => {
  for (const draft of drafts) remove(draft);
});

/**
 * Makes an empty draft beside the file that `file` leads to, for its owner alone, and gives it to `work`, which moves it
 * to `target`. What is left of it afterwards is removed: when `work` fails, and when the process ends in between.
 */
export async function withDraft<T>(
  file: string,
  work: (draft: string, target: string) => Promise<T>,
): Promise<T> {
  const target = realPlace(file);
  const draft = `${target}.${randomBytes(6).toString('hex')}`;
  begin(draft);
  try {
    return await work(draft, target);
  } finally {
    remove(draft);
    drafts.delete(draft);
  }
}

/** Gives a complete draft its name: a power failure leaves the one file or the other, and never a part. */
export async function putInPlace(draft: string, target: string): Promise<void> {
  // Else the name may reach the disk before the content.
  await sync(draft, 'r+');
  await rename(draft, target);
  await syncFolderOf(target);
}

/** Lets the disk have the names in a file's folder as they are now. */
export async function syncFolderOf(file: string): Promise<void> {
  try {
    await sync(dirname(file), 'r');
  } catch (error) {
    // One that may be written to but not read, and file systems that do this by themselves.
    if (!/^(EACCES|EPERM|EINVAL|ENOTSUP|EISDIR)$/.test(String((error as NodeJS.ErrnoException).code)))
      throw error;
  }
}

async function sync(path: string, flags: string): Promise<void> {
  const handle = await open(path, flags);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** The name under which a restore keeps what it replaces. */
export const keptName = (file: string, now: Date) =>
  `${keptBeginning(file)}${now.toISOString().replace(/[-:.]/g, '')}`;

/** Whether a restore gave this name to what it replaced of `file`, or to what was beside it. */
export const isKeptName = (file: string, name: string) => name.startsWith(keptBeginning(file));

const keptBeginning = (file: string) => `${file}.before-restore-`;

/** The path of a file without links in it; of one that is not there yet, that of its folder and its name. */
export function realPlace(file: string): string {
  const folder = dirname(file);
  return realPath(file) ?? join(realPath(folder) ?? resolve(folder), basename(file));
}

function realPath(path: string): string | null {
  try {
    // As the system goes there: after a link, .. is the folder above where it leads.
    return realpathSync.native(path);
  } catch {
    return null;
  }
}

/** At once: one that is still on its way to the disk when the process ends would appear after its removal. */
function begin(draft: string): void {
  closeSync(openSync(draft, 'wx', 0o600));
  drafts.add(draft);
}

/** With the log that SQLite has beside a database. */
function remove(draft: string): void {
  for (const ending of ['', '-wal', '-shm', '-journal']) rmSync(`${draft}${ending}`, { force: true });
}
