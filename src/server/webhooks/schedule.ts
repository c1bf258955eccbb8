/** When what was not delivered is tried again. */

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** Milliseconds from each attempt that failed to the next: the example of Standard Webhooks 1.0, three days in all. */
export const retryDelays = [
  5 * SECOND,
  5 * MINUTE,
  30 * MINUTE,
  ...[2, 5, 10, 14, 20, 24].map((hours) => hours * HOUR),
];

/** A share of the delay that is added by chance at most, so that many do not come back at the same moment. */
const JITTER = 0.2;

/** What is known after an attempt that failed. */
export type Failure = {
  attempts: number;
  /** What the receiver asked for; null: nothing. */
  retryAfterMs: number | null;
};

/** When to try again after `attempts` failed ones; null: given up. @param random from 0 to 1 */
export function nextAttempt(
  now: Date,
  { attempts, retryAfterMs }: Failure,
  random = Math.random(),
): Date | null {
  const delay = retryDelays[attempts - 1];
  if (delay === undefined) return null;
  const asked = Math.min(retryAfterMs ?? 0, Math.max(...retryDelays));
  return new Date(now.getTime() + Math.max(Math.round(delay * (1 + JITTER * random)), asked));
}

/** Milliseconds that a Retry-After header asks to wait; null when it says nothing usable. */
export function retryAfter(header: string | undefined, now: Date): number | null {
  if (header === undefined) return null;
  const ms = /^\d{1,9}$/.test(header) ? Number(header) * SECOND : Date.parse(header) - now.getTime();
  return ms > 0 ? ms : null;
}
