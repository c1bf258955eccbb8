/** Rooms and real media workers. */
import test, { type ExecutionContext } from 'ava';
import { MediaRoom } from '../../src/server/media/MediaRoom.ts';
import { type Place, WorkerPool } from '../../src/server/media/WorkerPool.ts';
import { collectFaults } from '../helpers/faults.ts';
import { takePorts } from '../helpers/ports.ts';
import { until } from '../helpers/until.ts';

async function startPool(t: ExecutionContext, workers: number) {
  const onError = collectFaults(t).add;
  const pool = await WorkerPool.start({
    workers,
    workerBin: process.env.MEDIASOUP_WORKER_BIN || undefined,
    listenIps: ['127.0.0.1'],
    announcedAddress: null,
    ...takePorts(20),
    onError,
  });
  t.teardown(() => pool.close());
  return { pool, onError };
}

/** Keeps a worker at work until it is told to stop. */
function burden({ worker }: Place): () => Promise<void> {
  let going = true;
  const working = (async () => {
    while (going) await Promise.all(Array.from({ length: 50 }, () => worker.dump()));
  })();
  return () => {
    going = false;
    return working;
  };
}

/** More places than workers can be made full by; so that no loop goes on for ever. */
const MANY = 2_000;

/** A place in such a worker, though another may be measured to have less to do. */
function takeIn(pool: WorkerPool, isWanted: (pid: number) => boolean): Place {
  const others: Place[] = [];
  while (others.length < MANY) {
    const place = pool.take();
    if (!isWanted(place.worker.pid)) {
      others.push(place);
      continue;
    }
    for (const other of others) other.release();
    return place;
  }
  throw new Error(`none of ${MANY} places is in such a worker`);
}

/** Where the next rooms would go, if they all came now. */
function nextOnes(pool: WorkerPool, count: number): number[] {
  const places = Array.from({ length: count }, () => pool.take());
  for (const place of places) place.release();
  return places.map(({ worker }) => worker.pid);
}

test.serial(
  'rooms go to the worker that is measured to have less to do, though it has more of them',
  async (t) => {
    const { pool } = await startPool(t, 2);
    const busy = pool.take();
    const idle = takeIn(pool, (pid) => pid !== busy.worker.pid);
    takeIn(pool, (pid) => pid === idle.worker.pid);
    const stop = burden(busy);
    const all = (pid: number) => nextOnes(pool, 3).every((next) => next === pid);
    await until('all go to the idle one', () => all(idle.worker.pid), { withinMs: 60_000 });
    t.like(
      (await pool.usage()).toSorted((a, b) => a.rooms - b.rooms),
      [
        { pid: busy.worker.pid, rooms: 1 },
        { pid: idle.worker.pid, rooms: 2 },
      ],
    );
    await stop();
    const isIdleAgain = () => nextOnes(pool, 1)[0] === busy.worker.pid;
    await until('the other one has less to do again', isIdleAgain, { withinMs: 60_000 });
  },
);

test.serial('who asks for a transport of a room that closes meanwhile is told that it is gone', async (t) => {
  const { pool, onError } = await startPool(t, 1);
  const events = { consumerAdded() {}, consumerRemoved() {}, lost() {} };
  for (let turns = 0; turns < 12; turns++) {
    const room = await MediaRoom.open(pool, events, onError);
    room.openPeer('a', room.rtpCapabilities);
    const asked = room.createTransport('a', 'receive');
    for (let turn = 0; turn < turns; turn++) await new Promise(setImmediate);
    room.removePeer('a');
    room.close();
    const outcome = await asked.then(
      () => 'done',
      (error) => error.code ?? error,
    );
    t.log(turns, outcome);
    t.true(outcome === 'done' || outcome === 'not_found', `${turns} ${outcome}`);
  }
});

/** Has as many calls begin at once in a worker as it can carry. */
function fill(pool: WorkerPool, { worker, isFull }: Place): Place[] {
  const begun: Place[] = [];
  while (!isFull()) {
    if (begun.length === MANY) throw new Error(`not full of ${MANY} rooms`);
    const place = pool.take();
    if (place.worker === worker) place.talks(true);
    begun.push(place);
  }
  return begun;
}

/** The same in all of them. */
function fillAll(pool: WorkerPool): void {
  for (let begun = 0; !pool.isFull; begun++) {
    if (begun === MANY) throw new Error(`not full of ${MANY} calls`);
    pool.take().talks(true);
  }
}

test.serial(
  'a call begins on a worker that has power left, where the room’s own has none by then',
  async (t) => {
    const { pool, onError } = await startPool(t, 2);
    const told: string[] = [];
    const events = { consumerAdded() {}, consumerRemoved() {}, lost: () => void told.push('lost') };
    const room = await MediaRoom.open(pool, events, onError);
    room.openPeer('a', room.rtpCapabilities);
    const roomsOf = async () => (await pool.usage()).map(({ rooms }) => rooms);
    const atFirst = await roomsOf();
    t.deepEqual(atFirst.toSorted(), [0, 1]);

    const [{ pid: ownPid } = { pid: 0 }] = (await pool.usage()).filter(({ rooms }) => rooms === 1);
    const own = takeIn(pool, (pid) => pid === ownPid);
    const others = [own, ...fill(pool, own)];
    t.false(pool.isFull);
    room.setGate('a', true);
    for (const place of others) place.release();
    await until('the room is told that its place is lost', () => told.length > 0);
    t.deepEqual(told, ['lost']);
    t.deepEqual(await roomsOf(), atFirst.toReversed(), 'it is in the other one');

    room.openPeer('a', room.rtpCapabilities);
    room.setGate('a', true);
    t.truthy(await room.createTransport('a', 'send'), 'it goes on there');
    room.close();
    t.deepEqual(await roomsOf(), [0, 0]);
  },
);

test.serial('a call that runs stays where it is, and so does one where every worker is full', async (t) => {
  const { pool, onError } = await startPool(t, 2);
  const told: string[] = [];
  const events = { consumerAdded() {}, consumerRemoved() {}, lost: () => void told.push('lost') };
  const rooms = await Promise.all([1, 2, 3].map(() => MediaRoom.open(pool, events, onError)));
  for (const room of rooms) for (const peerId of ['a', 'b']) room.openPeer(peerId, room.rtpCapabilities);
  const [running, waiting] = rooms as [MediaRoom, MediaRoom];
  running.setGate('a', true);

  fillAll(pool);
  running.setGate('b', true);
  t.true(pool.isFull);
  waiting.setGate('a', true);
  await pool.usage();
  t.deepEqual(told, []);
  for (const room of rooms) room.close();
});
