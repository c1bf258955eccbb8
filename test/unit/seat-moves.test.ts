/** A seat goes on on another device of the same person: at once, or once an interviewer agrees. */
import test from 'ava';
import { closeCodes } from '../../src/protocol/errors.ts';
import { limits } from '../../src/protocol/limits.ts';
import type { AppError } from '../../src/server/errors.ts';
import { perform } from '../../src/server/room/actions/index.ts';
import type { AuditEntry } from '../../src/server/room/audit.ts';
import type { OpenedLink } from '../../src/server/room/openLink.ts';
import type { Peer } from '../../src/server/room/Peer.ts';
import { Room } from '../../src/server/room/Room.ts';
import { joinResult } from '../../src/server/room/snapshots.ts';
import { admittedAs, FakePeerSocket, fakeWorld, joinAs, type World } from '../helpers/fake-room.ts';
import { settled } from '../helpers/fake-socket.ts';
import { aLink } from '../helpers/store.ts';

const open = (world: World) => Room.open(world.record, world, () => undefined);

/** The same link opened on one more device. */
function onAnother(room: Room, opened: OpenedLink, resumeKey?: string) {
  const socket = new FakePeerSocket();
  const joined = room.join(opened, socket, resumeKey, false);
  joinResult(room, joined.peer);
  return { socket, ...joined };
}

const ask = (room: Room, peer: Peer, name?: string) => perform({ room, peer }, 'moveSeat', { name });
const codeOf = (act: () => unknown) => {
  try {
    act();
    return null;
  } catch (error) {
    return (error as AppError).code;
  }
};

async function meeting(applicant: { label?: string } = {}) {
  const noted: AuditEntry[] = [];
  const world = { ...fakeWorld(), onNoted: (entry: AuditEntry) => void noted.push(entry) };
  const room = await open(world);
  const interviewer = joinAs(room, 'interviewer', { inCall: true, name: '毎日太郎' });
  const link = aLink(room.record, { role: 'applicant', ...applicant });
  const opened = { link, room: room.record, outsideWindow: null };
  const pc = onAnother(room, opened);
  pc.peer.introduce({ name: '佐藤花子' });
  room.setState(pc.peer, 'inCall');
  return { world, noted, room, interviewer, opened, pc };
}

test('by a link with one person’s name the seat moves at once: one seat, one stay, and the way back', async (t) => {
  const { world, noted, room, interviewer, opened, pc } = await meeting({ label: '佐藤花子' });
  room.setState(pc.peer, 'held');
  const phone = onAnother(room, opened);
  t.like(joinResult(room, phone.peer), { seatTaken: true, seatMovable: true, moveAsked: false });
  const { resumeKey } = await ask(room, phone.peer);
  t.is(interviewer.socket.last('moveRequests'), undefined, 'nobody is asked');
  const moved = onAnother(room, opened, resumeKey ?? undefined);
  t.is(moved.peer, pc.peer);
  t.like(joinResult(room, moved.peer), { state: 'held', name: '佐藤花子' });
  t.is(pc.socket.closed?.code, closeCodes.replaced);
  const back = onAnother(room, opened, pc.peer.resumeKey);
  t.is(back.peer, pc.peer);
  t.is(moved.socket.closed?.code, closeCodes.replaced);
  await settled();
  t.is(world.store.stays.filter(({ role }) => role === 'applicant').length, 1);
  t.like(
    noted.find(({ action }) => action === 'seat.moved'),
    { actor: `peer:${phone.peer.id}`, subject: pc.peer.id },
  );
});

