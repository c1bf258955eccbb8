import { realTimer } from '../util/timer.ts';
import { within } from '../util/within.ts';

/** Milliseconds. The busiest worker that still carries calls answers sooner (WorkerPool's looks). */
const ANSWER_MS = 1000;

/**
 * What a worker says of how it is, to whoever wants to know now; null: it says nothing. One that hangs is replaced only after seconds,
 * and all else is told without it meanwhile.
 */
export const soon = <T>(answer: Promise<T>): Promise<T | null> => within(realTimer, ANSWER_MS, answer, null);
