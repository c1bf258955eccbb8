import { execFileSync } from 'node:child_process';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { temporaryFolder } from './store.ts';

/** A disk of a few megabytes, and what fills it to the last byte. */
export async function smallDisk(t: ExecutionContext) {
  const folder = await temporaryFolder(t);
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=6m', 'tmpfs', folder]);
  t.teardown(() => execFileSync('umount', ['--lazy', folder]));
  const filler = join(folder, 'filler');
  return {
    folder,
    async fill(): Promise<void> {
      const file = await open(filler, 'a');
      try {
        for (let bytes = 65_536; bytes >= 1; )
          await file.write(Buffer.alloc(bytes)).catch(() => {
            bytes /= 2;
          });
      } finally {
        await file.close();
      }
    },
    free: () => rm(filler),
  };
}
