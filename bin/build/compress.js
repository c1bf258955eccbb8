import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

const LARGE = 1024 * 1024;

/** Writes FILE.br and FILE.gz beside every file that gets smaller, as small as they get: it is done once for all who load them. */
export async function compressAll(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const compressible = files.filter((file) => /\.(html|js|css|svg|json|wasm|tflite)$/.test(file));
  await Promise.all(compressible.map(compress));
}

async function compress(file) {
  const content = await readFile(file);
  // The last tenth of 9 MB would take half a minute of every build.
  const quality = content.length > LARGE ? 9 : constants.BROTLI_MAX_QUALITY;
  const params = { [constants.BROTLI_PARAM_QUALITY]: quality };
  await writeFile(`${file}.br`, await promisify(brotliCompress)(content, { params }));
  await writeFile(`${file}.gz`, await promisify(gzip)(content, { level: 9 }));
}
