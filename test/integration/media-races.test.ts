/**
 * Calls to a real media worker that race with a close. Each call meets each way in which what it is about may go, just after it,
 * just before it, and while it is answered: nobody made a fault, so none is reported, and who asked is told what a page can act on.
 */
import { setImmediate as turn } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { AppError } from '../../src/server/errors.ts';
import { MediaRoom } from '../../src/server/media/MediaRoom.ts';
import { WorkerPool } from '../../src/server/media/WorkerPool.ts';
import { watchMedia } from '../helpers/open-media.ts';
import { takePorts } from '../helpers/ports.ts';
import { dtlsParameters, receivesAll, simulcastOf, streamOf } from '../helpers/rtp.ts';
import { becomes, until } from '../helpers/until.ts';

type Scene = {
  room: MediaRoom;
  send: string;
  receive: string;
  microphone: string;
  camera: string;
  /** Of the applicant's, at the interviewer. */
  consumers: string[];
};

type Act = (scene: Scene) => unknown;

const everythingOn = { microphone: true, camera: true, screen: true };
const produce = (peerId: string, transportId: string, source: 'microphone' | 'camera' | 'screen') => ({
  with: (room: MediaRoom) =>
    room.produce(peerId, transportId, {
      source,
      kind: source === 'microphone' ? 'audio' : 'video',
      rtpParameters: source === 'camera' ? simulcastOf() : streamOf(source),
    }),
});

/** What the server does for, or because of, the applicant. */
const calls: Record<string, Act> = {
  'a transport to send': ({ room }) => room.createTransport('applicant', 'send'),
  'a transport to receive': ({ room }) => room.createTransport('applicant', 'receive'),
  connecting: ({ room, send }) => room.connectTransport('applicant', send, dtlsParameters),
  'a restart of ICE': ({ room, send }) => room.restartIce('applicant', send),
  'the status of a transport': ({ room, send }) => room.transportStatus('applicant', send),
  'a new producer': ({ room, send }) => produce('applicant', send, 'screen').with(room),
  'a producer that replaces another': ({ room, send }) => produce('applicant', send, 'camera').with(room),
  'consumers that go on': ({ room, consumers }) =>
    Promise.all(consumers.map((id) => room.resumeConsumer('interviewer', id))),
  'a gate that closes and opens': ({ room }) => {
    for (const open of [false, true, false, true]) room.setGate('applicant', open);
  },
  'devices that go off and on': ({ room }) => {
    room.setSources('applicant', { microphone: false, camera: false, screen: false });
    room.setSources('applicant', everythingOn);
  },
  'another quality': ({ room }) => {
    for (const quality of ['low', 'audio', 'high'] as const) room.setQuality('interviewer', quality);
  },
  'the figures for the records': ({ room }) => room.statistics('applicant').catch(() => null),
  'what flows now': ({ room }) => room.traffic(),
};

const ends: Record<string, Act> = {
  'the applicant leaves': ({ room }) => room.removePeer('applicant'),
  'the interviewer leaves': ({ room }) => room.removePeer('interviewer'),
  'the applicant begins anew': ({ room }) => room.openPeer('applicant', receivesAll),
  'another transport takes the place of the sending one': ({ room }) =>
    room.createTransport('applicant', 'send'),
  'another transport takes the place of the receiving one': ({ room }) =>
    room.createTransport('interviewer', 'receive'),
  'the producers are closed': ({ room, microphone, camera }) => {
    for (const id of [microphone, camera]) room.closeProducer('applicant', id);
  },
  'the room is closed': ({ room }) => room.close(),
};

const orders: Record<string, (scene: Scene, call: Act, end: Act) => unknown[]> = {
  'just after the call': (scene, call, end) => [attempt(call, scene), attempt(end, scene)],
  'just before the call': (scene, call, end) => [attempt(end, scene), attempt(call, scene)],
  'while the call is answered': (scene, call, end) => [
    attempt(call, scene),
    turn().then(() => attempt(end, scene)),
  ],
};