test('by a link for anyone an interviewer is asked, and the seat moves when they agree', async (t) => {
  const { noted, room, interviewer, opened, pc } = await meeting();
  const phone = onAnother(room, opened);
  t.like(interviewer.socket.last('counts'), { waiting: 1, inCall: 2 });
  t.deepEqual(await ask(room, phone.peer, 'さとう'), { resumeKey: null });
  t.like(interviewer.socket.last('counts'), { waiting: 0, inCall: 2 }, 'one person, not two');
  const request = { id: phone.peer.id, name: 'さとう', holder: '佐藤花子', role: 'applicant' };
  t.deepEqual(interviewer.socket.last('moveRequests'), { requests: [request] });
  t.true(joinResult(room, phone.peer).moveAsked);
  t.is(pc.socket.last('moveRequests'), undefined, 'applicants are not told');
  const answer = { peerId: phone.peer.id, allowed: true };
  await perform({ room, peer: interviewer.peer }, 'answerMove', answer);
  t.deepEqual(interviewer.socket.last('moveRequests'), { requests: [] });
  const { resumeKey } = phone.socket.last('seatMoved') ?? {};
  t.is(onAnother(room, opened, resumeKey).peer, pc.peer);
  t.is(
    codeOf(() => perform({ room, peer: interviewer.peer }, 'answerMove', answer)),
    'wrong_state',
  );
  t.like(
    noted.find(({ action }) => action === 'seat.moved'),
    { actor: `peer:${interviewer.peer.id}`, subject: pc.peer.id },
  );
});

test('an interviewer refuses: who asked is told, and the seat stays where it is', async (t) => {
  const { noted, room, interviewer, opened, pc } = await meeting();
  const phone = onAnother(room, opened);
  await ask(room, phone.peer);
  await perform({ room, peer: interviewer.peer }, 'answerMove', { peerId: phone.peer.id, allowed: false });
  t.deepEqual(phone.socket.last('moveRefused'), {});
  t.is(phone.socket.last('seatMoved'), undefined);
  t.false(joinResult(room, phone.peer).moveAsked);
  t.is(pc.socket.closed, null);
  t.true(noted.some(({ action }) => action === 'seat.refused'));
});

test('an interviewer who has lost the line goes on elsewhere at once, where no other can be asked', async (t) => {
  const room = await open(fakeWorld({ interviewerSeats: 2 }));
  const first = joinAs(room, 'interviewer', { inCall: true });
  const second = joinAs(room, 'interviewer', { inCall: true });
  room.disconnected(first.peer, first.socket);
  const phone = onAnother(room, first.admitted);
  t.deepEqual(await ask(room, phone.peer), { resumeKey: null });
  t.is(second.socket.last('moveRequests')?.requests.length, 1);
  room.remove(second.peer, 'revoked');
  t.is((await ask(room, phone.peer)).resumeKey, first.peer.resumeKey ?? null);
});

test('every interviewer in the call is asked, also one who comes later or has lost the line', async (t) => {
  const world = fakeWorld({ interviewerSeats: 2 });
  const room = await open(world);
  const first = joinAs(room, 'interviewer', { inCall: true });
  const pc = joinAs(room, 'applicant', { inCall: true });
  room.disconnected(first.peer, first.socket);
  const phone = onAnother(room, pc.admitted);
  await ask(room, phone.peer);
  const back = onAnother(room, first.admitted, first.peer.resumeKey);
  t.is(back.socket.last('moveRequests')?.requests.length, 1);
  const second = joinAs(room, 'interviewer');
  t.is(second.socket.last('moveRequests'), undefined, 'not in the waiting room');
  room.setState(second.peer, 'inCall');
  t.is(second.socket.last('moveRequests')?.requests.length, 1);
  await perform({ room, peer: second.peer }, 'answerMove', { peerId: phone.peer.id, allowed: false });
  t.deepEqual(back.socket.last('moveRequests'), { requests: [] });
});

