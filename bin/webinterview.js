#!/usr/bin/env node
// The executable. It runs on any Node from 18 on, and leaves the rest to one that is new enough.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { becomes } from './child.js';
import { cacheFolder, MINIMUM, nodeBinary } from './node-binary.js';
import { packageRoot } from './package-root.js';
import { nameSources } from './stacks.js';
import { workerBinary } from './worker-binary.js';

const program = join(packageRoot, 'dist', 'cli', 'index.js');
const node = nodeBinary();

if (!node) {
  fail(`Node ${process.versions.node} is too old, ${MINIMUM} or newer is needed: run \`${setUp()}\`.`);
} else if (node !== process.execPath) {
  becomes(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], process.env);
} else if (!existsSync(program)) {
  fail(`The program is not built: run \`npm start\` or \`npm run build\` in ${packageRoot}.`);
} else {
  // The fallback only: what the configuration says goes before it.
  process.env.MEDIASOUP_WORKER_BIN ||= workerBinary();
  const { enableCompileCache } = await import('node:module');
  enableCompileCache?.(join(cacheFolder(), 'compiled'));
  nameSources(dirname(program));
  await import(pathToFileURL(program).href);
}

function setUp() {
  const inClone = existsSync(join(packageRoot, 'package-lock.json'));
  return inClone ? 'npm start' : `node ${join(packageRoot, 'bin', 'setup.js')} worker`;
}

function fail(message) {
  console.error(`webinterview: ${message}`);
  process.exitCode = 1;
}
