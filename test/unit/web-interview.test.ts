/** Which screen one is on and why, with a server, devices and media that are only pretended. */
import { setTimeout as delay } from 'node:timers/promises';
import { effect, signal } from '@preact/signals';
import test from 'ava';
import { closeCodes } from '../../src/protocol/errors.ts';
import type { JoinResult, Notifications, PeerInfo } from '../../src/protocol/messages.ts';
import type { SentSource } from '../../src/protocol/sources.ts';
import type { Connection, ConnectionOptions, ConnectionStatus } from '../../src/web/connection/connection.ts';
import { RequestError } from '../../src/web/connection/RequestError.ts';
import type { DeviceProblem } from '../../src/web/media/deviceProblem.ts';
import type { Devices } from '../../src/web/media/devices.ts';
import type { SharedScreen } from '../../src/web/media/screen.ts';
import type { MediaSession } from '../../src/web/media/session.ts';
import { createInterview } from '../../src/web/models/interview.ts';
import { createMedia } from '../../src/web/models/media.ts';
import { createMemory, type Memory } from '../../src/web/models/memory.ts';
import { createOwn } from '../../src/web/models/own.ts';
import { DOUBLE_PRESS_MS } from '../../src/web/models/seat.ts';
import { createSharing } from '../../src/web/models/sharing.ts';
import { settled } from '../helpers/fake-socket.ts';
import { becomes, until } from '../helpers/until.ts';

const support = { ok: true, name: 'Chrome', version: 130, recommended: true, missing: [], inApp: null };
const interviewerPeer = { id: 'them', role: 'interviewer', name: '面接太郎', state: 'inCall' } as PeerInfo;
const call = { peers: [interviewerPeer], messages: [], hasEarlier: false, stopsAt: null };

function joinResult(given: Partial<JoinResult> = {}): JoinResult {
  return {
    peerId: 'me',
    resumeKey: 'key',
    role: 'applicant',
    state: 'waiting',
    early: null,
    company: '',
    name: '',
    room: { name: 'room', title: '', company: '', from: '', until: '', timeZone: 'Asia/Tokyo' },
    microphone: true,
    camera: true,
    handRaised: false,
    invitedName: '',
    seatTaken: false,
    seatMovable: false,
    moveAsked: false,
    movedKey: null,
    counts: null,
    entry: null,
    waitingMessage: '',
    turnedOff: null,
    call: null,
    consumers: [],
    rtpCapabilities: {},
    iceServers: [],
    ...given,
  };
}

function fakeStorage(): Storage {
  const kept = new Map<string, string>();
  return {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    removeItem: (key) => void kept.delete(key),
  } as Storage;
}

const fakeMemory = (storage = fakeStorage()): Memory => createMemory('link', storage);

function fakeDevices() {
  const microphone = signal<MediaStreamTrack | null>(null);
  const camera = signal<MediaStreamTrack | null>(null);
  const problems = signal<Record<'microphone' | 'camera', DeviceProblem | null>>({
    microphone: null,
    camera: null,
  });
  const opened: number[] = [];
  const devices: Devices = {
    microphone,
    camera,
    problems,
    interrupted: signal({ microphone: false, camera: false }),
    changes: signal([]),
    opening: signal(false),
    list: signal([]),
    choose: async () => {},
    chooseOutput() {},
    renew: async () => {},
    open: async () => void opened.push(1),
    stop() {},
  };
  return { devices, microphone, camera, problems, opened };
}

const unwanted = async (): Promise<never> => {
  throw new Error('nobody has chosen this');
};
const loadEffects = { background: unwanted, picture: unwanted, noise: unwanted };

const ownOf = (devices: Devices) => createOwn({ devices, tracks: devices, memory: fakeMemory() });

