import { readdirSync, watch } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../package-root.js';

/** Milliseconds: editors write a file in several steps, and `git switch` many files. */
const QUIET_MS = 50;

/**
 * Calls `work` when something has changed in the folders of the package or below; what changes while it works, calls it again.
 * Folders are watched, not files: many editors put a new file in the place of the old one.
 * @returns what calls it as a change would
 */
export function onChanges(folders, work) {
  const repeat = oneAtATime(work);
  let watchers = [];
  let timer;

  function onChange() {
    clearTimeout(timer);
    timer = setTimeout(() => {
      // Before the work, which sees what has changed until then; folders may have come and gone.
      watchAll();
      repeat();
    }, QUIET_MS);
  }

  function watchAll() {
    for (const watcher of watchers) watcher.close();
    watchers = [];
    try {
      for (const folder of folders.flatMap(foldersIn))
        watchers.push(watch(folder, onChange).on('error', onChange));
    } catch (error) {
      if (error.code !== 'ENOENT') throw error;
      // It went while it was read.
      onChange();
    }
  }

  watchAll();
  return repeat;
}

function foldersIn(name) {
  const root = join(packageRoot, name);
  const entries = readdirSync(root, { recursive: true, withFileTypes: true });
  const inner = entries.filter((entry) => entry.isDirectory());
  return [root, ...inner.map((entry) => join(entry.parentPath, entry.name))];
}

function oneAtATime(work) {
  let isWorking = false;
  let again = false;
  return async () => {
    again = true;
    if (isWorking) return;
    isWorking = true;
    while (again) {
      again = false;
      await work();
    }
    isWorking = false;
  };
}
