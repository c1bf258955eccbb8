import test from 'ava';
import { watchSlowness } from '../../src/web/media/background/slow.ts';

/** Runs `seconds` of frames that come every `everyMs` and take `busyMs`; how often slowness was told. */
function run(...parts: { everyMs: number; busyMs: number; seconds: number }[]): number {
  let told = 0;
  let now = 0;
  const timed = watchSlowness(() => {
    told += 1;
  });
  for (const { everyMs, busyMs, seconds } of parts) {
    for (const until = now + 1000 * seconds; now < until; now += everyMs) timed(now, now + busyMs);
  }
  return told;
}

test('too few frames for 5 s are told once', (t) => {
  t.is(run({ everyMs: 100, busyMs: 95, seconds: 30 }), 1);
  t.is(run({ everyMs: 1500, busyMs: 1490, seconds: 30 }), 1);
});

test('enough frames are not told, nor is what lasts a short while', (t) => {
  t.is(run({ everyMs: 33, busyMs: 30, seconds: 30 }), 0);
  const slow = { everyMs: 200, busyMs: 190, seconds: 3 };
  const well = { everyMs: 33, busyMs: 30, seconds: 3 };
  t.is(run(slow, well, slow, well), 0);
});

test('a camera that gives few frames is not our slowness', (t) => {
  t.is(run({ everyMs: 130, busyMs: 30, seconds: 30 }), 0);
});
