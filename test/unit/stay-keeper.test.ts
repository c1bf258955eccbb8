import test from 'ava';
import { keepStays } from '../../src/server/store/stayKeeper.ts';

test('it vouches for the open stays at once, then ends those that nobody has vouched for in two minutes', async (t) => {
  const calls: [string, Date][] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  const store = {
    touchStays: async (at: Date) => void calls.push(['touch', at]),
    closeStaleStays: async (before: Date) => {
      calls.push(['close', before]);
      resolve();
      return 0;
    },
  };
  t.teardown(keepStays(store, (error) => t.fail(String(error))));
  await promise;
  t.deepEqual(
    calls.map(([name]) => name),
    ['touch', 'close'],
  );
  const [[, touched], [, before]] = calls as [[string, Date], [string, Date]];
  t.is(touched.getTime() - before.getTime(), 120_000);
});

test('a database that is away is reported, and nothing is ended that was not vouched for', async (t) => {
  const { promise, resolve } = Promise.withResolvers<unknown>();
  const store = {
    touchStays: () => Promise.reject(new Error('away')),
    closeStaleStays: async () => t.fail() as never,
  };
  t.teardown(keepStays(store, resolve));
  t.like(await promise, { message: 'away' });
});
