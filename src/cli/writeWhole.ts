import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { realpath, rename, rm, stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { UserError } from '../server/errors.ts';

/**
 * Writes `content` to `file`, which appears only when it is complete; an earlier one stays until then. Only
 * its owner may read it: it tells who was interviewed.
 * @throws {UserError} the file cannot be written
 */
export async function writeWhole(file: string, content: Readable): Promise<void> {
  try {
    const target = await realpath(file).catch(() => file);
    const existing = await stat(target).catch(() => null);
    // A device or a pipe is written to; it must not be replaced by a file.
    if (existing && !existing.isFile()) await pipeline(content, createWriteStream(target));
    else await replace(target, content);
  } catch (error) {
    content.destroy();
    const { code, syscall } = error as NodeJS.ErrnoException;
    if (!syscall) throw error;
    const remedy =
      code === 'ENOSPC' || code === 'EDQUOT'
        ? 'its disk is full; make room, or choose another place.'
        : 'check the folder and its rights.';
    throw new UserError(`Cannot write ${file} (${code}): ${remedy}`, { cause: error });
  }
}

async function replace(target: string, content: Readable): Promise<void> {
  const draft = `${target}.${randomBytes(6).toString('hex')}`;
  try {
    await pipeline(content, createWriteStream(draft, { flags: 'wx', mode: 0o600, flush: true }));
    await rename(draft, target);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}
