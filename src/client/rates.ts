/** What the arrivals of a transfer say about the line. Mbps are 10^6 bits of payload a second, times milliseconds of one clock. */

import type { Arrival } from './transfers.ts';

/** How much had come by then, in all. */
export type Sample = { at: number; bytes: number };

/** Slow start, and what buffers on the way take at once, are no measure of a line; nor is this part of all that may be moved. */
const WARM_UP = { ms: 1_200, part: 1 / 4 };
/** So much is looked at before the figure can be called stable. */
const LEAST_MS = 2_000;
/** So many times what is needed leaves no doubt about the verdict: less is looked at then, and those who are in a call on the same line get it back. */
const CLEARLY = { times: 1.3, leastMs: 1_000 };
/** Stable: the second half of what was measured says the same as the whole. */
const AGREEMENT = 0.04;
/** Less time, or as many bytes, say something. */
const TELLING = { ms: 200, bytes: 1_000_000 };

/** What had come by and by; of what is known in part, nothing. */
export function samplesOf(all: readonly Arrival[], began: number, knownUntil: number): Sample[] {
  const samples: Sample[] = [{ at: began, bytes: 0 }];
  let sum = 0;
  for (const { at, bytes } of all.filter(({ at }) => at <= knownUntil).sort((a, b) => a.at - b.at)) {
    sum += bytes;
    samples.push({ at, bytes: sum });
  }
  return samples;
}

/** From when on samples count, of a transfer of at most so many bytes. */
export function warmFrom(samples: readonly Sample[], mostBytes: number): number {
  const byTime = (samples[0]?.at ?? 0) + WARM_UP.ms;
  const byBytes = samples.find(({ bytes }) => bytes >= mostBytes * WARM_UP.part)?.at ?? byTime;
  return Math.min(byTime, byBytes);
}

/** The rate of what counts, or of all that there is; null when nothing is known to have come. */
export function rateAtEnd(samples: readonly Sample[], countsFrom: number): number | null {
  return rateOf(samples.filter(({ at }) => at >= countsFrom)) || rateOf(samples) || null;
}

/**
 * The rate once all bytes have come: the later half's where that is faster, as a page that has just been opened has other work
 * as well, and so few bytes do not outweigh a moment in which it could not read.
 */
export function rateOfAll(samples: readonly Sample[], countsFrom: number): number | null {
  const counted = samples.filter(({ at }) => at >= countsFrom);
  const [first, last] = [counted[0]?.bytes ?? 0, counted.at(-1)?.bytes ?? 0];
  const later = rateOf(counted.filter(({ bytes }) => bytes >= (first + last) / 2));
  const whole = rateAtEnd(samples, countsFrom);
  return whole === null ? null : Math.max(whole, later ?? 0);
}

/** The rate of what counts; null while it is not sure yet. */
export function stableRate(
  samples: readonly Sample[],
  countsFrom: number,
  neededMbps: number,
): number | null {
  const counted = samples.filter(({ at }) => at >= countsFrom);
  const whole = rateOf(counted);
  if (whole === null) return null;
  const leastMs = whole > neededMbps * CLEARLY.times ? CLEARLY.leastMs : LEAST_MS;
  if ((counted.at(-1)?.at ?? countsFrom) - countsFrom < leastMs) return null;
  const half = rateOf(counted.slice(Math.floor(counted.length / 2)));
  return half !== null && Math.abs(half / whole - 1) < AGREEMENT ? whole : null;
}

/** Between the first and the last sample, so that what was on its way at either moment does not count. */
function rateOf(samples: readonly Sample[]): number | null {
  const [first, last] = [samples[0], samples.at(-1)];
  if (!first || !last) return null;
  const [ms, bytes] = [last.at - first.at, last.bytes - first.bytes];
  if (ms <= 0 || (ms < TELLING.ms && bytes < TELLING.bytes)) return null;
  return (bytes * 8) / (ms * 1000);
}
