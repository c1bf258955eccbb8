/** How writes take turns, and what is left of them. */
import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import test from 'ava';
import type { DataSource } from 'typeorm';
import { WriteQueue } from '../../src/server/store/WriteQueue.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

for (const type of ['better-sqlite3', 'mysql'] as const) {
  test(`${type}: nothing is held of a write that has ended, however many come after it`, async (t) => {
    const queue = new WriteQueue({ options: { type } } as DataSource);
    const first = new WeakRef(await queue.run(async () => ({ rows: [] })));
    for (let i = 0; i < 3; i++) await queue.run(async () => ({ rows: [] }));
    await queue.idle();
    await setImmediate();
    collectGarbage();
    t.is(first.deref(), undefined);
  });
}

test('writes of SQLite take turns, also after one that fails', async (t) => {
  const queue = new WriteQueue({ options: { type: 'better-sqlite3' } } as DataSource);
  const order: number[] = [];
  const write = (number: number) => async () => {
    await setImmediate();
    order.push(number);
    if (number === 1) throw new Error('the disk is full');
  };
  const all = [1, 2, 3].map((number) => queue.run(write(number)));
  await t.throwsAsync(all[0] as Promise<void>, { message: 'the disk is full' });
  await queue.idle();
  t.deepEqual(order, [1, 2, 3]);
});
