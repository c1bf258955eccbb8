import { EntitySchema, type EntitySchemaColumnOptions } from 'typeorm';
import { limits } from '../../protocol/limits.ts';
import type { LinkRecord, MessageRecord, RoomRecord, StayRecord } from '../room/ports.ts';

/** A row's place in the order of writing; the database counts it. */
type Sequenced = { seq: number };

export type RoomRow = RoomRecord & { createdAt: Date };
export type StayRow = StayRecord & Sequenced & { lastSeenAt: Date };
export type MessageRow = MessageRecord & Sequenced;
export type MetaRow = { key: string; value: string };

const text = (length: number, name?: string): EntitySchemaColumnOptions => ({
  type: 'varchar',
  length,
  name,
});
const instant = (name: string): EntitySchemaColumnOptions => ({ type: 'datetime', precision: 3, name });
const nullable = (column: EntitySchemaColumnOptions): EntitySchemaColumnOptions => ({
  ...column,
  nullable: true,
});
// MySQL's driver gives BIGINT as text.
const seq: EntitySchemaColumnOptions = {
  type: 'bigint',
  primary: true,
  generated: 'increment',
  transformer: { to: (value: unknown) => value, from: Number },
};

export const RoomEntity = new EntitySchema<RoomRow>({
  name: 'room',
  tableName: 'rooms',
  columns: {
    id: { ...text(22), primary: true },
    name: text(limits.roomNameCharacters),
    from: instant('opens_at'),
    until: instant('closes_at'),
    timeZone: text(64, 'time_zone'),
    interviewerSeats: { type: 'integer', name: 'interviewer_seats' },
    applicantSeats: { type: 'integer', name: 'applicant_seats' },
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
    version: { type: 'integer' },
    revokedAt: nullable(instant('revoked_at')),
  },
});

export const StayEntity = new EntitySchema<StayRow>({
  name: 'stay',
  tableName: 'stays',
  columns: {
    seq,
    id: text(36),
    roomId: text(22, 'room_id'),
    peerId: text(64, 'peer_id'),
    role: text(16),
    company: text(limits.nameCharacters),
    name: text(limits.nameCharacters),
    enteredAt: instant('entered_at'),
    lastSeenAt: instant('last_seen_at'),
    leftAt: nullable(instant('left_at')),
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
  },
});

/** Facts about the database itself, by key. */
export const MetaEntity = new EntitySchema<MetaRow>({
  name: 'meta',
  tableName: 'meta',
  columns: { key: { ...text(64, 'name'), primary: true }, value: text(255) },
});

export const entities = [RoomEntity, LinkEntity, StayEntity, MessageEntity, MetaEntity];
