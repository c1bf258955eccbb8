/** Between the rows of the tables and the records that the rules know. */
import type { EntrySettings } from '../../protocol/messages.ts';
import type { MessageRecord, RoomRecord } from '../room/records.ts';
import type { MessageRow, RoomRow } from './entities.ts';

/** With the settings as one object. */
export function roomRecord(row: RoomRow): RoomRecord {
  const { entryMicrophone, entryCamera, entryNames, ...room } = row;
  return { ...room, entry: { microphone: entryMicrophone, camera: entryCamera, names: entryNames } };
}

/** With the settings as columns. */
export function roomRow({ entry, ...room }: RoomRecord): RoomRow {
  return { ...room, ...entryColumns(entry) };
}

/** The settings as columns, for an update of these alone. */
export function entryColumns({ microphone, camera, names }: EntrySettings) {
  return { entryMicrophone: microphone, entryCamera: camera, entryNames: names };
}

/** `file` is null where the row has none. */
export function messageRecord(row: MessageRow): MessageRecord {
  const { fileId: id, fileName: name, fileType: type, fileBytes: bytes, ...message } = withoutSeq(row);
  const file = id === null ? null : { id, name: name ?? '', type: type ?? '', bytes: bytes ?? 0 };
  return { ...message, file };
}

/** Without `seq`, which the database counts. */
export function messageRow({ file, ...message }: MessageRecord): Omit<MessageRow, 'seq'> {
  return {
    ...message,
    fileId: file?.id ?? null,
    fileName: file?.name ?? null,
    fileType: file?.type ?? null,
    fileBytes: file?.bytes ?? null,
  };
}

/** A row as the record that it was. */
export function withoutSeq<T extends { seq: number }>({ seq: _, ...record }: T): Omit<T, 'seq'> {
  return record;
}
