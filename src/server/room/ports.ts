/**
 * What the rules of an interview need from outside. `media`, `store` and `ws` implement these; the rules
 * import none of them.
 */
import type { types as mediasoup } from 'mediasoup';
import type {
  ConsumerInfo,
  EntrySettings,
  Event,
  IceServer,
  MediaSource,
  Notifications,
  Quality,
  TransportInfo,
  TransportStatus,
} from '../../protocol/messages.ts';
import type { AuditEntry } from './audit.ts';
import type {
  LinkRecord,
  MediaStatistics,
  MessageRecord,
  RoomRecord,
  SeatRecord,
  SeatsToTake,
  StayEnd,
  StayPeriod,
  StayRecord,
} from './records.ts';

/** What flows just now from one person and to them, in bits per second; bad: much of it is lost on the way. */
export type Traffic = {
  sentBps: number;
  receivedBps: number;
  /** The share of packets that was lost on the way from and to the person lately, 0 to 1; null: not known yet. */
  sentLoss: number | null;
  receivedLoss: number | null;
  isBad: boolean;
};

/** Other servers of this database, as far as they can be known. Who is in neither list is gone. */
export type OtherServersSeen = {
  /** The ids of those that answer. */
  living: string[];
  /** The ids of those of which nobody knows: they do not answer, and were seen lately. */
  silent: string[];
  /** The ids of the rooms that are live on those that answer. */
  liveRooms: string[];
};

/** The part of the store that a running room uses. Each method resolves once its write is committed. */
export interface RoomStore {
  /** The room with all its links as they stand now; null when it was deleted. */
  readRoom(roomId: string): Promise<{ room: RoomRecord; links: LinkRecord[] } | null>;
  /** null when no such link was ever made. */
  findLink(linkId: string): Promise<{ link: LinkRecord; room: RoomRecord } | null>;
  /**
   * Stores a message, and its file's content with it, once per (roomId, clientId); a repetition gives back the
   * stored one.
   * @throws {AppError} too_big when the room's files would take more than limits.filesPerRoomBytes
   */
  addMessage(message: MessageRecord, content?: Buffer): Promise<MessageRecord>;
  /** With its file. One that is not there is no error. */
  deleteMessage(roomId: string, messageId: string): Promise<void>;
  /** All of the room's messages, with their files. */
  clearMessages(roomId: string): Promise<void>;
  /** A file's content; null when there is none of this id in this room. */
  readFile(roomId: string, fileId: string): Promise<Buffer | null>;
  setEntry(roomId: string, entry: EntrySettings): Promise<void>;
  setWaitingMessage(roomId: string, text: string): Promise<void>;
  /**
   * Puts off the end of a room that is `before`, with its audit, all or nothing.
   * @returns false: it ends at another time by now, and nothing was done
   */
  extendRoom(roomId: string, end: { before: Date; until: Date }, audit: AuditEntry[]): Promise<boolean>;
  /** Oldest first. */
  listMessages(roomId: string): Promise<MessageRecord[]>;
  /** When applicants were in the call, as far as is known now. */
  listStayPeriods(roomId: string): Promise<StayPeriod[]>;
  addStay(stay: StayRecord): Promise<void>;
  endStay(stayId: string, end: StayEnd): Promise<void>;
  /**
   * Stores the seats of a server as they are now, and forgets those of the peers that are `gone`; all of it, or nothing. What another
   * server has taken meanwhile stays as it is.
   */
  writeSeats(serverId: string, seats: SeatRecord[], gone: string[]): Promise<void>;
  /** The seats of a room, or of all, whichever server they are of; in the order in which people came. */
  readSeats(roomId?: string): Promise<SeatRecord[]>;
  /** Makes seats those of this server. Each is given to one server, however many take it at once. */
  takeSeats(serverId: string, which: SeatsToTake): Promise<SeatRecord[]>;
  /** Adds to the audit, in the given order; an entry that is there already (by id) is not added again. */
  recordAudit(entries: AuditEntry[]): Promise<void>;
}

/** Both kinds of time, which tests set as they need them. */
export interface Clock {
  now(): Date;
  /** Milliseconds that only grow, whatever is done to the clock: for how long something lasts. */
  elapsed(): number;
  /** Calls `callback` after `ms` milliseconds; the returned function takes it back. */
  after(ms: number, callback: () => void): () => void;
}

/** A person's socket, as a room sees it. Sending to a closed one does nothing. */
export interface PeerSocket {
  notify<E extends Event>(event: E, data: Notifications[E]): void;
  close(code: number, reason: string): void;
}

/** What one room's media states as facts. */
export type RoomMediaEvents = {
  consumerAdded(peerId: string, consumer: ConsumerInfo): void;
  consumerRemoved(peerId: string, consumerId: string): void;
  /** Another router stands in the place of this one, whose worker has died or is full: nothing of any peer is left. */
  lost(): void;
};

/** Which of a person's sources flow, as far as the gate lets them. */
export type SourcesOn = { microphone: boolean; camera: boolean; screen: boolean };

/** The media of one room. Peers are known by id from their first transport to `removePeer`. */
export interface RoomMedia {
  readonly rtpCapabilities: mediasoup.RtpCapabilities;
  openPeer(peerId: string, rtpCapabilities: mediasoup.RtpCapabilities): void;
  createTransport(peerId: string, direction: 'send' | 'receive'): Promise<TransportInfo>;
  connectTransport(peerId: string, transportId: string, dtls: mediasoup.DtlsParameters): Promise<void>;
  restartIce(peerId: string, transportId: string): Promise<mediasoup.IceParameters>;
  transportStatus(peerId: string, transportId: string): Promise<TransportStatus>;
  produce(
    peerId: string,
    transportId: string,
    options: { source: MediaSource; kind: mediasoup.MediaKind; rtpParameters: mediasoup.RtpParameters },
  ): Promise<string>;
  closeProducer(peerId: string, producerId: string): void;
  resumeConsumer(peerId: string, consumerId: string): Promise<void>;
  /** The consumers that the peer has now. */
  consumers(peerId: string): ConsumerInfo[];
  /** The gate: only while it is open do the peer's packets reach others and others' packets reach the peer. */
  setGate(peerId: string, open: boolean): void;
  /** What of the peer is on; a producer that is off forwards nothing, and one of the screen is closed. */
  setSources(peerId: string, on: SourcesOn): void;
  /** What the peer sends and receives: with `audio` no picture in either direction. */
  setQuality(peerId: string, quality: Quality): void;
  /** What went through the peer's transports; null when it never had any. Ask before `removePeer`. */
  statistics(peerId: string): Promise<MediaStatistics | null>;
  /** What flows now, by peer. */
  traffic(): Promise<Map<string, Traffic>>;
  removePeer(peerId: string): void;
  close(): void;
}

/** The relays (TURN servers) of this installation. */
export interface Relay {
  /** Milliseconds that credentials last at most. */
  readonly ttlMs: number;
  /** The relays with credentials of one person, good until then; empty: there is none. */
  serversFor(peerId: string, expiresAt: Date): IceServer[];
}

/** Opens the media of a room; the returned RoomMedia reports through `events`. */
export type OpenRoomMedia = (roomId: string, events: RoomMediaEvents) => Promise<RoomMedia>;
