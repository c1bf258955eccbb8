import { createHash } from 'node:crypto';
import { cp, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { build, context } from 'esbuild';
import { mediaAssets } from '../build/media-assets.js';
import { browsers, pageOptions, writePage } from '../build/web.js';
import { packageRoot } from '../package-root.js';

const RELOAD = 'reload.js';

/**
 * Gives what bundles the page into a folder, to be read by people: with source maps, neither minified nor compressed, and
 * with a script that reloads it when it was built anew. It throws esbuild's errors, which esbuild has shown; the page is as
 * it was then.
 */
export function pageBuilder(folder) {
  const draft = `${folder}-draft`;
  const settings = { minify: false, sourcemap: true };
  let bundling = null;
  let addresses;

  return async function buildPage() {
    await rm(draft, { recursive: true, force: true });
    const { define } = await mediaAssets(draft, { target: browsers, ...settings });
    // esbuild remembers what has not changed, for as long as it is asked the same.
    if (addresses !== define.MEDIA_ASSETS) {
      await bundling?.dispose();
      const alias = { lucide: await iconsInOneFile(`${folder}-icons.js`) };
      bundling = await context(pageOptions(draft, { define, alias, ...settings }));
      addresses = define.MEDIA_ASSETS;
    }
    const { metafile } = await bundling.rebuild();
    await writePage(metafile, draft);
    await addReload(draft);
    await publish(draft, folder);
  };
}

/** The package has a file for each of its 1,700 icons, and esbuild looks at all of them at every change. */
async function iconsInOneFile(outfile) {
  const options = { absWorkingDir: packageRoot, bundle: true, format: 'esm', logLevel: 'warning' };
  await build({ entryPoints: ['lucide'], outfile, ...options });
  return outfile;
}

async function addReload(folder) {
  await cp(join(import.meta.dirname, RELOAD), join(folder, RELOAD));
  const file = join(folder, 'index.html');
  const html = await readFile(file, 'utf8');
  // The names in it are hashes of all that it loads.
  const build = createHash('sha256').update(html).digest('hex');
  const script = `<script src="/${RELOAD}" data-build="${build}" defer></script>`;
  await writeFile(file, html.replace('</head>', `  ${script}\n  </head>`));
}

/** File by file in the place of the old one, index.html at last: whoever loads the page meanwhile gets the one or the other whole. */
async function publish(draft, folder) {
  const entries = await readdir(draft, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const index = join(draft, 'index.html');
  for (const file of [...files.filter((file) => file !== index), index]) {
    const place = join(folder, file.slice(draft.length));
    await mkdir(dirname(place), { recursive: true });
    await rename(file, place);
  }
}
