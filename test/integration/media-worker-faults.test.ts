/**
 * Workers that live and are of no use: one whose channel was broken, as a fraction where mediasoup makes a BigInt broke it, and one
 * that is stopped. Nothing of it reaches the rules of a room, and the room goes on in another worker.
 */
import test, { type ExecutionContext } from 'ava';
import type { types } from 'mediasoup';
import { AppError } from '../../src/server/errors.ts';
import { MediaRoom } from '../../src/server/media/MediaRoom.ts';
import { WorkerPool } from '../../src/server/media/WorkerPool.ts';
import { connect, join } from '../helpers/client.ts';
import { takePorts } from '../helpers/ports.ts';
import { receivesAll, simulcastOf, streamOf } from '../helpers/rtp.ts';
import { startServer } from '../helpers/server.ts';
import { until } from '../helpers/until.ts';

async function startPool(t: ExecutionContext) {
  const faults: string[] = [];
  const onError = (error: unknown) => void faults.push((error as Error).message);
  const pool = await WorkerPool.start({
    workers: 1,
    workerBin: process.env.MEDIASOUP_WORKER_BIN || undefined,
    listenIps: ['127.0.0.1'],
    announcedAddress: null,
    ...takePorts(20),
    onError,
  });
  t.teardown(() => pool.close());
  return { pool, faults, onError };
}

/** Two people in a call, the applicant's camera on. */
async function startCall(t: ExecutionContext) {
  const { pool, faults, onError } = await startPool(t);
  const [pid] = pool.pids as [number];
  const told = { consumers: 0, lost: 0 };
  const events = {
    consumerAdded: (peerId: string) => {
      if (peerId === 'interviewer') told.consumers++;
    },
    consumerRemoved: () => undefined,
    lost: () => void told.lost++,
  };
  const room = await MediaRoom.open(pool, events, onError);
  t.teardown(() => room.close());
  const begin = async () => {
    told.consumers = 0;
    for (const peerId of ['interviewer', 'applicant']) {
      room.openPeer(peerId, receivesAll);
      room.setSources(peerId, { microphone: true, camera: true, screen: true });
      room.setGate(peerId, true);
    }
    await room.createTransport('interviewer', 'receive');
    const { id: send } = await room.createTransport('applicant', 'send');
    for (const source of ['camera', 'screen'] as const) {
      const rtpParameters = source === 'camera' ? simulcastOf() : streamOf(source);
      await room.produce('applicant', send, { source, kind: 'video', rtpParameters });
    }
    // The silence, the camera and the screen.
    await until('the interviewer receives all', () => told.consumers === 3);
    return send;
  };
  return { pool, pid, room, told, faults, begin, send: await begin() };
}

/** Leaves the channel of a worker in the midst of a message, from which mediasoup finds no way back. */
async function breakChannel(pool: WorkerPool): Promise<void> {
  const { worker, webRtcServer } = pool.take();
  const router = await worker.createRouter({
    mediaCodecs: [
      { kind: 'audio', mimeType: 'audio/opus', preferredPayloadType: 100, clockRate: 48_000, channels: 2 },
    ],
  });
  const transport = await router.createWebRtcTransport({ webRtcServer });
  const rtpParameters = { ...streamOf('microphone'), encodings: [{ ssrc: 1111, maxBitrate: 1.5 }] };
  await transport.produce({ kind: 'audio', rtpParameters }).catch(() => undefined);
}

const isAlive = (pid: number) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

test('a person who waits sends what would break the worker: it is refused, and other rooms go on', async (t) => {
  const server = await startServer(t);
  const [here, elsewhere] = await Promise.all([server.room(), server.room()]);
  const applicant = await connect(t, server, { token: here.tokens.applicant });
  await applicant.request('join', { keepMedia: false });
  await applicant.request('openMedia', { rtpCapabilities: receivesAll });
  const { id: transportId } = await applicant.request('createTransport', { direction: 'send' });
  const bad = [{ maxBitrate: 1.5 }, { maxBitrate: null }, { codecPayloadType: {} }, { ssrc: 0.5 }];
  for (const encoding of bad) {
    const rtpParameters = { ...streamOf('microphone'), encodings: [{ ssrc: 1111, ...encoding }] };
    const params = { transportId, source: 'microphone', kind: 'audio', rtpParameters };
    const answer = await applicant.ask('produce', params);
    const [name] = Object.keys(encoding);
    t.like(answer, { ok: false, error: { code: 'bad_request' } }, name);
    t.regex(JSON.stringify(answer), new RegExp(`produce\\.rtpParameters\\.encodings\\.0\\.${name}: `));
  }
  const { client: other } = await join(t, server, elsewhere.tokens.applicant);
  await other.request('openMedia', { rtpCapabilities: receivesAll });
  await t.notThrowsAsync(other.request('createTransport', { direction: 'receive' }));
  await t.notThrowsAsync(
    applicant.request('produce', {
      transportId,
      source: 'microphone',
      kind: 'audio',
      rtpParameters: streamOf('microphone'),
    }),
  );
  t.deepEqual(
    server.log.filter(({ level }) => Number(level) >= 50),
    [],
  );
});

test('what a server says of itself does not wait for a worker that hangs', async (t) => {
  const { pool, pid, room } = await startCall(t);
  process.kill(pid, 'SIGSTOP');
  const [usage, traffic] = await Promise.all([pool.usage(), room.traffic()]);
  t.deepEqual(usage, []);
  t.deepEqual([...traffic], []);
  t.deepEqual(pool.pids, [pid], 'it was not replaced yet');
});

