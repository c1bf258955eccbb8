import test from 'ava';
import { closeCodes } from '../../src/protocol/errors.ts';
import { limits } from '../../src/protocol/limits.ts';
import { AppError } from '../../src/server/errors.ts';
import { setQuality } from '../../src/server/room/actions/devices.ts';
import { setHold } from '../../src/server/room/actions/hold.ts';
import type { OpenedLink } from '../../src/server/room/openLink.ts';
import { Room } from '../../src/server/room/Room.ts';
import type { LinkRecord } from '../../src/server/room/records.ts';
import { callSnapshot, joinResult } from '../../src/server/room/snapshots.ts';
import { admittedAs, FakePeerSocket, fakeWorld, joinAs, type World } from '../helpers/fake-room.ts';
import { settled } from '../helpers/fake-socket.ts';
import { aLink } from '../helpers/store.ts';

async function open(world: World, onEmpty = () => {}) {
  return Room.open(world.record, world, onEmpty);
}

test('waiting people see nobody and hear of the seat; interviewers alone are told the counts', async (t) => {
  const room = await open(fakeWorld());
  const applicant = joinAs(room, 'applicant');
  const interviewer = joinAs(room, 'interviewer');
  t.is(joinResult(room, applicant.peer).counts, null);
  t.deepEqual(joinResult(room, interviewer.peer).counts, { waiting: 1, inCall: 0, requesting: [] });
  t.deepEqual(callSnapshot(room, applicant.peer).peers, []);
  room.setState(interviewer.peer, 'inCall');
  t.deepEqual(interviewer.socket.last('counts'), { waiting: 1, inCall: 1, requesting: [] });
  t.deepEqual(applicant.socket.events(), []);
});

test('a request is seen by interviewers in the call, and by nobody else', async (t) => {
  const room = await open(fakeWorld({ applicantSeats: 2 }));
  const interviewer = joinAs(room, 'interviewer', { inCall: true });
  const other = joinAs(room, 'applicant', { inCall: true });
  const asking = joinAs(room, 'applicant', { name: '応募花子' });
  other.socket.events();
  room.setState(asking.peer, 'requesting');
  t.like(interviewer.socket.last('peerUpdated'), { peer: { name: '応募花子', state: 'requesting' } });
  t.deepEqual(other.socket.events(), []);
  room.setState(asking.peer, 'waiting');
  t.deepEqual(interviewer.socket.last('peerLeft'), { peerId: asking.peer.id });
});

test('the gate on media follows the state: shut while waiting and asking, open in the call', async (t) => {
  const world = fakeWorld();
  const room = await open(world);
  const { peer } = joinAs(room, 'applicant');
  room.setState(peer, 'requesting');
  t.false(world.media.open.has(peer.id));
  room.setState(peer, 'inCall');
  t.true(world.media.open.has(peer.id));
  room.setState(peer, 'waiting');
  t.false(world.media.open.has(peer.id));
});

test('who asks holds the seat as who is in the call does, and others are told when it is free', async (t) => {
  const room = await open(fakeWorld());
  const first = joinAs(room, 'applicant');
  const second = joinAs(room, 'applicant');
  room.setState(first.peer, 'requesting');
  t.true(room.people.isSeatTaken(second.peer));
  t.false(room.people.isSeatTaken(first.peer));
  t.deepEqual(second.socket.last('seat'), { taken: true, movable: false });
  room.remove(first.peer);
  t.deepEqual(second.socket.last('seat'), { taken: false, movable: false });
});

test('a link takes a limited number of people, and never those of another link their place', async (t) => {
  const room = await open(fakeWorld());
  const admitted = admittedAs('applicant', room.record);
  const come = () => {
    const socket = new FakePeerSocket();
    return { socket, ...room.join(admitted, socket, undefined, false) };
  };
  const first = come();
  for (let i = 1; i < limits.peersPerLink; i++) come();
  const error = t.throws(come, { instanceOf: AppError });
  t.is(error.code, 'room_full');
  t.notThrows(() => joinAs(room, 'interviewer'));
  // Who has gone and had not asked makes room for who comes.
  room.disconnected(first.peer, first.socket);
  t.notThrows(come);
  t.throws(() => room.people.get(first.peer.id));
});

