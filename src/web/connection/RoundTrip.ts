import { PONG_MS } from './Requests.ts';

/**
 * For how long an answer is waited when there is reason to think that the line is dead: to be wrong costs a moment, and
 * what was asked. So many times what an answer took lately, but at least and at most so long. A socket that is being
 * opened has as long.
 */
const SUSPECT = { times: 4, leastMs: 1_000, mostMs: 4_000 };
/** What remains of a long round trip with each shorter one after it. */
const REMEMBERED = 0.8;
/** For a round trip, while none is known: a phone on a bad line. */
const UNKNOWN_MS = 500;

/** What an answer took lately, of the questions whether the line is alive. */
export class RoundTrip {
  /** The longest lately, in milliseconds; null: none was answered yet. */
  #longestMs: number | null = null;

  /** For a question that is asked now: what it returns is to be called when there is the answer. */
  timed(): () => void {
    const askedAt = performance.now();
    return () => {
      const tookMs = performance.now() - askedAt;
      // The machine or the tab stood still meanwhile.
      if (tookMs < PONG_MS) this.#longestMs = Math.max(tookMs, REMEMBERED * (this.#longestMs ?? 0));
    };
  }

  /** How long to wait for the answer of a line that may be dead. */
  get patienceMs(): number {
    const { times, leastMs, mostMs } = SUSPECT;
    return Math.min(mostMs, Math.max(leastMs, times * (this.#longestMs ?? UNKNOWN_MS)));
  }
}
