import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

/** Also one that takes several lines. */
const IMPORT = /^import (?!type\b)[^;]*?'(\.[^']+)';$/gm;
const PART = '?part';

/**
 * Has esbuild put all that the page begins with into one chunk. It makes a chunk for every set of parts that share modules: a
 * dozen small files, each a request on a slow line. Where every part needs all that the entry needs, there is one.
 * @param {string} entry path of the page's first module
 */
export function oneChunkFor(entry) {
  let shared;
  return {
    name: 'one-chunk-for-the-entry',
    setup({ onStart, onResolve, onLoad }) {
      // Read anew with each build of one that watches.
      onStart(() => {
        shared = importsOf(entry);
      });
      onResolve({ filter: /^\./ }, ({ kind, path, resolveDir }) => {
        if (kind === 'dynamic-import') return { path: resolve(resolveDir, path), suffix: PART };
      });
      onLoad({ filter: /\.tsx?$/ }, async ({ path, suffix }) => {
        if (suffix !== PART) return;
        const contents = (await readFile(path, 'utf8')) + (await shared);
        return { contents, loader: path.endsWith('x') ? 'tsx' : 'ts' };
      });
    },
  };
}

/** Each for its sake alone: nothing is taken from it. */
async function importsOf(file) {
  const source = await readFile(file, 'utf8');
  const paths = [...source.matchAll(IMPORT)].map(([, path]) => resolve(dirname(file), path));
  return paths.map((path) => `\nimport ${JSON.stringify(path)};`).join('');
}
