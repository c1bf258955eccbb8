import { EntitySchema, type EntitySchemaColumnOptions } from 'typeorm';
import { limits } from '../../protocol/limits.ts';
import type { AuditEntry } from '../room/audit.ts';
import type { WebhookEvent } from '../room/events.ts';
import type { LinkRecord, MessageRecord, RoomRecord, SeatRecord, StayRecord } from '../room/records.ts';
import { storable } from './storable.ts';

/** A row's place in the order of writing; the database counts it. */
type Sequenced = { seq: number };

/** What stands in an object of the record stands in columns here. */
export type RoomRow = Omit<RoomRecord, 'entry'> & {
  entryMicrophone: boolean;
  entryCamera: boolean;
  entryNames: boolean;
};
/** `lastSeenAt`: when it was last known that the stay goes on; where the server dies, its end. */
export type StayRow = StayRecord & Sequenced & { lastSeenAt: Date };
/** All four of the file are null where there is none. */
export type MessageRow = Omit<MessageRecord, 'file'> &
  Sequenced & {
    fileId: string | null;
    fileName: string | null;
    fileType: string | null;
    fileBytes: number | null;
  };
/** `seq` counts from 1 without a gap; `hash` is over the row and the hash of the one before. */
export type AuditRow = AuditEntry & Sequenced & { hash: string };
/** The end of the audit: how many entries there are, and the hash of the last. One row. */
export type AuditHeadRow = { id: number; entries: number; hash: string; seal: string };
/** A server that runs on this database; `seenAt` is when it last said so. */
export type ServerRow = {
  id: string;
  url: string;
  host: string;
  pid: number;
  startedAt: Date;
  seenAt: Date;
};
/** `disabledAt`: since when nothing is posted there any more, as the receiver wished. */
export type WebhookRow = {
  id: string;
  url: string;
  events: WebhookEvent[];
  createdAt: Date;
  disabledAt: Date | null;
};
/** One event on its way to one webhook; `seq` names it for people. */
export type DeliveryRow = Sequenced & {
  webhookId: string;
  eventId: string;
  event: WebhookEvent;
  /** JSON, posted with the room's name as it is then: the row names the room by id alone. */
  payload: string;
  attempts: number;
  /** null: delivered, or given up. */
  nextAt: Date | null;
  /** While a server is at it: until when nobody else may be. */
  leasedUntil: Date | null;
  deliveredAt: Date | null;
  lastStatus: number | null;
  lastError: string | null;
  createdAt: Date;
};
/** A key of another system; `hash` is SHA-256 of its secret half, as hexadecimal digits. */
export type KeyRow = {
  id: string;
  name: string;
  hash: string;
  scopes: string[];
  createdAt: Date;
  expiresAt: Date | null;
  lastUsedAt: Date | null;
  revokedAt: Date | null;
};
/**
 * A request with an Idempotency-Key. `status` and `body` are null while it is under way; `body` is encrypted.
 * `roomId`: of which room it is; null while a new one is being made.
 */
export type IdempotencyRow = {
  keyId: string;
  idempotencyKey: string;
  requestHash: string;
  roomId: string | null;
  status: number | null;
  body: string | null;
  createdAt: Date;
};
/** The content of a file alone, so that lists of messages do not read it. */
export type FileRow = { id: string; roomId: string; content: Buffer };
/** What is known of the database itself, as a fingerprint of its secret. */
export type MetaRow = { key: string; value: string };

const text = (length: number, name?: string): EntitySchemaColumnOptions => ({
  type: 'varchar',
  length,
  name,
  transformer: {
    to: (value: unknown) => (typeof value === 'string' ? storable(value) : value),
    from: (value: unknown) => value,
  },
});
const instant = (name: string): EntitySchemaColumnOptions => ({ type: 'datetime', precision: 3, name });
const nullable = (column: EntitySchemaColumnOptions): EntitySchemaColumnOptions => ({
  ...column,
  nullable: true,
});
// MySQL's driver gives BIGINT as text.
const bigint = (name?: string): EntitySchemaColumnOptions => ({
  type: 'bigint',
  name,
  transformer: {
    to: (value: unknown) => value,
    from: (value: unknown) => (value === null ? null : Number(value)),
  },
});
const seq: EntitySchemaColumnOptions = { ...bigint(), primary: true, generated: 'increment' };

