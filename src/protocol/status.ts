/** What a server tells of itself, to `webinterview status` and `top`, and to other servers. Times are ISO 8601 in UTC. */
import type { PeerState, Role } from './messages.ts';

export type ServerStatus = {
  id: string;
  host: string;
  pid: number;
  version: string;
  startedAt: string;
  /** When this was told. */
  at: string;
  /** Per cent of one core, since it was asked the last time (or for the last second); null: not known yet. */
  cpuPercent: number | null;
  memoryBytes: number;
  workers: WorkerStatus[];
  rooms: LiveRoomStatus[];
};

export type WorkerStatus = {
  pid: number;
  rooms: number;
  cpuPercent: number | null;
  memoryBytes: number | null;
};

export type LiveRoomStatus = {
  id: string;
  name: string;
  openedAt: string;
  until: string;
  /** Bits per second from the people of the room, and to them; null: not known yet. */
  sentBps: number | null;
  receivedBps: number | null;
  people: LivePerson[];
};

export type LivePerson = {
  peerId: string;
  role: Role;
  /** Empty before it was given. */
  name: string;
  state: PeerState;
  /** Since when it is in this state. */
  since: string;
  /** lost: the socket is away, and the seat is kept; bad: much of what the person sends is lost on the way. */
  line: 'ok' | 'bad' | 'lost';
};
