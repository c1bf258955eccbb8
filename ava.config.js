import { workerBinary } from './bin/worker-binary.js';

export default {
  extensions: ['ts'],
  files: ['test/{unit,integration,e2e,endurance}/**/*.test.ts'],
  timeout: '3m',
  environmentVariables: {
    NODE_ENV: 'test',
    MEDIASOUP_WORKER_BIN: process.env.MEDIASOUP_WORKER_BIN ?? workerBinary(),
  },
};