/** JSON as text: every dialect has that, and nobody searches in it. */
const json = (name: string): EntitySchemaColumnOptions => ({
  type: 'text',
  name,
  nullable: true,
  transformer: {
    to: (value: object | null) => value && JSON.stringify(value),
    from: (text: string | null) => text && JSON.parse(text),
  },
});
const flag = (name: string): EntitySchemaColumnOptions => ({ type: 'boolean', name });

export const RoomEntity = new EntitySchema<RoomRow>({
  name: 'room',
  tableName: 'rooms',
  columns: {
    id: { ...text(22), primary: true },
    name: text(limits.roomNameCharacters),
    title: text(limits.roomTitleCharacters),
    company: text(limits.nameCharacters),
    from: instant('opens_at'),
    until: instant('closes_at'),
    openEarlyMinutes: nullable({ type: 'integer', name: 'open_early_minutes' }),
    timeZone: text(64, 'time_zone'),
    interviewerSeats: { type: 'integer', name: 'interviewer_seats' },
    applicantSeats: { type: 'integer', name: 'applicant_seats' },
    capacity: nullable({ type: 'integer' }),
    entryMicrophone: flag('entry_microphone'),
    entryCamera: flag('entry_camera'),
    entryNames: flag('entry_names'),
    language: text(2),
    note: text(limits.roomNoteCharacters),
    history: nullable(text(3)),
    waitingMessage: text(limits.waitingMessageCharacters, 'waiting_message'),
    closedAt: nullable(instant('closed_at')),
    version: { type: 'integer' },
    createdAt: instant('created_at'),
  },
});

export const LinkEntity = new EntitySchema<LinkRecord>({
  name: 'link',
  tableName: 'links',
  columns: {
    id: { ...text(22), primary: true },
    roomId: text(22, 'room_id'),
    role: text(16),
    label: text(limits.nameCharacters),
    version: { type: 'integer' },
    revokedAt: nullable(instant('revoked_at')),
    email: nullable(text(limits.emailCharacters)),
    invitedAt: nullable(instant('invited_at')),
    invitedAs: nullable(text(22, 'invited_as')),
    invitedFrom: nullable(instant('invited_from')),
    invitedUntil: nullable(instant('invited_until')),
    cancelledAt: nullable(instant('cancelled_at')),
    sendingSince: nullable(instant('sending_since')),
    erasedAt: nullable(instant('erased_at')),
  },
});

export const StayEntity = new EntitySchema<StayRow>({
  name: 'stay',
  tableName: 'stays',
  columns: {
    seq,
    id: text(36),
    roomId: text(22, 'room_id'),
    linkId: nullable(text(22, 'link_id')),
    peerId: text(64, 'peer_id'),
    role: text(16),
    company: text(limits.nameCharacters),
    name: text(limits.nameCharacters),
    enteredAt: instant('entered_at'),
    lastSeenAt: instant('last_seen_at'),
    leftAt: nullable(instant('left_at')),
    check: json('check_report'),
    ending: nullable(text(16)),
    media: json('media_statistics'),
  },
});

export const MessageEntity = new EntitySchema<MessageRow>({
  name: 'message',
  tableName: 'messages',
  columns: {
    seq,
    id: text(36),
    roomId: text(22, 'room_id'),
    clientId: text(36, 'client_id'),
    peerId: text(64, 'peer_id'),
    role: text(16),
    name: text(limits.nameCharacters),
    at: instant('sent_at'),
    text: text(limits.chatCharacters),
    fileId: nullable(text(36, 'file_id')),
    fileName: nullable(text(limits.fileNameCharacters, 'file_name')),
    fileType: nullable(text(101, 'file_type')),
    fileBytes: nullable({ type: 'integer', name: 'file_bytes' }),
  },
});

/** The seats of live rooms. No key of the rooms: one that is deleted meanwhile must not keep the others from being stored. */
export const SeatEntity = new EntitySchema<SeatRecord>({
  name: 'seat',
  tableName: 'seats',
  columns: {
    peerId: { ...text(36, 'peer_id'), primary: true },
    serverId: nullable(text(36, 'server_id')),
    roomId: text(22, 'room_id'),
    linkId: text(22, 'link_id'),
    linkVersion: { type: 'integer', name: 'link_version' },
    role: text(16),
    keyHash: text(43, 'key_hash'),
    company: text(limits.nameCharacters),
    name: text(limits.nameCharacters),
    state: text(16),
    stateSince: instant('state_since'),
    microphone: flag('microphone'),
    camera: flag('camera'),
    quality: text(16),
    handRaised: flag('hand_raised'),
    sharing: flag('sharing'),
    turnedOff: json('turned_off'),
    joinedAt: instant('joined_at'),
    stayId: nullable(text(36, 'stay_id')),
    enteredAt: nullable(instant('entered_at')),
  },
});

