/** What a server tells of itself, to `webinterview status` and `top`, and to other servers. Times are ISO 8601 in UTC. */
import type { PeerState, Role } from './messages.ts';

/** One server process. */
export type ServerStatus = {
  id: string;
  host: string;
  pid: number;
  version: string;
  startedAt: string;
  /** When this was told. */
  at: string;
  /** Of the server's own process, without its workers: per cent of one core, over the last seconds. */
  cpuPercent: number;
  memoryBytes: number;
  /** most: call.maxCalls, null for as many as the workers carry; isFull: none may begin now. */
  calls: { running: number; most: number | null; isFull: boolean };
  workers: WorkerStatus[];
  rooms: LiveRoomStatus[];
};

/** One of its media workers; per cent of one core. */
export type WorkerStatus = {
  pid: number;
  rooms: number;
  cpuPercent: number;
  /** null where the system does not tell. */
  memoryBytes: number | null;
};

/** A room that somebody is in. */
export type LiveRoomStatus = {
  id: string;
  name: string;
  openedAt: string;
  until: string;
  /** Bits per second from the people of the room, and to them. */
  sentBps: number;
  receivedBps: number;
  people: LivePerson[];
};

/** A person in it. */
export type LivePerson = {
  peerId: string;
  /** By which they came. */
  linkId: string;
  role: Role;
  /** Empty before it was given. */
  name: string;
  state: PeerState;
  /** Since when it is in this state. */
  since: string;
  /** lost: the socket is away, and the seat is kept; bad: much of what the person sends or gets is lost on the way. */
  line: 'ok' | 'bad' | 'lost';
  /** The share of packets that was lost on the way from and to the person lately, 0 to 1; null: not known. */
  sentLoss: number | null;
  receivedLoss: number | null;
};
