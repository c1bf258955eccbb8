import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { ExecutionContext } from 'ava';
import { spawnServe } from '../helpers/app.ts';
import { temporaryFolder } from '../helpers/store.ts';
import type { Figure } from './figures.ts';
import { family, residentMb } from './processes.ts';

const RUNS = 10;
/** Milliseconds after which an idle server's memory is read. */
const IDLE_MS = 5000;

/** From starting `serve` to its line that it is ready, and the memory it then takes with no room open. */
export async function startup(t: ExecutionContext): Promise<Figure[]> {
  const fresh: number[] = [];
  const again: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    const dataDir = await temporaryFolder(t);
    fresh.push(await untilReady(dataDir));
    again.push(await untilReady(dataDir));
  }
  const goal = 'at most 1000 ms (a peer: 2400 ms)';
  return [
    { what: '`serve` to ready, existing database', unit: 'ms', values: again, goal, limit: 1000 },
    { what: '`serve` to ready, new database', unit: 'ms', values: fresh, goal, limit: 1000 },
    {
      what: 'Server memory, node and workers, no room open (RSS)',
      unit: 'MB',
      values: [await idleMemory(t)],
      goal: 'at most 150 MB (a peer: 307 MB)',
      limit: 150,
    },
  ];
}

async function untilReady(dataDir: string): Promise<number> {
  const started = performance.now();
  const { process, ready } = spawnServe({ WEBINTERVIEW_DATA_DIR: dataDir });
  await ready;
  const taken = performance.now() - started;
  process.kill();
  await once(process, 'exit');
  return taken;
}

async function idleMemory(t: ExecutionContext): Promise<number> {
  const { process, ready } = spawnServe({ WEBINTERVIEW_DATA_DIR: await temporaryFolder(t) });
  await ready;
  await delay(IDLE_MS);
  const pids = family(process.pid as number);
  const memory = pids.reduce((sum, pid) => sum + residentMb(pid), 0);
  process.kill();
  await once(process, 'exit');
  return memory;
}
