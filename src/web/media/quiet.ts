/** Notices that nothing of the others arrives any more: sooner than ICE, and than a socket of which nobody asks anything. */

const LOOK_MS = 200;
/** A page that has not looked for so long has stood still itself, as one that sleeps: what has come since it has not seen. */
const STILL_MS = 1_000;
/** A voice without a camera sends a packet every 400 ms while it is silent (DTX of Opus, RFC 7587), of which one may be lost. */
const QUIET_MS = 800;

/**
 * What decides: feed it when the newest packet was played, by whatever clock (0: there is nothing to hear or see), and
 * the time in milliseconds. It says once of each silence that it has begun.
 */
export function createQuietJudge() {
  let newest = 0;
  let heardAt: number | null = null;
  let lookedAt = 0;
  return (latest: number, now: number): boolean => {
    if (heardAt !== null && now - lookedAt > STILL_MS) heardAt = now;
    lookedAt = now;
    if (latest !== newest) {
      newest = latest;
      heardAt = latest === 0 ? null : now;
    }
    if (heardAt === null || now - heardAt < QUIET_MS) return false;
    heardAt = null;
    return true;
  };
}

/** @param latest when the newest packet was played; 0: there is nothing @returns what ends it */
export function watchForQuiet(latest: () => number, onQuiet: () => void): () => void {
  const isQuiet = createQuietJudge();
  const timer = setInterval(() => isQuiet(latest(), performance.now()) && onQuiet(), LOOK_MS);
  return () => clearInterval(timer);
}
