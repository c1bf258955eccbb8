// `node bin/build.js [--only cli|web]`: bundles src/cli (with the server) into dist/cli, src/web into dist/web.
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { licences } from './build/licences.js';
import { writeSbom } from './build/sbom.js';
import { packageRoot } from './package-root.js';

const dist = join(packageRoot, 'dist');
const targets = {
  cli: { entries: ['src/cli/index.ts'], module: './build/cli.js' },
  web: { entries: ['src/web/index.tsx', 'src/web/index.html'], module: './build/web.js' },
};

const names = chosen(process.argv.slice(2));
if (names) {
  try {
    await buildAll(names);
  } catch (error) {
    // esbuild has shown its own errors already, with the lines they are in.
    console.error(`build: ${error.errors ? 'the sources above have errors' : error.message}`);
    process.exitCode = 1;
  }
} else {
  console.error(`usage: node bin/build.js [--only ${Object.keys(targets).join('|')}]`);
  process.exitCode = 2;
}

/** The names of the targets that are asked for; null when the arguments make no sense. */
function chosen([option, name, ...rest]) {
  if (option === undefined) return Object.keys(targets);
  return option === '--only' && name in targets && rest.length === 0 ? [name] : null;
}

async function buildAll(names) {
  for (const entry of names.flatMap((name) => targets[name].entries))
    if (!existsSync(join(packageRoot, entry))) throw new Error(`${entry} is missing: nothing to build from.`);
  await mkdir(dist, { recursive: true });
  // Built beside the old one and exchanged when it is whole: a failure leaves what there was.
  const draft = await mkdtemp(join(dist, '.draft-'));
  try {
    const building = names.map(async (name) => (await import(targets[name].module)).build(join(draft, name)));
    // One that goes on after another has failed would write into a draft that is removed.
    await Promise.allSettled(building);
    const packages = await Promise.all(building);
    for (const [i, name] of names.entries()) {
      await writeFile(join(draft, name, 'LICENSES.txt'), await licences(packages[i]));
      await rm(join(dist, name), { recursive: true, force: true });
      await rename(join(draft, name), join(dist, name));
    }
    await writeSbom(dist, Object.fromEntries(names.map((name, i) => [name, packages[i]])));
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  console.log(`built ${names.map((name) => relative(packageRoot, join(dist, name))).join(' and ')}`);
}
