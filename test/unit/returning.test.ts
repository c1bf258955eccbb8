/** A call may run longer than its room is open: who was in it comes back, and nobody else comes in. */
import test from 'ava';
import { AppError } from '../../src/server/errors.ts';
import type { OpenedLink } from '../../src/server/room/openLink.ts';
import { Room } from '../../src/server/room/Room.ts';
import { admittedAs, FakePeerSocket, fakeWorld, joinAs, type World } from '../helpers/fake-room.ts';
import { aLink } from '../helpers/store.ts';

const MINUTE = 60_000;

type Reason = 'link_expired' | 'link_early' | 'store_unavailable';

const outside = (opened: OpenedLink, reason: Reason = 'link_expired'): OpenedLink => ({
  ...opened,
  outsideWindow: new AppError(reason, 'not now'),
});

/** In the call, and how they come again. */
function comes(room: Room, role: 'interviewer' | 'applicant', opened = admittedAs(role, room.record)) {
  const { peer } = room.join(opened, new FakePeerSocket(), undefined, false);
  room.setState(peer, 'inCall');
  const { resumeKey } = peer;
  const comesBack = (again: OpenedLink, key = resumeKey) =>
    room.join(again, new FakePeerSocket(), key, false);
  return { peer, opened, resumeKey, comesBack };
}

const openRoom = (world: World) => Room.open(world.record, world, () => undefined);

test('who has left a call that runs late comes back into the waiting room by their key, and nobody without it', async (t) => {
  const room = await openRoom(fakeWorld());
  joinAs(room, 'interviewer', { inCall: true });
  const { peer, opened, comesBack } = comes(room, 'applicant');
  room.remove(peer, 'left');
  const refused = (again: OpenedLink, key?: string) =>
    t.throws(() => comesBack(again, key), { instanceOf: AppError }).code;
  t.is(refused(outside(opened), 'another key'), 'link_expired');
  t.is(refused(outside(opened, 'store_unavailable')), 'store_unavailable');
  t.is(refused(outside(admittedAs('applicant', room.record))), 'link_expired', 'by another link');
  t.is(refused(outside({ ...opened, link: { ...opened.link, version: 2 } })), 'link_expired', 'a newer link');
  const closed = { ...opened, room: { ...room.record, closedAt: new Date() } };
  t.is(refused(outside(closed)), 'link_expired', 'an administrator has closed the room');
  const back = comesBack(outside(opened));
  t.deepEqual([back.resumed, back.peer.state], [false, 'waiting']);
});

test('… as long as it runs, and for ten minutes after it', async (t) => {
  const world = fakeWorld();
  const room = await openRoom(world);
  const interviewer = comes(room, 'interviewer');
  const { peer, opened, comesBack } = comes(room, 'applicant');
  room.remove(peer, 'left');
  world.clock.advance(60 * MINUTE);
  const back = comesBack(outside(opened, 'link_early')).peer;
  t.is(back.state, 'waiting', 'an hour later, as the call still runs');
  room.remove(back);
  room.remove(interviewer.peer, 'left');
  const { returning } = world;
  const mayReturn = (key: string | undefined) => returning.mayReturn(outside(interviewer.opened), key, []);
  world.clock.advance(10 * MINUTE - 1);
  t.true(mayReturn(interviewer.resumeKey));
  world.clock.advance(1);
  t.false(mayReturn(interviewer.resumeKey));
});

test('who was never in the call does not, nor who was in one that an administrator ended', async (t) => {
  const world = fakeWorld();
  const room = await openRoom(world);
  const interviewer = comes(room, 'interviewer');
  const waiting = joinAs(room, 'applicant');
  const key = waiting.peer.resumeKey;
  room.remove(waiting.peer);
  const again = outside(waiting.admitted);
  t.throws(() => room.join(again, new FakePeerSocket(), key, false), { message: 'not now' });
  room.end();
  t.false(world.returning.mayReturn(outside(interviewer.opened), interviewer.resumeKey, []));
});

test('a link with one person’s name lets them in on another device while they are in the call', async (t) => {
  const room = await openRoom(fakeWorld());
  const interviewer = joinAs(room, 'interviewer', { inCall: true });
  const link = aLink(room.record, { role: 'applicant', label: '佐藤花子' });
  const opened = { link, room: room.record, outsideWindow: null };
  const { peer } = comes(room, 'applicant', opened);
  const onPhone = room.join(outside(opened), new FakePeerSocket(), undefined, false);
  t.is(onPhone.peer.state, 'waiting');
  room.remove(peer, 'left');
  t.throws(() => room.join(outside(opened), new FakePeerSocket(), undefined, false), { message: 'not now' });
  const theirs = outside(interviewer.admitted);
  t.throws(() => room.join(theirs, new FakePeerSocket(), undefined, false), { message: 'not now' });
});
