/**
 * 「回線速度」: real transfers from and to the server until the figure is stable or far over what is needed, by the page and by
 * `webinterview check`. Mbps are 10^6 bits of payload a second.
 */

import { limits } from '../protocol/limits.ts';
import { type Arrival, download, type Transfer, upload } from './transfers.ts';

/** What is measured, and who hears of it. */
export type MeasureOptions = {
  token: string;
  /** The server's address, without a slash at its end; the page's own without. */
  server?: string;
  signal?: AbortSignal;
  /** 0 to 1, for a progress bar. */
  onProgress(fraction: number): void;
};

/** The server cannot be reached any more, or lets nothing through. */
export class SpeedError extends Error {
  override readonly name = 'SpeedError';
  readonly code = 'disconnected';

  constructor(cause?: unknown) {
    super('nothing could be transferred', { cause });
  }
}

/** Each direction takes at most this, both together 12 s. */
const LONGEST_MS = 6_000;
/** Slow start, and what buffers on the way take at once, are no measure of a line. */
const WARM_UP_MS = 1_200;
/** So much is looked at before the figure can be called stable. */
const LEAST_MS = 2_000;
const POLL_MS = 100;
/**
 * So many times what is needed leaves no doubt after a moment: nobody has to wait for the exact figure, and those who
 * are in a call on the same line, or at the same server, get it back.
 */
const PLENTY = { times: 10, leastMs: 400 };
/** Stable: the second half of what was measured says the same as the whole. */
const AGREEMENT = 0.04;
/** A silence of so long counts against the line: longer than between two answers to uploads of a slow one. */
const QUIET_MS = { down: 500, up: 2_000 };
/** Without a byte for so long there is no line. */
const DEAD_MS = { down: 4_000, up: LONGEST_MS };
/** How much had come by then, in all. `at`: milliseconds of the page's clock, as everywhere here. */
type Sample = { at: number; bytes: number };
/**
 * Measures down, then up. @throws {SpeedError} nothing comes through
 */
export async function measureSpeed({ token, server = '', signal, onProgress }: MeasureOptions) {
  const line = { server, headers: { Authorization: `Bearer ${token}` } };
  const downMbps = await measure({
    begin: (transfer) => download(line, transfer),
    neededMbps: limits.speed.downMbps,
    quietMs: QUIET_MS.down,
    deadMs: DEAD_MS.down,
    signal,
    onProgress: (part) => onProgress(part / 2),
  });
  const upMbps = await measure({
    begin: (transfer) => upload(line, transfer),
    neededMbps: limits.speed.upMbps,
    quietMs: QUIET_MS.up,
    deadMs: DEAD_MS.up,
    signal,
    onProgress: (part) => onProgress((1 + part) / 2),
  });
  onProgress(1);
  return { downMbps, upMbps };
}

type Direction = {
  begin: (transfer: Transfer) => Promise<void>;
  neededMbps: number;
  quietMs: number;
  deadMs: number;
  signal: AbortSignal | undefined;
  onProgress(part: number): void;
};

/** Lets a transfer run until its rate is stable, or far over what is needed, or its time is over; the rate in Mbps. */
async function measure(direction: Direction): Promise<number> {
  const { begin, neededMbps, quietMs, deadMs, signal: outer, onProgress } = direction;
  const ending = new AbortController();
  const { signal } = ending;
  // AbortSignal.any is younger than the oldest browsers.
  outer?.addEventListener('abort', () => ending.abort(), { signal });
  let began = performance.now();
  let heard = began;
  let known = began;
  let countsFrom = began + WARM_UP_MS;
  const all: Arrival[] = [];
  let failure: unknown = null;
  const running = begin({
    signal,
    arrived(arrivals, knownUntil) {
      heard = performance.now();
      known = knownUntil;
      all.push(...arrivals);
    },
    waited() {
      began = performance.now();
      heard = began;
      countsFrom = began + WARM_UP_MS;
      all.length = 0;
    },
    grew() {
      countsFrom = Math.max(countsFrom, performance.now());
    },
  }).catch((error) => {
    failure = error;
  });
  try {
    for (;;) {
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
      const now = performance.now();
      onProgress(Math.min(1, (now - began) / LONGEST_MS));
      const isOver = now - began >= LONGEST_MS;
      const isDead = now - heard > deadMs || (isOver && all.length === 0);
      if (failure || outer?.aborted || isDead) throw new SpeedError(failure);
      const samples = samplesOf(all, began, known);
      // A line that has gone quiet is not what it was until then.
      if (now - heard > quietMs) samples.push({ at: now, bytes: sumOf(all) });
      const rate = isOver
        ? (rateAtEnd(samples, countsFrom) ?? rateAtEnd(samplesOf(all, began, now), countsFrom) ?? 0)
        : stableRate(samples, countsFrom, now, neededMbps * PLENTY.times);
      if (rate !== null) return rate;
    }
  } finally {
    ending.abort();
    await running;
  }
}

/** What had come by and by; of what is known in part, nothing. */
function samplesOf(all: readonly Arrival[], began: number, known: number): Sample[] {
  const samples: Sample[] = [{ at: began, bytes: 0 }];
  let sum = 0;
  for (const { at, bytes } of all.filter(({ at }) => at <= known).sort((a, b) => a.at - b.at)) {
    sum += bytes;
    samples.push({ at, bytes: sum });
  }
  return samples;
}

const sumOf = (all: readonly Arrival[]) => all.reduce((sum, { bytes }) => sum + bytes, 0);

/** The rate of what counts, or of all that there is; null when nothing is known to have come. */
function rateAtEnd(samples: readonly Sample[], countsFrom: number): number | null {
  return rateOf(samples.filter(({ at }) => at >= countsFrom)) || rateOf(samples) || null;
}

/** The rate of what counts; null while it is not sure yet. */
function stableRate(
  samples: readonly Sample[],
  countsFrom: number,
  now: number,
  plentyMbps: number,
): number | null {
  const counted = samples.filter(({ at }) => at >= countsFrom);
  const whole = rateOf(counted);
  if (whole === null) return null;
  if (whole > plentyMbps && now - countsFrom >= PLENTY.leastMs) return whole;
  if ((counted.at(-1)?.at ?? countsFrom) - countsFrom < LEAST_MS) return null;
  const half = rateOf(counted.slice(Math.floor(counted.length / 2)));
  return half !== null && Math.abs(half / whole - 1) < AGREEMENT ? whole : null;
}

/** Between the first and the last sample, so that what was on its way at either moment does not count. */
function rateOf(samples: readonly Sample[]): number | null {
  const [first, last] = [samples[0], samples.at(-1)];
  if (!first || !last || last.at - first.at < 200) return null;
  return ((last.bytes - first.bytes) * 8) / ((last.at - first.at) * 1000);
}
