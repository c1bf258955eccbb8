/** Hold, hands, sharing, quality, what interviewers turn off, and how participants enter. */
import test from 'ava';
import { limits } from '../../src/protocol/limits.ts';
import type { AppError } from '../../src/server/errors.ts';
import { callActions } from '../../src/server/room/actions/call.ts';
import {
  deviceActions,
  setDevices,
  setQuality,
  setSharing,
  turnOff,
} from '../../src/server/room/actions/devices.ts';
import { setHold } from '../../src/server/room/actions/hold.ts';
import { Room } from '../../src/server/room/Room.ts';
import { callSnapshot, joinResult } from '../../src/server/room/snapshots.ts';
import { slowLine } from '../helpers/check-outcomes.ts';
import { aClientId, FakePeerSocket, fakeWorld, joinAs } from '../helpers/fake-room.ts';
import { settled } from '../helpers/fake-socket.ts';

async function aCall(room = {}) {
  const world = fakeWorld({ applicantSeats: 3, ...room });
  const opened = await Room.open(world.record, world, () => {});
  const interviewer = joinAs(opened, 'interviewer', { inCall: true, name: '毎日太郎' });
  const applicant = joinAs(opened, 'applicant', { inCall: true, name: '応募花子' });
  // What is written of their coming, which nobody waits for.
  while (world.store.stays.length < 2) await settled();
  return { world, room: opened, interviewer, applicant };
}

const codeOf = (action: () => void) => {
  try {
    action();
    return null;
  } catch (error) {
    return (error as AppError).code;
  }
};

test('a hand and a screen that go up and down without end are shown as often as in earnest, and come down at any time', async (t) => {
  const { room, applicant, interviewer } = await aCall();
  const { peer } = applicant;
  const actions = {
    hands: (on: boolean) => void callActions.setHand({ room, peer }, { raised: on }),
    sharings: (on: boolean) => setSharing(room, peer, on),
  };
  for (const [limit, set] of Object.entries(actions)) {
    const { burst } = limits[limit as keyof typeof actions];
    const before = interviewer.socket.told.length;
    const outcomes: (string | null)[] = [];
    for (let i = 0; i < 2 * burst; i++) {
      outcomes.push(codeOf(() => set(true)));
      t.is(
        codeOf(() => set(false)),
        null,
      );
    }
    const done = outcomes.filter((outcome) => outcome === null).length;
    t.true(done >= burst && done < 2 * burst, `${limit}: ${done}`);
    t.deepEqual([...new Set(outcomes)], [null, 'too_fast']);
    const told = interviewer.socket.told.length - before;
    t.is(told, 2 * done, limit);
  }
  t.false(peer.handRaised || peer.sharing);
});

test('hold shuts the gate of the one who is held, and leaves chat and seat', async (t) => {
  const { world, room, interviewer, applicant } = await aCall();
  setHold(room, applicant.peer, true);
  t.false(world.media.open.has(applicant.peer.id));
  t.true(world.media.open.has(interviewer.peer.id));
  t.deepEqual(applicant.socket.last('hold'), { held: true });
  t.like(interviewer.socket.last('peerUpdated'), { peer: { state: 'held' } });
  const message = await room.chat.send(interviewer.peer, {
    clientId: aClientId(),
    text: '少しお待ちください',
  });
  t.deepEqual(applicant.socket.last('chatMessage'), { message });
  t.is(world.store.stays.length, 2);
  setHold(room, applicant.peer, false);
  t.true(world.media.open.has(applicant.peer.id));
  t.deepEqual(applicant.socket.last('hold'), { held: false });
  t.is(world.store.stays.length, 2, 'a hold is no second stay');
  t.is(world.store.stays.filter(({ leftAt }) => leftAt).length, 0);
});

test('only participants in the call are put on hold', async (t) => {
  const { room, interviewer } = await aCall();
  const waiting = joinAs(room, 'applicant');
  t.is(
    codeOf(() => setHold(room, interviewer.peer, true)),
    'not_allowed',
  );
  t.is(
    codeOf(() => setHold(room, waiting.peer, true)),
    'wrong_state',
  );
});

