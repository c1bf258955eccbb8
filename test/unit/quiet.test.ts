import test from 'ava';
import { createQuietJudge } from '../../src/web/media/quiet.ts';

/** Feeds a judge every 200 ms; `latest` says when the newest packet was played, by the time. @returns when it spoke */
function heardBy(latest: (now: number) => number, untilMs: number): number[] {
  const isQuiet = createQuietJudge();
  const said: number[] = [];
  for (let now = 0; now <= untilMs; now += 200) if (isQuiet(latest(now), now)) said.push(now);
  return said;
}

test('a moment after the last packet it is quiet, which is said once', (t) => {
  t.deepEqual(
    heardBy((now) => Math.min(5_000, now + 1), 20_000),
    [5_800],
  );
});

test('a page that stood still begins to listen when it goes on', (t) => {
  const isQuiet = createQuietJudge();
  t.false(isQuiet(100, 100));
  t.false(isQuiet(100, 12_100), 'what has come meanwhile is seen with the next looks');
  t.false(isQuiet(200, 12_300));
  for (const now of [12_500, 12_700, 12_900]) t.false(isQuiet(200, now));
  t.true(isQuiet(200, 13_100));
});

test('each silence is said', (t) => {
  const [said, ...others] = heardBy((now) => (now < 10_000 ? Math.min(3_000, now + 1) : now), 20_000);
  t.is(said, 3_800);
  t.deepEqual(others, [], 'since then it goes on');
  t.is(
    heardBy((now) => (now % 10_000 < 5_000 ? now + 1 : Math.floor(now / 10_000) * 10_000 + 5_000), 30_000)
      .length,
    3,
  );
});

test('a silent voice without a camera is not quiet: a packet comes every 400 ms', (t) => {
  t.deepEqual(
    heardBy((now) => 1 + now - (now % 400), 20_000),
    [],
  );
});

test('where nobody is heard or seen, or no longer, there is nothing to miss', (t) => {
  t.deepEqual(
    heardBy(() => 0, 20_000),
    [],
  );
  t.deepEqual(
    heardBy((now) => (now < 5_000 ? now + 1 : 0), 20_000),
    [],
  );
});
