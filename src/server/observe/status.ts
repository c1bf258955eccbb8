import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import type { LivePerson, LiveRoomStatus, ServerStatus, WorkerStatus } from '../../protocol/status.ts';
import type { WorkerPool } from '../media/WorkerPool.ts';
import { packageVersion } from '../packageRoot.ts';
import type { Peer } from '../room/Peer.ts';
import type { Traffic } from '../room/ports.ts';
import type { Room } from '../room/Room.ts';
import type { Rooms } from '../room/Rooms.ts';
import { CpuMeter } from './CpuMeter.ts';

/** What a server says of itself when it starts. */
export type AboutServer = { id: string; host: string; pid: number; version: string; startedAt: Date };

/** Anew for each start: seats and other servers know this process by its id. */
export function aboutServer(): AboutServer {
  const id = randomBytes(16).toString('base64url');
  return { id, host: hostname(), pid: process.pid, version: packageVersion(), startedAt: new Date() };
}

/** Milliseconds: a CPU figure is over at least the one and at most the other. */
const SHORTEST_MS = 250;
const LONGEST_MS = 5000;
/** Of Linux on every platform that Node 24 runs on but some ARM servers. */
const PAGE_BYTES = 4096;

/** Tells how this server is now; nothing is measured while nobody asks. */
export class StatusReader {
  readonly #about: AboutServer;
  readonly #parts: { rooms: Rooms; pool: WorkerPool };
  readonly #own = new CpuMeter();
  readonly #workers = new Map<number, CpuMeter>();
  #last: { cpuPercent: number; workers: WorkerStatus[] } | null = null;

  constructor(about: AboutServer, parts: { rooms: Rooms; pool: WorkerPool }) {
    this.#about = about;
    this.#parts = parts;
  }

  async read(): Promise<ServerStatus> {
    if (this.#own.age === null || this.#own.age > LONGEST_MS) {
      await this.#usage();
      await delay(SHORTEST_MS + 1);
    }
    const { startedAt, ...about } = this.#about;
    const { cpuPercent, workers } = await this.#usage();
    const { rooms } = this.#parts;
    return {
      ...about,
      startedAt: startedAt.toISOString(),
      at: new Date().toISOString(),
      cpuPercent,
      memoryBytes: process.memoryUsage.rss(),
      calls: { ...rooms.calls, isFull: rooms.isFull },
      workers,
      rooms: await Promise.all((await rooms.all()).map(liveRoom)),
    };
  }

  async #usage(): Promise<{ cpuPercent: number; workers: WorkerStatus[] }> {
    // Somebody else has just asked: over so short a time a figure says nothing.
    if (this.#last && (this.#own.age ?? 0) < SHORTEST_MS) return this.#last;
    const usages = await this.#parts.pool.usage();
    const { user, system } = process.cpuUsage();
    const cpuPercent = this.#own.percent((user + system) / 1000);
    for (const pid of this.#workers.keys())
      if (!usages.some((usage) => usage.pid === pid)) this.#workers.delete(pid);
    const workers = usages.map(async ({ pid, rooms, cpuMs }) => ({
      pid,
      rooms,
      cpuPercent: this.#meter(pid).percent(cpuMs),
      memoryBytes: await memoryOf(pid),
    }));
    this.#last = { cpuPercent, workers: await Promise.all(workers) };
    return this.#last;
  }

  #meter(pid: number): CpuMeter {
    const meter = this.#workers.get(pid) ?? new CpuMeter();
    this.#workers.set(pid, meter);
    return meter;
  }
}

/** Resident bytes of a process, where Linux tells; null elsewhere. */
async function memoryOf(pid: number): Promise<number | null> {
  const text = await readFile(`/proc/${pid}/statm`, 'utf8').catch(() => null);
  return text === null ? null : Number(text.split(' ')[1]) * PAGE_BYTES;
}

async function liveRoom(room: Room): Promise<LiveRoomStatus> {
  const { id, name, until } = room.record;
  const traffic = await room.media.traffic();
  const sum = (key: 'sentBps' | 'receivedBps') =>
    traffic.values().reduce((total, peer) => total + peer[key], 0);
  return {
    id,
    name,
    openedAt: room.openedAt.toISOString(),
    until: until.toISOString(),
    sentBps: sum('sentBps'),
    receivedBps: sum('receivedBps'),
    people: [...room.people].map((peer) => livePerson(peer, traffic.get(peer.id))),
  };
}

function livePerson(peer: Peer, traffic: Traffic | undefined): LivePerson {
  const { id, linkId, role, name, state, stateBegan, connected } = peer;
  // By the clock as it is now.
  const since = new Date(Date.now() - (performance.now() - stateBegan)).toISOString();
  const line = !connected ? 'lost' : traffic?.isBad ? 'bad' : 'ok';
  const { sentLoss = null, receivedLoss = null } = traffic ?? {};
  return { peerId: id, linkId, role, name, state, since, line, sentLoss, receivedLoss };
}
