/**
 * What the rules of an interview need from outside. `media`, `store` and `ws` implement these; the rules
 * import none of them.
 */
import type { types as mediasoup } from 'mediasoup';
import type {
  ChatFile,
  CheckReport,
  ConsumerInfo,
  EntrySettings,
  Event,
  MediaSource,
  Notifications,
  Quality,
  Role,
  TransportInfo,
  TransportStatus,
} from '../../protocol/messages.ts';

/** A room as it is stored. Times are UTC instants. */
export type RoomRecord = {
  id: string;
  name: string;
  from: Date;
  until: Date;
  timeZone: string;
  interviewerSeats: number;
  applicantSeats: number;
  /** 「参加者の一括設定」 */
  entry: EntrySettings;
};

/** A link as it is stored. Its token is derived, never stored: see room/links.ts. */
export type LinkRecord = {
  id: string;
  roomId: string;
  role: Role;
  /** Raised by reissuing; a token of an earlier version is revoked. */
  version: number;
  revokedAt: Date | null;
};

/** One person's stay in the call. */
export type StayRecord = {
  id: string;
  roomId: string;
  peerId: string;
  role: Role;
  company: string;
  name: string;
  enteredAt: Date;
  /** null while the person is in the call. */
  leftAt: Date | null;
  /** The outcome of the environment check in this person's browser; null when it was not told. */
  check: CheckReport | null;
};

export type MessageRecord = {
  id: string;
  roomId: string;
  clientId: string;
  peerId: string;
  role: Role;
  name: string;
  at: Date;
  /** Empty with a file. */
  text: string;
  file: ChatFile | null;
};

/** The part of the store that a running room uses. Each method resolves once its write is committed. */
export interface RoomStore {
  /** null when no such link was ever made. */
  findLink(linkId: string): Promise<{ link: LinkRecord; room: RoomRecord } | null>;
  /**
   * Stores a message, and its file's content with it, once per (roomId, clientId); a repetition gives back the
   * stored one.
   */
  addMessage(message: MessageRecord, content?: Buffer): Promise<MessageRecord>;
  /** With its file. One that is not there is no error. */
  deleteMessage(roomId: string, messageId: string): Promise<void>;
  /** All of the room's messages, with their files. */
  clearMessages(roomId: string): Promise<void>;
  /** A file's content; null when there is none of this id in this room. */
  readFile(roomId: string, fileId: string): Promise<Buffer | null>;
  setEntry(roomId: string, entry: EntrySettings): Promise<void>;
  /** Oldest first. */
  listMessages(roomId: string): Promise<MessageRecord[]>;
  addStay(stay: StayRecord): Promise<void>;
  endStay(stayId: string, at: Date): Promise<void>;
}

export interface Clock {
  now(): Date;
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
  /** The router is gone with its worker and a new one stands in its place: nothing of any peer is left. */
  lost(): void;
};

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
  removePeer(peerId: string): void;
  close(): void;
}

/** Opens the media of a room; the returned RoomMedia reports through `events`. */
export type OpenRoomMedia = (roomId: string, events: RoomMediaEvents) => Promise<RoomMedia>;
