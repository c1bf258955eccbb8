import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import yauzl from 'yauzl';

/** The files of an archive by their paths, in its order. */
export async function unzip(content: Buffer): Promise<Map<string, Buffer>> {
  const open = promisify<Buffer, yauzl.Options, yauzl.ZipFile>(yauzl.fromBuffer);
  const file = await open(content, { lazyEntries: true });
  const files = new Map<string, Buffer>();
  for (;;) {
    const entry = await nextEntry(file);
    if (!entry) return files;
    const stream = await promisify(file.openReadStream.bind(file) as OpenStream)(entry);
    files.set(entry.fileName, await buffer(stream));
  }
}

type OpenStream = (
  entry: yauzl.Entry,
  done: (error: Error | null, stream: NodeJS.ReadableStream) => void,
) => void;

function nextEntry(file: yauzl.ZipFile): Promise<yauzl.Entry | null> {
  return new Promise((resolve, reject) => {
    file.removeAllListeners();
    file.once('entry', resolve);
    file.once('end', () => resolve(null));
    file.once('error', reject);
    file.readEntry();
  });
}
