import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../package-root.js';
import { step } from './progress.js';
import { run } from './run.js';

const stamp = join(packageRoot, 'dist', '.webinterview-setup');
const sources = [
  'src',
  'bin/build.js',
  'bin/build',
  'bin/supply-chain',
  'package-lock.json',
  'tsconfig.json',
];

/** The program and the page as they are run, bundled anew when a source has changed. */
export async function needBundle(node) {
  const state = stateOfSources();
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === state) return;
  await step('the program and the page', async () => {
    await run(node, [join(packageRoot, 'bin', 'build.js')], { failure: 'The sources could not be bundled:' });
    writeFileSync(stamp, state);
  });
}

/** By size and time of change: reading all would take longer than starting. */
function stateOfSources() {
  const hash = createHash('sha256');
  for (const file of sources.flatMap(filesUnder)) {
    const { size, mtimeMs } = statSync(join(packageRoot, file));
    hash.update(`${file} ${size} ${mtimeMs}\n`);
  }
  return hash.digest('hex');
}

function filesUnder(path) {
  if (!statSync(join(packageRoot, path)).isDirectory()) return [path];
  return readdirSync(join(packageRoot, path))
    .sort()
    .flatMap((name) => filesUnder(join(path, name)));
}
