import { Readable } from 'node:stream';
import type { MessageRecord, StayRecord } from '../room/ports.ts';
import { chatTable } from './chat.ts';
import { participantsTable } from './participants.ts';
import { inRoom, type RoomPart, type Table } from './table.ts';

/** One JSON object per line, for programs. An error of `rows` is the stream's. */
export function ndjson<R>({ object }: Pick<Table<R>, 'object'>, rows: AsyncIterable<R>): Readable {
  async function* lines() {
    for await (const row of rows) yield `${JSON.stringify(object(row))}\n`;
  }
  return Readable.from(lines());
}

/** As participantsCsv, with how each stay ended, the check's outcome and the media's figures. */
export const participantsNdjson = (room: RoomPart, stays: AsyncIterable<StayRecord>): Readable =>
  ndjson(participantsTable(), inRoom(room, stays));

/** As chatCsv. */
export const chatNdjson = (room: RoomPart, messages: AsyncIterable<MessageRecord>): Readable =>
  ndjson(chatTable(), inRoom(room, messages));
