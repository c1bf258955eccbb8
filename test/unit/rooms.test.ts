import test from 'ava';
import { AppError } from '../../src/server/errors.ts';
import { Rooms } from '../../src/server/room/Rooms.ts';
import { fakeWorld, joinAs } from '../helpers/fake-room.ts';

test('people who come at the same time find the same room', async (t) => {
  const world = fakeWorld();
  const rooms = new Rooms(world);
  const [a, b] = await Promise.all([rooms.open(world.record), rooms.open(world.record)]);
  t.is(a, b);
  t.true(rooms.isLive(world.record.id));
});

test('a room that has emptied is opened anew', async (t) => {
  const world = fakeWorld();
  const rooms = new Rooms(world);
  const room = await rooms.open(world.record);
  room.remove(joinAs(room, 'applicant').peer);
  t.false(rooms.isLive(world.record.id));
  t.not(await rooms.open(world.record), room);
});

test('a room that could not be opened is tried again by the next who comes', async (t) => {
  const world = fakeWorld();
  const { openMedia } = world;
  world.openMedia = async () => {
    throw new AppError('media_unavailable', 'no worker');
  };
  const rooms = new Rooms(world);
  await t.throwsAsync(rooms.open(world.record), { message: 'no worker' });
  world.openMedia = openMedia;
  const again = new Rooms(world);
  t.truthy(await again.open(world.record));
});

test('when it closes everyone is told, all is stored, and nobody comes in any more', async (t) => {
  const world = fakeWorld();
  const rooms = new Rooms(world);
  const room = await rooms.open(world.record);
  const { socket } = joinAs(room, 'interviewer', { inCall: true });
  await rooms.close();
  t.deepEqual(socket.last('ended'), { reason: 'server_stopping' });
  t.truthy(world.store.stays[0]?.leftAt);
  const error = await t.throwsAsync(rooms.open(world.record), { instanceOf: AppError });
  t.is(error.code, 'server_stopping');
});