/** An interview, and all that can happen to it from outside. */
function pretend(memory = fakeMemory()) {
  const connections: ConnectionOptions[] = [];
  const asked: [string, unknown][] = [];
  const reported: [string, unknown][] = [];
  const media: string[] = [];
  const unsent = signal<SentSource[]>([]);
  /** As often as it waits for place in a full room. */
  const waits: number[] = [];
  const told = new Map<string, (data: never) => void>();
  let refusal: RequestError['code'] | null = null;
  const fake = fakeDevices();
  const interview = createInterview({
    token: 'token',
    memory,
    support,
    devices: fake.devices,
    loadEffects,
    hasOutput: async () => true,
    fullRoomMs: () => {
      waits.push(1);
      return 1;
    },
    measureSpeed: async () => ({ downMbps: 50, upMbps: 50 }),
    connect(options) {
      connections.push(options);
      return {
        status: signal<ConnectionStatus>('open'),
        async request(method, params) {
          (method === 'reportCheck' ? reported : asked).push([method, params]);
          if (refusal) throw new RequestError(refusal, 'refused');
          return (method === 'enter' ? call : null) as never;
        },
        on(event, handler) {
          told.set(event, handler as never);
          return () => {};
        },
        close() {},
        check() {},
      };
    },
    loadMedia: async () => () => {
      media.push('made');
      let isOpen = false;
      const did = (what: string) => {
        media.push(what);
        isOpen = what === 'warm';
      };
      return {
        get isOpen() {
          return isOpen;
        },
        remote: signal(new Map()),
        state: signal('new'),
        unsent: unsent,
        warm: async () => did('warm'),
        cool: () => did('cool'),
        setLocal() {},
        setLive: (live: boolean) => void media.push(live ? 'live' : 'stand-by'),
        probe: async () => ({ protocol: 'udp', roundTripMs: 1 }),
        resync: () => void media.push('resync'),
        close: () => did('closed'),
      } as unknown as MediaSession;
    },
  });
  const last = () => connections.at(-1) as ConnectionOptions;
  return {
    interview,
    memory,
    media,
    asked,
    reported,
    connections,
    fake,
    unsent,
    waits,
    async join(given: Partial<JoinResult> = {}, resumed = false) {
      last().onJoined(joinResult(given), resumed);
      await settled();
    },
    tell: <E extends keyof Notifications>(event: E, data: Notifications[E]) =>
      told.get(event)?.(data as never),
    close: (given: Partial<Parameters<ConnectionOptions['onClosed']>[0]>) =>
      last().onClosed({ code: 1000, refused: null, ended: null, ...given }),
    refuse(code: RequestError['code'] | null) {
      refusal = code;
    },
  };
}

test('the first time goes to the check, the second to the waiting room', async (t) => {
  const first = pretend();
  t.is(first.interview.screen.value.name, 'connecting');
  await first.join();
  t.is(first.interview.screen.value.name, 'check');
  t.deepEqual(first.media, ['made', 'warm']);
  first.interview.passCheck();
  t.deepEqual(first.media, ['made', 'warm', 'cool']);
  t.is(first.interview.screen.value.name, 'waiting');
  const second = pretend(first.memory);
  await second.join();
  t.is(second.interview.screen.value.name, 'waiting');
});

test('media stands by while it may be called for, and not while one merely waits', async (t) => {
  const memory = fakeMemory();
  memory.keepPassedCheck();
  const applicant = pretend(memory);
  await applicant.join();
  t.deepEqual(applicant.media, ['made', 'cool']);
  const { interview, tell, media } = applicant;
  interview.seat.name.value = '応募花子';
  await interview.seat.toggleRequest();
  t.deepEqual(media.slice(2), ['warm']);
  await delay(DOUBLE_PRESS_MS + 50);
  await interview.seat.toggleRequest();
  t.deepEqual(media.slice(3), ['cool']);
  await interview.seat.toggleRequest();
  tell('denied', {});
  t.deepEqual(media.slice(4), ['warm', 'cool']);
  await interview.seat.toggleRequest();
  tell('admitted', call);
  t.deepEqual(media.slice(6), ['warm', 'live'], 'it is not let go in between');

  const interviewer = pretend(memory);
  await interviewer.join({ role: 'interviewer', counts: { waiting: 1, inCall: 0, requesting: [] } });
  t.deepEqual(interviewer.media, ['made', 'cool']);
  interviewer.tell('counts', { waiting: 1, inCall: 1, requesting: [] });
  t.deepEqual(interviewer.media.slice(2), ['warm'], 'a colleague has begun');
  interviewer.tell('counts', { waiting: 1, inCall: 0, requesting: [] });
  t.deepEqual(interviewer.media.slice(3), ['cool']);
});

test('a reload comes back to where one was: to the request, or into the call', async (t) => {
  const memory = fakeMemory();
  pretend(memory).interview.own.toggleCamera();
  const asking = pretend(memory);
  await asking.join({ state: 'requesting', name: '応募花子' }, true);
  t.is(asking.interview.screen.value.name, 'waiting');
  t.true(asking.interview.seat.requested.value);
  t.is(asking.interview.seat.name.value, '応募花子');
  t.false(asking.interview.own.cameraOn.value);
  t.true(asking.interview.own.microphoneOn.value);
  const inCall = pretend();
  await inCall.join({ state: 'inCall', name: '応募花子', call }, true);
  t.is(inCall.interview.screen.value.name, 'call');
  t.deepEqual(inCall.interview.people.inCall.value, [interviewerPeer]);
  t.deepEqual(inCall.media, ['made', 'live', 'warm']);
});

