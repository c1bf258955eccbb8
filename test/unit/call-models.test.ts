/** The call's own rules in the page, without a browser. */
import { signal } from '@preact/signals';
import test from 'ava';
import type { PeerInfo } from '../../src/protocol/messages.ts';
import { highestLayer, type Quality } from '../../src/protocol/quality.ts';
import { popupActionText, popupText } from '../../src/web/components/popupWords.ts';
import { en as callEn } from '../../src/web/i18n/call/en.ts';
import { ja as callJa } from '../../src/web/i18n/call/ja.ts';
import { switchLanguage, words } from '../../src/web/i18n/language.ts';
import { tellOfBeginning } from '../../src/web/models/begun.ts';
import { captureFileName } from '../../src/web/models/capture.ts';
import { createEffects, type EffectLoaders } from '../../src/web/models/effects.ts';
import { problemOf, problemOfAnswer } from '../../src/web/models/files.ts';
import { tellOfHiddenScreen } from '../../src/web/models/hiddenScreen.ts';
import { createLanes } from '../../src/web/models/lanes.ts';
import { createLineJudge, lineFigures } from '../../src/web/models/line.ts';
import { createMemory } from '../../src/web/models/memory.ts';
import { createTalkDetector } from '../../src/web/models/mutedTalk.ts';
import { createPopups, type PopupMessage } from '../../src/web/models/popups.ts';
import { createSpeaker } from '../../src/web/models/speaker.ts';
import { createStage } from '../../src/web/models/stage.ts';
import { settled } from '../helpers/fake-socket.ts';

const peer = (id: string, more: Partial<PeerInfo> = {}) => ({ id, sharing: false, ...more }) as PeerInfo;

test('one other is large, many are tiles, a shared screen is large; until one chooses', (t) => {
  const inCall = signal([peer('a')]);
  const speaker = signal<string | null>(null);
  const stage = createStage(inCall, speaker, createMemory('link', null));
  t.is(stage.view.value, 'enlarged');
  inCall.value = [peer('a'), peer('b')];
  t.is(stage.view.value, 'tile');
  inCall.value = [peer('a'), peer('b', { sharing: true })];
  t.is(stage.view.value, 'enlarged');
  t.is(stage.sharer.value?.id, 'b');
  stage.toggleView();
  t.is(stage.view.value, 'tile');
});

test('with sound only a shared screen is told of, with the way to it, until it can be seen or is over', (t) => {
  const sharer = signal<PeerInfo | null>(null);
  const quality = signal<Quality>('audio');
  const isChoosing = signal(false);
  const popups = createPopups();
  const choose = () => {
    isChoosing.value = true;
  };
  const stop = tellOfHiddenScreen({ sharer, quality, isChoosing, choose, popups });
  const told = () => popups.all.value.map(({ message }) => popupText(message));
  const text = '画面共有が始まりましたが、音声のみのため表示していません。';
  t.deepEqual(told(), []);
  sharer.value = peer('a', { sharing: true });
  t.deepEqual(told(), [text]);
  const [popup] = popups.all.value;
  t.is(popup && popupActionText(popup.message), '変更');
  popup?.action?.();
  t.deepEqual(told(), [], 'the choice is open');
  isChoosing.value = false;
  t.deepEqual(told(), [text], 'nothing was changed');
  popups.dismiss('screenHidden');
  sharer.value = peer('a', { sharing: true, handRaised: true });
  t.deepEqual(told(), [], 'it was read');
  sharer.value = peer('b', { sharing: true });
  t.deepEqual(told(), [text], 'somebody else');
  quality.value = 'high';
  t.deepEqual(told(), []);
  quality.value = 'audio';
  t.deepEqual(told(), [text]);
  sharer.value = null;
  t.deepEqual(told(), []);
  stop();
  popups.stop();
});

test('large is who was chosen, else who speaks, else the first; who has gone is nobody’s choice', (t) => {
  const inCall = signal([peer('a'), peer('b'), peer('c')]);
  const speaker = signal<string | null>(null);
  const stage = createStage(inCall, speaker, createMemory('link', null));
  t.is(stage.main.value, 'a');
  speaker.value = 'b';
  t.is(stage.main.value, 'b');
  stage.enlarge('c');
  t.is(stage.main.value, 'c');
  t.is(stage.view.value, 'enlarged');
  inCall.value = [peer('a'), peer('b')];
  t.is(stage.main.value, 'b');
  inCall.value = [];
  t.is(stage.main.value, null);
});

