import test from 'ava';
import { AppError } from '../../src/server/errors.ts';
import { Rooms } from '../../src/server/room/Rooms.ts';
import { fakeWorld, joinAs } from '../helpers/fake-room.ts';

const isRefused = (begin: () => void) => {
  try {
    begin();
    return false;
  } catch (error) {
    if (error instanceof AppError && error.code === 'server_full') return true;
    throw error;
  }
};

test('as many calls begin as may be; who waits, and who comes into one that runs, is refused nothing', async (t) => {
  const world = fakeWorld({ interviewerSeats: 2 });
  const rooms = new Rooms({ ...world, maxCalls: 1 });
  const room = await rooms.open(world.record);
  const other = await rooms.open({ ...world.record, id: 'another' });
  t.deepEqual(rooms.calls, { running: 0, most: 1 });
  joinAs(other, 'interviewer');
  joinAs(other, 'applicant');
  t.false(isRefused(() => room.assertMayBegin()));
  const { peer } = joinAs(room, 'interviewer', { inCall: true });
  t.deepEqual(rooms.calls, { running: 1, most: 1 });
  t.true(isRefused(() => other.assertMayBegin()));
  t.false(
    isRefused(() => room.assertMayBegin()),
    'a colleague may join the call',
  );
  room.setState(peer, 'held');
  t.true(
    isRefused(() => other.assertMayBegin()),
    'a hold ends no call',
  );
  room.disconnected(peer, peer.socket as NonNullable<typeof peer.socket>);
  t.true(
    isRefused(() => other.assertMayBegin()),
    'nor does a line that was lost',
  );
  room.remove(peer, 'left');
  t.deepEqual(rooms.calls, { running: 0, most: 1 });
  t.false(isRefused(() => other.assertMayBegin()));
});

test('no call begins where no worker has power left, and one that runs goes on', async (t) => {
  const world = fakeWorld();
  let isMediaFull = true;
  const rooms = new Rooms({ ...world, isMediaFull: () => isMediaFull });
  const room = await rooms.open(world.record);
  t.true(isRefused(() => room.assertMayBegin()));
  isMediaFull = false;
  joinAs(room, 'interviewer', { inCall: true });
  isMediaFull = true;
  t.false(isRefused(() => room.assertMayBegin()));
});

test('calls that were running when the server went count, and their people come back though it is full', async (t) => {
  const world = fakeWorld();
  const before = await new Rooms(world).open(world.record);
  const { peer, admitted, socket } = joinAs(before, 'interviewer', { inCall: true });
  while (!world.store.seats.has(peer.id)) await new Promise((resolve) => setImmediate(resolve));
  world.store.changed = { room: world.record, links: [admitted.link] };
  const rooms = new Rooms({ ...world, maxCalls: 1 });
  await rooms.takeSeats({ from: [world.serverId] });
  t.is(rooms.calls.running, 1, 'also while its room is still to be opened');
  const room = await rooms.open(world.record);
  t.is(rooms.calls.running, 1);
  const other = await rooms.open({ ...world.record, id: 'another' });
  t.true(isRefused(() => other.assertMayBegin()));
  t.true(room.join(admitted, socket, peer.resumeKey, true).resumed);
  t.is(room.people.get(peer.id).state, 'inCall');
});
