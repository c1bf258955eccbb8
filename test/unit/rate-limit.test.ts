import test from 'ava';
import { RateLimit } from '../../src/server/util/RateLimit.ts';

test('a burst at once, then as many as time gives back, and never more than the burst', (t) => {
  let now = 0;
  const limit = new RateLimit({ burst: 3, perSecond: 2 }, () => now);
  const take = (times: number) => Array.from({ length: times }, () => limit.take());
  t.deepEqual(take(4), [true, true, true, false]);
  now += 500;
  t.deepEqual(take(2), [true, false]);
  now += 60_000;
  t.deepEqual(take(4), [true, true, true, false]);
});