test('who speaks for a while is the speaker; a cough and a pause change nothing', (t) => {
  const levels: Record<string, number> = {};
  let now = 0;
  const inCall = signal([peer('a'), peer('b')]);
  const model = createSpeaker(
    inCall,
    (id) => levels[id] ?? 0,
    () => now,
  );
  t.teardown(model.stop);
  const ringed = { a: false, b: false };
  for (const id of ['a', 'b'] as const) {
    const element = { toggleAttribute: (_: string, on: boolean) => (ringed[id] = on) };
    model.ring(id, element as unknown as Element);
  }
  const wait = (ms: number) => {
    for (const until = now + ms; now < until; now += 200) model.poll();
  };
  levels.a = 0.2;
  wait(400);
  t.true(ringed.a);
  t.is(model.speaker.value, null, 'a cough');
  wait(800);
  t.is(model.speaker.value, 'a');
  levels.a = 0;
  wait(400);
  t.true(ringed.a, 'a pause between words');
  wait(800);
  t.false(ringed.a);
  t.is(model.speaker.value, 'a', 'nobody else has spoken');
  levels.b = 0.2;
  wait(1200);
  t.is(model.speaker.value, 'b');
});

test('speaking while muted is noticed after 300 ms, once in a while, and not the room’s own noise', (t) => {
  const isTalk = createTalkDetector();
  const hear = (decibels: number, from: number, ms: number) => {
    let count = 0;
    for (let at = from; at < from + ms; at += 66) count += Number(isTalk(decibels, at));
    return count;
  };
  t.is(hear(-45, 0, 5000), 0, 'a fan');
  t.is(hear(-25, 5000, 200), 0, 'a chair');
  t.is(hear(-45, 5200, 1000), 0);
  t.is(hear(-25, 6200, 2000), 1, 'a voice');
  t.is(hear(-25, 8200, 5000), 0, 'told already');
});

type Told = { lost: number | null; available?: number | null };

/** What the judge says of looks a second apart, at each of which the server has reported this anew; null: it has not. */
function judged(told: (Told | null)[], judge = createLineJudge()): boolean[] {
  let reportedAt = 0;
  let newest = 0;
  return told.map((look, second) => {
    if (!look) return judge(null, second * 1000);
    if (look.lost !== null) [newest, reportedAt] = [look.lost, second];
    const stream = { ssrc: 1, sent: 20 * (second + 1), lost: newest, reportedAt };
    return judge({ streams: [stream], available: look.available ?? null }, second * 1000);
  });
}
const losing = (lost: number | null, seconds: number): Told[] => Array(seconds).fill({ lost });
const narrow = (available: number, seconds: number): Told[] => Array(seconds).fill({ lost: 0, available });

test('a line is bad when much is lost or little passes, for a while', (t) => {
  t.is(judged(losing(0.4, 20)).indexOf(true), 8);
  t.is(judged(narrow(50_000, 20)).indexOf(true), 8);
  t.is(judged([...losing(0, 60), ...losing(0.4, 20)]).indexOf(true), 60 + 6);
  t.false(judged(losing(0, 60)).some(Boolean), 'unknown');
});

test('a jam that is over, or a loss that the sound outlives, is no bad line', (t) => {
  t.false(judged([...losing(0, 10), ...losing(0.9, 2), ...losing(0, 10)]).some(Boolean));
  t.false(judged(losing(0.25, 60)).some(Boolean));
  t.false(judged([...narrow(50_000, 8), ...narrow(500_000, 1), ...narrow(50_000, 8)]).some(Boolean));
});

test('a report that does not come is not taken for another like the last', (t) => {
  t.false(judged([...losing(0.9, 1), ...losing(null, 9), ...losing(0, 20)]).some(Boolean));
  const [no, bad] = [losing(null, 1), losing(0.4, 1)].map(([look]) => look as Told);
  const every3s = Array.from({ length: 30 }, (_, second) => (second % 3 === 0 ? bad : no)) as Told[];
  t.is(judged(every3s).indexOf(true), 12, 'the fifth');
});