test('an applicant asks, takes it back, is refused and is let in', async (t) => {
  const { interview, join, tell, asked, media } = pretend();
  await join();
  interview.passCheck();
  // As macOS gives が: in two parts.
  interview.seat.name.value = ' 応募か\u3099く ';
  await interview.seat.toggleRequest();
  t.true(interview.seat.requested.value);
  await interview.seat.toggleRequest();
  t.true(interview.seat.requested.value, 'a double press takes nothing back');
  await delay(DOUBLE_PRESS_MS + 50);
  await interview.seat.toggleRequest();
  t.false(interview.seat.requested.value);
  t.deepEqual(asked, [
    ['setAtCheck', { atCheck: true }],
    ['setAtCheck', { atCheck: false }],
    ['requestAdmission', { name: ' 応募か\u3099く ' }],
    ['cancelRequest', {}],
  ]);
  await interview.seat.toggleRequest();
  tell('denied', {});
  t.false(interview.seat.requested.value);
  t.is(interview.seat.notice.value, 'denied');
  await interview.seat.toggleRequest();
  t.is(interview.seat.notice.value, null);
  tell('admitted', call);
  t.is(interview.screen.value.name, 'call');
  t.is(media.at(-1), 'live');
  t.is(interview.memory.names('applicant').name, '応募がく');
});

test('that one was let in is told, also when it happened while the line was away, and to who was let in alone', async (t) => {
  const applicant = pretend();
  const { seat } = applicant.interview;
  await applicant.join();
  applicant.interview.passCheck();
  seat.name.value = '応募花子';
  await seat.toggleRequest();
  t.false(seat.begun.value);
  applicant.tell('admitted', call);
  t.true(seat.begun.value);
  seat.begun.value = false;
  await applicant.join({ state: 'inCall', call }, true);
  t.false(seat.begun.value, 'a line that comes back begins nothing');

  const away = pretend();
  await away.join();
  away.interview.passCheck();
  await away.interview.seat.toggleRequest();
  await away.join({ state: 'inCall', call }, true);
  t.true(away.interview.seat.begun.value);
  away.interview.reconnect();
  t.false(away.interview.seat.begun.value);

  const interviewer = pretend();
  await interviewer.join({ role: 'interviewer' });
  await interviewer.interview.seat.enter();
  t.false(interviewer.interview.seat.begun.value);
});

test('a taken seat is told, and that it is free again', async (t) => {
  const { interview, join, tell, refuse } = pretend();
  await join({ role: 'interviewer' });
  interview.passCheck();
  refuse('seat_taken');
  await interview.seat.enter();
  t.true(interview.seat.taken.value);
  t.is(interview.seat.notice.value, null);
  tell('seat', { taken: false, movable: false });
  t.false(interview.seat.taken.value);
  refuse('disconnected');
  await interview.seat.enter();
  t.is(interview.seat.notice.value, 'failed');
  refuse(null);
  await interview.seat.enter();
  t.is(interview.screen.value.name, 'call');
});

test('what could not be done in the waiting room is told by its reason', async (t) => {
  const { interview, join, refuse } = pretend();
  await join({ seatTaken: true, seatMovable: true });
  interview.passCheck();
  const told: unknown[] = [];
  for (const code of ['not_found', 'too_fast', 'server_full', 'disconnected'] as const) {
    refuse(code);
    await interview.seat.toggleMove();
    told.push(interview.seat.notice.value);
  }
  t.deepEqual(told, ['nameUnknown', 'tooFast', 'full', 'failed']);
});

test('a lost socket that comes back keeps the media; a lost place goes to the waiting room', async (t) => {
  const { interview, join, media, connections } = pretend();
  interview.memory.keepPassedCheck();
  t.false(connections[0]?.keepMedia());
  await join({ state: 'inCall', call }, true);
  t.true(connections[0]?.keepMedia());
  await join({ state: 'inCall', call }, true);
  t.deepEqual(media, ['made', 'live', 'warm', 'resync', 'live']);
  await join({ state: 'waiting' }, false);
  t.is(interview.screen.value.name, 'waiting');
  t.is(interview.seat.notice.value, 'lostPlace');
  t.deepEqual(media.slice(5), ['closed', 'made', 'cool']);
  t.false(connections[0]?.keepMedia(), 'what was let go need not be kept');
});

test('each end of the connection has its screen', (t) => {
  const refused = { code: 'link_expired', message: '', room: null, retryAt: null } as const;
  const ends = [
    { closed: { code: 4401, refused }, screen: { name: 'refused', refused } },
    { closed: { code: 4409 }, screen: { name: 'version' } },
    { closed: { code: 4410 }, screen: { name: 'replaced' } },
    {
      closed: { code: 4411, ended: 'interviewer_left' },
      screen: { name: 'end', reason: 'interviewer_left' },
    },
    { closed: { code: 4411 }, screen: { name: 'end', reason: 'left' } },
    { closed: { code: 1002 }, screen: { name: 'broken' } },
  ] as const;
  for (const { closed, screen } of ends) {
    const { interview, close } = pretend();
    close(closed);
    t.deepEqual(interview.screen.value, screen);
  }
});

