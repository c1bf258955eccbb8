import { performance } from 'node:perf_hooks';
import type { Clock } from './room/ports.ts';
import { realTimer } from './util/timer.ts';

/** The machine's own time. */
export const systemClock: Clock = {
  now: () => new Date(),
  elapsed: () => performance.now(),
  after: realTimer.after,
};