/** More people by the link of somebody who is there. */
const another = (room: Room, { link }: OpenedLink) => {
  const socket = new FakePeerSocket();
  return { socket, ...room.join({ link, room: room.record, outsideWindow: null }, socket, undefined, false) };
};

const named = (room: Room, label: string): OpenedLink => {
  const admitted = admittedAs('applicant', room.record);
  return { ...admitted, link: { ...admitted.link, label } };
};

test('a link with a person’s name has one seat, however many tabs ask, and the others have theirs', async (t) => {
  const world = fakeWorld({ applicantSeats: 3 });
  const room = await open(world);
  const [hers, his] = [named(room, '佐藤花子'), named(room, '鈴木一郎')];
  const tabs = [another(room, hers), another(room, hers)] as const;
  const him = another(room, his);
  const asks = [tabs[0].peer, him.peer];
  for (const peer of asks) {
    t.false(room.people.isSeatTaken(peer));
    room.setState(peer, 'requesting');
  }
  t.true(room.people.isSeatTaken(tabs[1].peer));
  t.true(room.people.isSeatTaken(another(room, hers).peer));
  t.false(room.people.isSeatTaken(another(room, named(room, '高橋次郎')).peer), 'one seat is left');
  // Back after a restart, which has kept no names of links.
  const { room: next } = await restarted(world);
  next.join(hers, new FakePeerSocket(), tabs[1].peer.resumeKey, true);
  t.true(next.people.isSeatTaken(next.people.get(tabs[1].peer.id)));
});

test('the seat is told when it changes, and not again and again', async (t) => {
  const room = await open(fakeWorld());
  const first = joinAs(room, 'applicant');
  const second = joinAs(room, 'applicant');
  joinResult(room, second.peer);
  for (const state of ['requesting', 'inCall', 'held', 'inCall', 'waiting', 'requesting'] as const)
    room.setState(first.peer, state);
  t.deepEqual(
    second.socket.told.filter(({ event }) => event === 'seat').map(({ data }) => data),
    [true, false, true].map((taken) => ({ taken, movable: false })),
  );
});

test('who leaves and comes again by a link with a name asks no oftener; by a link of many each does', async (t) => {
  const room = await open(fakeWorld({ applicantSeats: 3 }));
  const asksOf = (admitted: OpenedLink) => {
    let count = 0;
    for (let visits = 0; visits < 10; visits++) {
      const { peer } = another(room, admitted);
      while (room.mayAsk(peer)) count++;
      room.remove(peer, 'left');
    }
    return count;
  };
  joinAs(room, 'interviewer');
  const { burst } = limits.admissions;
  t.is(asksOf(named(room, '佐藤花子')), burst);
  t.is(asksOf(admittedAs('applicant', room.record)), 10 * burst);
});

test('who comes by a link again and again without an end has to wait, also when the room was empty', async (t) => {
  const world = fakeWorld();
  const admitted = admittedAs('applicant', world.record);
  let comings = 0;
  const error = await t.throwsAsync(
    async () => {
      for (; comings < 10 * limits.comings.burst; comings++) {
        const room = await open(world);
        room.remove(another(room, admitted).peer, 'left');
      }
    },
    { instanceOf: AppError },
  );
  t.is(error?.code, 'too_fast');
  t.true(comings >= limits.comings.burst);
});

test('a crowd that waits leaves places for the interviewers, and who comes back needs none', async (t) => {
  const room = await open(fakeWorld({ capacity: 5, interviewerSeats: 2, applicantSeats: 20 }));
  const applicant = joinAs(room, 'applicant');
  joinAs(room, 'applicant');
  joinAs(room, 'applicant');
  const full = () => t.throws(() => joinAs(room, 'applicant'), { instanceOf: AppError })?.code;
  t.is(full(), 'room_full');
  joinAs(room, 'interviewer');
  t.is(full(), 'room_full');
  joinAs(room, 'interviewer');
  t.throws(() => joinAs(room, 'interviewer'), { instanceOf: AppError });
  const { peer, socket, admitted } = applicant;
  room.disconnected(peer, socket);
  t.true(room.join(admitted, new FakePeerSocket(), peer.resumeKey, false).resumed);
});

