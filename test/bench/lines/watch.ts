/** Looking on while a line is bad, once a second. */
import { setTimeout as delay } from 'node:timers/promises';
import type { ExecutionContext } from 'ava';
import { concealed, type Incoming, incoming } from '../../helpers/incoming.ts';
import type { Person } from '../../helpers/interview.ts';
import { median } from '../statistics.ts';

/** A direction of the applicant's line, with who sends and who receives over it. */
export type Way = { direction: 'up' | 'down'; sender: Person; receiver: Person };

/** One look at what arrives. */
export type Moment = {
  sinceMs: number;
  counters: Incoming;
  /** Of the look before. */
  before: Incoming;
  height: number;
  framesPerSecond: number;
  kbps: number;
};

/** Looks once a second, until it is enough for each way; what was seen of each. */
export async function watch(
  t: ExecutionContext,
  ways: Way[],
  isEnough: (moments: Moment[]) => boolean,
): Promise<Moment[][]> {
  for (const { receiver } of ways) await receiver.page.evaluate(noteTellings);
  const look = () => Promise.all(ways.map(({ receiver }) => incoming(receiver.page)));
  const start = Date.now();
  const all: Moment[][] = ways.map(() => []);
  let before = await look();
  do {
    await delay(1000);
    const now = await look();
    for (const [i, counters] of now.entries()) {
      const earlier = before[i] as Incoming;
      const moment = momentOf(start, earlier, counters);
      all[i]?.push(moment);
      t.log(
        `${ways[i]?.direction} ${told(moment)}, sound made up ${(100 * concealed(earlier, counters)).toFixed(0)} %`,
      );
    }
    before = now;
  } while (!all.every(isEnough));
  return all;
}

function momentOf(start: number, before: Incoming, counters: Incoming): Moment {
  const grown = (key: string) => (counters.video[key] ?? 0) - (before.video[key] ?? 0);
  const ms = counters.at - before.at;
  return {
    sinceMs: counters.at - start,
    counters,
    before,
    height: counters.video.frameHeight ?? 0,
    framesPerSecond: (1000 * grown('framesDecoded')) / ms,
    kbps: (8 * grown('bytesReceived')) / ms,
  };
}

const told = ({ sinceMs, height, framesPerSecond, kbps }: Moment) =>
  `${(sinceMs / 1000).toFixed(0)} s: ${height} rows, ${framesPerSecond.toFixed(0)} frames/s, ${kbps.toFixed(0)} kbps`;

// Runs in the page: when was it first said that the camera was turned off?
function noteTellings(): void {
  const page = globalThis as { toldAt?: number | null; watchedAt?: number };
  page.watchedAt = performance.now();
  page.toldAt = null;
  const look = () => {
    if (document.body.innerText.includes('通信が不安定なため')) page.toldAt ??= performance.now();
  };
  new MutationObserver(look).observe(document.body, { childList: true, subtree: true });
}

/** Milliseconds from the last `watch` to the words that the camera was turned off; null: they did not come. */
export const toldAfter = ({ page }: Person): Promise<number | null> =>
  page.evaluate(() => {
    const { toldAt, watchedAt } = globalThis as { toldAt?: number | null; watchedAt?: number };
    return toldAt == null ? null : toldAt - (watchedAt ?? 0);
  });

/** The middle of these looks. */
export function pictureOf(moments: Moment[]): string {
  const of = (key: 'height' | 'framesPerSecond' | 'kbps') => median(moments.map((moment) => moment[key]));
  if (of('framesPerSecond') === 0) return 'none';
  const width = ((of('height') * 16) / 9).toFixed(0);
  return `${width}x${of('height')}, ${of('framesPerSecond').toFixed(0)} frames/s, ${of('kbps').toFixed(0)} kbps`;
}

/**
 * Milliseconds in which fewer than 5 frames a second came. The browser's own count of freezes knows of one only when it
 * is over.
 */
export function stoodStill(moments: Moment[]): number {
  return 1000 * moments.filter(({ framesPerSecond }) => framesPerSecond < 5).length;
}
