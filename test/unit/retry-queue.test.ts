/** What rooms have to store while the database is away. */
import test from 'ava';
import { AuditGroup } from '../../src/server/room/AuditGroup.ts';
import type { AuditEntry } from '../../src/server/room/audit.ts';
import { Journal } from '../../src/server/room/Journal.ts';
import { RetryQueue } from '../../src/server/room/RetryQueue.ts';
import { Rooms } from '../../src/server/room/Rooms.ts';
import { FakeClock, fakeWorld, joinAs } from '../helpers/fake-room.ts';
import { settled } from '../helpers/fake-socket.ts';

const away = () => new Error('the database is away');

/** A call of one person, whose stay is stored. */
async function aCall() {
  const world = fakeWorld();
  const rooms = new Rooms(world);
  const room = await rooms.open(world.record);
  const { peer } = joinAs(room, 'interviewer', { inCall: true });
  await settled();
  const passes = async (ms: number) => {
    world.clock.advance(ms);
    await settled();
  };
  return { world, rooms, room, peer, passes };
}

test('what a room had to tell is stored when the database is back, though the room has emptied meanwhile', async (t) => {
  const { world, rooms, room, peer, passes } = await aCall();
  const { store, clock } = world;
  store.failure = away();
  room.remove(peer, 'left');
  const leftAt = clock.now();
  for (let i = 0; i < 5; i++) await passes(2000);
  t.false(rooms.isLive(room.record.id));
  t.is(store.stays[0]?.leftAt, null);
  store.failure = null;
  await passes(2000);
  t.like(store.stays[0], { leftAt, ending: 'left' });
  t.deepEqual(
    store.audit.map(({ action }) => action),
    ['room.opened', 'call.entered', 'call.left', 'call.ended'],
  );
});

test('a room that is opened again tells what happened in the order in which it did', async (t) => {
  const { world, rooms, room, peer, passes } = await aCall();
  const { store } = world;
  store.failure = away();
  room.remove(peer, 'left');
  await settled();
  const again = await rooms.open(world.record);
  joinAs(again, 'interviewer', { inCall: true });
  await settled();
  store.failure = null;
  // What comes first waits for its next try, and keeps its place.
  await settled();
  t.is(store.stays.length, 1);
  await passes(2000);
  // The audit gives away a turn of the event loop after each transaction.
  for (let i = 0; i < 3; i++) await settled();
  t.deepEqual(
    store.audit.map(({ action }) => action),
    ['room.opened', 'call.entered', 'call.left', 'call.ended', 'room.opened', 'call.entered'],
  );
  t.deepEqual(
    store.stays.map(({ leftAt }) => leftAt === null),
    [false, true],
  );
});

test('a server that stops tries once more, at once, and says what is lost', async (t) => {
  const { world, rooms, passes } = await aCall();
  const { store } = world;
  store.failure = away();
  await passes(1);
  const tries: string[] = [];
  const { endStay } = store;
  store.endStay = async (...args) => {
    tries.push(args[0]);
    return endStay.apply(store, args);
  };
  await rooms.close();
  t.is(tries.length, 1);
  t.regex(String(world.errors.at(-1)), /the server is stopping, and could not store \d+ writes/);
});

test('a server that stops waits for a database that is back again', async (t) => {
  const { world, rooms, room, peer } = await aCall();
  world.store.failure = away();
  room.remove(peer, 'left');
  await settled();
  world.store.failure = null;
  await rooms.close();
  t.like(world.store.stays[0], { ending: 'left' });
  t.true(world.store.audit.some(({ action }) => action === 'call.ended'));
});

test('a server stops though the database hangs, and a room is just being opened', async (t) => {
  const { world, rooms, passes } = await aCall();
  const never = () => new Promise<never>(() => undefined);
  world.store.endStay = never;
  world.store.writeSeats = never;
  world.openMedia = never;
  const opening = new Rooms(world);
  void opening.open(world.record);
  const closed = [rooms, opening].map((each) => each.close());
  await settled();
  await passes(5000);
  await passes(10_000);
  await t.notThrowsAsync(Promise.all(closed));
  t.regex(world.errors.map(String).join('\n'), /could not store/);
});

test('a worker that does not tell its figures keeps no stay from being ended', async (t) => {
  const { world, room, peer, passes } = await aCall();
  world.media.statistics = () => new Promise<never>(() => undefined);
  room.remove(peer, 'left');
  await settled();
  t.is(world.store.stays[0]?.leftAt, null);
  await passes(5000);
  t.like(world.store.stays[0], { ending: 'left', media: null });
});

/** A journal of a room whose store is away until it is told. */
function aJournal() {
  const clock = new FakeClock();
  const stored: AuditEntry[][] = [];
  const store = {
    isAway: true,
    async recordAudit(entries: AuditEntry[]) {
      if (store.isAway) throw away();
      stored.push([...entries]);
    },
  };
  const later = new RetryQueue({ clock, onError: () => undefined });
  const noted: AuditEntry[] = [];
  const onNoted = (entry: AuditEntry) => void noted.push(entry);
  const journal = new Journal('room', { store, clock, later, onNoted });
  return { clock, store, stored, noted, journal };
}

test('what waits of one room is limited, is written in parts, and the audit says what is not there', async (t) => {
  const { clock, store, stored, noted, journal } = aJournal();
  for (let i = 0; i < 2100; i++) journal.note('hold.started', 'server', { details: { i } });
  await settled();
  t.is(noted.length, 2100);
  store.isAway = false;
  clock.advance(2000);
  for (let i = 0; i < 3; i++) await settled();
  const all = stored.flat();
  t.is(all.length, 2001);
  t.deepEqual(
    all.slice(0, 1000).map(({ details }) => details.i),
    Array.from({ length: 1000 }, (_, i) => i),
  );
  t.like(
    all.find(({ action }) => action === 'audit.lost'),
    { actor: 'server', details: { entries: 100 } },
  );
  t.true(Math.max(...stored.map(({ length }) => length)) <= 501);
  journal.note('hold.ended', 'server');
  await settled();
  t.is(stored.at(-1)?.[0]?.action, 'hold.ended');
});

test('what many rooms have to tell after a while is not one transaction', async (t) => {
  const { noted, journal } = aJournal();
  for (let i = 0; i < 400; i++) journal.note('hold.started', 'server');
  const sizes: number[] = [];
  const group = new AuditGroup({ recordAudit: async (entries) => void sizes.push(entries.length) });
  await Promise.all(Array.from({ length: 7 }, () => group.recordAudit(noted)));
  t.deepEqual(sizes, [800, 800, 800, 400]);
});