test('the tabs of a person with a link of their own take one place of the room', async (t) => {
  const room = await open(fakeWorld({ capacity: 3, interviewerSeats: 1, applicantSeats: 2 }));
  const [sato, suzuki, tanaka] = ['佐藤花子', '鈴木太郎', '田中一郎'].map((label) => named(room, label)) as [
    OpenedLink,
    OpenedLink,
    OpenedLink,
  ];
  for (let tab = 1; tab < limits.peersPerLink; tab++) another(room, sato);
  const last = another(room, suzuki);
  joinAs(room, 'interviewer');
  room.disconnected(last.peer, last.socket);
  // The room is full of three people and one who is away, whose place is the only one that is free.
  another(room, tanaka);
  t.throws(() => another(room, named(room, '伊藤')), { instanceOf: AppError });
  t.notThrows(() => another(room, sato));
  t.throws(() => another(room, sato), { instanceOf: AppError });
});

test('who has gone makes room with all of their tabs, and only where that frees a place', async (t) => {
  const room = await open(fakeWorld({ capacity: 3, interviewerSeats: 1, applicantSeats: 2 }));
  const [sato, tanaka] = [named(room, '佐藤花子'), named(room, '田中一郎')];
  const tabs = [another(room, sato), another(room, sato)];
  another(room, named(room, '鈴木太郎'));
  const interviewer = joinAs(room, 'interviewer');
  const comes = () => another(room, tanaka);
  room.disconnected(interviewer.peer, interviewer.socket);
  t.throws(comes, { instanceOf: AppError }, 'it would be kept for an interviewer again');
  for (const { peer, socket } of tabs) {
    t.throws(comes, { instanceOf: AppError });
    room.disconnected(peer, socket);
  }
  t.notThrows(comes);
  t.deepEqual(
    tabs.filter(({ peer }) => room.people.has(peer)),
    [],
  );
  t.true(room.people.has(interviewer.peer));
});

test('the smallest room has a place for an applicant, and one that was made smaller for its interviewer', async (t) => {
  const small = await open(fakeWorld({ capacity: 2, interviewerSeats: 2 }));
  joinAs(small, 'applicant');
  joinAs(small, 'interviewer');
  const shrunk = await open(fakeWorld({ applicantSeats: 3 }));
  const there = [joinAs(shrunk, 'applicant'), joinAs(shrunk, 'applicant')];
  shrunk.update(
    { ...shrunk.record, capacity: 2 },
    there.map(({ admitted }) => admitted.link),
  );
  t.notThrows(() => joinAs(shrunk, 'interviewer'));
});

test('who takes the place of one that is away is not in a room that closed for it', async (t) => {
  const room = await open(fakeWorld({ capacity: 2, interviewerSeats: 2 }));
  const { peer, socket, admitted } = joinAs(room, 'applicant');
  room.disconnected(peer, socket);
  const next = another(room, admitted);
  t.false(room.closed);
  t.deepEqual([...room.people], [next.peer]);
});

test('a link for fifty takes fifty, and others who wait', async (t) => {
  const room = await open(fakeWorld({ applicantSeats: limits.seatsPerRole }));
  const admitted = admittedAs('applicant', room.record);
  for (let i = 0; i < 2 * limits.seatsPerRole; i++) another(room, admitted);
  t.is(t.throws(() => another(room, admitted), { instanceOf: AppError })?.code, 'room_full');
});

test('outside the window newcomers are refused, and who is in the room comes back', async (t) => {
  const room = await open(fakeWorld());
  const { peer, admitted } = joinAs(room, 'applicant', { inCall: true });
  const late = { ...admitted, outsideWindow: new AppError('link_expired', 'closed') };
  t.throws(() => room.join(late, new FakePeerSocket(), undefined, false), { message: 'closed' });
  t.throws(() => room.join(late, new FakePeerSocket(), 'guessed', false), { message: 'closed' });
  const back = room.join(late, new FakePeerSocket(), peer.resumeKey, true);
  t.is(back.peer, peer);
  t.true(back.resumed);
});

