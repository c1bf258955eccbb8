import type { CheckReport } from '../../src/protocol/messages.ts';

/** Of an environment check whose line was too slow. */
export const slowLine: CheckReport['outcomes'] = {
  browser: 'ok',
  camera: 'ok',
  microphone: 'ok',
  audio: 'ok',
  speed: 'ng',
  security: 'ok',
};
