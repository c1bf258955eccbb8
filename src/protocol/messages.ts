/**
 * What the page and the server say to each other, in one file per direction's vocabulary.
 *
 * The socket is opened at `/ws` with two subprotocols: `webinterview.v<PROTOCOL_VERSION>` and `token.<link
 * token>` (a header, so that the token is in no URL and no log). Frames are JSON text:
 *
 *   page → server   Request       {id, method, params}
 *   server → page   Response      {id, ok: true, result} or {id, ok: false, error: {code, message}}
 *   server → page   Notification  {event, data}
 *
 * The first request is `join`. The page imports only types from here, so zod never reaches it.
 */
import type { types as mediasoup } from 'mediasoup';
import { z } from 'zod';
import type { ErrorCode } from './errors.ts';
import { characters, limits } from './limits.ts';
import { dtlsParametersSchema, rtpCapabilitiesSchema, rtpParametersSchema } from './mediaSchemas.ts';
import { nameProblem, nameProblemTexts, storedName } from './names.ts';
import { qualities } from './quality.ts';
import { type SentSource, sentSources } from './sources.ts';

export type { Quality } from './quality.ts';

export { PROTOCOL_VERSION, subprotocol, tokenSubprotocol } from './version.ts';

// ---- shared nouns ---------------------------------------------------------------------------------------

/** By which link a person came; it never changes. */
export type Role = 'interviewer' | 'applicant';

/** waiting: in the waiting room. requesting: has asked to join. inCall: admitted. held: in the call, on hold. */
export type PeerState = 'waiting' | 'requesting' | 'inCall' | 'held';

/** Where somebody stands who has joined. early: before the room opens, when the check can be run and nothing else. */
export type PersonState = 'early' | PeerState;

/** What a producer carries. `screenSound` is what a shared tab or system plays; `silence` is the server's own, for opening the receiving transport early. */
export type MediaSource = 'microphone' | 'camera' | 'screen' | 'screenSound' | 'silence';

/** 「参加者の一括設定」: how applicants enter, and whether their names are shown. */
export type EntrySettings = { microphone: boolean; camera: boolean; names: boolean };

/** A person as the others see them. */
export type PeerInfo = {
  id: string;
  role: Role;
  company: string;
  name: string;
  state: PeerState;
  /** Whether the device is on, as its owner wishes; false as well when there is none. */
  microphone: boolean;
  camera: boolean;
  handRaised: boolean;
  /** Whether the peer shares its screen; at most one person at a time. */
  sharing: boolean;
  /** false while the peer's WebSocket is lost and its grace period runs. */
  connected: boolean;
  /** Lost as the page was closed, and not the line; absent: no. */
  pageClosed?: true;
  /** What of it the others do not get, as the peer's page cannot send it and tries again; absent: nothing. */
  unsent?: readonly SentSource[];
};

/** A file that was sent in the chat. `name` is safe to be a file's name; `type` is what the sender's browser said. */
export type ChatFile = { id: string; name: string; type: string; bytes: number };

/** A message as people see it, once it is stored. */
export type ChatMessage = {
  id: string;
  /** ISO 8601, UTC. */
  at: string;
  peerId: string;
  role: Role;
  /** Empty for applicants whose names are not to be shown. */
  name: string;
  /** Empty with a file. */
  text: string;
  file: ChatFile | null;
};

/** A room as its people see it. */
export type RoomInfo = {
  name: string;
  /** What the interview is called, and who invites to it; empty: it is not said. */
  title: string;
  company: string;
  /** ISO 8601, UTC: when the interview begins, and when nobody is let in any more. */
  from: string;
  until: string;
  /** IANA name, e.g. Asia/Tokyo. */
  timeZone: string;
};

/** For who is early, by the server's clock, as that of a phone may be wrong; ISO 8601, UTC. */
export type EarlyInfo = { now: string; opensAt: string };

/** Part of a chat, oldest first, and whether there are messages before it. */
export type ChatPage = { messages: ChatMessage[]; hasEarlier: boolean };