test('a lost socket keeps the seat for the grace period, shown as not connected', async (t) => {
  const world = fakeWorld();
  const room = await open(world);
  const interviewer = joinAs(room, 'interviewer', { inCall: true });
  const { peer, socket, admitted } = joinAs(room, 'applicant', { inCall: true });
  room.disconnected(peer, socket);
  t.like(interviewer.socket.last('peerUpdated'), { peer: { id: peer.id, connected: false } });
  world.clock.advance(59_999);
  const again = new FakePeerSocket();
  t.true(room.join(admitted, again, peer.resumeKey, true).resumed);
  t.like(interviewer.socket.last('peerUpdated'), { peer: { id: peer.id, connected: true } });
  t.is(joinResult(room, peer).state, 'inCall');
  world.clock.advance(60_000);
  t.is(room.people.get(peer.id), peer);
  t.deepEqual(world.media.removed, []);
});

test('after the grace period the person is gone, and the key opens a new place only', async (t) => {
  const world = fakeWorld();
  const room = await open(world);
  const interviewer = joinAs(room, 'interviewer', { inCall: true });
  const { peer, socket, admitted } = joinAs(room, 'applicant', { inCall: true });
  room.disconnected(peer, socket);
  world.clock.advance(60_000);
  t.deepEqual(interviewer.socket.last('peerLeft'), { peerId: peer.id });
  t.deepEqual(world.media.removed, [peer.id]);
  t.throws(() => room.people.get(peer.id), { message: /not in the room any more/ });
  const back = room.join(admitted, new FakePeerSocket(), peer.resumeKey, true);
  t.false(back.resumed);
  t.is(back.peer.state, 'waiting');
});

test('who has closed the page has the time of a reload to come back, and has left then', async (t) => {
  const world = fakeWorld();
  const room = await open(world);
  const interviewer = joinAs(room, 'interviewer', { inCall: true });
  const { peer, socket, admitted } = joinAs(room, 'applicant', { inCall: true });
  room.disconnected(peer, socket, true);
  world.clock.advance(9_999);
  const reloaded = new FakePeerSocket();
  t.true(room.join(admitted, reloaded, peer.resumeKey, false).resumed);
  world.clock.advance(60_000);
  t.is(room.people.get(peer.id), peer);
  room.disconnected(peer, reloaded, true);
  world.clock.advance(10_000);
  t.deepEqual(interviewer.socket.last('peerLeft'), { peerId: peer.id });
  await settled();
  t.is(world.store.stays.find(({ peerId }) => peerId === peer.id)?.ending, 'left');
});

test('another tab with the key takes the seat over; the first socket is told and its late end changes nothing', async (t) => {
  const world = fakeWorld();
  const room = await open(world);
  const { peer, socket, admitted } = joinAs(room, 'applicant', { inCall: true });
  const second = new FakePeerSocket();
  room.join(admitted, second, peer.resumeKey, false);
  t.is(socket.closed?.code, closeCodes.replaced);
  t.deepEqual(world.media.removed, [peer.id]);
  room.disconnected(peer, socket);
  t.is(peer.socket, second);
});

test('a resume key of another link opens nothing', async (t) => {
  const room = await open(fakeWorld());
  const { peer } = joinAs(room, 'interviewer', { inCall: true });
  const other = room.join(admittedAs('applicant', room.record), new FakePeerSocket(), peer.resumeKey, false);
  t.false(other.resumed);
  t.is(other.peer.role, 'applicant');
});

test('the room is empty when its last person is gone, and takes nobody in afterwards', async (t) => {
  let empty = 0;
  const room = await open(fakeWorld(), () => empty++);
  const a = joinAs(room, 'applicant');
  const b = joinAs(room, 'interviewer');
  room.remove(a.peer);
  t.is(empty, 0);
  room.remove(b.peer, 'left');
  room.remove(b.peer, 'left');
  t.is(empty, 1);
  t.true(room.closed);
  t.deepEqual(b.socket.last('ended'), { reason: 'left' });
  t.is(b.socket.closed?.code, closeCodes.ended);
});

