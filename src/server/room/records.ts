/** What is stored of a room, its links, its people and its chat. Times are UTC instants. */
import type {
  ChatFile,
  CheckReport,
  EndReason,
  EntrySettings,
  PeerState,
  Quality,
  Role,
  TurnedOff,
} from '../../protocol/messages.ts';

/** A room as it is stored. Times are UTC instants. */
export type RoomRecord = {
  id: string;
  /** By which administrators know it. */
  name: string;
  /** What the interview is called to its people, e.g. 新卒採用 一次面接; empty: nothing. */
  title: string;
  /** Who invites to it, e.g. 株式会社サンプル; empty: it is not said. */
  company: string;
  /** When the interview begins, as people are told; they are let in a little earlier, from `opensAt` (openLink.ts) on. */
  from: Date;
  until: Date;
  /** How long before `from` people are let in, in minutes; null: as the configuration says. */
  openEarlyMinutes: number | null;
  timeZone: string;
  interviewerSeats: number;
  applicantSeats: number;
  /** People in the room at once, waiting ones included; null: no limit but the links' own. */
  capacity: number | null;
  /** 「参加者の一括設定」 */
  entry: EntrySettings;
  /** In which invitations are written. */
  language: Language;
  /** For administrators alone; empty: none. */
  note: string;
  history: HistorySetting;
  /** What those who wait are told; empty: nothing. */
  waitingMessage: string;
  /** Since when an administrator keeps everyone out; null: the window alone decides. */
  closedAt: Date | null;
  /** Raised by each change an administrator makes, so that two at once do not overwrite each other. */
  version: number;
  createdAt: Date;
};

/** In which language something is written to somebody. */
export type Language = 'ja' | 'en';

/**
 * What of the chat applicants see: all of it, or what was written while they were in the call themselves; null: their own where
 * the room has several applicants' links, else all.
 */
export type HistorySetting = 'all' | 'own' | null;

/** A link as it is stored. Its token is derived, never stored: see room/links.ts. */
export type LinkRecord = {
  id: string;
  roomId: string;
  role: Role;
  /** For whom it is, e.g. an applicant's name; empty: for anyone of its role. */
  label: string;
  /** Raised by reissuing; a token of an earlier version is revoked. */
  version: number;
  revokedAt: Date | null;
  /** The applicant's mail address, for administrators alone; null: it is not known. */
  email: string | null;
  /** When the applicant was last sent an invitation; null: never, or it was cancelled. */
  invitedAt: Date | null;
  /** What that invitation said, and to whom, as a digest: see admin/invitations.ts; null too when they have another address since. */
  invitedAs: string | null;
  /** For when that invitation was; null where it is not known, as of those of earlier versions. */
  invitedFrom: Date | null;
  invitedUntil: Date | null;
  /** When the applicant was sent that it is cancelled; null: never, or they were invited again since. */
  cancelledAt: Date | null;
  /** Since when a mail to them is being handed over; it stays when whoever sends it dies, and then nobody knows whether it went out. */
  sendingSince: Date | null;
  /** When its applicant was erased. */
  erasedAt: Date | null;
};

/** How a stay ended: the person or somebody else ended it, the line was lost, or the server died. */
export type StayEnding = EndReason | 'lost' | 'server_lost';

/** What went through one person's transports in one stay; the figures of a bad call, for support. */
export type MediaStatistics = {
  /** Over which protocol, as ICE chose it; null when nothing was connected. */
  protocol: 'udp' | 'tcp' | null;
  /** Bytes from the person, and to them. */
  sentBytes: number;
  receivedBytes: number;
  /** Share of packets lost on the way from the person and to them, 0 to 1; null: nothing was counted. */
  sentLoss: number | null;
  receivedLoss: number | null;
  roundTripMs: number | null;
};

/** One person's stay in the call. */
export type StayRecord = {
  id: string;
  roomId: string;
  /** By which link the person came; null in records of earlier versions. */
  linkId: string | null;
  peerId: string;
  role: Role;
  company: string;
  name: string;
  enteredAt: Date;
  /** null while the person is in the call. */
  leftAt: Date | null;
  /** The outcome of the environment check in this person's browser; null when it was not told. */
  check: CheckReport | null;
  /** null while the person is in the call, and in records of earlier versions. */
  ending: StayEnding | null;
  media: MediaStatistics | null;
};

/** When somebody was in the call who came by this link. */
export type StayPeriod = { linkId: string; enteredAt: Date; leftAt: Date };

/** How a stay ended, as it is written when it does. */
export type StayEnd = { at: Date; ending: StayEnding; media: MediaStatistics | null };

/**
 * A person's place in a live room, kept so that it outlives the server. Of the key that leads back into it there is a
 * hash: who has the database alone takes nobody's seat.
 */
export type SeatRecord = {
  peerId: string;
  /** The server in whose room it is; null: one of an earlier version, which did not say. */
  serverId: string | null;
  roomId: string;
  linkId: string;
  linkVersion: number;
  role: Role;
  keyHash: string;
  company: string;
  name: string;
  state: PeerState;
  stateSince: Date;
  microphone: boolean;
  camera: boolean;
  quality: Quality;
  handRaised: boolean;
  sharing: boolean;
  /** What others have turned off, and the person has not turned on again. */
  turnedOff: TurnedOff | null;
  joinedAt: Date;
  /** The stay in the call that goes on, and since when it does; null outside the call. */
  stayId: string | null;
  enteredAt: Date | null;
};

/** Which seats of other servers; all that `from` has, where neither room nor exceptRooms is given. */
export type SeatsToTake = {
  /** The servers that had them until now; null: an earlier version's. */
  from: (string | null)[];
  /** Of this room alone. */
  room?: string;
  exceptRooms?: string[];
};

/** A message, or a file that was sent. `clientId` is its sender's own, the same in each repetition. */
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