test('who has left keeps the key, by which a call that runs late knows them, and starts anew with an empty chat', async (t) => {
  const { interview, join, close, connections } = pretend();
  await join({ state: 'inCall', call, counts: null }, true);
  t.is(interview.memory.resumeKey(), 'key');
  interview.chat.toggle();
  close({ code: 4411, ended: 'left' });
  t.is(interview.memory.resumeKey(), 'key');
  interview.reconnect();
  t.is(connections.length, 2);
  t.is(interview.screen.value.name, 'connecting');
  t.false(interview.chat.isOpen.value);
  t.deepEqual(interview.people.inCall.value, []);
  await join();
  t.is(interview.screen.value.name, 'check');
});

test('leaving ends it here at once, with an answer of the server or without; the way back is kept', async (t) => {
  const { interview, join, refuse } = pretend();
  await join({ state: 'inCall', call }, true);
  refuse('disconnected');
  const leaving = interview.leave();
  t.deepEqual(interview.screen.value, { name: 'end', reason: 'left' });
  await leaving;
  t.is(interview.memory.resumeKey(), 'key');
  interview.reconnect();
  await join({ state: 'inCall', call }, true);
  refuse(null);
  interview.memory.keepWishes({ microphone: false, camera: true, quality: 'low' });
  await interview.leave();
  t.is(interview.memory.resumeKey(), 'key');
  t.is(interview.memory.wishes(), null, 'what was wished in that seat is over');
});

test('what became of a request while the line was away is told', async (t) => {
  for (const [resumed, notice] of [
    [true, 'denied'],
    [false, 'lostRequest'],
  ] as const) {
    const { interview, join } = pretend();
    await join();
    interview.passCheck();
    interview.seat.name.value = '応募花子';
    await interview.seat.toggleRequest();
    await join({ state: 'waiting' }, resumed);
    t.false(interview.seat.requested.value);
    t.is(interview.seat.notice.value, notice);
    await join({ state: 'waiting' }, true);
    t.is(interview.seat.notice.value, notice);
  }
});

test('media that cannot be had is asked for again until it can, and the person is told of trouble', async (t) => {
  let failures = 2;
  const media = createMedia({
    own: ownOf(fakeDevices().devices),
    needed: signal(true),
    retryMs: () => 0,
    async loadMedia() {
      if (failures-- > 0) throw new TypeError('Failed to fetch dynamically imported module');
      const session = { state: signal('connected'), remote: signal(new Map()), unsent: signal([]) };
      return () =>
        ({ ...session, async warm() {}, setLocal() {}, setLive() {}, close() {} }) as unknown as MediaSession;
    },
  });
  const states: string[] = [];
  media.state.subscribe((state) => states.push(state));
  await media.start({} as Connection, joinResult());
  t.deepEqual(states, ['new', 'trouble', 'new', 'connected']);
  t.true(media.exists());
});

test('trouble is over as soon as media is connected, by whatever it was mended', async (t) => {
  const state = signal('new');
  const media = createMedia({
    own: ownOf(fakeDevices().devices),
    needed: signal(true),
    loadMedia: async () => () =>
      ({
        state,
        remote: signal(new Map()),
        unsent: signal([]),
        setLocal() {},
        setLive() {},
        close() {},
        async warm() {
          throw new RequestError('disconnected', 'the socket is lost');
        },
      }) as unknown as MediaSession,
  });
  await media.start({} as Connection, joinResult());
  await settled();
  t.is(media.state.value, 'trouble');
  state.value = 'connected';
  t.is(media.state.value, 'connected');
  media.stop();
});

test('a device that fails in the call is told of, and one that was never there is not again', (t) => {
  const { devices, camera, problems } = fakeDevices();
  const own = ownOf(devices);
  problems.value = { microphone: 'missing', camera: null };
  t.false(own.complaining.value);
  camera.value = {} as MediaStreamTrack;
  camera.value = null;
  problems.value = { microphone: 'missing', camera: 'busy' };
  t.true(own.complaining.value);
});

test('a device that is not there is shown as off, and its switch asks for it again', async (t) => {
  const { interview, join, asked, fake } = pretend();
  await join();
  const opened = fake.opened.length;
  t.deepEqual(asked, [['setAtCheck', { atCheck: true }]], 'nothing is told of devices before it is known');
  fake.microphone.value = {} as MediaStreamTrack;
  fake.problems.value = { microphone: null, camera: 'busy' };
  t.deepEqual(asked.at(-1), ['setDevices', { microphone: true, camera: false, heard: null }]);
  t.true(interview.own.microphoneShown.value);
  t.false(interview.own.cameraShown.value);
  interview.own.toggleCamera();
  t.is(fake.opened.length, opened + 1);
  t.true(interview.own.cameraOn.value);
  interview.own.toggleMicrophone();
  t.false(interview.own.microphoneShown.value);
  t.deepEqual(asked.at(-1), ['setDevices', { microphone: false, camera: false, heard: null }]);
});

