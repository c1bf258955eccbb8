import test from 'ava';
import { WorkerLoad } from '../../src/server/media/WorkerLoad.ts';

/** One that used this share of its core in the last two seconds. */
function busy(share: number): WorkerLoad {
  const load = new WorkerLoad();
  load.measured(1000, 0);
  load.measured(1000 + 2000 * share, 2000);
  return load;
}

function withCalls(load: WorkerLoad, rooms: number, calls: number): WorkerLoad {
  load.rooms += rooms;
  for (let call = 0; call < calls; call++) load.callBegan();
  return load;
}

test('a room of ten weighs more than many where people wait, and many of those more than one', (t) => {
  const ten = busy(0.4);
  withCalls(ten, 1, 0);
  const waiting = withCalls(busy(0), 10, 0);
  t.true(waiting.expected < ten.expected);
  t.true(withCalls(busy(0), 60, 0).expected > ten.expected);
});

test('rooms that come at once, before anything of them can be measured, go to the workers by turns', (t) => {
  const loads = [busy(0.11), busy(0.1)];
  for (let room = 0; room < 100; room++) {
    const [least] = loads.toSorted((a, b) => a.expected - b.expected);
    withCalls(least as WorkerLoad, 1, 0);
  }
  t.true(Math.abs((loads[0]?.rooms ?? 0) - (loads[1]?.rooms ?? 0)) <= 1);
});

test('a call counts from when it begins, and by what it takes once that is measured', (t) => {
  const load = busy(0);
  withCalls(load, 1, 0);
  const expected = load.expected;
  load.callBegan();
  t.is(load.expected, expected, 'it was expected');
  load.measured(4000, 4000);
  t.is(load.expected, (4000 - 1000) / 2000);
  load.callEnded();
  t.true(load.expected > 1.5, 'in the room somebody may begin again');
  load.rooms--;
  t.is(load.expected, 1.5);
});

test('a worker is full by what it uses and by the calls that began since', (t) => {
  t.false(busy(0.84).isFull);
  t.true(busy(0.86).isFull);
  const filling = busy(0);
  let calls = 0;
  while (!filling.isFull && calls < 1000) {
    filling.callBegan();
    calls++;
  }
  t.true(calls > 10 && calls < 200);
  filling.measured(1000, 4000);
  t.false(filling.isFull, 'they took next to nothing');
});

test('what cannot be measured, as no time has passed, changes nothing', (t) => {
  const load = busy(0.5);
  load.measured(9000, 2000);
  t.is(load.expected, 0.5);
});
