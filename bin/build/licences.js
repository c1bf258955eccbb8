import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packageRoot } from '../package-root.js';

const texts = join(import.meta.dirname, 'licences');
/** What is compiled into a package beside its own code, and missing in its own notice. */
const within = { '@sapphi-red/web-noise-suppressor': ['rnnoise.txt', 'Apache-2.0.txt'] };

/**
 * The paths of the packages that are in a bundle, e.g. node_modules/koa.
 * @param metafile esbuild's; what contributed no byte to an output is left out
 */
export function packagesIn({ outputs }) {
  const files = Object.values(outputs).flatMap(({ inputs }) => Object.keys(inputs));
  const folders = files
    .map((file) => /node_modules\/(.*node_modules\/)?(@[^/]+\/)?[^/]+/.exec(file)?.[0])
    .filter(Boolean);
  return [...new Set(folders)].sort();
}

/** What the licences of bundled packages ask for: their own texts, kept with the copies. */
export async function licences(packages) {
  const notices = await Promise.all(packages.map(notice));
  return `This bundle contains the following packages.\n\n${notices.join('\n\n')}`;
}

async function notice(path) {
  const folder = join(packageRoot, path);
  const {
    name,
    version,
    license = 'see below',
  } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  const own = (await readdir(folder))
    .filter((file) => /^(licen[cs]e|copying|notice)/i.test(file))
    .map((file) => join(folder, file));
  // Google's packages name the licence and leave out its text, which it asks for.
  if (own.length === 0 && license === 'Apache-2.0') own.push(join(texts, 'Apache-2.0.txt'));
  const others = (within[name] ?? []).map((file) => join(texts, file));
  const contents = await Promise.all([...own, ...others].map((file) => readFile(file, 'utf8')));
  return [`${'='.repeat(80)}\n${name} ${version} (${license})`, ...contents].join('\n\n');
}
