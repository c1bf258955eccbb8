/** What becomes of a source that cannot be produced, and of a camera whose line is lost, with a transport that is only pretended. */
import test from 'ava';
import type { types } from 'mediasoup-client';
import type { SentSource } from '../../src/protocol/sources.ts';
import { RequestError } from '../../src/web/connection/RequestError.ts';
import { createSender, nothingLocal } from '../../src/web/media/sender.ts';
import { settled } from '../helpers/fake-socket.ts';

const microphone = { kind: 'audio', readyState: 'live' } as MediaStreamTrack;

/** A microphone is turned on, and the transport refuses it with this error: what is told of that. */
async function refused(error: Error, { closed = false } = {}) {
  const transport = { closed, produce: () => Promise.reject(error) } as unknown as types.Transport;
  const logged: unknown[] = [];
  const { error: log } = console;
  console.error = (what: unknown) => logged.push(what);
  const { unsent, told } = listening();
  try {
    createSender(transport, unsent).update({ ...nothingLocal, microphone, microphoneOn: true }, true);
    await settled();
  } finally {
    console.error = log;
  }
  return { told, logged };
}

/** What a sender tells, but for what it has settled. */
function listening() {
  const told: [SentSource, boolean][] = [];
  const unsent = {
    failed: (source: SentSource, isBroken: boolean) => void told.push([source, isBroken]),
    settled() {},
  };
  return { unsent, told };
}

const disagreement = new DOMException('The order of m-lines in answer does not match', 'InvalidAccessError');

test.serial('where offer and answer do not agree any more, the transport is told to be broken', async (t) => {
  t.deepEqual(await refused(disagreement), { told: [['microphone', true]], logged: [] });
  // mediasoup-client's own.
  const missing = new Error('no a=ssrc lines found');
  t.deepEqual(await refused(missing), { told: [['microphone', true]], logged: [] });
});

test.serial('a lost socket breaks nothing, and neither does what comes after the end', async (t) => {
  const nothing = { told: [], logged: [] };
  t.deepEqual(await refused(new RequestError('disconnected', 'lost')), nothing);
  t.deepEqual(await refused(new RequestError('timeout', 'no answer')), nothing);
  t.deepEqual(await refused(disagreement, { closed: true }), nothing);
});

test.serial(
  'what the server refuses is told of, and anything else is a fault to be seen as well',
  async (t) => {
    const fault = new TypeError('a mistake');
    t.deepEqual(await refused(fault), { told: [['microphone', false]], logged: [fault] });
    t.deepEqual(await refused(new RequestError('internal', 'refused')), {
      told: [['microphone', false]],
      logged: [],
    });
  },
);

/** A camera that is on, on a transport that produces while `works`; each stream of it is one of `nowSent`. */
async function cameraOn() {
  const camera = {
    kind: 'video',
    readyState: 'live',
    getSettings: () => ({ height: 360 }),
  } as unknown as MediaStreamTrack;
  const line = { works: true, answers: Promise.resolve(), refusesTrack: false };
  const { unsent, told } = listening();
  const sent: (MediaStreamTrack | null)[][] = [];
  const closed: number[] = [];
  const produce = async ({ onRtpSender }: types.ProducerOptions) => {
    if (!line.works) throw new RequestError('disconnected', 'lost');
    const tracks: (MediaStreamTrack | null)[] = [];
    const index = sent.push(tracks) - 1;
    const rtpSender = {
      getParameters: () => ({ encodings: [{}] }),
      setParameters: async () => undefined,
      async replaceTrack(track: MediaStreamTrack | null) {
        if (track && line.refusesTrack) throw new DOMException('refused', 'InvalidModificationError');
        tracks.push(track);
      },
    } as unknown as RTCRtpSender;
    onRtpSender?.(rtpSender);
    await line.answers;
    return { rtpSender, close: () => closed.push(index) };
  };
  const sender = createSender({ produce } as unknown as types.Transport, unsent);
  const update = async (cameraOn: boolean) => {
    sender.update({ ...nothingLocal, camera, cameraOn }, true);
    await settled();
  };
  const renew = async () => {
    sender.renewCamera();
    await settled();
  };
  await update(true);
  const nowSent = () => sent.map((tracks) => tracks.at(-1) === camera);
  return { line, update, renew, closed, nowSent, told };
}

test('a camera goes on as a new stream after a time without a line', async (t) => {
  const { renew, update, closed, nowSent } = await cameraOn();
  t.deepEqual([nowSent(), closed], [[true], []]);
  await renew();
  t.deepEqual([nowSent()[1], closed], [true, [0]]);
  await update(true);
  t.is(nowSent().length, 2, 'once');
});

test('where no new stream could be made, or nobody knows, one is made with the next change', async (t) => {
  const { line, renew, update, closed, nowSent } = await cameraOn();
  line.works = false;
  await renew();
  t.deepEqual([nowSent(), closed], [[true], []], 'it goes on with the one that it has');
  line.works = true;
  // The session says so when the socket is back.
  await update(true);
  t.deepEqual([nowSent()[1], closed], [true, [0]]);
});

test('a camera that is off has lost nothing', async (t) => {
  const { renew, update, nowSent } = await cameraOn();
  await update(false);
  await renew();
  await update(true);
  t.deepEqual(nowSent(), [true]);
});

test('what is turned off while a new stream is made stays off, and a second call waits', async (t) => {
  const { line, renew, update, closed, nowSent } = await cameraOn();
  let answer = () => {};
  line.answers = new Promise((resolve) => {
    answer = resolve;
  });
  await renew();
  await renew();
  await update(false);
  answer();
  await settled();
  t.deepEqual([nowSent(), closed], [[false, false], [0]]);
});

test.serial(
  'a track that the browser does not take up is told of, and taken up with the next attempt',
  async (t) => {
    const { line, update, nowSent, told } = await cameraOn();
    await update(false);
    line.refusesTrack = true;
    const { error: log } = console;
    console.error = () => undefined;
    await update(true).finally(() => {
      console.error = log;
    });
    t.deepEqual([nowSent(), told], [[false], [['camera', false]]]);
    line.refusesTrack = false;
    await update(true);
    t.deepEqual(nowSent(), [true]);
  },
);
