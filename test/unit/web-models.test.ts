/** The rules of the page, without a browser. */
import { signal } from '@preact/signals';
import test from 'ava';
import {
  type ChatMessage,
  type ChatPage,
  type CheckReport,
  checkReportSchema,
  type PeerInfo,
} from '../../src/protocol/messages.ts';
import type { Speed } from '../../src/protocol/speed.ts';
import type { Connection } from '../../src/web/connection/connection.ts';
import type { DeviceProblem } from '../../src/web/media/deviceProblem.ts';
import type { Devices } from '../../src/web/media/devices.ts';
import { createChat } from '../../src/web/models/chat.ts';
import { createCheck } from '../../src/web/models/check.ts';
import { createMemory } from '../../src/web/models/memory.ts';
import { createPeople } from '../../src/web/models/people.ts';
import { fileName } from '../../src/web/models/records.ts';
import { settled } from '../helpers/fake-socket.ts';

let messageTime = 0;

function message(id: string, peerId = 'other'): ChatMessage {
  const at = new Date(1_700_000_000_000 + messageTime++).toISOString();
  return { id, peerId, at, role: 'interviewer', name: '面接太郎', text: id, file: null };
}

const page = (messages: ChatMessage[], hasEarlier = false) => ({ messages, hasEarlier });
const noneEarlier = async () => page([]);
const readingEarlier = (readEarlier: (before: string) => Promise<ChatPage>) =>
  createChat({
    send: async () => message('x'),
    readEarlier,
    newId: () => 'id',
    memory: createMemory('link', null),
  });

test('what was written earlier is shown when it is asked for, and can be asked for again when it did not come', async (t) => {
  const asked: string[] = [];
  let answer: () => Promise<ChatPage> = () => Promise.reject(new Error('disconnected'));
  const chat = readingEarlier((before) => {
    asked.push(before);
    return answer();
  });
  const [first, second, third] = [message('1'), message('2'), message('3')];
  chat.replace(page([third], true), 'me');
  await chat.showEarlier();
  t.is(chat.earlier.value, 'failed');
  t.deepEqual(chat.messages.value, [third]);

  answer = async () => page([second], true);
  await Promise.all([chat.showEarlier(), chat.showEarlier()]);
  t.is(chat.earlier.value, 'there');
  t.deepEqual(chat.messages.value, [second, third]);
  answer = async () => page([first]);
  await chat.showEarlier();
  t.is(chat.earlier.value, 'none');
  t.deepEqual(chat.messages.value, [first, second, third]);
  t.deepEqual(asked, [third.at, third.at, second.at]);
});

test('while earlier messages come the oldest may be deleted, and they are asked for again', async (t) => {
  const coming = Promise.withResolvers<ChatPage>();
  const chat = readingEarlier(() => coming.promise);
  const [first, second, third] = [message('1'), message('2'), message('3')];
  chat.replace(page([second, third], true), 'me');
  const asked = chat.showEarlier();
  chat.removed(second.id);
  coming.resolve(page([first]));
  await asked;
  t.is(chat.earlier.value, 'there');
  await chat.showEarlier();
  t.deepEqual(chat.messages.value, [first, third]);
});

test('earlier messages that come when the history was told anew are not put before it', async (t) => {
  const coming = Promise.withResolvers<ChatPage>();
  const chat = readingEarlier(() => coming.promise);
  chat.replace(page([message('3')], true), 'me');
  const asked = chat.showEarlier();
  chat.cleared();
  coming.resolve(page([message('2')]));
  await asked;
  t.deepEqual(chat.messages.value, []);
  t.is(chat.earlier.value, 'none');
});

test('what others wrote is unread until the chat is opened, what was said before one came as well', (t) => {
  const chat = createChat({
    send: async () => message('x'),
    readEarlier: noneEarlier,
    newId: () => 'id',
    memory: createMemory('link', null),
  });
  chat.replace(page([message('1'), message('2'), message('mine', 'me')]), 'me');
  t.is(chat.unread.value, 2);
  chat.toggle();
  t.is(chat.unread.value, 0);
  chat.add(message('3'));
  chat.toggle();
  t.is(chat.unread.value, 0);
  chat.add(message('4'));
  chat.add(message('4'));
  t.is(chat.unread.value, 1);
  t.is(chat.messages.value.length, 5);
});

test('what was read stays read after a reload', (t) => {
  let kept: string | null = null;
  const memory = {
    lastRead: () => kept,
    keepLastRead: (id: string) => {
      kept = id;
    },
  };
  const options = { send: async () => message('x'), readEarlier: noneEarlier, newId: () => 'id', memory };
  const before = createChat(options);
  const [first, second, third] = [message('1'), message('2'), message('3')];
  before.replace(page([first, second]), 'me');
  before.toggle();
  const after = createChat(options);
  after.replace(page([first, second, third]), 'me');
  t.is(after.unread.value, 1);
  after.replace(page([first, third]), 'me');
  t.is(after.unread.value, 1, 'also when what was read last is deleted');
});