test('each stay in the call is recorded from entering to leaving', async (t) => {
  const world = fakeWorld();
  const room = await open(world);
  const { peer } = joinAs(room, 'applicant', { name: '応募花子' });
  world.clock.advance(1000);
  const enteredAt = world.clock.now();
  room.setState(peer, 'inCall');
  world.clock.advance(1000);
  room.remove(peer);
  await room.close('left');
  t.is(world.store.stays.length, 1);
  t.like(world.store.stays[0], { name: '応募花子', role: 'applicant', enteredAt, leftAt: world.clock.now() });
});

test('a stay is stored as soon as the database is back, and nobody waited for it', async (t) => {
  const world = fakeWorld();
  const room = await open(world);
  world.store.failure = new Error('the database is away');
  const { peer } = joinAs(room, 'applicant', { inCall: true });
  await settled();
  t.is(peer.state, 'inCall');
  // Of the stay, and of the seat.
  t.is(world.errors.length, 2);
  world.store.failure = null;
  world.clock.advance(2000);
  await settled();
  t.is(world.store.stays.length, 1);
  t.like(world.store.seats.get(peer.id), { state: 'inCall', stayId: world.store.stays[0]?.id });
});

test('closing tells everyone why, ends the stays and the media', async (t) => {
  const world = fakeWorld();
  const room = await open(world);
  const a = joinAs(room, 'interviewer', { inCall: true });
  const b = joinAs(room, 'applicant');
  await room.close('server_stopping');
  for (const { socket } of [a, b]) {
    t.deepEqual(socket.last('ended'), { reason: 'server_stopping' });
    t.is(socket.closed?.code, closeCodes.goingAway);
  }
  t.deepEqual(world.store.stays[0]?.leftAt, world.clock.now());
  t.true(world.media.closed);
});

test('seats are stored with what is needed to come back, and without the key to them', async (t) => {
  const world = fakeWorld();
  const room = await open(world);
  const { peer, admitted } = joinAs(room, 'applicant');
  await settled();
  const stored = () => world.store.seats.get(peer.id);
  t.like(stored(), { roomId: room.record.id, linkId: admitted.link.id, state: 'waiting', stayId: null });
  t.false(JSON.stringify([...world.store.seats.values()]).includes(String(peer.resumeKey)));
  room.setState(peer, 'requesting');
  world.clock.advance(100);
  await settled();
  t.is(stored()?.state, 'requesting');
  room.remove(peer, 'left');
  world.clock.advance(100);
  await settled();
  t.is(stored(), undefined);
});

/** What the store of a server that died has of the room, and a room of the next server on it. */
async function restarted(world: World) {
  await settled();
  world.clock.advance(100);
  await settled();
  const seats = await world.store.readSeats();
  const opened = await Room.open(world.record, world, () => {}, seats);
  return { room: opened, seats };
}

test('after a restart each comes back by their key into the state they were in', async (t) => {
  const world = fakeWorld({ applicantSeats: 3 });
  const before = await open(world);
  const interviewer = joinAs(before, 'interviewer', { inCall: true });
  const held = joinAs(before, 'applicant', { inCall: true, name: '保留花子' });
  const asking = joinAs(before, 'applicant');
  const waiting = joinAs(before, 'applicant');
  setHold(before, held.peer, true);
  before.setState(asking.peer, 'requesting');
  setQuality(before, held.peer, 'low');
  const { room } = await restarted(world);
  t.is([...room.people].length, 4);
  for (const [was, state] of [
    [interviewer, 'inCall'],
    [held, 'held'],
    [asking, 'requesting'],
    [waiting, 'waiting'],
  ] as const) {
    const socket = new FakePeerSocket();
    const { peer, resumed } = room.join(was.admitted, socket, was.peer.resumeKey, true);
    t.true(resumed);
    t.is(peer.id, was.peer.id);
    t.is(peer.state, state);
    t.is(joinResult(room, peer).resumeKey, String(was.peer.resumeKey));
    t.is(peer.connected, true);
    t.deepEqual(socket.last('mediaLost'), {});
  }
  t.like(room.people.get(held.peer.id), { name: '保留花子', quality: 'low' });
  t.is(world.store.stays.length, 2);
  await settled();
  const opened = world.store.audit.filter(({ action }) => action === 'room.opened');
  t.is(opened.length, 1, 'it goes on as the room that it was');
});