/** What is left open when a room is closed is held by mediasoup until its worker ends, and holds the room. */
const nothing = { routers: 0, transports: 0, producers: 0, consumers: 0 };

/** A call may be refused at once or later; both with what a page understands. */
async function attempt(act: Act, scene: Scene): Promise<void> {
  try {
    await act(scene);
  } catch (error) {
    if (!(error instanceof AppError) || error.code === 'internal') throw error;
  }
}

async function startPool(t: ExecutionContext, faults: unknown[]): Promise<WorkerPool> {
  const pool = await WorkerPool.start({
    workers: 1,
    workerBin: process.env.MEDIASOUP_WORKER_BIN,
    listenIps: ['127.0.0.1'],
    announcedAddress: null,
    ...takePorts(20),
    onError: (error) => faults.push(error),
  });
  t.teardown(() => pool.close());
  return pool;
}

/** Both in the call; the applicant sends, and the interviewer receives it. */
async function begin(pool: WorkerPool, faults: unknown[]): Promise<Scene> {
  const consumers: string[] = [];
  const events = {
    consumerAdded: (peerId: string, { id, source }: { id: string; source: string }) => {
      if (peerId === 'interviewer' && source !== 'silence') consumers.push(id);
    },
    consumerRemoved: () => undefined,
    lost: () => undefined,
  };
  const room = await MediaRoom.open(pool, events, (error) => faults.push(error));
  for (const peerId of ['interviewer', 'applicant']) {
    room.openPeer(peerId, receivesAll);
    room.setSources(peerId, everythingOn);
    room.setGate(peerId, true);
  }
  const { id: send } = await room.createTransport('applicant', 'send');
  const { id: receive } = await room.createTransport('interviewer', 'receive');
  const microphone = await produce('applicant', send, 'microphone').with(room);
  const camera = await produce('applicant', send, 'camera').with(room);
  await until('the interviewer receives both', () => consumers.length === 2);
  return { room, send, receive, microphone, camera, consumers };
}

for (const [name, order] of Object.entries(orders)) {
  test.serial(`what goes ${name} is no fault, and nothing of it is left`, async (t) => {
    const faults: unknown[] = [];
    const { open } = watchMedia(t);
    const pool = await startPool(t, faults);
    for (const [what, call] of Object.entries(calls)) {
      for (const [how, end] of Object.entries(ends)) {
        const scene = await begin(pool, faults);
        await t.notThrowsAsync(Promise.all(order(scene, call, end)), `${what}, and ${how}`);
        // A worker answers in turn: when it has answered this, all before it is decided.
        await pool.usage();
        await turn();
        t.deepEqual(faults, [], `${what}, and ${how}`);
        scene.room.close();
        t.deepEqual(open, nothing, `${what}, and ${how}`);
      }
    }
  });
}

test.serial(
  'a worker that dies while it is asked is one fault, of the worker, and the room goes on in another',
  async (t) => {
    const faults: unknown[] = [];
    const { open } = watchMedia(t);
    const pool = await startPool(t, faults);
    for (const [what, call] of Object.entries(calls)) {
      const scene = await begin(pool, faults);
      const [pid] = pool.pids as [number];
      const answered = attempt(call, scene);
      process.kill(pid, 'SIGKILL');
      await t.notThrowsAsync(answered, what);
      await until('there is another worker', () => pool.pids.length === 1 && !pool.pids.includes(pid));
      await t.notThrowsAsync(attempt(call, scene), what);
      scene.room.close();
      // It may be looking for a place in the other worker still.
      await becomes(t, () => ({ ...open }), nothing, what);
    }
    const told = faults.map((fault) => (fault as Error).message);
    t.deepEqual(
      told.filter((message) => !/^media worker \d+ died$/.test(message)),
      [],
    );
  },
);
