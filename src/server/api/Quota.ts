/** How many requests each caller has left in its window, for the RateLimit headers. */
export type Left = { remaining: number; resetSeconds: number; isOver: boolean };

/** So many requests in each window of so many seconds. Who has not asked for a window is forgotten. */
export class Quota {
  readonly requests: number;
  readonly windowSeconds: number;
  readonly #callers = new Map<string, { count: number; endsAt: number }>();
  #sweptAt = 0;

  constructor({ requests, windowSeconds }: { requests: number; windowSeconds: number }) {
    this.requests = requests;
    this.windowSeconds = windowSeconds;
  }

  take(caller: string): Left {
    // Whole milliseconds: a sum of fractions may come out a trifle over the window.
    const now = Math.floor(performance.now());
    this.#sweep(now);
    const found = this.#callers.get(caller);
    const window =
      found && found.endsAt > now ? found : { count: 0, endsAt: now + this.windowSeconds * 1000 };
    window.count++;
    this.#callers.set(caller, window);
    return {
      remaining: Math.max(0, this.requests - window.count),
      resetSeconds: Math.ceil((window.endsAt - now) / 1000),
      isOver: window.count > this.requests,
    };
  }

  #sweep(now: number): void {
    if (now - this.#sweptAt < this.windowSeconds * 1000) return;
    this.#sweptAt = now;
    for (const [caller, { endsAt }] of this.#callers) if (endsAt <= now) this.#callers.delete(caller);
  }
}
