/** The server that is loaded: `webinterview serve` as a child process, and what Linux says of it and of its workers. */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { ExecutionContext } from 'ava';
import type { ServerStatus } from '../../../src/protocol/status.ts';
import { loadConfig } from '../../../src/server/config.ts';
import { openStore } from '../../../src/server/store/index.ts';
import { spawnServe } from '../../helpers/app.ts';
import { askInternally } from '../../helpers/internal.ts';
import { administration, type TestRoom } from '../../helpers/server.ts';
import { temporaryFolder } from '../../helpers/store.ts';
import { cpuMs, family, nameOf } from '../processes.ts';

/** Kilobytes of 1000 bytes: resident, and of those what no other process shares. */
export type Memory = { residentKb: number; privateKb: number };

export type LoadedServer = {
  url: string;
  /** Rooms that are open now, each with a link for either role; `applicantSeats` each. */
  rooms(count: number, applicantSeats?: number): Promise<TestRoom[]>;
  memory(): { node: Memory; workers: Memory };
  /** CPU time used so far, in milliseconds. */
  cpu(): { nodeMs: number; workersMs: number[] };
  /** What the server tells of itself. */
  status(): Promise<ServerStatus>;
};

/** @param settings environment variables of the server besides its data directory */
export async function startLoaded(
  t: ExecutionContext,
  { workers = 1, settings = {} }: { workers?: number; settings?: NodeJS.ProcessEnv } = {},
): Promise<LoadedServer> {
  const dataDir = await temporaryFolder(t);
  const { process: server, ready } = spawnServe({
    WEBINTERVIEW_DATA_DIR: dataDir,
    WEBINTERVIEW_MEDIA_WORKERS: String(workers),
    WEBINTERVIEW_LOG_LEVEL: 'warn',
    ...settings,
  });
  const exited = once(server, 'exit');
  // However this process ends.
  const kill = () => void server.kill();
  process.once('exit', kill);
  t.teardown(async () => {
    process.off('exit', kill);
    kill();
    await exited;
  });
  const { url } = await ready;
  const config = loadConfig({ flags: { dataDir }, env: {} });
  const store = await openStore(config, { create: false });
  t.teardown(() => store.close());
  const { room } = await administration(config, store);
  const pid = server.pid as number;
  const workerPids = () => family(pid).filter((each) => nameOf(each).startsWith('mediasoup'));
  return {
    url,
    async rooms(count, applicantSeats = 1) {
      const made: TestRoom[] = [];
      while (made.length < count) made.push(await room({ applicantSeats }));
      return made;
    },
    memory: () => ({ node: memoryOf([pid]), workers: memoryOf(workerPids()) }),
    cpu: () => ({ nodeMs: cpuMs(pid), workersMs: workerPids().map(cpuMs) }),
    async status() {
      return (await askInternally({ url, config, store }, 'GET', 'status')) as ServerStatus;
    },
  };
}

function memoryOf(pids: number[]): Memory {
  const memory = { residentKb: 0, privateKb: 0 };
  for (const pid of pids) {
    const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
    const kb = (name: string) =>
      (Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(rollup)?.[1]) * 1024) / 1000;
    memory.residentKb += kb('Rss');
    memory.privateKb += kb('Private_Clean') + kb('Private_Dirty');
  }
  return memory;
}
