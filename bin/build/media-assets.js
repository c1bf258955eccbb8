import { cp, mkdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { build as bundle } from 'esbuild';
import { packageRoot } from '../package-root.js';

const modules = join(packageRoot, 'node_modules');
const background = join(packageRoot, 'src', 'web', 'media', 'background');
const liteRt = join(modules, '@litertjs', 'core');
const noiseSuppressor = join(modules, '@sapphi-red', 'web-noise-suppressor', 'dist');

/** LiteRT takes the first where there is relaxed SIMD; by their names, so that its own loader finds them. */
const runtimeFiles = ['litert_wasm_internal', 'litert_wasm_compat_internal'];

const copied = {
  model: join(modules, '@mediapipe', 'selfie_segmentation', 'selfie_segmentation_landscape.tflite'),
  rnnoise: join(noiseSuppressor, 'rnnoise_simd.wasm'),
  'noise-frame': join(packageRoot, 'src', 'web', 'media', 'noise-frame.html'),
  ...Object.fromEntries(
    ['office', 'plants', 'wall'].map((name) => [name, join(background, 'pictures', `${name}.svg`)]),
  ),
};

/**
 * Writes what the page fetches only for a background or for noise suppression: scripts of other threads, WebAssembly,
 * the model, the pictures.
 * @param settings esbuild's: the browsers, and in what builds differ
 * @returns esbuild's `define` that tells src/web/media/assets.ts the addresses, and the outputs of the metafile
 */
export async function mediaAssets(outdir, settings) {
  const options = {
    outdir: join(outdir, 'assets'),
    absWorkingDir: packageRoot,
    entryNames: '[name]-[hash]',
    platform: 'browser',
    ...settings,
    bundle: true,
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
    loader: { '.tflite': 'copy', '.wasm': 'copy', '.svg': 'copy', '.html': 'copy' },
  };
  const [runtime, ...results] = await Promise.all([
    copyRuntime(options.outdir),
    // A classic script, for LiteRT loads its own with importScripts().
    bundle({ ...options, format: 'iife', entryPoints: { background: join(background, 'worker.ts') } }),
    bundle({
      ...options,
      format: 'esm',
      entryPoints: { noise: join(noiseSuppressor, 'rnnoise', 'workletProcessor.js'), ...copied },
    }),
  ]);
  const outputs = Object.assign({}, ...results.map(({ metafile }) => metafile.outputs));
  const urls = Object.fromEntries(
    Object.keys(outputs)
      .filter((path) => !path.endsWith('.map'))
      .map((path) => [nameOf(path), urlOf(path)]),
  );
  return { define: { MEDIA_ASSETS: JSON.stringify({ ...urls, runtime }) }, outputs };
}

/** Into a folder of its version, so that these too can be cached for good. */
async function copyRuntime(assets) {
  const { version } = JSON.parse(await readFile(join(liteRt, 'package.json'), 'utf8'));
  const folder = `litert-${version}`;
  await mkdir(join(assets, folder), { recursive: true });
  const files = runtimeFiles.flatMap((name) => [`${name}.js`, `${name}.wasm`]);
  await Promise.all(files.map((file) => cp(join(liteRt, 'wasm', file), join(assets, folder, file))));
  return `/assets/${folder}/`;
}

const nameOf = (path) => basename(path).replace(/-[A-Z0-9]{8}\.\w+$/, '');
const urlOf = (path) => `/assets/${basename(path)}`;
