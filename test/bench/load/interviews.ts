import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import type { ExecutionContext } from 'ava';
import { inContext } from '../context.ts';
import type { Figure } from '../figures.ts';
import { Crowd } from './Crowd.ts';
import { inTurn } from './inTurn.ts';
import { type LoadedServer, startLoaded } from './server.ts';

/** So many at once, until a core of worker is full, or the thread that plays their people is. */
const STEPS = [5, 10, 15, 20, 25, 30, 40];
const AT_ONCE = 4;
const SETTLE_MS = 3000;
const MEASURE_MS = 8000;
/** Of a core: beyond it packets wait, and fewer are sent than should be. */
const FULL = 0.85;
const BALANCED = 16;

type Measured = {
  interviews: number;
  /** Packets from the people, and to them. */
  sent: number;
  received: number;
  nodeMs: number;
  workersMs: number[];
  /** Share of its time in which the thread of the people was busy. */
  busy: number;
};

/** Two-person interviews at 640x360: what they cost, and so how many one core of worker carries. */
export async function interviews(t: ExecutionContext): Promise<Figure[]> {
  const steps = await growing(t);
  const [last] = steps.slice(-1) as [Measured];
  const coreOf = (step: Measured) => total(step.workersMs) / MEASURE_MS;
  return [
    {
      what: 'Interviews that a core of worker carries, from what the most that ran cost',
      unit: '',
      values: [last.interviews / coreOf(last)],
      goal: 'as many as can be',
    },
    { what: 'Interviews that ran at once, with their people on the other core', ...one(last.interviews) },
    { what: 'The worker with them, of a core', ...one(100 * coreOf(last), '%') },
    { what: 'Packets forwarded', ...one((1000 * last.received) / MEASURE_MS, '/s') },
    {
      what: 'CPU of server and worker for each forwarded packet, its arrival included',
      unit: 'µs',
      values: steps.map(({ nodeMs, workersMs, received }) => (1000 * (nodeMs + total(workersMs))) / received),
      goal: 'at most 67 µs (a peer: 67 µs)',
      limit: 67,
    },
    {
      what: 'Node’s share of it, with the most that ran',
      unit: '%',
      values: [(100 * last.nodeMs) / (last.nodeMs + total(last.workersMs))],
      goal: 'at most 5 %',
      limit: 5,
    },
    await inContext(balance),
  ];
}

async function growing(t: ExecutionContext): Promise<Measured[]> {
  const server = await startLoaded(t);
  const crowd = await Crowd.start(t, server);
  const steps: Measured[] = [];
  for (const [i, count] of STEPS.entries()) {
    await begin(server, crowd, count - (STEPS[i - 1] ?? 0));
    const step = await measure(server, crowd, count);
    t.log(
      `${count} interviews: worker ${percent(total(step.workersMs) / MEASURE_MS)}, people ${percent(step.busy)}`,
    );
    // One in which the people were late says nothing of the server.
    if (step.busy > FULL && steps.length > 0) break;
    steps.push(step);
    if (total(step.workersMs) > FULL * MEASURE_MS) break;
  }
  return steps;
}

/** Interviews that come one after the other: how evenly two workers carry them. */
async function balance(t: ExecutionContext): Promise<Figure> {
  const server = await startLoaded(t, { workers: 2 });
  const crowd = await Crowd.start(t, server);
  await begin(server, crowd, BALANCED);
  const { workersMs } = await measure(server, crowd, BALANCED);
  return {
    what: `${BALANCED} interviews on two workers: CPU of the one that has less, of the other’s`,
    unit: '%',
    values: [(100 * Math.min(...workersMs)) / Math.max(...workersMs)],
    goal: 'at least 70 %',
    least: 70,
  };
}

async function begin(server: LoadedServer, crowd: Crowd, count: number): Promise<void> {
  const rooms = await server.rooms(count);
  await inTurn(rooms, AT_ONCE, (room) => crowd.interview(room));
  await delay(SETTLE_MS);
}

async function measure(server: LoadedServer, crowd: Crowd, interviews: number): Promise<Measured> {
  const now = () => ({ ...server.cpu(), ...crowd.packets(), loop: performance.eventLoopUtilization() });
  const before = now();
  await delay(MEASURE_MS);
  const after = now();
  return {
    interviews,
    sent: after.sent - before.sent,
    received: after.received - before.received,
    nodeMs: after.nodeMs - before.nodeMs,
    workersMs: after.workersMs.map((ms, i) => ms - (before.workersMs[i] as number)),
    busy: performance.eventLoopUtilization(after.loop, before.loop).utilization,
  };
}

const one = (value: number, unit = '') => ({ unit, values: [value], goal: '' });

const percent = (share: number) => `${(100 * share).toFixed(0)} %`;

const total = (values: number[]) => values.reduce((sum, value) => sum + value, 0);
