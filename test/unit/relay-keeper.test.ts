/** Until when people may use the relay, and when they are given fresh credentials. */
import test from 'ava';
import type { IceServer } from '../../src/protocol/messages.ts';
import { Room } from '../../src/server/room/Room.ts';
import { joinResult } from '../../src/server/room/snapshots.ts';
import { type FakePeerSocket, fakeWorld, joinAs, FakePeerSocket as Socket } from '../helpers/fake-room.ts';

const MINUTE = 60_000;

/** A room that is open for an hour from now; its credentials are the time at which they expire. */
async function openRoom({ ttlMinutes = 24 * 60 } = {}) {
  const from = new Date('2023-12-08T11:00:00.000Z');
  const until = new Date('2023-12-08T12:00:00.000Z');
  const world = fakeWorld({ from, until });
  const relay = {
    ttlMs: ttlMinutes * MINUTE,
    serversFor: (peerId: string, expiresAt: Date) => [{ urls: [peerId], username: expiresAt.toISOString() }],
  };
  const room = await Room.open(world.record, { ...world, relay }, () => {});
  return { world, room, clock: world.clock };
}

const timeOf = (servers: IceServer[] | undefined) => servers?.[0]?.username?.slice(11, 16) ?? null;

/** Until when those hold that were told since the last call. */
function toldOf(socket: FakePeerSocket): (string | null)[] {
  const told = socket.told.filter(({ event }) => event === 'iceServers');
  socket.told.length = 0;
  return told.map(({ data }) => timeOf((data as { iceServers: IceServer[] }).iceServers));
}

test('they end with the window, for who joins early and late; each has their own', async (t) => {
  const { room, clock } = await openRoom();
  const { peer } = joinAs(room, 'applicant');
  t.is(timeOf(joinResult(room, peer).iceServers), '12:00');
  t.deepEqual(joinResult(room, peer).iceServers[0]?.urls, [peer.id]);
  clock.advance(20 * MINUTE);
  t.is(timeOf(joinResult(room, joinAs(room, 'interviewer').peer).iceServers), '12:00');
});

test('beyond the window they are renewed for who is in the call, before they end and as long as it goes on', async (t) => {
  const { room, clock } = await openRoom();
  const { peer, socket } = joinAs(room, 'interviewer');
  joinResult(room, peer);
  room.setState(peer, 'inCall');
  clock.advance(49 * MINUTE);
  t.deepEqual(toldOf(socket), []);
  clock.advance(MINUTE);
  t.deepEqual(toldOf(socket), ['12:20']);
  clock.advance(20 * MINUTE);
  t.deepEqual(toldOf(socket), ['12:40']);
  room.remove(peer);
  clock.advance(60 * MINUTE);
  t.deepEqual(toldOf(socket), []);
});

test('who waits beyond the window gets none, until they are let in', async (t) => {
  const { room, clock } = await openRoom();
  const { peer, socket, admitted } = joinAs(room, 'applicant');
  joinResult(room, peer);
  clock.advance(61 * MINUTE);
  t.deepEqual(toldOf(socket), []);
  const again = new Socket();
  room.join(admitted, again, peer.resumeKey, true);
  t.deepEqual(joinResult(room, peer).iceServers, []);
  room.setState(peer, 'inCall');
  t.deepEqual(toldOf(again), ['12:31']);
});

test('that live shorter than the window are renewed after half their life, for who waits too', async (t) => {
  const { room, clock } = await openRoom({ ttlMinutes: 16 });
  const { peer, socket } = joinAs(room, 'applicant');
  t.is(timeOf(joinResult(room, peer).iceServers), '11:16');
  for (const until of ['11:24', '11:32', '11:40']) {
    clock.advance(8 * MINUTE);
    t.deepEqual(toldOf(socket), [until]);
  }
});

test('who comes back after a lost line gets fresh ones with the answer, and is told of one renewal at a time', async (t) => {
  const { room, clock } = await openRoom({ ttlMinutes: 16 });
  const { peer, socket, admitted } = joinAs(room, 'applicant');
  joinResult(room, peer);
  clock.advance(4 * MINUTE);
  room.disconnected(peer, socket);
  const again = new Socket();
  room.join(admitted, again, peer.resumeKey, true);
  t.is(timeOf(joinResult(room, peer).iceServers), '11:20');
  clock.advance(4 * MINUTE);
  t.deepEqual(toldOf(again), []);
  clock.advance(4 * MINUTE);
  t.deepEqual(toldOf(again), ['11:28']);
});

test('a window that an administrator made longer holds for the relay at once', async (t) => {
  const { world, room, clock } = await openRoom();
  const { peer, socket, admitted } = joinAs(room, 'applicant');
  joinResult(room, peer);
  clock.advance(5 * MINUTE);
  room.update({ ...world.record, until: new Date('2023-12-08T13:00:00.000Z') }, [admitted.link]);
  t.deepEqual(toldOf(socket), ['13:00']);
  clock.advance(110 * MINUTE - 5 * MINUTE);
  t.deepEqual(toldOf(socket), []);
});

test('nothing is told after the room was closed', async (t) => {
  const { room, clock } = await openRoom({ ttlMinutes: 16 });
  const { peer, socket } = joinAs(room, 'applicant');
  joinResult(room, peer);
  await room.close('server_stopping');
  clock.advance(60 * MINUTE);
  t.deepEqual(toldOf(socket), []);
});
