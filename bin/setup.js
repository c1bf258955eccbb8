// `node bin/setup.js start|dev|test|build|worker`: brings what is missing, and takes no time when nothing is.
// Plain JavaScript without dependencies, for it runs before there are any, on any Node from 18 on.
import { constants } from 'node:os';
import { delimiter, dirname } from 'node:path';
import { nodeBinary } from './node-binary.js';
import { needBundle } from './setup/bundle.js';
import { needNode } from './setup/node.js';
import { needPackages } from './setup/packages.js';
import { SetupError } from './setup/run.js';
import { forTests, needSystemPackages } from './setup/system-packages.js';
import { needWorker } from './setup/worker.js';

const modes = {
  start: [packages, worker, bundle],
  dev: [packages, worker],
  test: [testTools, packages, worker, bundle],
  build: [packages, bundle],
  worker: [worker],
};

const steps = modes[process.argv[2]];
if (!steps) {
  console.error(`usage: node bin/setup.js ${Object.keys(modes).join('|')}`);
  process.exit(2);
}
// Stopped, it takes away what is half done (see untilUndone).
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
  process.on(signal, () => process.exit(128 + constants.signals[signal]));
try {
  await needNode();
  for (const step of steps) await step();
} catch (error) {
  console.error(`\nsetup: ${error instanceof SetupError ? error.message : error.stack}`);
  process.exit(1);
}

function packages() {
  return needPackages(environment());
}

function worker() {
  return needWorker(environment());
}

function bundle() {
  return needBundle(nodeBinary());
}

function testTools() {
  return needSystemPackages('the tests', forTests);
}

/** npm and what it calls run on the Node that was chosen. */
function environment() {
  return { ...process.env, PATH: `${dirname(nodeBinary())}${delimiter}${process.env.PATH}` };
}