test('while nothing is known nothing is said, and what was known before still counts for a time', (t) => {
  const unknown = (seconds: number): null[] => Array(seconds).fill(null);
  t.is(judged([...losing(0.4, 3), ...unknown(4), ...losing(0.4, 3)]).indexOf(true), 8);
  t.is(judged([...losing(0.4, 4), ...unknown(40), ...losing(0.4, 9)]).indexOf(true), 44 + 4);
});

test('transports that are made anew are found out by what comes of them, and what filled the line does not count', (t) => {
  const judge = createLineJudge();
  const look = (second: number, lost: number) =>
    // Another stream every three seconds, of which most only fills.
    ({ ssrc: Math.floor(second / 3), sent: 1000 * ((second % 3) + 1), lost, reportedAt: second });
  const said = Array.from({ length: 12 }, (_, second) =>
    judge({ streams: [look(second, 0.4)], available: null }, second * 1000),
  );
  t.is(said.indexOf(true), 8);
});

test('layers count by what is sent of them, and one that rests not at all', (t) => {
  const of = (restsAt: number, lost: [number, number]) => {
    const judge = createLineJudge();
    return Array.from({ length: 20 }, (_, second) => {
      const small = { ssrc: 1, sent: 20 * second, lost: lost[0], reportedAt: second };
      const large = { ssrc: 2, sent: 60 * Math.min(second, restsAt), lost: lost[1], reportedAt: second };
      return judge({ streams: [small, large], available: null }, second * 1000);
    });
  };
  t.true(of(0, [0.4, 0]).some(Boolean));
  t.false(of(20, [0.4, 0.1]).some(Boolean));
  t.true(of(20, [0.1, 0.5]).some(Boolean));
});

test('of what is sent, the pictures count, and the listeners’ loss of sound does not', (t) => {
  const report = new Map<string, unknown>([
    ['a', { type: 'outbound-rtp', kind: 'audio', ssrc: 1, packetsSent: 500 }],
    ['d', { type: 'remote-inbound-rtp', kind: 'audio', ssrc: 1, fractionLost: 0.8, timestamp: 4 }],
    ['e', { type: 'remote-inbound-rtp', kind: 'video', ssrc: 2, fractionLost: 0.5, timestamp: 5 }],
    ['b', { type: 'outbound-rtp', kind: 'video', ssrc: 2, packetsSent: 90 }],
    ['c', { type: 'outbound-rtp', kind: 'video', ssrc: 3, packetsSent: 30 }],
    ['f', { type: 'remote-inbound-rtp', kind: 'video', ssrc: 3, timestamp: 5 }],
    ['g', { type: 'candidate-pair', nominated: true, availableOutgoingBitrate: 300_000 }],
    ['h', { type: 'candidate-pair', nominated: false, availableOutgoingBitrate: 1 }],
  ]);
  t.deepEqual(lineFigures(report as unknown as RTCStatsReport), {
    streams: [{ ssrc: 2, sent: 90, lost: 0.5, reportedAt: 5 }],
    available: 300_000,
  });
  t.deepEqual(lineFigures(new Map() as unknown as RTCStatsReport), { streams: [], available: null });
});

test('of popups the oldest that only tells makes room; what asks for something stays', (t) => {
  const popups = createPopups();
  t.teardown(popups.stop);
  const keys = () => popups.all.value.map(({ key }) => key);
  const message = { about: 'muted' } as const;
  popups.show({ key: 'ask', message, action() {} });
  for (const key of ['a', 'b', 'c']) popups.show({ key, message });
  t.deepEqual(keys(), ['ask', 'b', 'c']);
  popups.show({ key: 'b', message });
  t.deepEqual(keys(), ['ask', 'c', 'b']);
  popups.close('ask');
  t.deepEqual(keys(), ['c', 'b']);
});

test('who was let in reads it once the page is seen, and it is read when it is closed', (t) => {
  const popups = createPopups();
  t.teardown(popups.stop);
  const begun = signal(true);
  const pageSeen = signal(false);
  const stop = tellOfBeginning({ seat: { begun }, popups, pageSeen });
  t.deepEqual(popups.all.value, []);
  pageSeen.value = true;
  t.deepEqual(
    popups.all.value.map(({ key }) => key),
    ['begun'],
  );
  t.true(begun.value, 'until it is read');
  popups.dismiss('begun');
  t.false(begun.value);
  begun.value = true;
  stop();
  t.false(begun.value, 'it went with the call');
});

