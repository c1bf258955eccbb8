import { performance } from 'node:perf_hooks';
import { LruMap } from './LruMap.ts';

/** How much one has left in its window. */
export type Left = { remaining: number; resetSeconds: number; isOver: boolean };

export type QuotaOptions = {
  /** So many in each window. */
  most: number;
  windowMs: number;
  /** So many that come are remembered at least: some 4 MB for 10,000, however many addresses somebody has. */
  remembered: number;
  /** Milliseconds that only grow. */
  elapsed?: () => number;
};

/** So many in each window of time, for each key; the first one begins its window. */
export class Quota {
  readonly most: number;
  readonly windowMs: number;
  readonly #elapsed: () => number;
  readonly #windows: LruMap<{ count: number; endsAt: number }>;

  constructor({ most, windowMs, remembered, elapsed = () => performance.now() }: QuotaOptions) {
    this.most = most;
    this.windowMs = windowMs;
    this.#elapsed = elapsed;
    this.#windows = new LruMap(remembered, () => ({ count: 0, endsAt: 0 }));
  }

  /** Counts one more. */
  take(key: string): Left {
    // Whole milliseconds: a sum of fractions may come out a trifle over the window.
    const now = Math.floor(this.#elapsed());
    const window = this.#windows.get(key);
    if (window.endsAt <= now) Object.assign(window, { count: 0, endsAt: now + this.windowMs });
    window.count++;
    return {
      remaining: Math.max(0, this.most - window.count),
      resetSeconds: Math.ceil((window.endsAt - now) / 1000),
      isOver: window.count > this.most,
    };
  }
}
