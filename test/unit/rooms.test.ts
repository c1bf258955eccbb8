import test from 'ava';
import { AppError } from '../../src/server/errors.ts';
import { setDevices, turnOff } from '../../src/server/room/actions/devices.ts';
import type { Peer } from '../../src/server/room/Peer.ts';
import type { Room } from '../../src/server/room/Room.ts';
import { Rooms } from '../../src/server/room/Rooms.ts';
import { callSnapshot } from '../../src/server/room/snapshots.ts';
import { FakePeerSocket, fakeWorld, joinAs, type World } from '../helpers/fake-room.ts';
import { settled } from '../helpers/fake-socket.ts';
import { aRoom } from '../helpers/store.ts';

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

/** A server that died with these people in its room, and the next one on its store. */
async function died(world: World, last: (room: Room, applicant: Peer) => void = () => undefined) {
  const before = await new Rooms(world).open(world.record);
  const interviewer = joinAs(before, 'interviewer', { inCall: true });
  const applicant = joinAs(before, 'applicant');
  last(before, applicant.peer);
  await settled();
  const links = [interviewer, applicant].map(({ admitted }) => admitted.link);
  world.store.changed = { room: world.record, links };
  return { rooms: new Rooms(world), interviewer, applicant, links };
}

test('a room in which seats are held is live from the start, so that who was in it may come back after its end', async (t) => {
  const world = fakeWorld();
  const { rooms, interviewer } = await died(world);
  t.false(rooms.isLive(world.record.id));
  await rooms.takeSeats({ from: [world.serverId] });
  t.true(rooms.isLive(world.record.id));
  const late = { ...interviewer.admitted, outsideWindow: new AppError('link_expired', 'closed') };
  const room = await rooms.open(world.record);
  t.true(room.join(late, new FakePeerSocket(), interviewer.peer.resumeKey, true).resumed);
});

test('who does not come back loses the seat, though nobody opens the room', async (t) => {
  const world = fakeWorld();
  const { rooms } = await died(world);
  await rooms.takeSeats({ from: [world.serverId] });
  await settled();
  world.clock.advance(60_000);
  await settled();
  world.clock.advance(100);
  await settled();
  t.false(rooms.isLive(world.record.id));
  t.is(world.store.seats.size, 0);
});

test('nobody comes back by a link that was revoked or made anew meanwhile, nor into a closed or deleted room', async (t) => {
  for (const change of ['revoked', 'reissued', 'closed', 'deleted'] as const) {
    const world = fakeWorld();
    const { rooms, interviewer, links } = await died(world);
    const [first, second] = links as [(typeof links)[0], (typeof links)[0]];
    const changed = {
      revoked: { ...first, revokedAt: new Date() },
      reissued: { ...first, version: first.version + 1 },
    };
    const room = { ...world.record, ...(change === 'closed' && { closedAt: new Date() }) };
    if (change === 'deleted') world.store.changed = null;
    else if (change === 'closed') world.store.changed = { room, links };
    else world.store.changed = { room, links: [changed[change], second] };
    await rooms.takeSeats({ from: [world.serverId] });
    await settled();
    world.clock.advance(100);
    await settled();
    t.false(world.store.seats.has(interviewer.peer.id), change);
    t.is(world.store.seats.size, change === 'revoked' || change === 'reissued' ? 1 : 0, change);
    t.is(rooms.isLive(world.record.id), change === 'revoked' || change === 'reissued', change);
  }
});

test('a room with held seats that cannot be opened yet is opened as soon as it can', async (t) => {
  const world = fakeWorld();
  const { rooms, applicant } = await died(world);
  const { readRoom } = world.store;
  world.store.readRoom = () => Promise.reject(new Error('the database is away'));
  await rooms.takeSeats({ from: [world.serverId] });
  await settled();
  t.true(rooms.isLive(world.record.id));
  t.is(world.errors.length, 1);
  world.store.readRoom = readRoom;
  world.clock.advance(2000);
  await settled();
  const [room] = await rooms.all();
  t.is(room?.people.get(applicant.peer.id).state, 'waiting');
});

test('an administrator ends a call that nobody has come back to yet', async (t) => {
  const world = fakeWorld();
  const { rooms, applicant } = await died(world);
  await rooms.takeSeats({ from: [world.serverId] });
  t.true(await rooms.end(world.record.id));
  t.false(rooms.isLive(world.record.id));
  const room = await rooms.open(world.record);
  t.throws(() => room.people.get(applicant.peer.id));
});