/** What a person in the call sees on entering or coming back; of the chat the latest part. */
export type CallSnapshot = ChatPage & {
  peers: PeerInfo[];
  /** ISO 8601, UTC: when the server stops at the latest, if it waits for calls to end; null: it does not stop. */
  stopsAt: string | null;
};

/** What of a person was turned off: by how applicants enter, or by an interviewer. Each may turn it on again. */
export type TurnedOff = {
  /** Another one each time. */
  id: string;
  microphone: boolean;
  camera: boolean;
  by: 'entry' | 'interviewer';
};

/**
 * How many applicants wait, those who ask included and those at the check not; how many people are in the call, on hold or
 * not; and who asks to come in. Each person once, on however many devices.
 */
export type Counts = { waiting: number; inCall: number; requesting: { id: string; name: string }[] };

/** One stream of somebody else, for which the page makes a consumer of its own. */
export type ConsumerInfo = {
  id: string;
  producerId: string;
  peerId: string;
  source: MediaSource;
  kind: mediasoup.MediaKind;
  rtpParameters: mediasoup.RtpParameters;
};

/** As browsers take it (RTCIceServer). */
export type IceServer = { urls: string[]; username?: string; credential?: string };

/** What a page needs to make its end of a transport. */
export type TransportInfo = {
  id: string;
  iceParameters: mediasoup.IceParameters;
  iceCandidates: mediasoup.IceCandidate[];
  dtlsParameters: mediasoup.DtlsParameters;
};

/** By the server's clock, ISO 8601 in UTC: since when an applicant is in the call who is in it now; null: none is. */
export type CallTimes = { now: string; begunAt: string | null };

/** Somebody on another device who asks for the seat of one who is in the call, by the same link. Names may be empty. */
export type MoveRequest = {
  /** Who asks, and which name they have typed. */
  id: string;
  name: string;
  /** Whose seat it is. */
  holder: string;
  role: Role;
};

// ---- page → server --------------------------------------------------------------------------------------

/** A name as `nameProblem` has it, as it is stored. */
export const nameSchema = z
  .string()
  .superRefine((text, { addIssue }) => {
    const problem = nameProblem(text);
    if (problem) addIssue({ code: 'custom', message: nameProblemTexts[problem] });
  })
  .transform(storedName);

/**
 * Without what databases and files do not keep as it is, a NUL that ends the text for SQLite, a half of a character: what
 * people see is to be what is recorded. Lines and tabs stay; the others come with what is pasted, so nobody is refused.
 */
const keptAsItIs = (text: string) => text.toWellFormed().replace(/(?![\t\n\r])\p{Cc}/gu, '');

const waitingMessageSchema = z
  .string()
  .transform((text) => keptAsItIs(text).trim())
  .refine(
    (text) => characters(text) <= limits.waitingMessageCharacters,
    `must be at most ${limits.waitingMessageCharacters} characters`,
  );

const chatTextSchema = z
  .string()
  .transform(keptAsItIs)
  .refine((text) => text.trim() !== '', 'must not be empty')
  .refine(
    (text) => characters(text) <= limits.chatCharacters,
    `must be at most ${limits.chatCharacters} characters`,
  );

const id = z.string().min(1).max(64);
const nothing = z.strictObject({});

const figure = z.number().nonnegative().max(1e6).nullable();
const checkOutcome = z.enum(['ok', 'ng']);

/** What the environment check found, for support to read later. */
export const checkReportSchema = z.strictObject({
  /** ISO 8601, UTC: when it was run, which may have been at an earlier visit. */
  at: z.iso.datetime(),
  browser: z.string().max(200).transform(keptAsItIs),
  outcomes: z.strictObject({
    browser: checkOutcome,
    camera: checkOutcome,
    microphone: checkOutcome,
    audio: checkOutcome,
    speed: checkOutcome,
    security: checkOutcome,
  }),
  /** Mbps, limits.speed.mostMbps for as much or more; null when it could not be measured. */
  downMbps: figure,
  upMbps: figure,
  /** The way of the media, and its round trip in milliseconds. */
  route: z.enum(['udp', 'tcp', 'relay']).nullable(),
  roundTripMs: figure,
});

