import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/**
 * Writes all of `content` to standard output. That it could not be written is told elsewhere (standardStreams.ts).
 * @returns false: it was not written to its end; the reader had seen enough (`| head`), or there was no space
 * @throws an error of the content, as it is
 */
export async function writeOut(content: Readable): Promise<boolean> {
  let isCut = false;
  const cut = () => {
    isCut = true;
  };
  process.stdout.once('error', cut);
  try {
    await pipeline(content, process.stdout, { end: false });
    // Called when what was written before it is on its way.
    return await new Promise<boolean>((resolve) => process.stdout.write('', (error) => resolve(!error)));
  } catch (error) {
    if (isCut) return false;
    throw error;
  } finally {
    process.stdout.off('error', cut);
  }
}
