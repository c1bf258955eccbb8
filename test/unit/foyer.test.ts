/** Where people are who come before their rooms open. */
import test, { type ExecutionContext } from 'ava';
import { closeCodes } from '../../src/protocol/errors.ts';
import { limits } from '../../src/protocol/limits.ts';
import { AppError } from '../../src/server/errors.ts';
import { performEarly } from '../../src/server/room/actions/early.ts';
import { Foyer } from '../../src/server/room/Foyer.ts';
import { windowProblem } from '../../src/server/room/openLink.ts';
import type { RoomRecord } from '../../src/server/room/records.ts';
import { earlyResult } from '../../src/server/room/snapshots.ts';
import { FakeMedia, FakePeerSocket, fakeWorld } from '../helpers/fake-room.ts';
import { aLink } from '../helpers/store.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** It is 11:00; the room begins at 12:00 and opens a quarter of an hour earlier. */
function aFoyer(given: Partial<RoomRecord> = {}) {
  const from = new Date('2023-12-08T12:00:00.000Z');
  const until = new Date('2023-12-08T13:00:00.000Z');
  const world = fakeWorld({ from, until, ...given });
  const opened: FakeMedia[] = [];
  const openMedia = async () => {
    const media = new FakeMedia();
    opened.push(media);
    return media;
  };
  const relay = {
    ttlMs: DAY,
    serversFor: (id: string, expiresAt: Date) => [{ urls: [id], username: expiresAt.toISOString() }],
  };
  const deps = { ...world, openMedia, relay, openEarlyMinutes: 15 };
  const foyer = new Foyer(deps);
  const link = aLink(world.record);
  const enter = async (by = link) => {
    const socket = new FakePeerSocket();
    const outsideWindow = windowProblem(world.record, world.clock.now(), 15);
    const peer = await foyer.enter({ link: by, room: world.record, outsideWindow }, socket);
    return { visit: { room: foyer, peer }, peer, socket };
  };
  return { ...deps, foyer, enter, link, opened };
}

/** Minute by minute, as its timers have it. */
function pass({ clock }: ReturnType<typeof aFoyer>, minutes: number): void {
  for (let i = 0; i < minutes; i++) clock.advance(MINUTE);
}

test('who is early is told when the room opens, by the server’s clock, and when it does', async (t) => {
  const world = aFoyer();
  const { visit, peer, socket } = await world.enter();
  t.like(earlyResult(visit, world.record), {
    state: 'early',
    early: { now: '2023-12-08T11:00:00.000Z', opensAt: '2023-12-08T11:45:00.000Z' },
    resumeKey: '',
    counts: null,
    entry: null,
    call: null,
    waitingMessage: '',
  });
  pass(world, 44);
  t.deepEqual(socket.events(), []);
  pass(world, 1);
  t.deepEqual(socket.events(), ['opened']);
  // Time for a check that is running; then the page comes by itself.
  t.is(socket.closed, null);
  t.is(world.foyer.size, 1);
  pass(world, 2);
  t.is(socket.closed?.code, closeCodes.goingAway);
  t.is(world.foyer.size, 0);
  world.foyer.leave(peer);
});

test('a room that opens in two months, and a clock that is set meanwhile, open it at its time', async (t) => {
  const far = aFoyer({
    from: new Date('2024-02-08T12:00:00.000Z'),
    until: new Date('2024-02-08T13:00:00.000Z'),
  });
  const { socket } = await far.enter();
  // No timer of Node's may be longer than 24.8 days.
  const longest: number[] = [];
  const { clock } = far;
  const after = clock.after.bind(clock);
  clock.after = (ms, callback) => {
    longest.push(ms);
    return after(ms, callback);
  };
  pass(far, 3);
  t.true(longest.length > 0 && longest.every((ms) => ms <= MINUTE));
  t.deepEqual(socket.events(), []);
  // The clock is set to a minute before it opens.
  clock.advance(new Date('2024-02-08T11:44:00.000Z').getTime() - clock.now().getTime());
  t.deepEqual(socket.events(), []);
  pass(far, 1);
  t.deepEqual(socket.events(), ['opened']);
});