test('one person shares at a time; hold and sound only end it', async (t) => {
  const { world, room, interviewer, applicant } = await aCall();
  setSharing(room, applicant.peer, true);
  t.like(interviewer.socket.last('peerUpdated'), { peer: { sharing: true } });
  t.true(world.media.on.get(applicant.peer.id)?.screen);
  t.is(
    codeOf(() => setSharing(room, interviewer.peer, true)),
    'sharing_taken',
  );
  setHold(room, applicant.peer, true);
  t.false(world.media.on.get(applicant.peer.id)?.screen);
  setSharing(room, interviewer.peer, true);
  setQuality(room, interviewer.peer, 'audio');
  t.false(interviewer.peer.sharing);
  t.is(world.media.quality.get(interviewer.peer.id), 'audio');
  t.is(
    codeOf(() => setSharing(room, interviewer.peer, true)),
    'wrong_state',
  );
});

test('what an interviewer turns off is off at the server, and the person is told once', async (t) => {
  const { world, room, applicant } = await aCall();
  turnOff(room, applicant.peer, { microphone: true, camera: false }, 'interviewer');
  t.like(applicant.socket.last('turnedOff'), { microphone: true, camera: false, by: 'interviewer' });
  t.like(world.media.on.get(applicant.peer.id), { microphone: false, camera: true });
  applicant.socket.events();
  turnOff(room, applicant.peer, { microphone: true, camera: false }, 'interviewer');
  t.deepEqual(applicant.socket.events(), []);
});

test('what a page cannot send is told to the others, until it says nothing of it any more', async (t) => {
  const { room, interviewer, applicant } = await aCall();
  const on = { microphone: true, camera: true };
  const seen = () => interviewer.socket.last('peerUpdated')?.peer;
  setDevices(room, applicant.peer, { ...on, unsent: ['camera'] });
  t.deepEqual(seen()?.unsent, ['camera']);
  setDevices(room, applicant.peer, on);
  t.is(seen()?.unsent, undefined);
});

test('who turns off everyone’s device is told of how many it was on, and keeps one’s own', async (t) => {
  const { world, room, interviewer, applicant } = await aCall();
  const other = joinAs(room, 'applicant', { inCall: true, name: '候補次郎' });
  const waiting = joinAs(room, 'applicant');
  setDevices(room, other.peer, { microphone: false, camera: true });
  const turnOffAll = (device: 'microphone' | 'camera') =>
    deviceActions.turnOffAll({ room, peer: interviewer.peer }, { device });
  t.deepEqual(await turnOffAll('microphone'), { people: 1 });
  t.deepEqual(await turnOffAll('microphone'), { people: 0 });
  t.deepEqual(await turnOffAll('camera'), { people: 2 });
  t.like(world.media.on.get(applicant.peer.id), { microphone: false, camera: false });
  t.deepEqual(interviewer.peer.devices, { microphone: true, camera: true });
  t.deepEqual(waiting.peer.devices, { microphone: true, camera: true });
});

test('names that are not to be shown are not sent to other participants, in tiles and in chat', async (t) => {
  const { room, world, interviewer, applicant } = await aCall();
  const other = joinAs(room, 'applicant', { inCall: true, name: '候補次郎' });
  await room.chat.send(applicant.peer, { clientId: aClientId(), text: 'はい' });
  t.is(other.socket.last('chatMessage')?.message.name, '応募花子');
  await room.settings.setEntry({ microphone: true, camera: true, names: false });
  t.deepEqual(world.store.entry, { microphone: true, camera: true, names: false });
  t.deepEqual(interviewer.socket.last('entry'), { entry: world.store.entry });
  t.is(other.socket.last('entry'), undefined);
  t.is(other.socket.last('peerUpdated')?.peer.name, '');
  await room.chat.send(applicant.peer, { clientId: aClientId(), text: 'ええ' });
  t.is(other.socket.last('chatMessage')?.message.name, '');
  t.is(interviewer.socket.last('chatMessage')?.message.name, '応募花子');
  const seen = callSnapshot(room, other.peer);
  t.deepEqual(
    seen.peers.map(({ name }) => name),
    ['毎日太郎', ''],
  );
  t.is(seen.messages[0]?.name, '');
  t.is(callSnapshot(room, applicant.peer).messages[0]?.name, '応募花子', 'one’s own name is one’s own');
  t.is(callSnapshot(room, interviewer.peer).peers[0]?.name, '応募花子');
});

