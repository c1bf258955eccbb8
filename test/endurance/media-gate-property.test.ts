/**
 * Whatever people send, in whatever order, with whoever's ids: nothing of who waits, asks or is on hold reaches anybody,
 * nor anything them. fast-check makes the sequences up; what flows is asked of the media worker itself. A failure prints
 * its seed and path: run it again with GATE_SEED and GATE_PATH, and it is made shorter as well. GATE_RUNS makes more.
 */
import test, { type ExecutionContext } from 'ava';
import fc from 'fast-check';
import { join } from '../helpers/client.ts';
import { begin, commands } from '../helpers/gate-commands.ts';
import { GateWorld, type Tally } from '../helpers/gate-world.ts';
import { MediaWatch } from '../helpers/media-watch.ts';
import { receivesAll, streamOf } from '../helpers/rtp.ts';
import { startServer, type TestServer } from '../helpers/server.ts';

const { GATE_RUNS, GATE_SEED: seed, GATE_PATH: path } = process.env;
const RUNS = Number(GATE_RUNS ?? 100);

/** Below ava's three minutes, which would end the test before it has told its seed. */
const toldInTime = { endOnFailure: true, interruptAfterTimeLimit: 150_000, markInterruptAsFailure: true };

async function holds(
  t: ExecutionContext,
  server: TestServer,
  options: { watch: MediaWatch; direct: boolean },
  runs: number,
) {
  const tally: Tally = {
    sent: 0,
    arrived: 0,
    heldBack: 0,
    done: 0,
    refused: 0,
    heard: 0,
    files: 0,
    moves: 0,
  };
  const property = fc.asyncProperty(commands, fc.nat(3), async (steps, start) => {
    const world = await GateWorld.open(t, server, { ...options, tally });
    try {
      if (start > 0) await begin.run(world);
      await fc.asyncModelRun(() => ({ model: world, real: world }), steps);
    } finally {
      await world.close();
    }
  });
  await fc.assert(property, {
    numRuns: runs,
    includeErrorInReport: true,
    ...(!GATE_RUNS && !seed && toldInTime),
    ...(seed && { seed: Number(seed) }),
    ...(path && { path }),
  });
  t.log(JSON.stringify(tally));
  t.deepEqual(
    server.log.filter(({ level }) => Number(level) >= 50),
    [],
  );
  return tally;
}

test.serial(
  'no sequence of messages opens the gate: packets go only between people in the call',
  async (t) => {
    const watch = new MediaWatch(t, { direct: true });
    const server = await startServer(t);
    const tally = await holds(t, server, { watch, direct: true }, RUNS);
    for (const count of Object.values(tally)) t.true(count > 0);
  },
);

test.serial('nor with the transports that browsers use', async (t) => {
  const watch = new MediaWatch(t, { direct: false });
  const server = await startServer(t);
  const tally = await holds(t, server, { watch, direct: false }, RUNS);
  t.true(tally.done > 0 && tally.refused > 0);
});

test.serial(
  'transports that take each other’s place at once leave nothing behind, and the last one hears',
  async (t) => {
    const watch = new MediaWatch(t, { direct: false });
    const server = await startServer(t);
    const { tokens } = await server.room();
    const { client: host } = await join(t, server, tokens.interviewer);
    const guest = await join(t, server, tokens.applicant);
    for (const client of [host, guest.client])
      await client.request('openMedia', { rtpCapabilities: receivesAll });
    const { id: transportId } = await host.request('createTransport', { direction: 'send' });
    const rtpParameters = streamOf('microphone');
    await host.request('produce', { transportId, source: 'microphone', kind: 'audio', rtpParameters });
    await host.request('enter', { company: '会社', name: '担当' });
    await guest.client.request('requestAdmission', { name: '応募' });
    await host.request('admit', { peerId: guest.joined.peerId });
    const receiving = Array.from({ length: 5 }, () =>
      guest.client.request('createTransport', { direction: 'receive' }),
    );
    // While the stream is being made, its transport goes.
    const sending = [
      host.request('produce', {
        transportId,
        source: 'silence',
        kind: 'audio',
        rtpParameters: streamOf('silence'),
      }),
      host.request('createTransport', { direction: 'send' }),
      host.request('setDevices', { microphone: true, camera: true }),
    ];
    const transports = await Promise.all(receiving);
    await Promise.allSettled(sending);
    await watch.settled();
    const { consumers } = await watch.look();
    t.true(consumers.every((consumer) => consumer.transportId === transports.at(-1)?.id));
    t.deepEqual(
      server.log.filter(({ level }) => Number(level) >= 50),
      [],
    );
  },
);
