/** Between the rows of the tables and the records that the rules know. */
import type { EntrySettings } from '../../protocol/messages.ts';
import type { MessageRecord, RoomRecord } from '../room/ports.ts';
import type { MessageRow, RoomRow } from './entities.ts';

export function roomRecord(row: RoomRow): RoomRecord {
  const { entryMicrophone, entryCamera, entryNames, ...room } = row;
  return { ...room, entry: { microphone: entryMicrophone, camera: entryCamera, names: entryNames } };
}

export function roomRow({ entry, ...room }: RoomRecord): RoomRow {
  return { ...room, ...entryColumns(entry) };
}

export function entryColumns({ microphone, camera, names }: EntrySettings) {
  return { entryMicrophone: microphone, entryCamera: camera, entryNames: names };
}

export function messageRecord(row: MessageRow): MessageRecord {
  const { fileId: id, fileName: name, fileType: type, fileBytes: bytes, ...message } = withoutSeq(row);
  const file = id === null ? null : { id, name: name ?? '', type: type ?? '', bytes: bytes ?? 0 };
  return { ...message, file };
}

export function messageRow({ file, ...message }: MessageRecord): Omit<MessageRow, 'seq'> {
  return {
    ...message,
    fileId: file?.id ?? null,
    fileName: file?.name ?? null,
    fileType: file?.type ?? null,
    fileBytes: file?.bytes ?? null,
  };
}

export function withoutSeq<T extends { seq: number }>({ seq: _, ...record }: T): Omit<T, 'seq'> {
  return record;
}