/** Everything that a page can ask for, with what it has to say. */
export const requestSchemas = {
  /**
   * The first request. With the resume key of an earlier join, within the grace period, the same peer goes on.
   * `keepMedia`: the page still holds its transports (a lost socket, not a reload).
   */
  join: z.strictObject({ resumeKey: z.string().max(64).optional(), keepMedia: z.boolean() }),
  /** Interviewer: from the waiting room into the call. */
  enter: z.strictObject({ company: nameSchema, name: nameSchema }),
  /** Applicant: asks to be let in. */
  requestAdmission: z.strictObject({ name: nameSchema }),
  /** Applicant: takes the request back. */
  cancelRequest: nothing,
  /** Interviewer in the call: lets a requesting peer in, or refuses. */
  admit: z.strictObject({ peerId: id }),
  deny: z.strictObject({ peerId: id }),
  /**
   * Waiting: the seat that somebody has by the same link moves to this device, at once where that is the same person by the link or
   * by want of anybody who could be asked, else when an interviewer agrees. `name`: as far as it is typed.
   */
  moveSeat: z.strictObject({ name: nameSchema.optional() }),
  /** Takes that back. */
  cancelMove: nothing,
  /** Interviewer in the call: whether the seat moves to who asked for it. */
  answerMove: z.strictObject({ peerId: id, allowed: z.boolean() }),
  /**
   * Interviewer in the call: the room closes so much later, from now if it is late already. `until`: when it closes as far as the page
   * knows, so that two who press at once put it off once.
   */
  extend: z.strictObject({ minutes: z.literal(limits.extendMinutes), until: z.iso.datetime() }),
  /** Nothing but an answer: whether the line is alive, which a browser's script cannot see otherwise. */
  ping: nothing,
  /** Leaves for good. An interviewer's leaving ends the call for everyone. */
  leave: nothing,
  /** `clientId` is chosen by the page; sending the same one again stores nothing twice. */
  sendChat: z.strictObject({ clientId: z.uuid(), text: chatTextSchema }),
  /** What was written before a message, by its `at`: limits.chatPage messages at most, the latest of them. */
  readChat: z.strictObject({ before: z.iso.datetime() }),
  /**
   * The person's wish for each device, kept while waiting and in the call. `heard`: the id of the newest `turnedOff` that
   * the page knows of, null for none: what was turned off since then stays off. Pages that do not tell know of all.
   * `unsent`: what is on and cannot be sent, for the others to be told; none of it when absent.
   */
  setDevices: z.strictObject({
    microphone: z.boolean(),
    camera: z.boolean(),
    heard: id.nullable().optional(),
    unsent: z.array(z.enum(sentSources)).max(sentSources.length).optional(),
  }),
  /** One's own message goes away for everyone, with its file. */
  deleteMessage: z.strictObject({ messageId: z.uuid() }),
  /** Interviewer: the whole history goes away for everyone. */
  clearChat: nothing,
  setHand: z.strictObject({ raised: z.boolean() }),
  /** Before the screen is produced, and after. Refused with `sharing_taken` while another person shares. */
  setSharing: z.strictObject({ sharing: z.boolean() }),
  setQuality: z.strictObject({ quality: z.enum(qualities) }),
  /** Interviewer: nothing is heard or seen of this applicant, nor by them, until it is ended. */
  setHold: z.strictObject({ peerId: id, held: z.boolean() }),
  /** Interviewer: asked before a picture of this person's camera is taken, so that it stands in the audit. */
  capture: z.strictObject({ peerId: id }),
  /** Interviewer: turns off this device of everyone else; each may turn it on again. */
  turnOffAll: z.strictObject({ device: z.enum(['microphone', 'camera']) }),
  /** Interviewer: how applicants enter from now on. */
  setEntry: z.strictObject({ microphone: z.boolean(), camera: z.boolean(), names: z.boolean() }),
  /** Interviewer: what those who wait read from now on; empty: nothing. */
  setWaitingMessage: z.strictObject({ text: waitingMessageSchema }),
  /** Whether the page shows the environment check: until it says so, the person is in the waiting room. */
  setAtCheck: z.strictObject({ atCheck: z.boolean() }),
  /** The outcome of the environment check, kept with the attendance. */
  reportCheck: z.strictObject({ report: checkReportSchema }),

  /** Announces what the browser can receive; afterwards transports may be made. */
  openMedia: z.strictObject({ rtpCapabilities: rtpCapabilitiesSchema }),
  /** Nothing of it is needed for now: what was made is let go. */
  closeMedia: nothing,
  createTransport: z.strictObject({ direction: z.enum(['send', 'receive']) }),
  connectTransport: z.strictObject({ transportId: id, dtlsParameters: dtlsParametersSchema }),
  restartIce: z.strictObject({ transportId: id }),
  /** The way the media goes and how much has arrived, for the environment check. */
  transportStatus: z.strictObject({ transportId: id }),
  produce: z.strictObject({
    transportId: id,
    source: z.enum(['microphone', 'camera', 'screen', 'screenSound', 'silence']),
    kind: z.enum(['audio', 'video']),
    rtpParameters: rtpParametersSchema,
  }),
  closeProducer: z.strictObject({ producerId: id }),
  /** The page has made its consumer: packets may flow. */
  resumeConsumer: z.strictObject({ consumerId: id }),
} as const;