test('a request ends with who asked, with their taking it back, and with the seat that is free', async (t) => {
  const { room, interviewer, opened, pc } = await meeting();
  const asked = () => interviewer.socket.last('moveRequests')?.requests.length;
  const phone = onAnother(room, opened);
  await ask(room, phone.peer);
  t.is(asked(), 1);
  await perform({ room, peer: phone.peer }, 'cancelMove', {});
  t.is(asked(), 0);
  await ask(room, phone.peer);
  room.disconnected(phone.peer, phone.socket);
  t.is(asked(), 0, 'nobody is at the other end');
  const back = onAnother(room, opened, phone.peer.resumeKey);
  t.is(asked(), 1);
  room.remove(pc.peer, 'left');
  t.is(asked(), 0);
  t.deepEqual(back.socket.last('seat'), { taken: false, movable: false });
  t.false(joinResult(room, phone.peer).moveAsked);
});

test('an answer that came while the line was away is told with the next join', async (t) => {
  const { room, interviewer, opened, pc } = await meeting();
  const phone = onAnother(room, opened);
  await ask(room, phone.peer);
  await perform({ room, peer: interviewer.peer }, 'answerMove', { peerId: phone.peer.id, allowed: true });
  room.disconnected(phone.peer, phone.socket);
  const { peer } = onAnother(room, opened, phone.peer.resumeKey);
  t.is(joinResult(room, peer).movedKey, pc.peer.resumeKey ?? null);
});

test('nobody gets a seat of another link, nor one of several by another name', async (t) => {
  const world = fakeWorld({ applicantSeats: 2 });
  const room = await open(world);
  joinAs(room, 'interviewer', { inCall: true });
  const one = joinAs(room, 'applicant', { inCall: true, name: '佐藤花子' });
  const stranger = onAnother(room, admittedAs('applicant', room.record));
  t.is(
    codeOf(() => ask(room, stranger.peer, '佐藤花子')),
    'not_found',
  );
  t.false(joinResult(room, stranger.peer).seatMovable);
  const other = onAnother(room, one.admitted);
  other.peer.introduce({ name: '鈴木一郎' });
  room.setState(other.peer, 'inCall');
  const phone = onAnother(room, one.admitted);
  t.is(
    codeOf(() => ask(room, phone.peer, '高橋次郎')),
    'not_found',
  );
  t.is(
    codeOf(() => ask(room, phone.peer, '鈴木一郎')),
    null,
  );
  t.is(room.people.moves.find(phone.peer.id)?.holder, other.peer);
});

test('an interviewer’s seat whose line is lost moves at once, as nobody may be there to agree', async (t) => {
  const room = await open(fakeWorld());
  const pc = joinAs(room, 'interviewer', { inCall: true });
  const phone = onAnother(room, pc.admitted);
  t.deepEqual(await ask(room, phone.peer), { resumeKey: null });
  t.is(pc.socket.last('moveRequests')?.requests.length, 1, 'the other device asks itself');
  room.disconnected(pc.peer, pc.socket);
  const { resumeKey } = await ask(room, phone.peer);
  t.is(onAnother(room, pc.admitted, resumeKey ?? undefined).peer, pc.peer);
});

test('a seat whose key only its holder knows, after a restart, gets another one', async (t) => {
  const world = fakeWorld();
  const { room, opened, pc } = await meeting({ label: '佐藤花子' });
  const seat = pc.peer.seat(room.record.id, 'before');
  const restarted = await Room.open(room.record, world, () => undefined, [seat]);
  const phone = onAnother(restarted, opened);
  const { resumeKey } = await ask(restarted, phone.peer);
  t.not(resumeKey, pc.peer.resumeKey);
  t.is(onAnother(restarted, opened, resumeKey ?? undefined).peer.id, pc.peer.id);
  t.false(onAnother(restarted, opened, pc.peer.resumeKey).resumed);
});

test('who asks again and again has to wait', async (t) => {
  const { room, opened } = await meeting();
  const phone = onAnother(room, opened);
  for (let i = 0; i < limits.admissions.burst; i++) await ask(room, phone.peer);
  t.is(
    codeOf(() => ask(room, phone.peer)),
    'too_fast',
  );
});
