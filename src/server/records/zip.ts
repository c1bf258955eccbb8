import { extname } from 'node:path';
import type { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import yazl from 'yazl';
import { withoutHidden } from '../../protocol/names.ts';

/** One file of an archive; its content is made when its turn comes. */
export type ZipEntry = { path: string; content: () => Readable };

/** Writes the files one after the other, so that never more than one is held. An error of a content is the stream's. */
export function zip(entries: AsyncIterable<ZipEntry>): Readable {
  const file = new yazl.ZipFile();
  const output = file.outputStream as Readable;
  write(file, entries).catch((error) => output.destroy(error));
  return output;
}

async function write(file: yazl.ZipFile, entries: AsyncIterable<ZipEntry>): Promise<void> {
  for await (const { path, content } of entries) await add(file, path, content());
  file.end();
}

/** Adds one file, and waits until all of it is taken; a reader of the archive who has gone stops it. */
export async function add(
  file: yazl.ZipFile,
  path: string,
  content: Readable,
  options: Partial<yazl.ReadStreamOptions> = {},
): Promise<void> {
  const output = file.outputStream as Readable;
  const stop = () => content.destroy();
  output.once('close', stop);
  // yazl leaves a stream's error to whoever made it.
  const taken = finished(content, { writable: false });
  file.addReadStream(content, path, options);
  try {
    await taken;
  } finally {
    output.off('close', stop);
  }
}

/** UTF-8 bytes that one name of a path may have: what macOS and the file systems of Linux take. */
export const NAME_BYTES = 255;
/** What follows the last dot of a name and is longer is no ending that says what a file is. */
const ENDING_BYTES = 20;
/** Devices of Windows, whatever follows a dot (https://learn.microsoft.com/windows/win32/fileio/naming-a-file). */
const reserved = /^(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³]) *(\.|$)/i;

/** A name as a file may have it on Windows, macOS and Linux; never a way out of its folder, nor one that deceives. */
export function safeName(name: string, maxBytes = NAME_BYTES): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for.
  const safe = withoutEnd(withoutHidden(name, '_').replace(/[\u0000-\u001F<>:"/\\|?*]/g, '_'));
  const named = reserved.test(safe) ? `_${safe}` : safe;
  return shortened(named || '_', maxBytes);
}

/** Windows leaves these out by itself; without them no name is one of dots alone. */
const withoutEnd = (name: string) => name.replace(/[. ]+$/, '');

/** Cut before its ending. */
function shortened(name: string, maxBytes: number): string {
  if (Buffer.byteLength(name) <= maxBytes) return name;
  const found = extname(name);
  const ending = Buffer.byteLength(found) <= ENDING_BYTES ? found : '';
  const stem = cut(name.slice(0, name.length - ending.length), maxBytes - Buffer.byteLength(ending));
  return (withoutEnd(stem) || '_') + ending;
}

/** As many whole characters as fit, each with its accents. */
function cut(text: string, maxBytes: number): string {
  let [kept, bytes] = ['', 0];
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    bytes += Buffer.byteLength(segment);
    if (bytes > maxBytes) break;
    kept += segment;
  }
  return kept;
}
