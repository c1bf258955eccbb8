import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** Writes all of `content` to standard output. A reader that has seen enough (`| head`) is no error. */
export async function writeOut(content: Readable): Promise<void> {
  try {
    await pipeline(content, process.stdout, { end: false });
    // Called when what was written before it is on its way.
    await new Promise((resolve) => process.stdout.write('', resolve));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error;
  }
}
