import test from 'ava';
import type { OtherServersSeen } from '../../src/server/room/ports.ts';
import type { SeatsToTake } from '../../src/server/room/records.ts';
import { takeOver } from '../../src/server/takeOver.ts';
import { until } from '../helpers/until.ts';

const seen = (others: Partial<OtherServersSeen>) => ({ living: [], silent: [], liveRooms: [], ...others });

/** What `takeOver` does while the looks go as they are given; one too many fails the test. */
async function taking(servers: (string | null)[], looks: (OtherServersSeen | Error)[]) {
  const told = {
    asked: [] as string[][],
    taken: [] as SeatsToTake[],
    doubted: [] as string[][],
    silent: [] as string[][],
    errors: [] as string[],
  };
  const stop = await takeOver({
    servers: async () => servers,
    async look(ids) {
      told.asked.push(ids);
      const found = looks.shift();
      if (!found) throw new Error('nobody has to be looked at any more');
      if (found instanceof Error) throw found;
      return found;
    },
    rooms: {
      takeSeats: async (which) => void told.taken.push(which),
      doubt: (ids) => void told.doubted.push(ids),
    },
    onSilent: (ids) => void told.silent.push(ids),
    onError: (error) => void told.errors.push((error as Error).message),
    lookMs: 1,
  });
  return { told, stop };
}

test('the seats of servers that are gone are taken, at once or as soon as it is known', async (t) => {
  const { told, stop } = await taking(
    ['gone', 'lives', 'a', 'b', null],
    [
      seen({ living: ['lives', 'other'], silent: ['a', 'b', 'stranger'], liveRooms: ['room'] }),
      seen({ silent: ['a', 'b'] }),
      new Error('the database is away'),
      seen({ living: ['a', 'new'], silent: ['b'] }),
      seen({ living: ['new'], liveRooms: ['room', 'another'] }),
    ],
  );
  t.teardown(stop);
  await until('the last one is known', () => told.taken.length === 2);
  t.deepEqual(told.taken, [
    { from: ['gone', null], exceptRooms: ['room'] },
    { from: ['b'], exceptRooms: ['room', 'another'] },
  ]);
  t.deepEqual(told.asked, [['gone', 'lives', 'a', 'b'], ['a', 'b'], ['a', 'b'], ['a', 'b'], ['b']]);
  t.deepEqual(told.doubted, [['a', 'b'], ['a', 'b'], ['b'], []]);
  t.deepEqual(told.errors, ['the database is away']);
  t.deepEqual(told.silent, [['a', 'b']]);
});

test('where none is silent nobody is looked at again', async (t) => {
  const { told, stop } = await taking(['gone'], [seen({ living: ['other'] })]);
  t.teardown(stop);
  t.deepEqual(told.taken, [{ from: ['gone'], exceptRooms: [] }]);
  t.deepEqual([told.doubted, told.silent], [[[]], []]);
  // It would have looked by now.
  await new Promise((resolve) => setTimeout(resolve, 50));
  t.is(told.asked.length, 1);
});