test('who did not come back after a restart reads nothing that was written with the next applicant', async (t) => {
  const world = fakeWorld({ applicantSeats: 2 });
  const links = ['佐藤花子', '鈴木太郎'].map((label) => aLink(world.record, { role: 'applicant', label }));
  world.store.changed = { room: world.record, links };
  const comes = (room: Room, link: LinkRecord) => {
    const admitted = { link, room: world.record, outsideWindow: null };
    const { peer } = room.join(admitted, new FakePeerSocket(), undefined, false);
    room.setState(peer, 'inCall');
    return peer;
  };
  const [hanako, taro] = links as [LinkRecord, LinkRecord];
  const before = await open(world);
  comes(before, hanako);
  await before.close('server_stopping');
  const { room } = await restarted(world);
  const host = joinAs(room, 'interviewer', { inCall: true }).peer;
  world.clock.advance(world.graceMs);
  const other = comes(room, taro);
  world.clock.advance(1000);
  await room.chat.send(host, { clientId: 'a', text: '鈴木さんへ' });
  t.is(callSnapshot(room, other).messages.length, 1);
  world.clock.advance(1000);
  t.deepEqual(callSnapshot(room, comes(room, hanako)).messages, []);
});

test('a stay goes on over a restart, and is left to end when it was last seen for who does not come back', async (t) => {
  const world = fakeWorld();
  const before = await open(world);
  const stays = joinAs(before, 'interviewer', { inCall: true });
  const goes = joinAs(before, 'applicant', { inCall: true });
  const { room } = await restarted(world);
  world.store.stays.length = 0;
  const { peer } = room.join(stays.admitted, new FakePeerSocket(), stays.peer.resumeKey, true);
  await settled();
  // The next server vouches for this stay alone.
  t.deepEqual(
    world.store.stays.map(({ id, enteredAt }) => ({ id, enteredAt })),
    [stays.peer.stay],
  );
  world.clock.advance(60_000);
  await settled();
  t.throws(() => room.people.get(goes.peer.id));
  t.is(world.store.seats.has(goes.peer.id), false);
  t.is(world.store.stays.length, 1);
  const left = world.store.audit.filter(({ action }) => action === 'call.left');
  t.like(left, [{ actor: `peer:${goes.peer.id}`, details: { ending: 'server_lost' } }]);
  t.is(room.people.get(peer.id).state, 'inCall');
});

test('after a stop in good order the next stay is another one, as the first was ended', async (t) => {
  const world = fakeWorld();
  const before = await open(world);
  const { peer, admitted } = joinAs(before, 'interviewer', { inCall: true });
  const { resumeKey } = peer;
  const first = peer.stay?.id;
  await before.close('server_stopping');
  const { room } = await restarted(world);
  const back = room.join(admitted, new FakePeerSocket(), resumeKey, true);
  t.is(back.peer.state, 'inCall');
  await settled();
  const [ended, goesOn] = world.store.stays;
  t.like(ended, { id: first, ending: 'server_stopping' });
  t.like(goesOn, { id: back.peer.stay?.id, leftAt: null, peerId: peer.id });
  t.not(goesOn?.id, first);
});

test('a seat opens to its own key and link alone, and holds its place until the grace period is over', async (t) => {
  const world = fakeWorld();
  const { peer, admitted } = joinAs(await open(world), 'applicant', { inCall: true });
  const { room, seats } = await restarted(world);
  const comes = (key: string, linkId = admitted.link.id) =>
    room.join(admittedAs('applicant', room.record, linkId), new FakePeerSocket(), key, true);
  t.false(comes(seats[0]?.keyHash as string).resumed);
  t.false(comes('').resumed);
  t.false(comes(String(peer.resumeKey), 'another').resumed);
  const other = comes('guessed');
  t.true(room.people.isSeatTaken(other.peer));
  world.clock.advance(60_000);
  t.false(room.people.isSeatTaken(other.peer));
  t.false(comes(String(peer.resumeKey)).resumed);
});
