/** The call's own rules in the page, without a browser. */
import { signal } from '@preact/signals';
import test from 'ava';
import type { PeerInfo } from '../../src/protocol/messages.ts';
import { highestLayer } from '../../src/protocol/quality.ts';
import { createEffects, type EffectLoaders } from '../../src/web/models/effects.ts';
import { problemOf } from '../../src/web/models/files.ts';
import { createLineJudge, lineFigures } from '../../src/web/models/line.ts';
import { createMemory } from '../../src/web/models/memory.ts';
import { createTalkDetector } from '../../src/web/models/muted-talk.ts';
import { createPopups } from '../../src/web/models/popups.ts';
import { createSpeaker } from '../../src/web/models/speaker.ts';
import { createStage } from '../../src/web/models/stage.ts';
import { settled } from '../helpers/fake-socket.ts';

const peer = (id: string, more: Partial<PeerInfo> = {}) => ({ id, sharing: false, ...more }) as PeerInfo;

test('one other is large, many are tiles, a shared screen is large; until one chooses', (t) => {
  const inCall = signal([peer('a')]);
  const speaker = signal<string | null>(null);
  const stage = createStage(inCall, speaker);
  t.is(stage.view.value, 'enlarged');
  inCall.value = [peer('a'), peer('b')];
  t.is(stage.view.value, 'tile');
  inCall.value = [peer('a'), peer('b', { sharing: true })];
  t.is(stage.view.value, 'enlarged');
  t.is(stage.sharer.value?.id, 'b');
  stage.toggleView();
  t.is(stage.view.value, 'tile');
});

test('large is who was chosen, else who speaks, else the first; who has gone is nobody’s choice', (t) => {
  const inCall = signal([peer('a'), peer('b'), peer('c')]);
  const speaker = signal<string | null>(null);
  const stage = createStage(inCall, speaker);
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

test('a line is bad when much is lost or little passes, for a while', (t) => {
  const judge = createLineJudge();
  const bad = { lost: 0.3, available: 1_000_000 };
  const good = { lost: 0.01, available: 1_000_000 };
  t.deepEqual([bad, bad, bad, good, bad, bad, bad].map(judge), Array(7).fill(false));
  t.true(judge(bad));
  const narrow = createLineJudge();
  t.deepEqual(
    Array.from({ length: 4 }, () => narrow({ lost: null, available: 50_000 })),
    [false, false, false, true],
  );
  const unknown = createLineJudge();
  t.false(Array.from({ length: 9 }, () => unknown({ lost: null, available: null })).some(Boolean));
});

test('of what is sent, the worst report counts', (t) => {
  const report = new Map<string, unknown>([
    ['a', { type: 'remote-inbound-rtp', fractionLost: 0.02 }],
    ['b', { type: 'remote-inbound-rtp', fractionLost: 0.2 }],
    ['c', { type: 'candidate-pair', nominated: true, availableOutgoingBitrate: 300_000 }],
    ['d', { type: 'candidate-pair', nominated: false, availableOutgoingBitrate: 1 }],
  ]);
  t.deepEqual(lineFigures(report as unknown as RTCStatsReport), { lost: 0.2, available: 300_000 });
  t.deepEqual(lineFigures(new Map() as unknown as RTCStatsReport), { lost: null, available: null });
});

test('of popups the oldest that only tells makes room; what asks for something stays', (t) => {
  const popups = createPopups();
  t.teardown(popups.stop);
  const keys = () => popups.all.value.map(({ key }) => key);
  popups.show({ key: 'ask', text: '', action: { label: '', run() {} } });
  for (const key of ['a', 'b', 'c']) popups.show({ key, text: '' });
  t.deepEqual(keys(), ['ask', 'b', 'c']);
  popups.show({ key: 'b', text: 'again' });
  t.deepEqual(keys(), ['ask', 'c', 'b']);
  popups.close('ask');
  t.deepEqual(keys(), ['c', 'b']);
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