/** The contents of the chat's files, apart from the messages so that reading those stays light. */
export const FileEntity = new EntitySchema<FileRow>({
  name: 'file',
  tableName: 'files',
  columns: {
    id: { ...text(36), primary: true },
    roomId: text(22, 'room_id'),
    // MySQL's driver and SQLite's both take the type of the migration.
    content: { type: 'blob' },
  },
});

export const AuditEntity = new EntitySchema<AuditRow>({
  name: 'audit',
  tableName: 'audit',
  columns: {
    // Counted by the audit itself, so that a gap shows.
    seq: { ...bigint(), primary: true },
    id: text(36),
    at: instant('at'),
    // No key of another table: the audit outlives the room.
    roomId: nullable(text(22, 'room_id')),
    actor: text(128),
    action: text(32),
    subject: nullable(text(64)),
    details: json('details'),
    hash: text(64),
  },
});

export const AuditHeadEntity = new EntitySchema<AuditHeadRow>({
  name: 'audit_head',
  tableName: 'audit_head',
  columns: { id: { ...bigint(), primary: true }, entries: bigint(), hash: text(64), seal: text(64) },
});

export const ServerEntity = new EntitySchema<ServerRow>({
  name: 'server',
  tableName: 'servers',
  columns: {
    id: { ...text(22), primary: true },
    url: text(255),
    host: text(255),
    pid: bigint(),
    startedAt: instant('started_at'),
    seenAt: instant('seen_at'),
  },
});

/** Names without a comma, separated by commas. */
const names = (name: string): EntitySchemaColumnOptions => ({
  ...text(255, name),
  transformer: {
    to: (value: unknown) => (Array.isArray(value) ? value.join(',') : value),
    from: (value: string) => value.split(','),
  },
});

export const WebhookEntity = new EntitySchema<WebhookRow>({
  name: 'webhook',
  tableName: 'webhooks',
  columns: {
    id: { ...text(22), primary: true },
    url: text(1024),
    events: names('events'),
    createdAt: instant('created_at'),
    disabledAt: nullable(instant('disabled_at')),
  },
});

export const DeliveryEntity = new EntitySchema<DeliveryRow>({
  name: 'delivery',
  tableName: 'deliveries',
  columns: {
    seq,
    webhookId: text(22, 'webhook_id'),
    eventId: text(36, 'event_id'),
    event: text(32),
    payload: { type: 'text' },
    attempts: bigint(),
    nextAt: nullable(instant('next_at')),
    leasedUntil: nullable(instant('leased_until')),
    deliveredAt: nullable(instant('delivered_at')),
    lastStatus: nullable(bigint('last_status')),
    lastError: nullable(text(255, 'last_error')),
    createdAt: instant('created_at'),
  },
});

export const KeyEntity = new EntitySchema<KeyRow>({
  name: 'api_key',
  tableName: 'api_keys',
  columns: {
    id: { ...text(22), primary: true },
    name: text(limits.nameCharacters),
    hash: text(64),
    scopes: names('scopes'),
    createdAt: instant('created_at'),
    expiresAt: nullable(instant('expires_at')),
    lastUsedAt: nullable(instant('last_used_at')),
    revokedAt: nullable(instant('revoked_at')),
  },
});

export const IdempotencyEntity = new EntitySchema<IdempotencyRow>({
  name: 'idempotency',
  tableName: 'idempotency',
  columns: {
    keyId: { ...text(22, 'key_id'), primary: true },
    idempotencyKey: { ...text(128, 'idempotency_key'), primary: true },
    requestHash: text(64, 'request_hash'),
    roomId: nullable(text(22, 'room_id')),
    status: nullable(bigint()),
    body: nullable({ type: 'text' }),
    createdAt: instant('created_at'),
  },
});

/** Facts about the database itself, by key. */
export const MetaEntity = new EntitySchema<MetaRow>({
  name: 'meta',
  tableName: 'meta',
  columns: { key: { ...text(64, 'name'), primary: true }, value: text(255) },
});

/** All of them, as TypeORM is to know. */
export const entities = [
  RoomEntity,
  LinkEntity,
  StayEntity,
  MessageEntity,
  FileEntity,
  SeatEntity,
  AuditEntity,
  AuditHeadEntity,
  ServerEntity,
  WebhookEntity,
  DeliveryEntity,
  KeyEntity,
  IdempotencyEntity,
  MetaEntity,
];
