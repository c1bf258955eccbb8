import { workerBinary } from './bin/worker-binary.js';

export default {
  extensions: ['ts'],
  files: ['test/{unit,integration,e2e}/**/*.test.ts'],
  // Integration and browser tests start real servers, databases and browsers: two at a time on two cores.
  concurrency: 2,
  timeout: '3m',
  environmentVariables: {
    NODE_ENV: 'test',
    MEDIASOUP_WORKER_BIN: process.env.MEDIASOUP_WORKER_BIN ?? workerBinary(),
  },
};
