import { LruMap } from '../util/LruMap.ts';

/** How many requests each caller has left in its window, for the RateLimit headers. */
export type Left = { remaining: number; resetSeconds: number; isOver: boolean };

/** Callers that are remembered: some 2 MB at most, however many addresses somebody has. */
const REMEMBERED = 10_000;

/** So many requests in each window of so many seconds. */
export class Quota {
  readonly requests: number;
  readonly windowSeconds: number;
  readonly #callers = new LruMap(REMEMBERED, () => ({ count: 0, endsAt: 0 }));

  constructor({ requests, windowSeconds }: { requests: number; windowSeconds: number }) {
    this.requests = requests;
    this.windowSeconds = windowSeconds;
  }

  take(caller: string): Left {
    // Whole milliseconds: a sum of fractions may come out a trifle over the window.
    const now = Math.floor(performance.now());
    const window = this.#callers.get(caller);
    if (window.endsAt <= now) Object.assign(window, { count: 0, endsAt: now + this.windowSeconds * 1000 });
    window.count++;
    return {
      remaining: Math.max(0, this.requests - window.count),
      resetSeconds: Math.ceil((window.endsAt - now) / 1000),
      isOver: window.count > this.requests,
    };
  }
}
