/**
 * 「回線速度」: real transfers from and to the server until the figure is stable or far over what is needed, by the page and by
 * `webinterview check`. Mbps are 10^6 bits of payload a second.
 */

import { limits } from './limits.ts';

export type SpeedOptions = {
  token: string;
  /** The server's address, without a slash at its end; the page's own without. */
  server?: string;
  signal?: AbortSignal;
  /** 0 to 1, for a progress bar. */
  onProgress(fraction: number): void;
};

/** What the server answers to an upload. Times are milliseconds of a clock that only the server reads. */
export type SpeedUp = {
  bytes: number;
  /** When it was answered. */
  at: number;
  /** When how many bytes have come. */
  arrivals: [at: number, bytes: number][];
};

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
const DEAD_MS = 4_000;
/** The server takes 1 MiB at most. */
const UPLOAD_BYTES = { least: 8 * 1024, first: 16 * 1024, most: 256 * 1024 };
/**
 * Beyond the round trip, which is no matter of width. An upload is made larger until it takes so long, as an answer is
 * also late where the way is unsteady or a machine is busy, and small uploads would then be nothing but waiting. It is
 * made smaller when its bytes take long to come, or when a proxy that hands them on at once may hide that they do.
 */
const UPLOAD_MS = { burst: 100, quick: 1_000, slowToCome: 1_500, slow: 3_000 };
const UPLOADS_AT_ONCE = 3;
/**
 * Between two questions whether it is this one's turn: few measure at once by one link, so that they do not measure each
 * other. And for how long it is asked: fifty people by one link, four at once and 8 s each.
 */
const TURN_MS = { pause: 1_000, longest: 120_000 };

/** How much had come by then, in all. `at`: milliseconds of the page's clock, as everywhere here. */
type Sample = { at: number; bytes: number };
/** How much came just then. */
type Arrival = { at: number; bytes: number };

/**
 * Measures down, then up. @throws {SpeedError} nothing comes through
 */
export async function measureSpeed({ token, server = '', signal, onProgress }: SpeedOptions) {
  const line = { server, headers: { Authorization: `Bearer ${token}` } };
  const downMbps = await measure({
    transfer: (run) => download(line, run),
    neededMbps: limits.speed.downMbps,
    quietMs: QUIET_MS.down,
    signal,
    onProgress: (part) => onProgress(part / 2),
  });
  const upMbps = await measure({
    transfer: (run) => upload(line, run),
    neededMbps: limits.speed.upMbps,
    quietMs: QUIET_MS.up,
    signal,
    onProgress: (part) => onProgress((1 + part) / 2),
  });
  onProgress(1);
  return { downMbps, upMbps };
}

type SpeedLine = { server: string; headers: Record<string, string> };
type Run = {
  signal: AbortSignal;
  /** @param knownUntil until when all that came is known by now */
  arrived(arrivals: readonly Arrival[], knownUntil: number): void;
  /** It was not this one's turn: nothing of the time until now counts. */
  waited(): void;
  /** From now on more is on its way at once: what was until now says little of the line. */
  grew(): void;
};

type Direction = {
  transfer: (run: Run) => Promise<void>;
  neededMbps: number;
  quietMs: number;
  signal: AbortSignal | undefined;
  onProgress(part: number): void;
};