/** The outcome of the environment check; null: that item was not measured. */
export type CheckReport = z.output<typeof checkReportSchema>;

/** What can be asked for. */
export type Method = keyof typeof requestSchemas;
export type Params<M extends Method> = z.output<(typeof requestSchemas)[M]>;

/** Everything that a page needs to begin, or to go on after its line was lost. */
export type JoinResult = {
  peerId: string;
  /** Kept by the browser; the only way back into the same seat. Empty for who is early, and has none. */
  resumeKey: string;
  role: Role;
  state: PersonState;
  /** null but for who is early. */
  early: EarlyInfo | null;
  room: RoomInfo;
  /**
   * For whom the link was made, for the field in which the name is typed; empty: for nobody in particular, or not yet. Only a
   * link that is valid and in its time is answered with it.
   */
  invitedName: string;
  /** Empty until given with `enter` or `requestAdmission`. */
  company: string;
  name: string;
  microphone: boolean;
  camera: boolean;
  handRaised: boolean;
  /** What others have turned off of this person, and is off still; null: nothing. */
  turnedOff: TurnedOff | null;
  /** Someone else holds the seat in the call: 「既に通話画面に接続されています。」 */
  seatTaken: boolean;
  /** It is taken by the same link, so that `moveSeat` may be asked for; and whether it was. */
  seatMovable: boolean;
  moveAsked: boolean;
  /** An interviewer has agreed to it while the line was away: the key of the seat; null: not so. */
  movedKey: string | null;
  /** What those who wait are told, by whoever runs the room or by an interviewer; empty: nothing. */
  waitingMessage: string;
  /** null for applicants. */
  counts: Counts | null;
  /** null for applicants. */
  entry: EntrySettings | null;
  /** Only for a peer that comes back into the call. */
  call: CallSnapshot | null;
  /** With keepMedia: the consumers that the server still has for this peer. */
  consumers: ConsumerInfo[];
  /** The router's, to load the page's Device with before `openMedia`. */
  rtpCapabilities: mediasoup.RtpCapabilities;
  iceServers: IceServer[];
};

/** Whether the media of a transport get through, as the server sees it. */
export type TransportStatus = {
  /** The pair that ICE chose, seen by the server; null while there is none. */
  protocol: 'udp' | 'tcp' | null;
  bytesReceived: number;
};

/** What each request is answered with. */
export type Results = {
  join: JoinResult;
  enter: CallSnapshot;
  requestAdmission: null;
  cancelRequest: null;
  admit: null;
  deny: null;
  /** The key with which to join anew, into the seat; null: an interviewer is asked. */
  moveSeat: { resumeKey: string | null };
  cancelMove: null;
  answerMove: null;
  extend: null;
  ping: null;
  leave: null;
  sendChat: ChatMessage;
  readChat: ChatPage;
  setDevices: null;
  deleteMessage: null;
  clearChat: null;
  setHand: null;
  setSharing: null;
  setQuality: null;
  setHold: null;
  capture: null;
  /** How many had it on; who is away counts, as they will come back with it off. */
  turnOffAll: { people: number };
  setEntry: null;
  setWaitingMessage: null;
  setAtCheck: null;
  reportCheck: null;
  openMedia: null;
  closeMedia: null;
  createTransport: TransportInfo;
  connectTransport: null;
  restartIce: { iceParameters: mediasoup.IceParameters };
  transportStatus: TransportStatus;
  produce: { producerId: string };
  closeProducer: null;
  resumeConsumer: null;
};

