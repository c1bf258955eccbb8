import test from 'ava';
import type { OtherServersSeen } from '../../src/server/room/ReservedSeats.ts';
import { followSilent } from '../../src/server/silentServers.ts';
import { until } from '../helpers/until.ts';

const others = (seen: Partial<OtherServersSeen>) => ({ living: [], silent: [], liveRooms: [], ...seen });

test('servers that were silent are looked at until each has answered or is gone', async (t) => {
  const looks: (OtherServersSeen | Error)[] = [
    others({ silent: ['a', 'b', 'c'] }),
    new Error('the database is away'),
    others({ living: ['a', 'new'], silent: ['c'] }),
    others({ living: ['a', 'new'] }),
  ];
  const errors: unknown[] = [];
  const settled: { living: string[]; gone: string[] }[] = [];
  const stop = followSilent(['a', 'b', 'c'], {
    look: async () => {
      const seen = looks.shift();
      if (!seen) throw new Error('nobody has to be looked at any more');
      if (seen instanceof Error) throw seen;
      return seen;
    },
    settle: (known) => void settled.push(known),
    onError: (error) => void errors.push(error),
    lookMs: 1,
  });
  t.teardown(stop);
  await until('the last one is known', () => settled.length === 3);
  t.deepEqual(settled, [
    { living: [], gone: [] },
    { living: ['a'], gone: ['b'] },
    { living: [], gone: ['c'] },
  ]);
  t.deepEqual(
    errors.map((error) => (error as Error).message),
    ['the database is away'],
  );
});

test('nobody is looked at where none was silent, nor after it was stopped', async (t) => {
  const parts = { settle: () => t.fail(), onError: () => t.fail(), lookMs: 1 };
  followSilent([], { look: async () => t.fail() as never, ...parts });
  const seen = Promise.withResolvers<OtherServersSeen>();
  let asked = false;
  const look = () => {
    asked = true;
    return seen.promise;
  };
  const stop = followSilent(['a'], { look, ...parts });
  await until('it is asked', () => asked);
  stop();
  seen.resolve(others({}));
  await seen.promise;
  t.pass();
});
