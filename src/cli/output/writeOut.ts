import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/**
 * Writes all of `content` to standard output.
 * @returns false: the reader had seen enough before its end (`| head`), which is no error
 */
export async function writeOut(content: Readable): Promise<boolean> {
  try {
    await pipeline(content, process.stdout, { end: false });
    // Called when what was written before it is on its way.
    await new Promise<void>((resolve, reject) =>
      process.stdout.write('', (error) => (error ? reject(error) : resolve())),
    );
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EPIPE') return false;
    throw error;
  }
}
