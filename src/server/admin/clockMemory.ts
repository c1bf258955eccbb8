/** Whether the clock may be believed where something is erased for good by it. */
import type { ClockMemory } from '../store/index.ts';

const HOUR_MS = 3_600_000;
/** Milliseconds from one look to the next at most: the server looks every hour, and may be off for a night. */
const AHEAD_MS = 48 * HOUR_MS;
/** Milliseconds by which a clock is set back now and then, and those of two servers differ. */
const BACK_MS = HOUR_MS;
/** Milliseconds for which a clock that has jumped has to go on as it is, until it is believed. */
const DOUBT_MS = 24 * HOUR_MS;

/** What is to be remembered when the clock says `now`. */
export function looked(now: Date, before: ClockMemory | null): ClockMemory {
  const gap = before ? now.getTime() - before.seenAt.getTime() : 0;
  if (gap > AHEAD_MS || gap < -BACK_MS) return { seenAt: now, doubtedSince: now };
  const since = before?.doubtedSince ?? null;
  const isOver = since && now.getTime() - since.getTime() >= DOUBT_MS;
  return { seenAt: now, doubtedSince: isOver ? null : since };
}

/** When a clock that is doubted is believed, if it goes on as it does. */
export const believedAt = (doubtedSince: Date) => new Date(doubtedSince.getTime() + DOUBT_MS);
