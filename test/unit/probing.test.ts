/** When the server tries whether a receiver's line carries more, with a transport that is only pretended. */
import { EventEmitter } from 'node:events';
import { mock } from 'node:test';
import test from 'ava';
import { NotFoundError } from 'mediasoup/errors';
import { type MediaConsumer, MediaPeer, type MediaTransport } from '../../src/server/media/MediaPeer.ts';
import { tryForMore } from '../../src/server/media/probing.ts';

type Line = { availableOutgoingBitrate: number; rtpPacketLossSent: number };

/** One receiver of one camera; `limits` are those that were set, 0 for none. */
function receiver(line: Line) {
  const limits: number[] = [];
  const transport = Object.assign(new EventEmitter(), {
    closed: false,
    observer: new EventEmitter(),
    getStats: async () => [line],
    setMaxOutgoingBitrate: async (limit: number) => void limits.push(limit),
  });
  const consumer = {
    paused: false,
    producerPaused: false,
    currentLayers: { spatialLayer: 1 },
    preferredLayers: { spatialLayer: 1 },
    score: { producerScores: [10, 10] },
  };
  const peer = new MediaPeer('a', { codecs: [] });
  peer.consumers.set('camera', consumer as unknown as MediaConsumer);
  const errors: unknown[] = [];
  tryForMore(peer, transport as unknown as MediaTransport, (error) => errors.push(error));
  return {
    consumer,
    transport,
    limits,
    errors,
    /** What was set in so many seconds. */
    async after(seconds: number): Promise<number[]> {
      limits.length = 0;
      for (let second = 0; second < seconds; second++) {
        mock.timers.tick(1000);
        await new Promise(setImmediate);
      }
      return [...limits];
    },
  };
}

test.beforeEach(() => mock.timers.enable({ apis: ['setInterval'] }));
test.afterEach.always(() => mock.timers.reset());

const lossless = { availableOutgoingBitrate: 150_000, rtpPacketLossSent: 0 };

/** Ways of a picture in which it says nothing of how much the line carries. */
const unknown: object[] = [
  { paused: true },
  { producerPaused: true },
  { preferredLayers: { spatialLayer: 0 } },
  { currentLayers: undefined },
];

/** One whose picture is small by the end of a time in which much was lost. */
async function afterLoss(line: Line, given: object = {}) {
  const one = receiver(line);
  Object.assign(one.consumer, { currentLayers: { spatialLayer: 0 } }, given);
  line.rtpPacketLossSent = 0.2;
  const limits = await one.after(12);
  line.rtpPacketLossSent = 0;
  return { ...one, limits };
}

test.serial(
  'after loss more is tried, each time with another limit, until the picture is as it is wanted',
  async (t) => {
    const { after, consumer, limits } = await afterLoss({ ...lossless });
    t.deepEqual(limits, [], 'not while it is lost');
    const [first = 0, second = 0, third = 0] = await after(12);
    t.true(first >= 550_000 && second >= 550_000, 'enough for the larger picture');
    t.true(
      Math.abs(first - second) > 0.11 * Math.max(first, second),
      'mediasoup ignores what is nearly the same',
    );
    t.is(third, first);
    consumer.currentLayers.spatialLayer = 1;
    t.deepEqual(await after(12), [0], 'nothing is held back afterwards');
    consumer.currentLayers.spatialLayer = 0;
    t.deepEqual(await after(60), [], 'that is another time');
  },
);

test.serial('where it is no better it is tried more and more seldom', async (t) => {
  const { after } = await afterLoss({ ...lossless });
  t.is((await after(24)).length, 5);
  t.is((await after(24)).length, 2);
  await after(144);
  t.is((await after(48)).length, 1);
});

test.serial('a pause of the picture, and one that begins small, make no line whole', async (t) => {
  for (const meanwhile of unknown) {
    const { after, consumer } = await afterLoss({ ...lossless });
    const before = { ...consumer };
    Object.assign(consumer, meanwhile);
    t.deepEqual(await after(12), [], JSON.stringify(meanwhile));
    Object.assign(consumer, before);
    t.true((await after(6)).length > 0, JSON.stringify(meanwhile));
  }
});

test.serial('what passes is not held back by the limit: it is raised as soon as it is reached', async (t) => {
  const line = { ...lossless };
  const { after } = await afterLoss(line);
  let raised = 0;
  for (let looks = 0; looks < 6; looks++) {
    const [limit] = await after(3);
    if (!limit) continue;
    t.true(limit > line.availableOutgoingBitrate);
    line.availableOutgoingBitrate = limit;
    raised++;
  }
  t.is(raised, 6);
  t.true(line.availableOutgoingBitrate > 4_000_000, 'all of three cameras');
});

test.serial('the limit is above what is thought possible already', async (t) => {
  const { after } = await afterLoss({ ...lossless, availableOutgoingBitrate: 3_000_000 });
  t.true(Math.min(...(await after(12))) > 3_000_000);
});

test.serial('a line that is narrow is left alone, a jam at its beginning as well', async (t) => {
  const line = { ...lossless };
  const { after, consumer } = receiver(line);
  consumer.currentLayers.spatialLayer = 0;
  line.rtpPacketLossSent = 0.3;
  t.deepEqual(await after(3), []);
  line.rtpPacketLossSent = 0;
  t.deepEqual(await after(60), []);
});

test.serial('nothing is tried where there is nothing larger', async (t) => {
  for (const given of [...unknown, { score: { producerScores: [10, 0] } }]) {
    const { after } = await afterLoss({ ...lossless }, given);
    t.deepEqual(await after(20), [], JSON.stringify(given));
  }
});

test.serial('a limit that cannot be set is told of, and set at the next look', async (t) => {
  const { after, consumer, transport, errors } = await afterLoss({ ...lossless });
  const set = transport.setMaxOutgoingBitrate;
  transport.setMaxOutgoingBitrate = () => Promise.reject(new Error('it cannot be set'));
  t.deepEqual(await after(3), []);
  t.is(errors.length, 1);
  transport.setMaxOutgoingBitrate = set;
  t.is((await after(6)).length, 1);
  transport.setMaxOutgoingBitrate = () => Promise.reject(new Error('it cannot be set'));
  consumer.currentLayers.spatialLayer = 1;
  t.deepEqual(await after(3), []);
  transport.setMaxOutgoingBitrate = set;
  t.deepEqual(await after(3), [0], 'it is no limit afterwards');
});

test.serial('it ends with the transport, and what fails before that is told', async (t) => {
  const { after, consumer, transport, errors } = receiver({
    availableOutgoingBitrate: 150_000,
    rtpPacketLossSent: 0,
  });
  consumer.currentLayers.spatialLayer = 0;
  transport.getStats = async () => {
    throw new Error('the worker does not answer');
  };
  await after(5);
  t.is(errors.length, 1);
  transport.getStats = async () => {
    throw new NotFoundError('the worker does not know it any more');
  };
  await after(5);
  t.is(errors.length, 1, 'it has gone meanwhile');
  transport.observer.emit('close');
  t.deepEqual(await after(20), []);
});
