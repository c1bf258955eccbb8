import { pipeline, Readable } from 'node:stream';
import { stringify } from 'csv-stringify';
import type { MessageRecord, StayRecord } from '../room/ports.ts';
import { chatTable } from './chat.ts';
import { participantsTable } from './participants.ts';
import { type Cell, type Column, inRoom, type RoomPart } from './table.ts';
import { exactTime, recordTime } from './times.ts';

/**
 * UTF-8 for Excel: BOM, CRLF, RFC 4180 quoting; a cell that a spreadsheet would take for a formula is defused.
 * An error of `rows` is the stream's.
 */
export function csv<R>(columns: Column<R>[], rows: AsyncIterable<R>): Readable {
  async function* lines() {
    for await (const row of rows) yield columns.map(({ of }) => cellText(of(row)));
  }
  const text = stringify({
    bom: true,
    header: true,
    columns: columns.map(({ heading }) => heading),
    record_delimiter: 'windows',
    // csv-stringify looks for the whole CRLF only. Spaces around a text are lost outside quotes; a tab is defused.
    quoted_match: /[\r\n]|^[^\S\t]|\s$/,
    escape_formulas: true,
  });
  // Errors of the rows destroy `text`, whose reader hears of them.
  pipeline(Readable.from(lines()), text, () => undefined);
  return text;
}

/** Who was in the call of one room, one line per stay. */
export const participantsCsv = (room: RoomPart, stays: AsyncIterable<StayRecord>): Readable =>
  csv(participantsTable().columns, inRoom(room, stays));

/** What was written in one room, one line per message, oldest first. */
export const chatCsv = (room: RoomPart, messages: AsyncIterable<MessageRecord>): Readable =>
  csv(chatTable().columns, inRoom(room, messages));

function cellText(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell !== 'object') return String(cell);
  return (cell.seconds ? exactTime : recordTime)(cell.at, cell.timeZone);
}