test('what was turned off stays off over a restart, until the person has heard of it and turns it on', async (t) => {
  const world = fakeWorld();
  const { rooms, applicant } = await died(world, (room, peer) =>
    turnOff(room, peer, { microphone: true, camera: false }, 'interviewer'),
  );
  await rooms.takeSeats({ from: [world.serverId] });
  const room = await rooms.open(world.record);
  const { peer } = room.join(applicant.admitted, new FakePeerSocket(), applicant.peer.resumeKey, true);
  const wish = { microphone: true, camera: true };
  setDevices(room, peer, wish, null);
  t.deepEqual(peer.devices, { microphone: false, camera: true });
  setDevices(room, peer, wish, peer.turnedOff?.id);
  t.deepEqual(peer.devices, wish);
});

/** A call on server a, and server b on the same database. */
async function twoServers() {
  const world = fakeWorld();
  const { interviewer, applicant, links } = await died({ ...world, serverId: 'a' });
  world.store.changed = { room: world.record, links };
  return { world, b: new Rooms({ ...world, serverId: 'b' }), interviewer, applicant };
}

/** The grace period of all who are expected is over. */
async function graceEnds({ clock }: World) {
  await settled();
  clock.advance(60_000);
  await settled();
  clock.advance(100);
  await settled();
}

test('only the seats of the servers that are named are taken, and not those of a room that is live elsewhere', async (t) => {
  const { world, b } = await twoServers();
  await b.takeSeats({ from: ['c', null] });
  await b.takeSeats({ from: ['a'], exceptRooms: [world.record.id] });
  t.false(b.isLive(world.record.id));
  t.is([...(await b.open(world.record)).people].length, 0);
  t.deepEqual(new Set([...world.store.seats.values()].map(({ serverId }) => serverId)), new Set(['a']));
});

test('what is taken is as it is then, and is given to one server alone', async (t) => {
  const { world, b, interviewer, applicant } = await twoServers();
  const c = new Rooms({ ...world, serverId: 'c' });
  // Meanwhile somebody has left, and others have come back to a new server.
  await world.store.writeSeats('a', [], [applicant.peer.id]);
  await c.takeSeats({ from: ['a'] });
  await b.takeSeats({ from: ['a'] });
  t.false(b.isLive(world.record.id));
  const room = await c.open(world.record);
  t.deepEqual(
    [...room.people].map(({ id }) => id),
    [interviewer.peer.id],
  );
  await graceEnds(world);
  t.is(world.store.seats.size, 0);
  t.is(world.store.audit.filter(({ action }) => action === 'call.ended').length, 1);
});

test('who shows the key of a seat of a silent server has the room’s people led here, and nobody else', async (t) => {
  const { world, b, interviewer, applicant } = await twoServers();
  b.doubt(['a']);
  await b.claim(applicant.admitted, 'another key');
  await b.claim({ ...applicant.admitted, room: aRoom() }, String(applicant.peer.resumeKey));
  t.false(b.isLive(world.record.id));
  await b.claim(applicant.admitted, String(applicant.peer.resumeKey));
  t.true(b.isLive(world.record.id), 'also for who comes after the end of the window');
  const room = await b.open(world.record);
  t.true(room.join(applicant.admitted, new FakePeerSocket(), applicant.peer.resumeKey, true).resumed);
  t.is(room.people.get(interviewer.peer.id).state, 'inCall');
  b.doubt([]);
  await b.claim(applicant.admitted, 'another key');
});

test('a room that is live already expects the people of a server that is gone as well', async (t) => {
  const { world, b, interviewer, applicant } = await twoServers();
  const room = await b.open(world.record);
  const newcomer = joinAs(room, 'interviewer', { inCall: true });
  await b.takeSeats({ from: ['a'] });
  await settled();
  t.like(newcomer.socket.last('peerUpdated'), { peer: { id: interviewer.peer.id, connected: false } });
  t.true(room.join(applicant.admitted, new FakePeerSocket(), applicant.peer.resumeKey, true).resumed);
  await graceEnds(world);
  t.deepEqual(
    [...room.people].map(({ id }) => id),
    [newcomer.peer.id, applicant.peer.id],
  );
  t.true(b.isLive(world.record.id));
});