/** The envelope; `params` is then checked by the method's own schema. */
export const requestSchema = z.strictObject({
  id: z.int().nonnegative(),
  method: z.string().max(64),
  params: z.unknown(),
});

/** A request as it is sent; `id` comes back with its answer. */
export type Request<M extends Method = Method> = { id: number; method: M; params: Params<M> };

// ---- server → page --------------------------------------------------------------------------------------

/** The answer to a request. `message` is English, for logs: pages have words of their own for each code. */
export type Response =
  | { id: number; ok: true; result: Results[Method] }
  | { id: number; ok: false; error: { code: ErrorCode; message: string } };

/** Why a call is over for somebody. revoked: the link was; closed: an administrator has ended the call. */
export type EndReason = 'left' | 'interviewer_left' | 'revoked' | 'closed' | 'server_stopping';

/** Everything that a page hears without having asked. */
export type Notifications = {
  /** Sent instead of everything else when the link is not let in; the socket closes after it. */
  refused: {
    code: ErrorCode;
    message: string;
    room: RoomInfo | null;
    /** ISO 8601, UTC: when it can be tried again; null where that is not known. */
    retryAt: string | null;
  };
  /** To who is early: the room is open, so that `join` on another socket leads into it. */
  opened: Record<string, never>;
  /** A peer that the receiver may see has come or changed. */
  peerUpdated: { peer: PeerInfo };
  /** A peer that the receiver could see is gone. */
  peerLeft: { peerId: string };
  /** To interviewers only. */
  counts: Counts;
  /** To waiting peers: whether someone else holds their seat in the call. */
  seat: { taken: boolean; movable: boolean };
  /** To who asked for a seat: the key with which to join anew, into it; or an interviewer does not agree. */
  seatMoved: { resumeKey: string };
  moveRefused: Record<string, never>;
  /** To everyone in the room: its name or times were changed. */
  roomChanged: { room: RoomInfo };
  /** To interviewers in the call, as they come into it and when it changes. */
  callTimes: CallTimes;
  /** To interviewers in the call: everyone who asks for a seat from another device now. */
  moveRequests: { requests: MoveRequest[] };
  /** To the applicant who asked. */
  admitted: CallSnapshot;
  denied: Record<string, never>;
  chatMessage: { message: ChatMessage };
  messageDeleted: { messageId: string };
  chatCleared: Record<string, never>;
  /** To the one who was put on hold, or whose hold has ended. */
  hold: { held: boolean };
  /** To the one whose devices were turned off: on entering, or by an interviewer. */
  turnedOff: TurnedOff;
  /** To interviewers. */
  entry: { entry: EntrySettings };
  /** To those who wait, and to interviewers. */
  waitingMessage: { text: string };
  /** To applicants: the others' names are not to be shown any more, those that the page has included. */
  namesHidden: Record<string, never>;
  /** Born paused: make the consumer, then `resumeConsumer`. */
  consumerAdded: { consumer: ConsumerInfo };
  consumerRemoved: { consumerId: string };
  /** All transports of this peer are gone (a worker died): make them again. */
  mediaLost: Record<string, never>;
  /** Relays with fresh credentials, before those from `join` expire: for the next ICE restart and new transports. */
  iceServers: { iceServers: IceServer[] };
  /** To everyone in a call: the server is about to stop and waits for the calls to end, until then at most. */
  stopping: { stopsAt: string };
  /** The call is over for the receiver; the socket closes after it. */
  ended: { reason: EndReason };
};

export type Event = keyof Notifications;
export type Notification<E extends Event = Event> = { [K in E]: { event: K; data: Notifications[K] } }[E];
/** Everything that comes from the server. */
export type ServerFrame = Response | Notification;