test('what cannot be sent is told to the server as long as it is wished for', async (t) => {
  const { interview, join, asked, fake, unsent } = pretend();
  await join({ state: 'inCall', call });
  fake.microphone.value = {} as MediaStreamTrack;
  fake.camera.value = {} as MediaStreamTrack;
  await settled();
  const wish = { microphone: true, camera: true, heard: null };
  t.deepEqual(asked.at(-1), ['setDevices', wish]);
  unsent.value = ['camera', 'screen'];
  t.deepEqual(asked.at(-1), ['setDevices', { ...wish, unsent: ['camera'] }], 'no screen is shared');
  await join({ state: 'inCall', call }, true);
  t.deepEqual(
    asked.findLast(([method]) => method === 'setDevices'),
    ['setDevices', { ...wish, unsent: ['camera'] }],
    'after a restart of the server as well',
  );
  interview.own.toggleCamera();
  t.deepEqual(asked.at(-1), ['setDevices', { ...wish, camera: false }]);
  t.deepEqual(interview.own.unsent.value, []);
});

test('media whose code cannot be fetched is nothing that the others get', async (t) => {
  const { devices, microphone } = fakeDevices();
  microphone.value = {} as MediaStreamTrack;
  const own = ownOf(devices);
  let fails = true;
  const media = createMedia({
    own,
    needed: signal(true),
    retryMs: () => 60_000,
    async loadMedia() {
      if (fails) throw new TypeError('Failed to fetch dynamically imported module');
      const session = { state: signal('connected'), remote: signal(new Map()), unsent: signal([]) };
      return () =>
        ({ ...session, async warm() {}, setLocal() {}, setLive() {}, close() {} }) as unknown as MediaSession;
    },
  });
  const started = media.start({} as Connection, joinResult());
  await settled();
  t.deepEqual(own.unsent.value, ['microphone']);
  fails = false;
  media.trySending();
  await started;
  t.deepEqual(own.unsent.value, []);
});

test('a name is that of this seat or link, else that of the invitation, and at last that of another interview', async (t) => {
  const storage = fakeStorage();
  const memory = fakeMemory(storage);
  createMemory('another link', storage).keepNames('applicant', { company: '', name: '前の人' });
  const nameOf = async (given: Partial<JoinResult>, resumed = false) => {
    const { interview, join } = pretend(memory);
    await join(given, resumed);
    return interview.seat;
  };
  t.is((await nameOf({})).name.value, '前の人');
  const seat = await nameOf({ invitedName: '佐藤花子' });
  t.is(seat.name.value, '佐藤花子');
  t.true(seat.namesReady.value, 'nothing needs to be typed');
  t.is(
    (await nameOf({ invitedName: '佐藤花子', name: '佐藤', state: 'requesting' }, true)).name.value,
    '佐藤',
  );
  seat.name.value = '佐藤はな';
  await seat.toggleRequest();
  t.is((await nameOf({ invitedName: '佐藤花子' })).name.value, '佐藤はな', 'it was changed by this link');
  const room = { ...joinResult().room, company: '株式会社サンプル' };
  t.is((await nameOf({ role: 'interviewer', room })).company.value, '株式会社サンプル');
  t.is((await nameOf({ room })).company.value, '', 'an applicant is of no company');
});

test('who was early is filled in when the room opens, and nothing that was typed is lost', async (t) => {
  const { interview, join } = pretend();
  const early = { now: '2030-04-01T00:00:00.000Z', opensAt: '2030-04-01T00:45:00.000Z' };
  await join({ state: 'early', early });
  t.is(interview.seat.name.value, '');
  await join({ invitedName: '佐藤花子' });
  t.is(interview.seat.name.value, '佐藤花子');
  interview.seat.name.value = '佐藤はな';
  await join({ invitedName: '佐藤花子' });
  t.is(interview.seat.name.value, '佐藤はな', 'a line that was lost');
  await join({ state: 'early', early });
  await join({ invitedName: '佐藤花子' });
  t.is(interview.seat.name.value, '佐藤はな', 'the room was given another time');
});

test('what the check found is told with every join, also at a later visit', async (t) => {
  const memory = fakeMemory();
  const first = pretend(memory);
  await first.join();
  await settled();
  t.is(first.interview.screen.value.name, 'check');
  t.is(first.reported.length, 1);
  const second = pretend(memory);
  await second.join();
  t.deepEqual(second.reported[0], first.reported[0]);
});

test('who is held sends nothing until it is ended, and comes back into it after a reload', async (t) => {
  const { interview, join, tell, media } = pretend();
  await join();
  tell('admitted', call);
  t.is(media.at(-1), 'live');
  tell('hold', { held: true });
  t.true(interview.held.value);
  t.is(media.at(-1), 'stand-by');
  tell('hold', { held: false });
  t.is(media.at(-1), 'live');
  const again = pretend();
  await again.join({ state: 'held', call }, true);
  t.is(again.interview.screen.value.name, 'call');
  t.true(again.interview.held.value);
  t.false(again.media.includes('live'));
});

