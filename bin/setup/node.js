import { copyFile, mkdir, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { cachedNode, MINIMUM, NODE_VERSION, nodeBinary } from '../node-binary.js';
import { step } from './progress.js';
import { run } from './run.js';
import { withScratch } from './scratch.js';

/** Brings Node from the npm registry into the cache where this one is too old. */
export async function needNode() {
  if (nodeBinary()) return;
  await step(`Node ${NODE_VERSION} (this one is ${process.versions.node})`, () => withScratch(fetchNode));
}

async function fetchNode(scratch) {
  const name = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  const args = ['install', '--prefix', scratch, '--no-save', '--ignore-scripts', '--no-audit', '--no-fund'];
  await run('npm', [...args, `${name}@${NODE_VERSION}`], {
    failure: `Node ${NODE_VERSION} could not be fetched from npm. Mend what npm says, or install Node ${MINIMUM} or newer:`,
  });
  const folder = join(scratch, 'whole');
  await mkdir(join(folder, 'bin'), { recursive: true });
  await copyFile(join(scratch, 'node_modules', name, 'bin', 'node'), join(folder, 'bin', 'node'));
  // Whole or not at all, and no harm when another set-up was faster.
  await rename(folder, dirname(dirname(cachedNode()))).catch((error) => {
    if (!nodeBinary()) throw error;
  });
}
