/** Transfers of so many bytes from and to the server, as fast as they go, unless they are told to end before. */

import type { SpeedUp } from '../protocol/speed.ts';

/** The server takes 1 MiB at most. */
const UPLOAD_BYTES = { least: 8 * 1024, first: 16 * 1024, most: 256 * 1024 };
/**
 * Beyond the round trip, which is no matter of width. An upload is made larger until it takes so long, as an answer is
 * also late where the way is unsteady or a machine is busy, and small uploads would then be nothing but waiting: the more so where
 * its bytes came all at once. It is made smaller when its bytes take long to come, or when a proxy that hands them on at once may
 * hide that they do.
 */
const UPLOAD_MS = { burst: 100, quick: 1_000, late: 2_000, slowToCome: 1_500, slow: 3_000 };
const UPLOADS_AT_ONCE = 3;
/**
 * Between two questions whether it is this one's turn: few measure at once by one link, so that they do not measure each
 * other. And for how long it is asked: fifty people by one link, four at once and 8 s each.
 */
const TURN_MS = { pause: 1_000, longest: 120_000 };

/** How many bytes came just then, by the clock of who measures, in milliseconds. */
export type Arrival = { at: number; bytes: number };

/** With whom: the server's address, and the headers with the link's token. */
export type SpeedLine = { server: string; headers: Record<string, string> };
/** What a transfer tells whoever measures it, until `signal` ends it. */
export type Transfer = {
  signal: AbortSignal;
  /** @param knownUntil until when all that came is known by now */
  arrived(arrivals: readonly Arrival[], knownUntil: number): void;
  /** It was not this one's turn: nothing of the time until now counts. */
  waited(): void;
  /** From now on more is on its way at once: what was until now says little of the line. */
  grew(): void;
};

/** @throws {Error} the server refuses, cannot be reached, or ends too early */
export async function download(
  { server, headers }: SpeedLine,
  mostBytes: number,
  { signal, arrived, waited }: Transfer,
): Promise<void> {
  const url = `${server}/api/speed/down?bytes=${mostBytes}`;
  const ask = () => fetch(url, { headers, signal, cache: 'no-store' });
  const askedAt = performance.now();
  let answer = await ask();
  while ((await isForLater(answer)) && performance.now() - askedAt < TURN_MS.longest) {
    await new Promise((resolve) => setTimeout(resolve, TURN_MS.pause));
    answer = await ask();
    waited();
  }
  if (!answer.ok || !answer.body) throw new Error(`down: ${answer.status}`);
  const reader = answer.body.getReader();
  // A server of an earlier version does not end by itself.
  for (let left = mostBytes; left > 0; ) {
    const { done, value } = await reader.read();
    if (done) throw new Error(`down: ended ${left} bytes too early`);
    const at = performance.now();
    arrived([{ at, bytes: value.length }], at);
    left -= value.length;
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
 * @throws {Error} the server refuses, or cannot be reached
 */
export async function upload(
  { server, headers }: SpeedLine,
  mostBytes: number,
  { signal, arrived, grew }: Transfer,
): Promise<void> {
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
  let left = mostBytes;
  const keepSending = async (lane: number) => {
    let size = UPLOAD_BYTES.first;
    while (!signal.aborted && left > 0) {
      const now = Math.min(size, left);
      left -= now;
      const { tookMs, arrivals } = await send(now);
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
  const isBurst = cameMs < UPLOAD_MS.burst;
  if (tookMs < (isBurst ? UPLOAD_MS.late : UPLOAD_MS.quick))
    return Math.min(UPLOAD_BYTES.most, size * (isBurst ? 4 : 2));
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
