import { workerBinary } from './bin/worker-binary.js';

export default {
  extensions: ['ts'],
  files: ['test/{unit,integration,e2e}/**/*.test.ts'],
  // Integration tests start real servers and databases: two at a time on two cores. Each browser test has two browsers
  // in a call already: they come one file at a time (package.json).
  concurrency: 2,
  timeout: '3m',
  environmentVariables: {
    NODE_ENV: 'test',
    MEDIASOUP_WORKER_BIN: process.env.MEDIASOUP_WORKER_BIN ?? workerBinary(),
  },
};
