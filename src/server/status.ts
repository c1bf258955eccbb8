import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { LivePerson, LiveRoomStatus, ServerStatus } from '../protocol/status.ts';
import type { WorkerPool } from './media/WorkerPool.ts';
import { packageRoot } from './packageRoot.ts';
import type { Peer } from './room/Peer.ts';
import type { Room } from './room/Room.ts';
import type { Rooms } from './room/Rooms.ts';

/** What a server says of itself when it starts. */
export type AboutServer = { id: string; host: string; pid: number; version: string; startedAt: Date };

export function aboutServer(): AboutServer {
  const { version } = JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8'));
  const id = randomBytes(16).toString('base64url');
  return { id, host: hostname(), pid: process.pid, version, startedAt: new Date() };
}

/** This server as it is now. */
export async function serverStatus(
  { startedAt, ...about }: AboutServer,
  { rooms, pool }: { rooms: Rooms; pool: WorkerPool },
): Promise<ServerStatus> {
  return {
    ...about,
    startedAt: startedAt.toISOString(),
    at: new Date().toISOString(),
    cpuPercent: null,
    memoryBytes: process.memoryUsage.rss(),
    workers: pool.pids.map((pid) => ({ pid, rooms: 0, cpuPercent: null, memoryBytes: null })),
    rooms: (await rooms.all()).map(liveRoom),
  };
}

function liveRoom(room: Room): LiveRoomStatus {
  const { id, name, until } = room.record;
  return {
    ...{ id, name, openedAt: room.openedAt.toISOString(), until: until.toISOString() },
    ...{ sentBps: null, receivedBps: null },
    people: [...room.peers].map(livePerson),
  };
}

function livePerson({ id, role, name, state, stateSince, connected }: Peer): LivePerson {
  return { peerId: id, role, name, state, since: stateSince.toISOString(), line: connected ? 'ok' : 'lost' };
}
