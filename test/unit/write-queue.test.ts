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

/** A database server that undoes a transaction so often, and says why. */
function undoing(code: string, times: number) {
  let left = times;
  const transaction = async (work: (manager: object) => Promise<unknown>) => {
    const done = await work({});
    if (left-- > 0) throw Object.assign(new Error(code), { code });
    return done;
  };
  return new WriteQueue({ options: { type: 'mysql' }, transaction } as unknown as DataSource);
}

for (const code of ['ER_LOCK_DEADLOCK', 'ER_LOCK_WAIT_TIMEOUT', 'ER_CHECKREAD', 'ER_UNKNOWN_COM_ERROR']) {
  test(`what the database undoes with ${code} is done again, and not for ever`, async (t) => {
    let tries = 0;
    const work = async () => ++tries;
    t.is(await undoing(code, 4).transaction(work), 5);
    await t.throwsAsync(undoing(code, 99).transaction(work), { message: code });
    t.is(tries, 10);
  });
}

test('what the database refuses is not tried again', async (t) => {
  let tries = 0;
  const work = async () => ++tries;
  await t.throwsAsync(undoing('ER_DUP_ENTRY', 1).transaction(work), { message: 'ER_DUP_ENTRY' });
  t.is(tries, 1);
});

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