test('what was turned off by others is off here, and turning it on again is enough', async (t) => {
  const { interview, join, tell, fake } = pretend();
  await join();
  fake.microphone.value = {} as MediaStreamTrack;
  fake.camera.value = {} as MediaStreamTrack;
  tell('turnedOff', { id: 'a', microphone: true, camera: false, by: 'interviewer' });
  t.false(interview.own.microphoneOn.value);
  t.true(interview.own.cameraOn.value);
  t.like(interview.own.turnedOff.value, { by: 'interviewer' });
  interview.own.toggleMicrophone();
  t.true(interview.own.microphoneOn.value);
  t.is(interview.own.turnedOff.value, null);
});

test('what was turned off one after the other is told as one, until each is on again', async (t) => {
  const { interview, join, tell, fake } = pretend();
  await join();
  fake.microphone.value = {} as MediaStreamTrack;
  fake.camera.value = {} as MediaStreamTrack;
  const { own } = interview;
  tell('turnedOff', { id: 'a', microphone: true, camera: false, by: 'interviewer' });
  tell('turnedOff', { id: 'b', microphone: false, camera: true, by: 'interviewer' });
  t.deepEqual(own.turnedOff.value, { id: 'b', microphone: true, camera: true, by: 'interviewer' });
  own.toggleMicrophone();
  t.like(own.turnedOff.value, { microphone: false, camera: true });
  own.toggleCamera();
  t.is(own.turnedOff.value, null);
});

test('what was turned off while the line was away stays off, and so after a reload', async (t) => {
  const { interview, join, asked, fake, memory } = pretend();
  const turnedOff = { id: 'a', microphone: true, camera: false, by: 'interviewer' as const };
  const devices = { microphone: {} as MediaStreamTrack, camera: {} as MediaStreamTrack };
  fake.microphone.value = devices.microphone;
  fake.camera.value = devices.camera;
  await join({ state: 'inCall', call });
  t.deepEqual(asked.at(-1), ['setDevices', { microphone: true, camera: true, heard: null }]);
  await join({ state: 'inCall', call, turnedOff }, true);
  t.deepEqual(asked.at(-1), ['setDevices', { microphone: false, camera: true, heard: 'a' }]);
  t.like(interview.own.turnedOff.value, { microphone: true, camera: false, by: 'interviewer' });
  interview.own.toggleMicrophone();
  await join({ state: 'inCall', call, turnedOff }, true);
  t.deepEqual(asked.at(-1), ['setDevices', { microphone: true, camera: true, heard: 'a' }], 'as was chosen');
  const reloaded = pretend(memory);
  reloaded.fake.microphone.value = devices.microphone;
  reloaded.fake.camera.value = devices.camera;
  await reloaded.join({ state: 'inCall', call, turnedOff }, true);
  t.deepEqual(reloaded.asked.at(-1), ['setDevices', { microphone: false, camera: true, heard: 'a' }]);
});

test('what was turned off is confirmed, also where it was off here already', async (t) => {
  const { interview, join, tell, asked, fake } = pretend();
  await join();
  fake.microphone.value = {} as MediaStreamTrack;
  fake.camera.value = {} as MediaStreamTrack;
  interview.own.toggleCamera();
  tell('turnedOff', { id: 'a', microphone: false, camera: true, by: 'interviewer' });
  t.deepEqual(asked.at(-1), ['setDevices', { microphone: true, camera: false, heard: 'a' }]);
  t.is(interview.own.turnedOff.value, null, 'no news for the person');
});

test('with sound only the camera is off; turning it on asks for the picture again, whatever was wished', async (t) => {
  for (const before of ['on', 'off', 'turned off by the interviewer']) {
    const { interview, join, tell, fake } = pretend();
    const { own } = interview;
    await join();
    fake.microphone.value = {} as MediaStreamTrack;
    fake.camera.value = {} as MediaStreamTrack;
    if (before === 'off') own.toggleCamera();
    own.chooseQuality('audio');
    t.false(own.cameraShown.value);
    if (before.endsWith('interviewer'))
      tell('turnedOff', { id: 'a', microphone: false, camera: true, by: 'interviewer' });
    t.is(own.turnedOff.value, null, 'it was off already: no news');
    const shown: boolean[] = [];
    const stop = effect(() => void shown.push(own.cameraShown.value));
    own.toggleCamera();
    stop();
    t.deepEqual(shown, [false, true], before);
    t.is(own.quality.value, 'high');
    t.true(own.sending.value.camera);
    own.toggleCamera();
    t.false(own.cameraShown.value);
    t.is(own.quality.value, 'high');
  }
});

test('names that are not to be shown any more go from what was written as well, but one’s own', async (t) => {
  const { interview, join, tell } = pretend();
  await join();
  const message = { id: '', at: '', text: 'はい', file: null, name: '候補次郎' };
  const messages = [
    { ...message, id: 'a', peerId: 'other', role: 'applicant' as const },
    { ...message, id: 'b', peerId: 'me', role: 'applicant' as const },
    { ...message, id: 'c', peerId: 'host', role: 'interviewer' as const },
  ];
  tell('admitted', { ...call, messages });
  tell('namesHidden', {});
  const names = interview.chat.messages.value.map(({ name }) => name);
  t.deepEqual(names, ['', '候補次郎', '候補次郎']);
});

