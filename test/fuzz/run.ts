/**
 * `npm run fuzz [minutes]`: makes inputs up against a server of its own for ten minutes, or as long as asked, and prints
 * its memory as it goes. Ends with 1 at the first input that the server fails at, which is printed with its seed, or when
 * the memory has grown.
 */
import { createInterface } from 'node:readline';
import type { ExecutionContext } from 'ava';
import fc from 'fast-check';
import { loadConfig } from '../../src/server/config.ts';
import { inContext } from '../bench/context.ts';
import { cpuMs, family, nameOf, residentMb } from '../bench/processes.ts';
import { spawnServe } from '../helpers/app.ts';
import { ticketsOf } from '../helpers/internal.ts';
import { administration } from '../helpers/server.ts';
import { temporaryFolder, testStore } from '../helpers/store.ts';
import { sayCorpus, sendCorpus } from './corpus.ts';
import { frames, handshakes, sendFrames, shakeHands } from './frames.ts';
import { Keys, knowing, requestAll } from './http.ts';
import { httpRequests } from './http-requests.ts';
import { heldBy } from './inspector.ts';
import { conversations, say } from './sockets.ts';
import { assertHealthy, InnocentCall, metricsToken, settings, type Target } from './target.ts';

const minutes = Number(process.argv[2] ?? 10);
/** Of one surface at a time. */
const SLICE_MS = 10_000;
/** The memory is compared with what it is when each surface has had its turn this often: caches are full then. */
const WARM_ROUNDS = 2;
/**
 * What a run may end higher than it was warm, in MB in use: a leak of 1 kB in each of some 50,000 inputs would be 50. The
 * addresses that limits are kept for are some 3 MB (guardLimits.remembered).
 */
const GROWTH_MB = 15;

type Surface = { name: string; property: () => fc.IAsyncProperty<[unknown]> };
type Memory = { usedMb: number; residentMb: number; workersMb: number };

type Spawned = Target & { pid: number; inspector: string };

async function startTarget(t: ExecutionContext): Promise<Spawned> {
  const dataDir = await temporaryFolder(t);
  const { process: server, ready } = spawnServe(
    {
      WEBINTERVIEW_DATA_DIR: dataDir,
      WEBINTERVIEW_MEDIA_WORKERS: '1',
      WEBINTERVIEW_HTTP_TRUSTED_PROXIES: '127.0.0.1',
      WEBINTERVIEW_METRICS_TOKEN: metricsToken,
      WEBINTERVIEW_LOG_LEVEL: 'error',
      NODE_OPTIONS: '--inspect=127.0.0.1:0',
    },
    'pipe',
  );
  t.teardown(() => server.kill());
  const { url } = await ready;
  const lines: string[] = [];
  let inspector = '';
  createInterface({ input: server.stderr as NodeJS.ReadableStream }).on('line', (line) => {
    inspector = /^Debugger listening on (ws:\S+)/.exec(line)?.[1] ?? inspector;
    lines.push(line);
  });
  const config = loadConfig({ flags: { dataDir, ...settings }, env: {}, nodeEnv: 'test' });
  const store = await testStore(t, config);
  return {
    url,
    store,
    metricsToken,
    pid: server.pid as number,
    // Printed before the server is ready.
    inspector,
    ticketFor: await ticketsOf({ url, config, store }),
    room: (await administration(config, store)).room,
    // Node's own warnings are no faults of the server.
    errors: () => lines.splice(0).filter((line) => line.startsWith('{')),
  };
}

async function surfacesOf(t: ExecutionContext, target: Target): Promise<Surface[]> {
  const known = await knowing(t, target);
  const keys = new Keys(target);
  const each = <T>(name: string, made: fc.Arbitrary<T>, work: (input: T) => Promise<void>): Surface => ({
    name,
    property: () => fc.asyncProperty(made, work) as unknown as fc.IAsyncProperty<[unknown]>,
  });
  return [
    each('messages', conversations, (made) => say(t, target, made)),
    each('HTTP', httpRequests, async (made) =>
      requestAll(target, made, { ...known, key: await keys.next() }),
    ),
    each('frames', frames, (made) => sendFrames(t, target, made)),
    each('handshakes', handshakes, (made) => shakeHands(target, made)),
  ];
}

