import { performance } from 'node:perf_hooks';
import { LruMap } from './LruMap.ts';

/** `burst` at once, `perSecond` in the long run. */
export type Rate = { burst: number; perSecond: number };

/** A token bucket. */
export class RateLimit {
  readonly #burst: number;
  readonly #perMs: number;
  readonly #now: () => number;
  #tokens: number;
  #filledAt: number;

  constructor({ burst, perSecond }: Rate, now = () => performance.now()) {
    this.#burst = burst;
    this.#perMs = perSecond / 1000;
    this.#now = now;
    this.#tokens = burst;
    this.#filledAt = now();
  }

  /** Whether one more is within the limit. */
  take(): boolean {
    const now = this.#now();
    this.#tokens = Math.min(this.#burst, this.#tokens + (now - this.#filledAt) * this.#perMs);
    this.#filledAt = now;
    if (this.#tokens < 1) return false;
    this.#tokens--;
    return true;
  }
}

/** The same for each key; `remembered` of them at least. */
export class RateLimits {
  readonly #limits: LruMap<RateLimit>;

  /** @param elapsed milliseconds that only grow */
  constructor(rate: Rate, remembered: number, elapsed?: () => number) {
    this.#limits = new LruMap(remembered, () => new RateLimit(rate, elapsed));
  }

  /** Whether one more of this key is within its limit. */
  take(key: string): boolean {
    return this.#limits.get(key).take();
  }
}
