/** What the arrivals of a transfer say about the line. */
import test from 'ava';
import {
  rateAtEnd,
  rateOfAll,
  type Sample,
  samplesOf,
  stableRate,
  warmFrom,
} from '../../src/client/rates.ts';

const MOST = 8_000_000;
const NEEDED = 15;

/** Bytes that come evenly from `from` to `to`, every 10 ms. */
function steady(mbps: number, from: number, to: number): { at: number; bytes: number }[] {
  const count = Math.round((to - from) / 10);
  return Array.from({ length: count }, (_, i) => ({ at: from + (i + 1) * 10, bytes: mbps * 1_250 }));
}

/** When a line of this width is known, in milliseconds, and as what; null where it is not before `mostMs`. */
function knownAt(mbps: number, mostMs = 6_000): [number, number] | null {
  for (let ms = 100; ms <= mostMs; ms += 100) {
    const samples = samplesOf(steady(mbps, 0, ms), 0, ms);
    const rate = stableRate(samples, warmFrom(samples, MOST), NEEDED);
    if (rate !== null) return [ms, Math.round(rate)];
  }
  return null;
}

test('the nearer a line is to what is needed, the longer it is looked at', (t) => {
  t.deepEqual(knownAt(4), [3_200, 4]);
  t.deepEqual(knownAt(15), [3_100, 15]);
  t.deepEqual(knownAt(19), [2_900, 19]);
  // Clearly over it: the quarter of all bytes that does not count is there sooner, and a second is enough.
  t.deepEqual(knownAt(20), [1_800, 20]);
  t.deepEqual(knownAt(40), [1_400, 40]);
});

test('a line that gets slower is not called stable, though it is clearly over what is needed', (t) => {
  const arrivals = [...steady(60, 0, 800), ...steady(30, 800, 2_000)];
  const samples = samplesOf(arrivals, 0, 2_000);
  t.is(stableRate(samples, warmFrom(samples, MOST), NEEDED), null);
});

test('what counts begins with a quarter of the bytes, or after 1.2 s', (t) => {
  const fast = samplesOf(steady(160, 0, 1_000), 0, 1_000);
  t.is(warmFrom(fast, MOST), 100);
  const slow = samplesOf(steady(2, 50, 1_000), 50, 1_000);
  t.is(warmFrom(slow, MOST), 1_250);
});

test('all bytes within a moment are a rate as well, and slow start takes nothing from it', (t) => {
  // Half a second of 30 Mbps, until nearly a quarter has come; then a gigabit.
  const arrivals = [...steady(30, 0, 500), ...steady(1_000, 500, 550)];
  const samples = samplesOf(arrivals, 0, 550);
  t.is(Math.round(rateAtEnd(samples, warmFrom(samples, MOST)) ?? 0), 1_000);
  const atOnce: Sample[] = [
    { at: 0, bytes: 0 },
    { at: 40, bytes: MOST },
  ];
  t.is(rateAtEnd(atOnce, warmFrom(atOnce, MOST)), 1_600);
});

test('a few bytes within a moment say nothing: then all that came is looked at', (t) => {
  const arrivals = [...steady(4, 0, 3_000), { at: 3_001, bytes: 60_000 }];
  const samples = samplesOf(arrivals, 0, 3_001);
  t.is(Math.round(rateAtEnd(samples, 2_990) ?? 0), 4);
});

test('a moment in which the page could not read makes no wide line narrow; one that gets slower is not called faster', (t) => {
  // 80 Mbps, but for two seconds in which nothing was read.
  const stalled = samplesOf([...steady(80, 0, 250), ...steady(80, 2_250, 2_800)], 0, 2_800);
  t.is(Math.round(rateOfAll(stalled, warmFrom(stalled, MOST)) ?? 0), 80);
  const slower = samplesOf([...steady(60, 0, 500), ...steady(30, 500, 1_500)], 0, 1_500);
  const counts = warmFrom(slower, MOST);
  t.is(rateOfAll(slower, counts), rateAtEnd(slower, counts));
});