test.serial('a popup that is shown follows the language when it is switched', async (t) => {
  const memory = createMemory('link', null);
  const popups = createPopups();
  t.teardown(popups.stop);
  popups.show({ key: 'came', message: { about: 'joined', name: '応募花子' } });
  popups.show({ key: 'unnamed', message: { about: 'left', name: '' } });
  popups.show({
    key: 'turnedOff',
    message: { about: 'turnedOff', by: 'interviewer', devices: 'both' },
    action() {},
  });
  const shown = () =>
    popups.all.value.map(
      ({ message, action }) => popupText(message) + (action ? popupActionText(message) : ''),
    );
  const { popups: ja, participant } = callJa;
  const both = ja.turnedOff.interviewer(ja.devices.both) + ja.turnOn;
  t.deepEqual(shown(), [ja.joined('応募花子'), ja.left(participant), both]);
  await switchLanguage(memory);
  const en = callEn.popups;
  const bothEn = en.turnedOff.interviewer(en.devices.both) + en.turnOn;
  t.deepEqual(shown(), [en.joined('応募花子'), en.left(callEn.participant), bothEn]);
  await switchLanguage(memory);
});

test('every popup has words, and those with something to do a word for it', (t) => {
  const { popups, sharing, chat, people } = callJa;
  const texts: [PopupMessage, string][] = [
    [{ about: 'lost', name: '候補次郎' }, popups.lost('候補次郎')],
    [{ about: 'hand', name: '候補次郎' }, popups.hand('候補次郎')],
    [{ about: 'turnedOff', by: 'entry', devices: 'camera' }, popups.turnedOff.entry(popups.devices.camera)],
    [{ about: 'sharing', problem: 'taken' }, sharing.taken],
    [{ about: 'turnedOffAll', device: 'camera', count: 2 }, '2名のカメラをオフにしました。'],
    [{ about: 'turnedOffAll', device: 'microphone', count: 0 }, 'マイクがオンの方はいません。'],
    [
      { about: 'turnOffAllFailed', device: 'camera' },
      'カメラをオフにできませんでした。通信状態をご確認のうえ、もう一度お試しください。',
    ],
    [{ about: 'begun' }, words.value.begun],
    [{ about: 'muted' }, popups.muted],
    [{ about: 'badLine' }, popups.badLine],
    [{ about: 'captured' }, people.captured],
    [{ about: 'captureFailed' }, people.captureFailed],
    [{ about: 'deleteFailed' }, chat.deleteFailed],
  ];
  for (const [message, text] of texts) t.is(popupText(message), text);
  t.is(popupActionText({ about: 'muted' }), popups.unmute);
  t.is(popupActionText({ about: 'badLine' }), popups.cameraOn);
});

test('a captured picture is named after the person and the local time', (t) => {
  t.is(captureFileName('佐藤花子', new Date(2026, 10, 3, 6, 45, 9)), '佐藤花子_20261103-064509.png');
});

test('a file is told to be too big or empty before it is sent', (t) => {
  const MB5 = 5 * 1024 * 1024;
  t.deepEqual(
    [0, 1, MB5, MB5 + 1].map((size) => problemOf({ size })),
    ['empty', null, null, 'tooBig'],
  );
});

test('the layers of a quality, however many there are', (t) => {
  const layers = (count: number) => (['low', 'medium', 'high'] as const).map((q) => highestLayer(count, q));
  t.deepEqual([1, 2, 3].map(layers), [
    [0, 0, 0],
    [0, 0, 1],
    [0, 1, 2],
  ]);
});

function effectsWith(load: Partial<EffectLoaders>, memory = createMemory('link', null)) {
  const microphone = signal<MediaStreamTrack | null>(null);
  const camera = signal<MediaStreamTrack | null>(null);
  const never = async (): Promise<never> => {
    throw new Error('not chosen');
  };
  const loaders = { background: never, picture: never, noise: never, ...load };
  const effects = createEffects({ devices: { microphone, camera }, memory, load: loaders });
  return { effects, microphone, camera };
}

const track = (name: string) => ({ name }) as unknown as MediaStreamTrack;

