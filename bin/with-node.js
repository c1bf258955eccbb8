// `node bin/with-node.js COMMAND ARGS…`: runs it with the Node of set-up, this package's tools and the media worker.
import { delimiter, dirname, join } from 'node:path';
import { becomes } from './child.js';
import { nodeBinary } from './node-binary.js';
import { packageRoot } from './package-root.js';
import { workerBinary } from './worker-binary.js';

const node = nodeBinary();
if (!node) {
  console.error(
    'webinterview: Node is too old here and set-up has not run: run npm start or npm test first.',
  );
  process.exit(1);
}
const path = [dirname(node), join(packageRoot, 'node_modules', '.bin'), process.env.PATH].join(delimiter);
const [command, ...args] = process.argv.slice(2);
becomes(command, args, { MEDIASOUP_WORKER_BIN: workerBinary(), ...process.env, PATH: path });