test('a message is under way until the server has stored it, and can be sent again when it was not', async (t) => {
  let answer: 'stored' | 'lost' = 'lost';
  const sent: string[] = [];
  const chat = createChat({
    newId: () => 'id-1',
    readEarlier: noneEarlier,
    memory: createMemory('link', null),
    async send({ clientId }) {
      sent.push(clientId);
      if (answer === 'lost') throw new Error('disconnected');
      return message('stored', 'me');
    },
  });
  chat.selfId.value = 'me';
  for (const text of ['   ', 'x'.repeat(256)]) {
    chat.draft.value = text;
    chat.write();
    t.is(chat.draft.value, text);
    t.deepEqual(sent, []);
  }
  chat.draft.value = 'よろしくお願いします';
  chat.write();
  t.is(chat.draft.value, '');
  t.like(chat.outgoing.value[0], { text: 'よろしくお願いします', problem: null });
  await settled();
  const [failed] = chat.outgoing.value;
  if (!failed) return t.fail();
  t.is(failed.problem, 'failed');
  answer = 'stored';
  await chat.resend(failed);
  t.deepEqual(sent, ['id-1', 'id-1']);
  t.deepEqual(chat.outgoing.value, []);
  t.is(chat.messages.value.length, 1);
  t.is(chat.unread.value, 0);
});

type Trouble = {
  microphone?: DeviceProblem;
  camera?: DeviceProblem;
  blocked?: boolean;
  silent?: boolean;
  speed?: Speed | null;
  /** When the browser's question about the devices is answered. */
  answered?: Promise<void>;
};

function checkWith(trouble: Trouble) {
  const good = { downMbps: 15.1, upMbps: 3.1 };
  const reports: CheckReport[] = [];
  const asked: string[] = [];
  const devices = {
    problems: signal({ microphone: trouble.microphone ?? null, camera: trouble.camera ?? null }),
    async open() {
      asked.push('devices');
      await trouble.answered;
    },
  } as unknown as Devices;
  const check = createCheck({
    devices,
    hasOutput: async () => !trouble.silent,
    async measureSpeed(onProgress) {
      asked.push('speed');
      onProgress(1);
      const { speed = good } = trouble;
      if (!speed) throw new Error('disconnected');
      return speed;
    },
    onDone: (report) => void reports.push(report),
    support: { ok: true, name: 'Chrome', version: 130, recommended: true, missing: [], inApp: null },
    async probe() {
      asked.push('probe');
      if (trouble.blocked) throw Object.assign(new Error('blocked'), { code: 'blocked' });
      return { protocol: 'tcp', roundTripMs: 3 };
    },
  });
  return { ...check, reports, asked };
}

test('the check is complete when every item is OK', async (t) => {
  const check = checkWith({});
  t.false(check.complete.value);
  await check.run();
  t.true(check.complete.value);
  t.deepEqual(check.states.value.security, { state: 'ok', route: { protocol: 'tcp', roundTripMs: 3 } });
});

test('the line is measured while the person is asked for the devices, and media is sent once both are done', async (t) => {
  const answer = Promise.withResolvers<void>();
  const check = checkWith({ answered: answer.promise });
  const run = check.run();
  await settled();
  t.like(check.states.value, {
    camera: { state: 'running' },
    speed: { state: 'ok' },
    security: { state: 'waiting' },
  });
  answer.resolve();
  await run;
  t.deepEqual(check.asked, ['devices', 'speed', 'probe']);
  t.true(check.complete.value);
});

test('trying again measures the line again only where that was not good, or nothing got through', async (t) => {
  const trouble: Trouble = { camera: 'denied' };
  const check = checkWith(trouble);
  const measured = () => check.asked.filter((what) => what === 'speed').length;
  await check.run();
  const again = check.run();
  t.deepEqual(check.states.value.speed, { state: 'ok', speed: { downMbps: 15.1, upMbps: 3.1 } });
  await again;
  t.is(measured(), 1);
  t.like(check.reports[1], { downMbps: 15.1, upMbps: 3.1, outcomes: { speed: 'ok' } });
  trouble.blocked = true;
  await check.run();
  t.is(measured(), 1);
  // Somebody who was told so comes by another line.
  trouble.blocked = false;
  trouble.speed = { downMbps: 4, upMbps: 4 };
  await check.run();
  t.is(measured(), 2);
  trouble.speed = null;
  await check.run();
  t.is(measured(), 3);
  delete trouble.speed;
  delete trouble.camera;
  const whole = checkWith(trouble);
  await whole.run();
  // Nothing was wrong: somebody wants to know it all anew.
  await whole.run();
  t.is(whole.asked.filter((what) => what === 'speed').length, 2);
});