test('a wish from before something was turned off turns nothing on again, one that knows of it does', async (t) => {
  const { world, room, applicant } = await aCall();
  const { peer, socket } = applicant;
  const both = { microphone: true, camera: true };
  turnOff(room, peer, { microphone: true, camera: false }, 'interviewer');
  const first = socket.last('turnedOff')?.id as string;
  setDevices(room, peer, both, null);
  t.like(world.media.on.get(peer.id), { microphone: false, camera: true }, 'the two have crossed');
  setDevices(room, peer, both, first);
  t.like(world.media.on.get(peer.id), both);
  t.is(joinResult(room, peer).turnedOff, null);
  turnOff(room, peer, { microphone: true, camera: false }, 'interviewer');
  turnOff(room, peer, { microphone: false, camera: true }, 'interviewer');
  t.like(socket.last('turnedOff'), { microphone: false, camera: true });
  setDevices(room, peer, both, first);
  t.deepEqual(peer.devices, { microphone: false, camera: false });
  t.like(joinResult(room, peer).turnedOff, { ...both, id: socket.last('turnedOff')?.id });
});

test('who was away while something was turned off is told on coming back, whatever was on', async (t) => {
  const { room, applicant } = await aCall();
  const { peer, socket, admitted } = applicant;
  setDevices(room, peer, { microphone: false, camera: true });
  room.disconnected(peer, socket);
  turnOff(room, peer, { microphone: true, camera: true }, 'interviewer');
  room.join(admitted, new FakePeerSocket(), peer.resumeKey, true);
  t.like(joinResult(room, peer).turnedOff, { microphone: true, camera: true, by: 'interviewer' });
  setDevices(room, peer, { microphone: true, camera: true }, null);
  t.deepEqual(peer.devices, { microphone: false, camera: false });
});

test('names that an administrator hides are gone from the open pages, and come back', async (t) => {
  const { room, interviewer, applicant } = await aCall();
  const other = joinAs(room, 'applicant', { inCall: true, name: '候補次郎' });
  const links = [interviewer, applicant, other].map(({ admitted }) => admitted.link);
  for (const { socket } of [interviewer, applicant, other]) socket.events();
  const shown = room.record.entry;
  room.update({ ...room.record, entry: { ...shown, names: false } }, links);
  t.deepEqual(interviewer.socket.last('entry'), { entry: { ...shown, names: false } });
  t.is(interviewer.socket.last('peerUpdated')?.peer.name, '候補次郎');
  t.like(applicant.socket.last('peerUpdated'), { peer: { id: other.peer.id, name: '' } });
  t.deepEqual(applicant.socket.last('namesHidden'), {});
  t.is(interviewer.socket.last('namesHidden'), undefined);
  room.update({ ...room.record, entry: shown }, links);
  t.like(applicant.socket.last('peerUpdated'), { peer: { id: other.peer.id, name: '候補次郎' } });
});

test('settings that cannot be stored change nothing', async (t) => {
  const { room, world, interviewer } = await aCall();
  world.store.failure = new Error('disk full');
  await t.throwsAsync(room.settings.setEntry({ microphone: false, camera: false, names: false }));
  t.deepEqual(room.people.entry, { microphone: true, camera: true, names: true });
  t.is(interviewer.socket.last('entry'), undefined);
});

test('a page that was reloaded shares no screen any more', async (t) => {
  const { room, applicant } = await aCall();
  setSharing(room, applicant.peer, true);
  room.join(applicant.admitted, joinAs(room, 'applicant').socket, applicant.peer.resumeKey, false);
  t.false(applicant.peer.sharing);
});

test('the outcome of the check goes with the stay', async (t) => {
  const { world, room } = await aCall();
  const { peer } = joinAs(room, 'applicant');
  peer.reportCheck({
    at: '2023-12-08T10:00:00.000Z',
    browser: 'Chrome 156',
    outcomes: slowLine,
    downMbps: 9.5,
    upMbps: 2.1,
    route: 'udp',
    roundTripMs: 23,
  });
  room.setState(peer, 'inCall');
  await settled();
  t.deepEqual(world.store.stays.at(-1)?.check, peer.check);
});