test('all share one router, which is there as long as anybody is', async (t) => {
  const { foyer, enter, opened } = aFoyer();
  const [first, second] = await Promise.all([enter(), enter()]);
  t.is(opened.length, 1);
  performEarly(first.visit, 'openMedia', { rtpCapabilities: {} } as never);
  t.deepEqual([...(opened[0] as FakeMedia).open], [], 'nothing flows to anybody');
  foyer.leave(first.peer);
  t.deepEqual(opened[0]?.removed, [first.peer.id]);
  t.false(opened[0]?.closed);
  foyer.leave(second.peer);
  t.true(opened[0]?.closed);
  await enter();
  t.is(opened.length, 2);
});

test('who goes while the router is being opened leaves none behind', async (t) => {
  const { foyer, enter, record, opened } = aFoyer();
  const entering = enter();
  foyer.changed(record.id);
  await t.throwsAsync(entering, { instanceOf: AppError });
  t.is(foyer.size, 0);
  t.true(opened.every(({ closed }) => closed));
});

test('without a media worker nobody is taken in, and with one again everybody is', async (t) => {
  const world = fakeWorld({ from: new Date('2023-12-08T12:00:00.000Z') });
  let isAway = true;
  const openMedia = async () => {
    if (isAway) throw new AppError('media_unavailable', 'no worker');
    return new FakeMedia();
  };
  const foyer = new Foyer({ ...world, openMedia });
  const opened = { link: aLink(world.record), room: world.record, outsideWindow: null };
  await t.throwsAsync(foyer.enter(opened, new FakePeerSocket()), { message: 'no worker' });
  t.is(foyer.size, 0);
  isAway = false;
  await foyer.enter(opened, new FakePeerSocket());
  t.is(foyer.size, 1);
});

test('each check has the relay anew, for a while only', async (t) => {
  const world = aFoyer();
  const { visit, peer, socket } = await world.enter();
  const until = (servers: { username?: string | undefined }[] | undefined) =>
    servers?.[0]?.username?.slice(11, 16);
  t.is(until(earlyResult(visit, world.record).iceServers), '11:10');
  pass(world, 30);
  performEarly(visit, 'openMedia', { rtpCapabilities: {} } as never);
  t.is(until(socket.last('iceServers')?.iceServers), '11:40');
  t.deepEqual(socket.last('iceServers')?.iceServers[0]?.urls, [peer.id]);
});

test('one link takes no more places here than in its room, and the others keep theirs', async (t) => {
  const { enter, foyer, record } = aFoyer();
  for (let i = 0; i < limits.peersPerLink; i++) await enter();
  await t.throwsAsync(enter(), { code: 'room_full' });
  await enter(aLink(record));
  t.is(foyer.size, limits.peersPerLink + 1);
});

test('a room that was changed sends its visitors to ask anew, and no others', async (t) => {
  const { enter, foyer, record } = aFoyer();
  const { socket } = await enter();
  foyer.changed('another room');
  t.is(socket.closed, null);
  foyer.changed(record.id);
  t.is(socket.closed?.code, closeCodes.goingAway);
});

test('a server that stops tells everybody, and takes nobody in', async (t) => {
  const { enter, foyer } = aFoyer();
  const { socket } = await enter();
  foyer.close();
  t.is(socket.closed?.code, closeCodes.goingAway);
  await t.throwsAsync(enter(), { message: /stopping/ });
});

test('who goes is let go, as from a room', async (t: ExecutionContext) => {
  const { enter, foyer } = aFoyer();
  const { visit, socket } = await enter();
  performEarly(visit, 'leave', {} as never);
  t.deepEqual(socket.last('ended'), { reason: 'left' });
  t.is(socket.closed?.code, closeCodes.ended);
  t.is(foyer.size, 0);
});
