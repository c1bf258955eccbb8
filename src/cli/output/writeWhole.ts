import { createWriteStream, existsSync, type WriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { putInPlace, realPlace, withDraft } from '../../server/drafts.ts';
import { UserError } from '../../server/errors.ts';
import { assertMayWrite, type OwnPlaces } from '../../server/ownFiles.ts';
import { printNote } from './print.ts';

/**
 * Writes `content` to `file`, which appears only when it is complete; an earlier one stays until then, and a note says
 * that it was replaced. Only its owner may read it: it tells who was interviewed.
 * @param own of the installation, whose own files are never written onto
 * @throws {UserError} the file cannot be written, or usage: it must not be; an error of the content is thrown as it is
 */
export async function writeWhole(own: OwnPlaces, file: string, content: Readable): Promise<void> {
  let target: WriteStream | undefined;
  let raised: unknown;
  // One that fails before anybody reads of it is heard of when it is read.
  content.once('error', (error) => {
    // Else it is the file's: the pipeline ends the content with it.
    if (!target?.errored) raised = error;
  });
  const pour = (name: string, flags?: string) => {
    target = createWriteStream(name, { flags });
    return pipeline(content, target);
  };
  try {
    assertMayWrite(own, file, 'what is written');
    const noteReplaced = replacementOf(file);
    const existing = await stat(file).catch(() => null);
    // A device or a pipe is written to; it must not be replaced by a file.
    if (existing && !existing.isFile()) await pour(file);
    else
      await withDraft(file, async (draft, place) => {
        await pour(draft, 'r+');
        await putInPlace(draft, place);
        noteReplaced();
      });
  } catch (error) {
    content.destroy();
    // That of a database which is away looks like one of a file.
    if (error === raised) throw error;
    throw writeError(file, error);
  }
}

/**
 * What says that the file that is there now was replaced; of one that is not there it says nothing. A link is followed, so
 * that the file it leads to is named.
 */
export function replacementOf(file: string): () => void {
  const place = realPlace(file);
  const named = place === resolve(file) ? file : `${place} (${file})`;
  return existsSync(place) ? () => printNote(`the existing file ${named} was replaced.`) : () => undefined;
}

function writeError(file: string, error: unknown): unknown {
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (!syscall) return error;
  const remedy =
    code === 'ENOSPC' || code === 'EDQUOT'
      ? 'its disk is full; make room, or choose another place.'
      : 'check the folder and its permissions.';
  return new UserError(`Cannot write ${file} (${code})`, { remedy, cause: error });
}
