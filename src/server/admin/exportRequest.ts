/** What can be exported, in which formats, and what is asked for. */
import type { RoomRecord } from '../room/records.ts';
import type { RecordScope } from '../store/index.ts';

/** room: all of a room in one archive. */
export const exportKinds = ['participants', 'chat', 'files', 'audit', 'room'] as const;
export type ExportKind = (typeof exportKinds)[number];
export const exportFormats = ['csv', 'json', 'xlsx', 'zip'] as const;
export type ExportFormat = (typeof exportFormats)[number];

/** The formats that each kind can have, the usual one first. */
export const formatsOf: Record<ExportKind, ExportFormat[]> = {
  participants: ['csv', 'json', 'xlsx'],
  chat: ['csv', 'json', 'xlsx'],
  files: ['zip', 'csv', 'json', 'xlsx'],
  audit: ['csv', 'json', 'xlsx'],
  room: ['zip'],
};

/** What is exported of which records, and how. */
export type ExportRequest = {
  kind: ExportKind;
  format: ExportFormat;
  /** null: of all rooms. */
  room: RoomRecord | null;
  /** From the one instant (inclusive) until the other (exclusive). */
  from?: Date;
  until?: Date;
  /** Participants: with how each stay ended, the check's outcome, and the media's figures. */
  detailed?: boolean;
  /** In which the audit's times are told: that of one room, or of the configuration. */
  timeZone: string;
};

/** Which records are asked for. */
export const scopeOf = ({
  room,
  from,
  until,
}: Pick<ExportRequest, 'room' | 'from' | 'until'>): RecordScope => ({
  ...(room && { roomId: room.id }),
  from,
  until,
});
