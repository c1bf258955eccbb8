/** Waits that have an end and a name. */
import { isDeepStrictEqual } from 'node:util';
import type { ExecutionContext } from 'ava';

export type Wait = {
  /** Milliseconds; generous, for a busy core is no fault of what is tested. */
  withinMs?: number;
  /** Milliseconds from one look to the next. */
  everyMs?: number;
};

const PATIENCE_MS = 30_000;
/** Most looks are at a page, and each takes the page's time too. */
const PAUSE_MS = 50;

/**
 * Waits until `probe` tells something that is true, and resolves with it.
 * @param what is waited for, in words, e.g. "the applicant's page is back"
 * @throws {Error} with those words and what was told last
 */
export async function until<T>(
  what: string,
  probe: () => T | Promise<T>,
  { withinMs = PATIENCE_MS, everyMs = PAUSE_MS }: Wait = {},
): Promise<NonNullable<T>> {
  for (const end = Date.now() + withinMs; ; ) {
    const told = await probe();
    if (told) return told;
    if (Date.now() > end) throw new Error(`not within ${withinMs / 1000} s: ${what} (last: ${String(told)})`);
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}

/**
 * What comes of a promise, where there is nothing to look at again and again.
 * @param what is waited for, in words, e.g. "the command has ended"
 * @param last what can be told of it when it takes too long
 * @throws {Error} with those words
 */
export async function inTime<T>(
  what: string,
  promise: Promise<T>,
  { withinMs = PATIENCE_MS, last = () => '' }: { withinMs?: number; last?: () => string } = {},
): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => late.reject(new Error(`not within ${withinMs / 1000} s: ${what} (last: ${last()})`)),
    withinMs,
  );
  return Promise.race([promise, late.promise]).finally(() => clearTimeout(timer));
}

/**
 * Asserts that what is read is this, or becomes this: two pages are two clocks, and what one of them shows is no sign that the other
 * shows it too.
 */
export async function becomes<T>(
  t: ExecutionContext,
  read: () => T | Promise<T>,
  expected: T,
  message?: string,
): Promise<void> {
  let found = await read();
  for (const end = Date.now() + PATIENCE_MS; !isDeepStrictEqual(found, expected) && Date.now() < end; ) {
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    found = await read();
  }
  t.deepEqual(found, expected, message);
}