function rememberingBlur() {
  const kept = new Map([['webinterview.settings.background', '"blur"']]);
  return createMemory('link', {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    removeItem: (key) => void kept.delete(key),
  } as Storage);
}

test('a background that was chosen before shows nothing of the room while it is prepared', async (t) => {
  const made = track('made');
  let ready = (_: { track: MediaStreamTrack; setMode: () => Promise<void>; stop: () => void }) => {};
  const stopped: string[] = [];
  const { effects, camera } = effectsWith(
    { background: () => new Promise((resolve) => (ready = resolve)) },
    rememberingBlur(),
  );
  const raw = track('raw');
  camera.value = raw;
  await settled();
  t.is(effects.camera.value, null);
  t.true(effects.preparing.value);
  ready({ track: made, setMode: async () => {}, stop: () => stopped.push('made') });
  await settled();
  t.is(effects.camera.value, made);
  t.false(effects.preparing.value);
  made.onended?.(new Event('ended'));
  t.is(effects.problem.value, 'failed', 'what draws it has crashed');
  t.is(effects.camera.value, raw);
  t.deepEqual(stopped, ['made']);
  effects.chooseBackground('none');
  t.is(effects.problem.value, null);
});

test('one that is chosen while one is seen takes over without a gap, and one that fails is told', async (t) => {
  const { effects, camera } = effectsWith({});
  const raw = track('raw');
  camera.value = raw;
  t.is(effects.camera.value, raw);
  effects.chooseBackground('blur');
  t.is(effects.camera.value, raw, 'until it is ready');
  await settled();
  t.is(effects.background.value, 'none');
  t.is(effects.problem.value, 'failed');
  t.is(effects.camera.value, raw);
});

test('noise suppression that cannot start leaves the voice as it is, and is tried again the next time', async (t) => {
  const memory = createMemory('link', null);
  const { effects, microphone } = effectsWith({}, memory);
  const raw = track('raw');
  microphone.value = raw;
  effects.chooseNoise(true);
  t.is(effects.microphone.value, raw);
  await settled();
  t.false(effects.noise.value);
  t.is(effects.microphone.value, raw);
});

test('of what is fetched so many go at once, in their order; one that fails makes room as well', async (t) => {
  const inLane = createLanes(2);
  const begun: number[] = [];
  const ends: ((failed: boolean) => void)[] = [];
  const fetched = [0, 1, 2, 3].map((n) =>
    inLane(
      () =>
        new Promise<number>((resolve, reject) => {
          begun.push(n);
          ends[n] = (failed) => (failed ? reject(new Error('away')) : resolve(n));
        }),
    ),
  );
  await settled();
  t.deepEqual(begun, [0, 1]);
  ends[1]?.(true);
  await t.throwsAsync(fetched[1] as Promise<number>, { message: 'away' });
  await settled();
  t.deepEqual(begun, [0, 1, 2]);
  ends[0]?.(false);
  ends[2]?.(false);
  await settled();
  ends[3]?.(false);
  t.is(await fetched[3], 3);
});

test('what a proxy answers is told as such, and what the server answers by its code', (t) => {
  t.is(problemOfAnswer(413, undefined), 'tooBigForProxy');
  for (const status of [502, 503, 504]) t.is(problemOfAnswer(status, undefined), 'away');
  t.is(problemOfAnswer(0, undefined), 'failed', 'the line is away');
  t.is(problemOfAnswer(413, { code: 'too_big' }), 'roomFull');
  t.is(problemOfAnswer(429, { code: 'too_fast' }), 'tooFast');
  t.is(problemOfAnswer(503, { code: 'store_unavailable' }), 'failed');
});

test('one’s own picture is hidden when one wishes so and somebody else is there, also the next time', (t) => {
  const kept = new Map<string, string>();
  const storage = {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
  } as Storage;
  const inCall = signal<PeerInfo[]>([]);
  const open = () => createStage(inCall, signal<string | null>(null), createMemory('link', storage));
  const stage = open();
  t.false(stage.hidesSelf.value);
  stage.toggleSelf();
  t.false(stage.hidesSelf.value, 'alone there is nothing else to see');
  inCall.value = [peer('a')];
  t.true(stage.hidesSelf.value);
  t.true(open().hidesSelf.value);
  stage.toggleSelf();
  t.false(stage.hidesSelf.value);
});