test('a room that is full is tried again until there is place, whatever is refused for good is not', async (t) => {
  const memory = fakeMemory();
  memory.keepPassedCheck();
  const { interview, join, close, connections, waits } = pretend(memory);
  const refused = { code: 'room_full', message: '', room: null, retryAt: null } as const;
  for (let tries = 1; tries <= 3; tries++) {
    t.is(connections.length, tries);
    close({ code: closeCodes.refused, refused });
    t.like(interview.screen.value, { name: 'refused', refused });
    await until('it is tried again', () => connections.length > tries);
  }
  await join();
  t.is(interview.screen.value.name, 'waiting');
  close({ code: closeCodes.refused, refused: { ...refused, code: 'link_revoked' } });
  t.is(waits.length, 3);
});

test('the quality is told when it differs from what the server knows', async (t) => {
  const { interview, join, asked } = pretend();
  await join();
  t.false(asked.some(([method]) => method === 'setQuality'));
  interview.own.chooseQuality('low');
  t.deepEqual(asked.at(-1), ['setQuality', { quality: 'low' }]);
  const count = asked.length;
  await join({}, true);
  t.false(
    asked.slice(count).some(([method]) => method === 'setQuality'),
    'the server has kept it',
  );
  await join();
  t.deepEqual(asked.filter(([method]) => method === 'setQuality').length, 2);
});

const aScreen = () => {
  const screen = { readyState: 'live', onended: null as (() => void) | null, stop: () => {} };
  screen.stop = () => {
    screen.readyState = 'ended';
  };
  return screen as unknown as MediaStreamTrack;
};

/** In the call, with a screen that can be picked. */
async function sharing(
  pick: () => Promise<SharedScreen> = async () => ({ picture: aScreen(), sound: aScreen() }),
) {
  const world = pretend();
  await world.join({ state: 'inCall', call }, true);
  const problems: string[] = [];
  const { own, shareScreen } = world.interview;
  const model = createSharing({
    own,
    shareScreen,
    pick,
    onProblem: (problem) => void problems.push(problem),
  });
  const told = () =>
    world.asked.flatMap(([method, params]) =>
      method === 'setSharing' ? [(params as { sharing: boolean }).sharing] : [],
    );
  return { ...world, own, sharing: model, problems, told };
}

test('sharing that ends while the line is away is given back with the next join', async (t) => {
  const { sharing: model, own, refuse, told, join } = await sharing();
  model.toggle();
  await settled();
  t.is(own.screenTrack.value?.readyState, 'live');
  const sound = own.screenSound.value;
  refuse('disconnected');
  model.toggle();
  t.is(sound?.readyState, 'ended');
  t.is(own.screenSound.value, null);
  await settled();
  t.is(own.screenTrack.value, null);
  refuse(null);
  const before = told().length;
  await join({ state: 'inCall', call }, true);
  t.deepEqual(told().slice(before), [false]);
  await join({ state: 'inCall', call }, true);
  t.deepEqual(told().slice(before), [false], 'the server knows');
});

test('sharing that the server may have begun, though nobody heard, is given back', async (t) => {
  const { sharing: model, own, refuse, told, join, problems } = await sharing();
  refuse('timeout');
  model.toggle();
  await settled();
  t.deepEqual(problems, ['failed']);
  t.is(own.screenTrack.value, null);
  refuse(null);
  await join({ state: 'inCall', call }, true);
  t.deepEqual(told().at(-1), false);
});

test('a screen that is shared on over a lost line has its turn again, or ends where another has it now', async (t) => {
  const { sharing: model, own, refuse, told, join } = await sharing();
  model.toggle();
  await settled();
  const screen = own.screenTrack.value;
  await join({ state: 'inCall', call }, true);
  t.deepEqual(told(), [true, true]);
  t.is(own.screenTrack.value, screen);
  refuse('sharing_taken');
  await join({ state: 'inCall', call }, true);
  t.is(own.screenTrack.value, null);
  t.is(screen?.readyState, 'ended');
});

test('what is captured ends with the call, however it ends, and with sound only', async (t) => {
  const ways: Record<string, (world: Awaited<ReturnType<typeof sharing>>) => unknown> = {
    'the place is lost': ({ join }) => join({ state: 'waiting' }, false),
    'another tab': ({ close }) => close({ code: closeCodes.replaced }),
    'another version': ({ close }) => close({ code: closeCodes.version }),
    'the call is over': ({ close }) => close({ code: closeCodes.ended, ended: 'interviewer_left' }),
    'the link is refused': ({ close }) =>
      close({ code: 4401, refused: { code: 'link_expired', message: '', room: null, retryAt: null } }),
    leaving: ({ interview }) => interview.leave(),
    held: ({ tell }) => tell('hold', { held: true }),
    'sound only': ({ own }) => own.chooseQuality('audio'),
    'the call’s screen is gone': ({ sharing: model }) => model.stop(),
  };
  for (const [way, end] of Object.entries(ways)) {
    const world = await sharing();
    world.sharing.toggle();
    await settled();
    const screen = world.own.screenTrack.value;
    await end(world);
    t.is(screen?.readyState, 'ended', way);
    t.is(world.own.screenTrack.value, null, way);
  }
});

