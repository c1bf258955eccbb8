import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from '../node-binary.js';

/** Gives `work` a folder in the cache for what is not finished. It goes with the work, and when set-up is stopped. */
export async function withScratch(work) {
  mkdirSync(cacheFolder(), { recursive: true });
  const folder = mkdtempSync(join(cacheFolder(), 'draft-'));
  const undo = untilUndone(() => rmSync(folder, { recursive: true, force: true }));
  try {
    return await work(folder);
  } finally {
    undo();
  }
}

/** Does `undo` when what it returns is called, or else when the process ends. */
export function untilUndone(undo) {
  process.on('exit', undo);
  return () => {
    process.off('exit', undo);
    undo();
  };
}
