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
import { limits } from './limits.ts';

export { PROTOCOL_VERSION, subprotocol, tokenSubprotocol } from './version.ts';

// ---- shared nouns ---------------------------------------------------------------------------------------

export type Role = 'interviewer' | 'applicant';

/** waiting: in the waiting room. requesting: has asked to join. inCall: admitted. */
export type PeerState = 'waiting' | 'requesting' | 'inCall';

/** Which device a producer carries. `silence` is the server's own, for opening the receiving transport early. */
export type MediaSource = 'microphone' | 'camera' | 'silence';

export type PeerInfo = {
  id: string;
  role: Role;
  company: string;
  name: string;
  state: PeerState;
  /** Whether the device is on, as its owner wishes; false as well when there is none. */
  microphone: boolean;
  camera: boolean;
  /** false while the peer's WebSocket is lost and its grace period runs. */
  connected: boolean;
};

export type ChatMessage = {
  id: string;
  /** ISO 8601, UTC. */
  at: string;
  peerId: string;
  role: Role;
  name: string;
  text: string;
};

export type RoomInfo = {
  name: string;
  /** ISO 8601, UTC. */
  from: string;
  until: string;
  /** IANA name, e.g. Asia/Tokyo. */
  timeZone: string;
};

/** What a person in the call sees on entering or coming back. */
export type CallSnapshot = { peers: PeerInfo[]; messages: ChatMessage[] };

export type Counts = { waiting: number; inCall: number };

export type ConsumerInfo = {
  id: string;
  producerId: string;
  peerId: string;
  source: MediaSource;
  kind: mediasoup.MediaKind;
  rtpParameters: mediasoup.RtpParameters;
};

export type IceServer = { urls: string[]; username?: string; credential?: string };

export type TransportInfo = {
  id: string;
  iceParameters: mediasoup.IceParameters;
  iceCandidates: mediasoup.IceCandidate[];
  dtlsParameters: mediasoup.DtlsParameters;
};

// ---- page → server --------------------------------------------------------------------------------------

const characters = (text: string) => [...text].length;

/** A name: no control characters, trimmed, 1 to limits.nameCharacters code points. */
export const nameSchema = z
  .string()
  .regex(/^\P{Cc}*$/u, 'must not contain control characters')
  .transform((text) => text.trim())
  .refine((text) => text !== '', 'must not be empty')
  .refine(
    (text) => characters(text) <= limits.nameCharacters,
    `must be at most ${limits.nameCharacters} characters`,
  );

const chatTextSchema = z
  .string()
  .refine((text) => text.trim() !== '', 'must not be empty')
  .refine(
    (text) => characters(text) <= limits.chatCharacters,
    `must be at most ${limits.chatCharacters} characters`,
  );

const id = z.string().min(1).max(64);
const nothing = z.strictObject({});

// mediasoup checks these deeply itself (ortc) and throws a TypeError; only the outer shape is checked here.
const rtpCapabilities = z.custom<mediasoup.RtpCapabilities>(isObject, 'must be an object');
const rtpParameters = z.custom<mediasoup.RtpParameters>(isObject, 'must be an object');
const dtlsParameters = z.custom<mediasoup.DtlsParameters>(isObject, 'must be an object');

function isObject(value: unknown) {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

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
  /** Nothing but an answer: whether the line is alive, which a browser's script cannot see otherwise. */
  ping: nothing,
  /** Leaves for good. An interviewer's leaving ends the call for everyone. */
  leave: nothing,
  /** `clientId` is chosen by the page; sending the same one again stores nothing twice. */
  sendChat: z.strictObject({ clientId: z.uuid(), text: chatTextSchema }),
  /** The person's wish for each device, kept while waiting and in the call. */
  setDevices: z.strictObject({ microphone: z.boolean(), camera: z.boolean() }),

  /** Announces what the browser can receive; afterwards transports may be made. */
  openMedia: z.strictObject({ rtpCapabilities }),
  createTransport: z.strictObject({ direction: z.enum(['send', 'receive']) }),
  connectTransport: z.strictObject({ transportId: id, dtlsParameters }),
  restartIce: z.strictObject({ transportId: id }),
  /** The way the media goes and how much has arrived, for the environment check. */
  transportStatus: z.strictObject({ transportId: id }),
  produce: z.strictObject({
    transportId: id,
    source: z.enum(['microphone', 'camera', 'silence']),
    kind: z.enum(['audio', 'video']),
    rtpParameters,
  }),
  closeProducer: z.strictObject({ producerId: id }),
  /** The page has made its consumer: packets may flow. */
  resumeConsumer: z.strictObject({ consumerId: id }),
} as const;

export type Method = keyof typeof requestSchemas;
export type Params<M extends Method> = z.output<(typeof requestSchemas)[M]>;

export type JoinResult = {
  peerId: string;
  /** Kept by the browser; the only way back into the same seat. */
  resumeKey: string;
  role: Role;
  state: PeerState;
  room: RoomInfo;
  /** Empty until given with `enter` or `requestAdmission`. */
  company: string;
  name: string;
  microphone: boolean;
  camera: boolean;
  /** Someone else holds the seat in the call: 「既に通話画面に接続されています。」 */
  seatTaken: boolean;
  /** null for applicants. */
  counts: Counts | null;
  /** Only for a peer that comes back into the call. */
  call: CallSnapshot | null;
  /** With keepMedia: the consumers that the server still has for this peer. */
  consumers: ConsumerInfo[];
  /** The router's, to load the page's Device with before `openMedia`. */
  rtpCapabilities: mediasoup.RtpCapabilities;
  iceServers: IceServer[];
};

export type TransportStatus = {
  /** The pair that ICE chose, seen by the server; null while there is none. */
  protocol: 'udp' | 'tcp' | null;
  bytesReceived: number;
};

export type Results = {
  join: JoinResult;
  enter: CallSnapshot;
  requestAdmission: null;
  cancelRequest: null;
  admit: null;
  deny: null;
  ping: null;
  leave: null;
  sendChat: ChatMessage;
  setDevices: null;
  openMedia: null;
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

export type Request<M extends Method = Method> = { id: number; method: M; params: Params<M> };

// ---- server → page --------------------------------------------------------------------------------------

export type Response =
  | { id: number; ok: true; result: Results[Method] }
  | { id: number; ok: false; error: { code: ErrorCode; message: string } };

export type EndReason = 'left' | 'interviewer_left' | 'revoked' | 'server_stopping';

export type Notifications = {
  /** Sent instead of everything else when the link is not let in; the socket closes after it. */
  refused: { code: ErrorCode; message: string; room: RoomInfo | null };
  /** A peer that the receiver may see has come or changed. */
  peerUpdated: { peer: PeerInfo };
  /** A peer that the receiver could see is gone. */
  peerLeft: { peerId: string };
  /** To interviewers only. */
  counts: Counts;
  /** To waiting peers: whether someone else holds their seat in the call. */
  seat: { taken: boolean };
  /** To the applicant who asked. */
  admitted: CallSnapshot;
  denied: Record<string, never>;
  chatMessage: { message: ChatMessage };
  /** Born paused: make the consumer, then `resumeConsumer`. */
  consumerAdded: { consumer: ConsumerInfo };
  consumerRemoved: { consumerId: string };
  /** All transports of this peer are gone (a worker died): make them again. */
  mediaLost: Record<string, never>;
  /** The call is over for the receiver; the socket closes after it. */
  ended: { reason: EndReason };
};

export type Event = keyof Notifications;
export type Notification<E extends Event = Event> = { [K in E]: { event: K; data: Notifications[K] } }[E];
export type ServerFrame = Response | Notification;
