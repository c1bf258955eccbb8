/**
 * 「回線速度」: real transfers from and to the server until the figure is stable or enough bytes were moved, by the page and by
 * `webinterview check`. Mbps are 10^6 bits of payload a second.
 */

import { limits } from '../protocol/limits.ts';
import type { Speed } from '../protocol/speed.ts';
import { rateAtEnd, rateOfAll, samplesOf, stableRate, warmFrom } from './rates.ts';
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
/**
 * And at most so many bytes: with what carries them 12 MB in both directions together, as a phone's line may be paid for by the megabyte.
 * Down at 15 Mbps an exact figure takes 6 MB; up a busy machine, between whose uploads the line is idle, needs more than a few of them.
 */
const MOST_BYTES = { down: 6_500_000, up: 4_500_000 };
const POLL_MS = 100;
/** A silence of so long counts against the line: longer than between two answers to uploads of a slow one. */
const QUIET_MS = { down: 500, up: 2_000 };
/** Without a byte for so long there is no line. */
const DEAD_MS = { down: 4_000, up: LONGEST_MS };

/** Measures down, then up. @throws {SpeedError} nothing comes through */
export async function measureSpeed({
  token,
  server = '',
  signal,
  onProgress,
}: MeasureOptions): Promise<Speed> {
  const line = { server, headers: { Authorization: `Bearer ${token}` } };
  const downMbps = await measure({
    begin: (transfer) => download(line, MOST_BYTES.down, transfer),
    mostBytes: MOST_BYTES.down,
    neededMbps: limits.speed.downMbps,
    quietMs: QUIET_MS.down,
    deadMs: DEAD_MS.down,
    signal,
    onProgress: (part) => onProgress(part / 2),
  });
  const upMbps = await measure({
    begin: (transfer) => upload(line, MOST_BYTES.up, transfer),
    mostBytes: MOST_BYTES.up,
    neededMbps: limits.speed.upMbps,
    quietMs: QUIET_MS.up,
    deadMs: DEAD_MS.up,
    signal,
    onProgress: (part) => onProgress((1 + part) / 2),
  });
  onProgress(1);
  const { mostMbps } = limits.speed;
  return { downMbps: Math.min(mostMbps, downMbps), upMbps: Math.min(mostMbps, upMbps) };
}

type Direction = {
  begin: (transfer: Transfer) => Promise<void>;
  /** How many bytes the transfer moves in all. */
  mostBytes: number;
  neededMbps: number;
  quietMs: number;
  deadMs: number;
  signal: AbortSignal | undefined;
  onProgress(part: number): void;
};

/** Lets a transfer run until its rate is stable, or all its bytes have come, or its time is over; the rate in Mbps. */
async function measure(direction: Direction): Promise<number> {
  const { begin, mostBytes, neededMbps, quietMs, deadMs, signal: outer, onProgress } = direction;
  const ending = new AbortController();
  const { signal } = ending;
  // AbortSignal.any is younger than the oldest browsers.
  outer?.addEventListener('abort', () => ending.abort(), { signal });
  let began = performance.now();
  let heard = began;
  let known = began;
  let grewAt = began;
  const all: Arrival[] = [];
  let failure: unknown = null;
  let isComplete = false;
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
      grewAt = began;
      all.length = 0;
    },
    grew() {
      grewAt = performance.now();
    },
  }).then(
    () => {
      isComplete = true;
    },
    (error) => {
      failure = error;
    },
  );
  try {
    for (;;) {
      await Promise.race([running, new Promise((resolve) => setTimeout(resolve, POLL_MS))]);
      const now = performance.now();
      onProgress(Math.min(1, (now - began) / LONGEST_MS));
      const isOver = now - began >= LONGEST_MS;
      const isDead = now - heard > deadMs || (isOver && all.length === 0);
      if (failure || outer?.aborted || isDead) throw new SpeedError(failure);
      const samples = samplesOf(all, began, isComplete ? now : known);
      const countsFrom = Math.max(grewAt, warmFrom(samples, mostBytes));
      if (isComplete) return rateOfAll(samples, countsFrom) ?? 0;
      // A line that has gone quiet is not what it was until then.
      if (now - heard > quietMs) samples.push({ at: now, bytes: sumOf(all) });
      const rate = isOver
        ? (rateAtEnd(samples, countsFrom) ?? rateAtEnd(samplesOf(all, began, now), countsFrom) ?? 0)
        : stableRate(samples, countsFrom, neededMbps);
      if (rate !== null) return rate;
    }
  } finally {
    ending.abort();
    await running;
  }
}

const sumOf = (all: readonly Arrival[]) => all.reduce((sum, { bytes }) => sum + bytes, 0);
