import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import type { ExecutionContext } from 'ava';
import type { TestRoom } from '../../helpers/server.ts';
import type { Figure } from '../figures.ts';
import { Crowd } from './Crowd.ts';
import { type LoadedServer, startLoaded } from './server.ts';

/**
 * Memory of the first minutes is not counted: the more often something is done the better V8 compiles it, and SQLite and
 * malloc keep what they once had. What is held is the heap in use; its figures begin with the first minute.
 */
const FIRST_MS = 60_000;
const WARM_UP_MS = 5 * 60_000;
const SOAK_MS = Number(process.env.SOAK_MINUTES ?? 10) * 60_000;
const AT_ONCE = 6;
/** Milliseconds that an interview lasts, and one that only waits. */
const LASTS_MS = 10_000;
const GRACE_SECONDS = 3;
const SETTLE_MS = 15_000;

/** 10 minutes of people who come, talk, write, leave or vanish; then everybody is gone. */
export async function soak(t: ExecutionContext): Promise<Figure[]> {
  const metricsToken = randomBytes(16).toString('hex');
  const server = await startLoaded(t, {
    settings: {
      WEBINTERVIEW_METRICS_TOKEN: metricsToken,
      WEBINTERVIEW_CALL_GRACE_SECONDS: String(GRACE_SECONDS),
      NODE_OPTIONS: `--expose-gc --require ${join(import.meta.dirname, 'collect-garbage.cjs')}`,
    },
  });
  const crowd = await Crowd.start(t, server);
  const rooms = await server.rooms(AT_ONCE);
  await comeAndGo(crowd, rooms, FIRST_MS);
  const first = await atRest(server, metricsToken);
  await comeAndGo(crowd, rooms, WARM_UP_MS);
  const before = await atRest(server, metricsToken);
  const visits = await comeAndGo(crowd, rooms, SOAK_MS);
  const after = await atRest(server, metricsToken);
  const { workers, rooms: left } = await server.status();
  const both = (memory: typeof before) => memory.node + memory.workers;
  const later = `after ${SOAK_MS / 60_000} minutes, of what it was before`;
  return [
    { what: 'Interviews that came and went', unit: '', values: [visits], goal: '' },
    {
      what: `Memory of server and worker ${later} (${mb(both(before))} MB)`,
      unit: '%',
      values: [(100 * both(after)) / both(before)],
      goal: 'at most 105 %',
      limit: 105,
    },
    { what: 'of node alone', unit: '%', values: [(100 * after.node) / before.node], goal: '' },
    { what: 'of the worker alone', unit: '%', values: [(100 * after.workers) / before.workers], goal: '' },
    {
      what: 'Memory of both, of what it was after the first minute of all',
      unit: '%',
      values: [(100 * both(after)) / both(first)],
      goal: '',
    },
    {
      what: 'Objects that node holds (its heap in use), of what they were after the first minute of all',
      unit: '%',
      values: [(100 * after.heap) / first.heap],
      goal: 'at most 102 %',
      limit: 102,
    },
    {
      what: 'Rooms that are left, in node and in the worker',
      unit: '',
      values: [left.length + workers.reduce((sum, worker) => sum + worker.rooms, 0)],
      goal: 'none',
      limit: 0,
    },
  ];
}

/** @returns how many interviews there were */
async function comeAndGo(crowd: Crowd, rooms: TestRoom[], ms: number): Promise<number> {
  const until = performance.now() + ms;
  let visits = 0;
  const inOneRoom = async (room: TestRoom) => {
    while (performance.now() < until) await visit(crowd, room, visits++);
  };
  await Promise.all(rooms.map(inOneRoom));
  return visits;
}

async function visit(crowd: Crowd, room: TestRoom, count: number): Promise<void> {
  // Somebody who comes early, and goes again without a word.
  const early = await crowd.join(room.tokens.applicant);
  const interview = await crowd.interview(room);
  early.close();
  await interview.applicant.client.request('sendChat', {
    clientId: crypto.randomUUID(),
    text: 'よろしくお願いします。',
  });
  await delay(LASTS_MS * (0.5 + Math.random()));
  if (count % 3 > 0) return interview.end();
  interview.cut();
  // Their seats are kept so long.
  await delay((GRACE_SECONDS + 1) * 1000);
}

/** Private memory in kilobytes when everybody is gone, and bytes of the heap in use. */
async function atRest(
  server: LoadedServer,
  metricsToken: string,
): Promise<{ node: number; workers: number; heap: number }> {
  await delay(SETTLE_MS);
  process.kill((await server.status()).pid, 'SIGUSR2');
  await delay(SETTLE_MS / 3);
  const { node, workers } = server.memory();
  return { node: node.privateKb, workers: workers.privateKb, heap: await heapOf(server, metricsToken) };
}

async function heapOf({ url }: LoadedServer, token: string): Promise<number> {
  const answer = await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${token}` } });
  return Number(/^nodejs_heap_size_used_bytes (\d+)/m.exec(await answer.text())?.[1]);
}

const mb = (kb: number) => (kb / 1000).toFixed(0);