test('a screen that is picked too late, twice, or ended at once is not shared', async (t) => {
  const picks: ((screen: SharedScreen) => void)[] = [];
  const pick = () => new Promise<SharedScreen>((resolve) => picks.push(resolve));
  const late = await sharing(pick);
  late.sharing.toggle();
  late.sharing.toggle();
  t.is(picks.length, 1, 'one picker at a time');
  late.sharing.stop();
  const screen = { picture: aScreen(), sound: aScreen() };
  picks[0]?.(screen);
  await settled();
  t.deepEqual([screen.picture.readyState, screen.sound.readyState], ['ended', 'ended']);
  t.deepEqual([late.own.screenTrack.value, late.told().includes(true)], [null, false]);

  const quick = await sharing(async () => {
    const ended = aScreen();
    // By the browser's own bar.
    void settled().then(() => {
      ended.stop();
      ended.onended?.(new Event('ended'));
    });
    return { picture: ended, sound: null };
  });
  quick.sharing.toggle();
  await settled();
  await settled();
  t.is(quick.own.screenTrack.value, null);
  t.not(quick.told().at(-1), true);
});

/** As the server says it to who is early. */
const earlyIn = (ms: number, info: Partial<JoinResult> = {}): Partial<JoinResult> => {
  const now = '2030-04-01T01:00:00.000Z';
  const opensAt = new Date(Date.parse(now) + ms).toISOString();
  return { state: 'early', resumeKey: '', early: { now, opensAt }, ...info };
};

test('who is early sees when the room opens, runs the check alone, and comes in when the server says so', async (t) => {
  const { interview, join, tell, asked, reported, media, connections, memory } = pretend();
  await join(earlyIn(90_000));
  t.is(interview.screen.value.name, 'early');
  t.true(interview.early.isEarly.value);
  t.is(interview.early.secondsLeft.value, 90);
  t.is(memory.resumeKey(), null);
  t.deepEqual(media, ['made', 'cool'], 'nothing stands by');
  interview.checkAgain();
  await becomes(t, () => interview.check.complete.value, true);
  t.is(interview.screen.value.name, 'check');
  t.true(memory.hasPassedCheck());
  t.deepEqual([asked, reported], [[], []], 'the server is told of nothing: there is no place to keep it');
  interview.backToEarly();
  t.is(interview.screen.value.name, 'early');
  tell('opened', {});
  t.is(connections.length, 2);
  await join();
  t.is(interview.screen.value.name, 'waiting');
  t.false(interview.early.isEarly.value);
  t.is(memory.resumeKey(), 'key');
  t.is(reported.length, 1, 'what was found is told with the first place');
});

test('the room that opens waits for a check that is running, and leads on from one that was passed', async (t) => {
  const { interview, join, tell, connections } = pretend();
  await join(earlyIn(90_000));
  interview.checkAgain();
  tell('opened', {});
  t.is(connections.length, 1);
  await becomes(t, () => connections.length, 2);
  t.true(interview.check.complete.value);
  t.is(interview.screen.value.name, 'check');
  await join();
  t.is(interview.screen.value.name, 'waiting');
});

test('where the server says nothing it is asked, and a room that was moved is waited for again', async (t) => {
  const { interview, join, connections } = pretend();
  // It has been open for three seconds, by the server's own clock.
  await join(earlyIn(-3_000));
  t.is(interview.early.secondsLeft.value, 0);
  await becomes(t, () => connections.length, 2);
  await join(earlyIn(3_600_000));
  t.is(interview.screen.value.name, 'early');
  t.is(interview.early.secondsLeft.value, 3600);
  interview.early.stop();
});

test('a place that was lost in a room that was moved leads before its door', async (t) => {
  const { interview, join, media } = pretend();
  await join({ state: 'inCall', call }, true);
  await join(earlyIn(3_600_000));
  t.is(interview.screen.value.name, 'early');
  t.is(media.at(-1), 'cool');
  interview.early.stop();
});

test.serial(
  'a clock that is set, or a device that has slept, makes nobody wait for the wrong time',
  async (t) => {
    const now = Date.now;
    t.teardown(() => {
      Date.now = now;
    });
    const { interview, join, connections } = pretend();
    await join(earlyIn(3_600_000));
    Date.now = () => now() - 3_600_000;
    await becomes(t, () => connections.length, 2);
    await join(earlyIn(3_600_000));
    t.is(interview.early.secondsLeft.value, 3600);
    interview.early.stop();
  },
);