test('a worker whose channel is broken is replaced, whatever is ended meanwhile', async (t) => {
  const ends: Record<string, (room: MediaRoom, send: string) => unknown> = {
    'the applicant is on hold': (room) => room.setGate('applicant', false),
    'the applicant is removed': (room) => room.removePeer('applicant'),
    'the interviewer is removed': (room) => room.removePeer('interviewer'),
    'the screen is shared no more': (room) =>
      room.setSources('applicant', { microphone: true, camera: true, screen: false }),
    'only sound is wanted': (room) => room.setQuality('interviewer', 'audio'),
    'a transport is asked for': (room) => room.createTransport('applicant', 'send'),
    'something is sent': (room, send) =>
      room.produce('applicant', send, {
        source: 'microphone',
        kind: 'audio',
        rtpParameters: streamOf('microphone'),
      }),
    'nothing happens': () => undefined,
  };
  const call = await startCall(t);
  for (const [what, end] of Object.entries(ends)) {
    const [pid] = call.pool.pids as [number];
    const { lost } = call.told;
    await breakChannel(call.pool);
    const outcome = await Promise.resolve()
      .then(() => end(call.room, call.send))
      .then(
        () => 'done',
        (error) => (error instanceof AppError ? error.code : String(error)),
      );
    t.true(['done', 'media_unavailable'].includes(outcome), `${what}: ${outcome}`);
    await until(`${what}: the room is told`, () => call.told.lost > lost, { withinMs: 30_000 });
    t.false(isAlive(pid), what);
    call.send = await call.begin();
  }
  const given = () => call.faults.filter((fault) => /^media worker \d+ was given up$/.test(fault)).length;
  await until('each is told of', () => given() === Object.keys(ends).length);
  const others = call.faults.filter((fault) => !/^media worker|must not be nested/.test(fault));
  t.deepEqual(others, [], 'beside it, what could not be done there');
});

test('a worker that does not answer is replaced, and who waits for it is told', async (t) => {
  const call = await startCall(t);
  process.kill(call.pid, 'SIGSTOP');
  t.teardown(() => isAlive(call.pid) && process.kill(call.pid, 'SIGKILL'));
  const asked = call.room.createTransport('applicant', 'send');
  const figures = call.room.statistics('applicant');
  await t.throwsAsync(asked, { instanceOf: AppError, code: 'media_unavailable' });
  await figures.catch(() => null);
  await until('the room is told', () => call.told.lost > 0, { withinMs: 30_000 });
  t.false(isAlive(call.pid));
  await t.notThrowsAsync(call.begin());
});

test('a pool that is closed leaves no process, neither a broken nor a stopped one', async (t) => {
  const broken = await startPool(t);
  const stopped = await startPool(t);
  const pids = [...broken.pool.pids, ...stopped.pool.pids];
  process.kill(stopped.pool.pids[0] as number, 'SIGSTOP');
  await breakChannel(broken.pool);
  await Promise.all([broken.pool.close(), stopped.pool.close()]);
  t.deepEqual(pids.filter(isAlive), []);
  t.deepEqual([...broken.faults, ...stopped.faults], []);
});

test('how a worker is may be asked at any moment, and measures nothing', async (t) => {
  const { pool } = await startPool(t);
  const place = pool.take();
  // As if whole seconds of CPU time lay between two moments, for who asks now; for the pool's own looks none do.
  let askedHere = false;
  let cpuMs = 0;
  const usage = await place.worker.getResourceUsage();
  place.worker.getResourceUsage = async () => {
    cpuMs += askedHere ? 5000 : 0;
    return { ...usage, ru_utime: cpuMs, ru_stime: 0 };
  };
  for (let times = 0; times < 5; times++) {
    askedHere = true;
    const isWell = place.isWell();
    askedHere = false;
    t.true(await isWell);
  }
  t.is(cpuMs, 25_000);
  t.false(place.isFull());
  t.false(pool.isFull);
});

test('a transport whose bitrate cannot be set is refused and told of, and nothing of it is left', async (t) => {
  const { pool, faults, onError } = await startPool(t);
  const { worker } = pool.take();
  const routers: types.Router[] = [];
  const createRouter = worker.createRouter.bind(worker);
  worker.createRouter = (async (options) => {
    const router = await createRouter(options);
    routers.push(router);
    const create = router.createWebRtcTransport.bind(router);
    router.createWebRtcTransport = (async (asked) => {
      const transport = await create(asked);
      transport.setMinOutgoingBitrate = () => Promise.reject(new Error('it cannot be set'));
      return transport;
    }) as typeof create;
    return router;
  }) as typeof createRouter;
  const events = { consumerAdded: () => undefined, consumerRemoved: () => undefined, lost: () => undefined };
  const room = await MediaRoom.open(pool, events, onError);
  t.teardown(() => room.close());
  room.openPeer('interviewer', receivesAll);
  const transports = async () => (await routers[0]?.dump())?.transportIds.toSorted();
  const before = await transports();
  await t.throwsAsync(room.createTransport('interviewer', 'receive'), {
    instanceOf: AppError,
    code: 'media_unavailable',
  });
  t.deepEqual(await transports(), before);
  t.deepEqual(faults, ['it cannot be set']);
  await t.notThrowsAsync(room.createTransport('interviewer', 'send'), 'what is sent has none');
});
