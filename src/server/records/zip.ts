import type { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import yazl from 'yazl';

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

/** A name as a file may have it on Windows, macOS and Linux; never a way out of its folder. */
export function safeName(name: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for.
  const safe = name.replace(/[\u0000-\u001F<>:"/\\|?*]/g, '_').replace(/[. ]+$/, '');
  return safe === '' || /^\.+$/.test(safe) ? '_' : safe;
}