test('without devices or a fast line one may go on, to listen only; without a way to the server not', async (t) => {
  const outcomes: [Trouble, ReturnType<typeof checkWith>['wayOn']['value']][] = [
    [{ camera: 'missing' }, 'withoutCamera'],
    [{ silent: true }, 'anyway'],
    [{ speed: { downMbps: 15, upMbps: 3.1 } }, 'anyway'],
    [{ speed: { downMbps: 15.1, upMbps: 3 } }, 'anyway'],
    [{ speed: null, camera: 'busy' }, 'anyway'],
    [{ microphone: 'denied' }, 'listenOnly'],
    [{ camera: 'busy', microphone: 'busy' }, 'listenOnly'],
    [{ speed: null, microphone: 'missing' }, 'listenOnly'],
    // Nothing to speak into, and nothing to listen by.
    [{ microphone: 'missing', silent: true }, 'anyway'],
    [{ camera: 'missing', microphone: 'missing', silent: true }, 'anyway'],
    [{ camera: 'busy', blocked: true }, null],
    [{ microphone: 'denied', blocked: true }, null],
  ];
  for (const [trouble, wayOn] of outcomes) {
    const check = checkWith(trouble);
    t.is(check.wayOn.value, null, 'not before it has run');
    await check.run();
    t.false(check.complete.value);
    t.is(check.wayOn.value, wayOn, JSON.stringify(trouble));
  }
});

test('what the check found is reported, as far as it was found', async (t) => {
  const good = checkWith({});
  await good.run();
  t.like(good.reports[0], {
    browser: 'Chrome 130',
    downMbps: 15.1,
    upMbps: 3.1,
    route: 'tcp',
    roundTripMs: 3,
    outcomes: { browser: 'ok', camera: 'ok', speed: 'ok', security: 'ok' },
  });
  t.true(checkReportSchema.safeParse(good.reports[0]).success);
  const bad = checkWith({ blocked: true, speed: null, camera: 'missing' });
  await bad.run();
  t.like(bad.reports[0], {
    downMbps: null,
    upMbps: null,
    route: null,
    roundTripMs: null,
    outcomes: { camera: 'ng', speed: 'ng', security: 'ng', microphone: 'ok' },
  });
  t.true(checkReportSchema.safeParse(bad.reports[0]).success);
});

test('who asks to come in is known by the counts, in the waiting room as in the call', (t) => {
  const people = createPeople();
  const told = new Map<string, (data: never) => void>();
  people.follow({ on: (event: string, handler: never) => told.set(event, handler) } as unknown as Connection);
  const tell = (event: string, data: unknown) => told.get(event)?.(data as never);
  const peer = { id: 'a', name: '応募花子', state: 'requesting' } as PeerInfo;
  const requesting = [{ id: 'a', name: '応募花子' }];
  tell('counts', { waiting: 2, inCall: 1, requesting: [] });
  t.deepEqual(people.asking.value, []);
  tell('counts', { waiting: 2, inCall: 1, requesting });
  t.deepEqual(people.asking.value, requesting);
  tell('peerUpdated', { peer });
  t.deepEqual(people.requests.value, [peer]);
  tell('peerUpdated', { peer: { ...peer, state: 'inCall' } });
  t.is(people.inCall.value.length, 1);
  tell('peerLeft', { peerId: 'a' });
  t.is(people.inCall.value.length, 0);
});

test('a download is named as the server says, Japanese as well', (t) => {
  t.is(fileName(`attachment; filename="room.csv"`), 'room.csv');
  t.is(fileName(`attachment; filename="???.csv"; filename*=UTF-8''%E9%9D%A2%E6%8E%A5.csv`), '面接.csv');
  t.is(fileName(null), null);
});

/** What a browser's storage does that keeps nothing. */
const storages: Record<string, Storage | null> = {
  'none, as it was refused when it was asked for': null,
  'one that throws at everything': new Proxy({} as Storage, {
    get() {
      throw new DOMException('denied', 'SecurityError');
    },
  }),
  'one that is full': {
    getItem: () => null,
    setItem() {
      throw new DOMException('full', 'QuotaExceededError');
    },
    removeItem() {},
  } as unknown as Storage,
  'one that forgets without a word': {
    getItem: () => null,
    setItem() {},
    removeItem() {},
  } as unknown as Storage,
};

for (const [what, storage] of Object.entries(storages)) {
  test(`while the page is open all is remembered with ${what}`, (t) => {
    const memory = createMemory('link', storage);
    t.is(memory.resumeKey(), null);
    memory.keepResumeKey('key');
    memory.keepPassedCheck();
    memory.keepNames('applicant', { company: '', name: '応募花子' });
    memory.keep('language', 'en');
    t.is(memory.resumeKey(), 'key');
    t.true(memory.hasPassedCheck());
    t.is(memory.names('applicant').name, '応募花子');
    t.is(memory.get('language'), 'en');
    memory.keepLastRead('2023-12-08T11:00:00.000Z');
    memory.forgetSeat();
    t.is(memory.lastRead(), null);
    t.is(memory.resumeKey(), 'key');
  });
}

test('a seat that the storage does not let go is forgotten all the same, and what another tab keeps is the last word', (t) => {
  const kept = new Map([['webinterview.read.link', 'old']]);
  const storage = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem() {
      throw new DOMException('denied', 'SecurityError');
    },
  } as unknown as Storage;
  const memory = createMemory('link', storage);
  memory.forgetSeat();
  t.is(memory.lastRead(), null);
  memory.keepResumeKey('new');
  kept.set('webinterview.seat.link', 'of another tab');
  t.is(memory.resumeKey(), 'of another tab');
});
