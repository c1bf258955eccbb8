import test from 'ava';
import { limits } from '../../src/protocol/limits.ts';
import { callActions } from '../../src/server/room/actions/call.ts';
import { Room } from '../../src/server/room/Room.ts';
import { joinResult } from '../../src/server/room/snapshots.ts';
import { en } from '../../src/web/i18n/en.ts';
import { ja } from '../../src/web/i18n/ja.ts';
import { admittedAs, FakePeerSocket, fakeWorld, joinAs } from '../helpers/fake-room.ts';

async function start() {
  const world = fakeWorld({ applicantSeats: 3 });
  const room = await Room.open(world.record, world, () => {});
  const watcher = joinAs(room, 'interviewer');
  return { room, watcher, counts: () => joinResult(room, watcher.peer).counts };
}

const none = { waiting: 0, inCall: 0, requesting: [] };

test('applicants who wait are counted: neither oneself nor another interviewer', async (t) => {
  const { room, counts } = await start();
  joinAs(room, 'interviewer');
  t.deepEqual(counts(), none);
  const applicant = joinAs(room, 'applicant');
  t.deepEqual(counts(), { ...none, waiting: 1 });
  room.disconnected(applicant.peer, applicant.socket);
  t.deepEqual(counts(), none);
});

test('who is at the check is not in the waiting room, and interviewers hear when they are', async (t) => {
  const { room, watcher, counts } = await start();
  const { peer } = joinAs(room, 'applicant');
  await callActions.setAtCheck({ room, peer }, { atCheck: true });
  t.deepEqual(counts(), none);
  t.deepEqual(watcher.socket.last('counts'), none);
  await callActions.setAtCheck({ room, peer }, { atCheck: false });
  t.deepEqual(watcher.socket.last('counts'), { ...none, waiting: 1 });
});

test('who goes to the check and back again and again tells interviewers so no more than anybody needs', async (t) => {
  const { room, watcher } = await start();
  const { peer } = joinAs(room, 'applicant');
  const told = () => watcher.socket.told.filter(({ event }) => event === 'counts').length;
  const before = told();
  // What does not change is no change.
  for (let i = 0; i < 100; i++) await callActions.setAtCheck({ room, peer }, { atCheck: false });
  t.is(told(), before);
  const outcomes: boolean[] = [];
  for (let i = 0; i < 100; i++) {
    const turn = async () => callActions.setAtCheck({ room, peer }, { atCheck: !peer.presence.isAtCheck });
    outcomes.push(
      await turn().then(
        () => true,
        ({ code }) => t.is(code, 'too_fast') && false,
      ),
    );
  }
  const done = outcomes.filter(Boolean).length;
  t.true(done >= limits.checks.burst && done < 50, String(done));
  t.is(told() - before, done);
});

test('who asks is named to interviewers who wait, and stays counted while the line is lost', async (t) => {
  const { room, watcher } = await start();
  const { peer, socket } = joinAs(room, 'applicant', { name: '佐藤花子' });
  room.setState(peer, 'requesting');
  const asked = { ...none, waiting: 1, requesting: [{ id: peer.id, name: '佐藤花子' }] };
  t.deepEqual(watcher.socket.last('counts'), asked);
  room.disconnected(peer, socket);
  t.deepEqual(watcher.socket.last('counts'), asked);
  room.setState(peer, 'inCall');
  t.deepEqual(watcher.socket.last('counts'), { ...none, inCall: 1 });
});

test('one person with two devices is one, in the call before the waiting room', async (t) => {
  const { room, counts } = await start();
  const admitted = admittedAs('applicant', room.record);
  const opened = { ...admitted, link: { ...admitted.link, label: '佐藤花子' } };
  const [computer] = [1, 2].map(() => room.join(opened, new FakePeerSocket(), undefined, false).peer);
  t.deepEqual(counts(), { ...none, waiting: 1 });
  if (computer) room.setState(computer, 'inCall');
  t.deepEqual(counts(), { ...none, inCall: 1 });
});

test('applicants are told nothing of it', async (t) => {
  const { room } = await start();
  const applicant = joinAs(room, 'applicant');
  room.setState(joinAs(room, 'applicant').peer, 'requesting');
  t.false(applicant.socket.told.some(({ event }) => event === 'counts'));
});

test('the line on who waits names who asks, and nobody where names are not to be shown', (t) => {
  const said = [ja, en].map(({ waiting: { applicants } }) => [
    applicants(1, []),
    applicants(1, ['佐藤花子']),
    applicants(2, ['', '']),
  ]);
  t.deepEqual(said, [
    [
      '応募者 1名（リクエストはまだありません）',
      '応募者 1名（リクエスト中：佐藤花子）',
      '応募者 2名（リクエスト中：2名）',
    ],
    [
      '1 applicant (no request yet)',
      '1 applicant (asking to join: 佐藤花子)',
      '2 applicants (asking to join: 2)',
    ],
  ]);
});