/** @returns how many inputs were tried. @throws fast-check's report of the first that failed */
async function fuzzFor(ms: number, { name, property }: Surface): Promise<number> {
  const options = { numRuns: 1_000_000, interruptAfterTimeLimit: ms, markInterruptAsFailure: false };
  const details = await fc.check(property(), { ...options, includeErrorInReport: true });
  if (details.failed && !details.interrupted)
    throw new Error(`${name}: ${await fc.asyncDefaultReportMessage(details)}`);
  return details.numRuns;
}

/** How much of the server's CPU each input takes, in milliseconds. */
function costsOf({ pid }: { pid: number }) {
  const costs: [why: string, ms: number][] = [];
  let before = cpuMs(pid);
  return {
    add(why: string) {
      const now = cpuMs(pid);
      costs.push([why, now - before]);
      before = now;
    },
    highest: (count: number) => costs.toSorted(([, a], [, b]) => b - a).slice(0, count),
  };
}

/** Of a server that nobody asks anything. */
async function memoryOf({ pid, inspector }: Spawned): Promise<Memory> {
  const { heapUsed, external } = await heldBy(inspector);
  const workers = family(pid).filter((each) => nameOf(each).startsWith('mediasoup'));
  return {
    usedMb: (heapUsed + external) / 1e6,
    residentMb: residentMb(pid),
    workersMb: workers.reduce((sum, worker) => sum + residentMb(worker), 0),
  };
}

const shown = (memory: Memory) =>
  `node ${memory.usedMb.toFixed(1)} MB in use, ${memory.residentMb.toFixed(0)} MB resident; workers ${memory.workersMb.toFixed(0)} MB`;

async function fuzz(t: ExecutionContext): Promise<boolean> {
  const target = await startTarget(t);
  const call = await InnocentCall.begin(t, target);
  const surfaces = await surfacesOf(t, target);
  const known = { ...(await knowing(t, target)), key: await new Keys(target).next() };
  const costs = costsOf(target);
  const count = (await sayCorpus(t, target, costs.add)) + (await sendCorpus(target, known, costs.add));
  console.log(`the corpus of ${count} is answered; what it cost, people’s coming and going included:`);
  for (const [why, ms] of costs.highest(5)) console.log(`  ${ms.toFixed(0)} ms of CPU: ${why}`);
  const end = Date.now() + minutes * 60_000;
  const seen: Memory[] = [];
  for (let round = 1; Date.now() < end; round++) {
    const tried: string[] = [];
    for (const surface of surfaces) tried.push(`${await fuzzFor(SLICE_MS, surface)} ${surface.name}`);
    await call.assertWell();
    await assertHealthy(target);
    const memory = await memoryOf(target);
    seen.push(memory);
    console.log(`${new Date().toISOString()} round ${round}: ${tried.join(', ')}; ${shown(memory)}`);
  }
  return hasStayed(seen);
}

/** Compares the end with when it was warm. What is resident is what V8 and malloc keep for later as well: it only informs. */
function hasStayed(seen: Memory[]): boolean {
  const [warm, last] = [seen[Math.min(WARM_ROUNDS, seen.length) - 1], seen.at(-1)];
  if (!warm || !last) return false;
  const grown = [last.usedMb - warm.usedMb, last.workersMb - warm.workersMb];
  console.log(
    `grown since round ${WARM_ROUNDS}: node ${grown[0]?.toFixed(1)} MB, workers ${grown[1]?.toFixed(1)} MB`,
  );
  return grown.every((mb) => mb < GROWTH_MB);
}

process.exit((await inContext(fuzz)) ? 0 : 1);