/** Lets a transfer run until its rate is stable, or far over what is needed, or its time is over; the rate in Mbps. */
async function measure(direction: Direction): Promise<number> {
  const { transfer, neededMbps, quietMs, signal: outer, onProgress } = direction;
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
  const running = transfer({
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
      if (failure || outer?.aborted || now - heard > DEAD_MS) throw new SpeedError(failure);
      const samples = samplesOf(all, began, known);
      // A line that has gone quiet is not what it was until then.
      if (now - heard > quietMs) samples.push({ at: now, bytes: samples.at(-1)?.bytes ?? 0 });
      const isOver = now - began >= LONGEST_MS;
      const rate = isOver
        ? rateAtEnd(samples, countsFrom)
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

/** The rate of what counts, or of all that there is. */
function rateAtEnd(samples: readonly Sample[], countsFrom: number): number {
  return rateOf(samples.filter(({ at }) => at >= countsFrom)) ?? rateOf(samples) ?? 0;
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
  if (now - countsFrom < LEAST_MS) return null;
  const half = rateOf(counted.slice(Math.floor(counted.length / 2)));
  return half !== null && Math.abs(half / whole - 1) < AGREEMENT ? whole : null;
}

/** Between the first and the last sample, so that what was on its way at either moment does not count. */
function rateOf(samples: readonly Sample[]): number | null {
  const [first, last] = [samples[0], samples.at(-1)];
  if (!first || !last || last.at - first.at < 200) return null;
  return ((last.bytes - first.bytes) * 8) / ((last.at - first.at) * 1000);
}

async function download({ server, headers }: SpeedLine, { signal, arrived, waited }: Run): Promise<void> {
  const ask = () => fetch(`${server}/api/speed/down`, { headers, signal, cache: 'no-store' });
  const askedAt = performance.now();
  let answer = await ask();
  while ((await isForLater(answer)) && performance.now() - askedAt < TURN_MS.longest) {
    await new Promise((resolve) => setTimeout(resolve, TURN_MS.pause));
    answer = await ask();
    waited();
  }
  if (!answer.ok || !answer.body) throw new Error(`down: ${answer.status}`);
  const reader = answer.body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const at = performance.now();
    arrived([{ at, bytes: value.length }], at);
  }
}

/** Whether others are being measured by this link, and not that it may not be at all. */
async function isForLater(answer: Response): Promise<boolean> {
  if (answer.status !== 429) return false;
  const body = (await answer.json().catch(() => null)) as { error?: { code?: string } } | null;
  return body?.error?.code === 'too_fast';
}

/**
 * Some uploads at once, one after the other in each lane. The server tells when their bytes have come: an answer that is
 * late takes nothing from the line.
 */
async function upload({ server, headers }: SpeedLine, { signal, arrived, grew }: Run): Promise<void> {
  const bytes = noise();
  const send = async (size: number) => {
    const began = performance.now();
    const body = bytes.subarray(0, size);
    const answer = await fetch(`${server}/api/speed/up`, { method: 'POST', headers, body, signal });
    if (!answer.ok) throw new Error(`up: ${answer.status}`);
    const { at, arrivals } = (await answer.json()) as SpeedUp;
    const now = performance.now();
    return { tookMs: now - began, ahead: now - at, arrivals };
  };
  // The first one opens the connection as well.
  const first = [await send(0), await send(0)];
  const roundTripMs = Math.min(...first.map(({ tookMs }) => tookMs));
  // The server's clock began at another time.
  const ahead = Math.min(...first.map((answer) => answer.ahead));
  const lanes: number[] = Array.from({ length: UPLOADS_AT_ONCE }, () => 0);
  let largest = UPLOAD_BYTES.first;
  const keepSending = async (lane: number) => {
    let size = UPLOAD_BYTES.first;
    while (!signal.aborted) {
      const { tookMs, arrivals } = await send(size);
      const here = arrivals.map(([at, bytes]) => ({ at: at + ahead, bytes }));
      lanes[lane] = here.at(-1)?.at ?? 0;
      arrived(here, Math.min(...lanes));
      size = nextSize(size, tookMs - roundTripMs, arrivals);
      if (size > largest) grew();
      largest = Math.max(largest, size);
    }
  };
  await Promise.all(lanes.map((_, lane) => keepSending(lane)));
}

function nextSize(size: number, tookMs: number, arrivals: SpeedUp['arrivals']): number {
  const cameMs = (arrivals.at(-1)?.[0] ?? 0) - (arrivals[0]?.[0] ?? 0);
  if (tookMs < UPLOAD_MS.quick) return Math.min(UPLOAD_BYTES.most, size * (cameMs < UPLOAD_MS.burst ? 4 : 2));
  if (cameMs > UPLOAD_MS.slowToCome || tookMs > UPLOAD_MS.slow) return Math.max(UPLOAD_BYTES.least, size / 2);
  return size;
}

/** Bytes that nothing on the way can compress. */
function noise(): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(UPLOAD_BYTES.most);
  // As much as the browser gives at once.
  const atOnce = 64 * 1024;
  for (let at = 0; at < bytes.length; at += atOnce) crypto.getRandomValues(bytes.subarray(at, at + atOnce));
  return bytes;
}