test('a server that goes on after another took its seats leaves them to it', async (t) => {
  const { world, b, interviewer } = await twoServers();
  await b.takeSeats({ from: ['a'] });
  await world.store.writeSeats('a', [], [interviewer.peer.id]);
  t.true(world.store.seats.has(interviewer.peer.id));
});

test('draining: no new rooms, the calls are told until when, and it ends with the last of them', async (t) => {
  const world = fakeWorld();
  const rooms = new Rooms(world);
  const room = await rooms.open(world.record);
  const interviewer = joinAs(room, 'interviewer', { inCall: true });
  const waiting = joinAs(room, 'applicant');
  let isOver = false;
  const drained = rooms.drain(60_000, new AbortController().signal).then(() => {
    isOver = true;
  });
  await settled();
  const stopsAt = new Date(world.clock.now().getTime() + 60_000).toISOString();
  t.true(rooms.stopping);
  t.deepEqual(interviewer.socket.last('stopping'), { stopsAt });
  t.is(waiting.socket.last('stopping'), undefined);
  // A room that is live takes people in: the call that runs may wait for one of them.
  t.is(await rooms.open(world.record), room);
  room.setState(waiting.peer, 'inCall');
  t.is(callSnapshot(room, waiting.peer).stopsAt, stopsAt);
  const other = { ...world.record, id: 'another' };
  t.is((await t.throwsAsync(rooms.open(other), { instanceOf: AppError }))?.code, 'server_stopping');
  world.clock.advance(1000);
  await settled();
  t.false(isOver);
  room.remove(interviewer.peer, 'left');
  room.setState(waiting.peer, 'waiting');
  world.clock.advance(200);
  await drained;
  t.pass();
});

test('draining ends when its time is over, or when somebody is in a hurry', async (t) => {
  for (const end of ['time', 'hurry'] as const) {
    const world = fakeWorld();
    const rooms = new Rooms(world);
    joinAs(await rooms.open(world.record), 'interviewer', { inCall: true });
    const hurry = new AbortController();
    const drained = rooms.drain(60_000, hurry.signal);
    await settled();
    if (end === 'hurry') hurry.abort();
    world.clock.advance(end === 'time' ? 60_000 : 200);
    await drained;
  }
  t.pass();
});

test('who is in a room is found from memory, also while another room cannot be opened', async (t) => {
  const world = fakeWorld();
  const rooms = new Rooms(world);
  const { admitted } = joinAs(await rooms.open(world.record), 'applicant');
  world.openMedia = () => new Promise<never>(() => undefined);
  void rooms.open(aRoom());
  const found = await rooms.linkInUse(admitted.link.id);
  t.like(found, { link: { id: admitted.link.id, revokedAt: null }, room: { id: world.record.id } });
  t.is(await rooms.linkInUse('another'), null);
  t.is((await rooms.all()).length, 1);
});

test('a change that cannot be read holds as soon as it can', async (t) => {
  const world = fakeWorld();
  const rooms = new Rooms(world);
  const { socket, admitted } = joinAs(await rooms.open(world.record), 'applicant');
  const { readRoom } = world.store;
  world.store.readRoom = () => Promise.reject(new Error('the database is away'));
  await t.throwsAsync(rooms.refresh(world.record.id), { message: 'the database is away' });
  await settled();
  t.is(socket.closed, null);
  const link = { ...admitted.link, revokedAt: new Date() };
  world.store.changed = { room: world.record, links: [link] };
  world.store.readRoom = readRoom;
  world.clock.advance(2000);
  await settled();
  t.deepEqual(socket.last('ended'), { reason: 'revoked' });
});

test('a room that cannot be read is unavailable for now, and no fault of the server', async (t) => {
  const world = fakeWorld();
  const { rooms } = await died(world);
  await rooms.takeSeats({ from: [world.serverId] });
  const away = () => Promise.reject(new Error('the database is away'));
  world.store.readRoom = away;
  world.store.listMessages = away;
  const code = 'store_unavailable';
  t.like(await t.throwsAsync(rooms.open(world.record)), { code });
  t.like(await t.throwsAsync(new Rooms(world).open(world.record)), { code });
});
