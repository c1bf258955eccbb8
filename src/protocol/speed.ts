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
/** A silence of so long counts against the line: longer than between two uploads of a slow one. */
const QUIET_MS = 500;
/** Without a byte for so long there is no line. */
const DEAD_MS = 4_000;
/**
 * Only what was acknowledged counts, so one upload is short on the line as it is: larger ones err on a slow line,
 * smaller ones are mostly waiting on a fast or a long one. The server takes 1 MiB at most.
 */
const UPLOAD_BYTES = { least: 8 * 1024, first: 16 * 1024, most: 256 * 1024 };
/** Beyond the round trip, which is no matter of width; a new connection may need two of them for its first bytes. */
const UPLOAD_MS = { quick: 60, slow: 200 };
/**
 * An answer is also late where the way is unsteady or a machine busy, whatever the line's width. Larger uploads bring
 * clearly more then, which they do not on a line that is full: tried again after so many of the same size.
 */
const GAIN = 1.3;
const HELD = 3;
const UPLOADS_AT_ONCE = 3;
/**
 * Between two questions whether it is this one's turn: few measure at once by one link, so that they do not measure each
 * other. And for how long it is asked: fifty people by one link, four at once and 8 s each.
 */
const TURN_MS = { pause: 1_000, longest: 120_000 };

type Sample = { at: number; bytes: number };

/**
 * Measures down, then up. @throws {SpeedError} nothing comes through
 */
export async function measureSpeed({ token, server = '', signal, onProgress }: SpeedOptions) {
  const line = { server, headers: { Authorization: `Bearer ${token}` } };
  const downMbps = await measure(
    (run) => download(line, run),
    limits.speed.downMbps,
    signal,
    (part) => onProgress(part / 2),
  );
  const upMbps = await measure(
    (run) => upload(line, run),
    limits.speed.upMbps,
    signal,
    (part) => onProgress((1 + part) / 2),
  );
  onProgress(1);
  return { downMbps, upMbps };
}

type SpeedLine = { server: string; headers: Record<string, string> };
type Run = {
  signal: AbortSignal;
  count(bytes: number): void;
  /** It was not this one's turn: nothing of the time until now counts. */
  waited(): void;
};

/** Lets a transfer run until its rate is stable, or far over what is needed, or its time is over; the rate in Mbps. */
async function measure(
  transfer: (run: Run) => Promise<void>,
  neededMbps: number,
  outer: AbortSignal | undefined,
  onProgress: (part: number) => void,
): Promise<number> {
  const ending = new AbortController();
  const { signal } = ending;
  // AbortSignal.any is younger than the oldest browsers.
  outer?.addEventListener('abort', () => ending.abort(), { signal });
  let began = performance.now();
  const samples: Sample[] = [{ at: began, bytes: 0 }];
  let bytes = 0;
  let heard = began;
  let failure: unknown = null;
  const running = transfer({
    signal,
    count(more) {
      bytes += more;
      heard = performance.now();
      samples.push({ at: heard, bytes });
    },
    waited() {
      began = performance.now();
      heard = began;
      samples.splice(0, samples.length, { at: began, bytes });
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
      const rate = stableRate(withSilence(samples, now), began, now, neededMbps * PLENTY.times);
      if (rate !== null) return rate;
    }
  } finally {
    ending.abort();
    await running;
  }
}

/** A line that has gone quiet is not what it was until then. */
function withSilence(samples: readonly Sample[], now: number): readonly Sample[] {
  const last = samples.at(-1);
  return last && now - last.at > QUIET_MS ? [...samples, { at: now, bytes: last.bytes }] : samples;
}

/** The rate of what came after the warm-up; null while it is not sure yet. */
function stableRate(
  samples: readonly Sample[],
  began: number,
  now: number,
  plentyMbps: number,
): number | null {
  const counted = samples.filter(({ at }) => at >= began + WARM_UP_MS);
  const whole = rateOf(counted);
  if (now - began >= LONGEST_MS) return whole ?? rateOf(samples) ?? 0;
  if (whole === null) return null;
  if (whole > plentyMbps && now - began >= WARM_UP_MS + PLENTY.leastMs) return whole;
  if (now - began < WARM_UP_MS + LEAST_MS) return null;
  const half = rateOf(counted.slice(Math.floor(counted.length / 2)));
  return half !== null && Math.abs(half / whole - 1) < AGREEMENT ? whole : null;
}

/** Between the first and the last sample, so that what was on its way at either moment does not count. */
function rateOf(samples: readonly Sample[]): number | null {
  const [first, last] = [samples[0], samples.at(-1)];
  if (!first || !last || last.at - first.at < 200) return null;
  return ((last.bytes - first.bytes) * 8) / ((last.at - first.at) * 1000);
}

async function download({ server, headers }: SpeedLine, { signal, count, waited }: Run): Promise<void> {
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
    count(value.length);
  }
}

/** Whether others are being measured by this link, and not that it may not be at all. */
async function isForLater(answer: Response): Promise<boolean> {
  if (answer.status !== 429) return false;
  const body = (await answer.json().catch(() => null)) as { error?: { code?: string } } | null;
  return body?.error?.code === 'too_fast';
}

async function upload({ server, headers }: SpeedLine, { signal, count }: Run): Promise<void> {
  const bytes = noise();
  const send = async (size: number) => {
    const began = performance.now();
    const body = bytes.subarray(0, size);
    const answer = await fetch(`${server}/api/speed/up`, { method: 'POST', headers, body, signal });
    if (!answer.ok) throw new Error(`up: ${answer.status}`);
    return performance.now() - began;
  };
  // The first one opens the connection as well.
  const roundTripMs = Math.min(await send(0), await send(0));
  const keepSending = async () => {
    let next: Upload = { size: UPLOAD_BYTES.first, from: UPLOAD_BYTES.first, before: 0, held: 0 };
    while (!signal.aborted) {
      const { size } = next;
      const tookMs = await send(size);
      count(size);
      next = nextUpload(next, tookMs, roundTripMs);
    }
  };
  await Promise.all(Array.from({ length: UPLOADS_AT_ONCE }, keepSending));
}

/** How much is sent; the one `from` which it came, with its rate in bytes per millisecond; how often it was the same. */
type Upload = { size: number; from: number; before: number; held: number };

function nextUpload({ size, from, before, held }: Upload, tookMs: number, roundTripMs: number): Upload {
  const rate = size / tookMs;
  const { least, most } = UPLOAD_BYTES;
  const of = (next: number): Upload => ({
    size: Math.min(most, Math.max(least, next)),
    from: size,
    before: rate,
    held: 0,
  });
  if (tookMs < roundTripMs + UPLOAD_MS.quick) return of(size * 2);
  if (size > from) return of(rate > before * GAIN ? size * 2 : size / 2);
  if (size < from && rate * GAIN < before) return of(size * 2);
  const isSlow = tookMs > 2 * roundTripMs + UPLOAD_MS.slow;
  if (isSlow && size > least) return of(size / 2);
  return held < HELD ? { ...of(size), held: held + 1 } : of(size * 2);
}

/** Bytes that nothing on the way can compress. */
function noise(): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(UPLOAD_BYTES.most);
  // As much as the browser gives at once.
  const atOnce = 64 * 1024;
  for (let at = 0; at < bytes.length; at += atOnce) crypto.getRandomValues(bytes.subarray(at, at + atOnce));
  return bytes;
}
