import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { build as bundle } from 'esbuild';
import { packageRoot } from '../package-root.js';
import { compressAll } from './compress.js';
import { refuseNewcomers } from './known-newcomers.js';
import { packagesIn } from './licences.js';
import { mediaAssets } from './media-assets.js';
import { oneChunkFor } from './parts.js';

const src = join(packageRoot, 'src', 'web');
/** The browsers of the manual, oldest release of each. */
export const browsers = ['chrome117', 'edge118', 'firefox118', 'safari17'];
const PLACEHOLDER = '<!-- assets -->';

/**
 * mediasoup-client brings handlers for React Native, for its own tests and for Chrome before 111, which is older than any
 * browser of the manual (it is tried with the next one), and a logger that nobody reads.
 */
const withoutUnusedParts = {
  name: 'without-unused-parts',
  setup({ onLoad }) {
    const instead = (filter, contents) => onLoad({ filter }, () => ({ contents, loader: 'js' }));
    const unused =
      /mediasoup-client\/lib\/(handlers\/(ReactNative106|FakeHandler)|test\/[^/]+)\.js$|fake-mediastreamtrack/;
    instead(unused, 'module.exports = {};');
    onLoad({ filter: /mediasoup-client\/lib\/handlers\/Chrome74\.js$/ }, ({ path }) => ({
      contents: "module.exports = { Chrome74: require('./Chrome111.js').Chrome111 };",
      resolveDir: dirname(path),
      loader: 'js',
    }));
    // Compared are codecs of one name only, and H.264 is none of the server's (src/server/media/codecs.ts).
    instead(/node_modules\/h264-profile-level-id\/lib\/index\.js$/, 'module.exports = {};');
    instead(/node_modules\/debug\/src\/browser\.js$/, 'module.exports = () => () => {};');
  },
};

/**
 * Bundles the page: hashed names that can be cached for good, a compressed copy beside each file.
 * @returns the packages that went in
 */
export async function build(outdir) {
  const { define, outputs } = await mediaAssets(outdir, { target: browsers, minify: true });
  const { metafile } = await bundle(pageOptions(outdir, { define, minify: true }));
  await writePage(metafile, outdir);
  // Not the folder of LiteRT's runtime, which is served as it comes and looks for itself what there is.
  await refuseNewcomers(join(outdir, 'assets'), browsers);
  await compressAll(outdir);
  return packagesIn({ outputs: { ...metafile.outputs, ...outputs } });
}

/**
 * What esbuild is given to bundle the page.
 * @param settings in which builds differ, with `define` from mediaAssets
 */
export function pageOptions(outdir, settings) {
  return {
    entryPoints: [join(src, 'index.tsx')],
    outdir: join(outdir, 'assets'),
    absWorkingDir: packageRoot,
    entryNames: '[name]-[hash]',
    chunkNames: '[name]-[hash]',
    assetNames: '[name]-[hash]',
    platform: 'browser',
    target: browsers,
    format: 'esm',
    bundle: true,
    splitting: true,
    legalComments: 'none',
    // Japanese as it is: escaped it would be twice as long.
    charset: 'utf8',
    loader: { '.webp': 'file' },
    // Absolute: the page lives at / and at /room.
    publicPath: '/assets',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    metafile: true,
    plugins: [withoutUnusedParts, oneChunkFor(join(src, 'index.tsx'))],
    logLevel: 'warning',
    ...settings,
  };
}

/** Types cost nothing; the code of the schemas or of the server would be downloaded by every applicant. */
function refuseStrangers({ inputs }) {
  const stranger = Object.keys(inputs).find((file) => /node_modules\/zod\/|src\/(server|cli)\//.test(file));
  if (stranger) throw new Error(`${stranger} has got into the page: import its types only.`);
}

/** index.html with the hashed names, and what the entry imports fetched at once with it. */
export async function writePage(metafile, outdir) {
  refuseStrangers(metafile);
  const { outputs } = metafile;
  const [file, entry] = Object.entries(outputs).find(
    ([, { entryPoint }]) => entryPoint === 'src/web/index.tsx',
  );
  const url = (path) => `/assets/${path.split('/').at(-1)}`;
  const preloads = entry.imports.filter(({ kind }) => kind === 'import-statement').map(({ path }) => path);
  const head = [
    `<link rel="stylesheet" href="${url(entry.cssBundle)}">`,
    ...preloads.map((path) => `<link rel="modulepreload" href="${url(path)}">`),
    `<script type="module" src="${url(file)}"></script>`,
  ];
  const template = await readFile(join(src, 'index.html'), 'utf8');
  if (!template.includes(PLACEHOLDER)) throw new Error(`src/web/index.html has no ${PLACEHOLDER}.`);
  await mkdir(outdir, { recursive: true });
  await writeFile(join(outdir, 'index.html'), template.replace(PLACEHOLDER, head.join('\n    ')));
  // Those of the entry are all styles that there are; esbuild writes those of each part once more.
  const repeated = Object.keys(outputs).filter((path) => path.endsWith('.css') && path !== entry.cssBundle);
  await Promise.all(repeated.map((path) => rm(join(packageRoot, path))));
}
