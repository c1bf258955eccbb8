import { Readable } from 'node:stream';
import { stringify } from 'csv-stringify/sync';
import type { MessageRecord, StayRecord } from '../room/records.ts';
import { chatTable } from './chat.ts';
import { participantsTable } from './participants.ts';
import { type Cell, type Column, inRoom, type RoomPart } from './table.ts';
import { exactTime, recordTime } from './times.ts';

/** Rows that are handed on together: one by one a stream costs more, in time and memory, than what is in it. */
const TOGETHER = 300;

const format = {
  record_delimiter: 'windows',
  // csv-stringify looks for the whole CRLF only. Spaces around a text are lost outside quotes; a tab is defused.
  quoted_match: /[\r\n]|^[^\S\t]|\s$/,
  escape_formulas: true,
} as const;

/**
 * UTF-8 for Excel: BOM, CRLF, RFC 4180 quoting; a cell that a spreadsheet would take for a formula is defused.
 * An error of `rows` is the stream's.
 */
export function csv<R>(columns: Column<R>[], rows: AsyncIterable<R>): Readable {
  return Readable.from(text(columns, rows), { objectMode: false });
}

async function* text<R>(columns: Column<R>[], rows: AsyncIterable<R>): AsyncGenerator<string> {
  const headings = columns.map(({ heading }) => heading);
  yield stringify([headings], { ...format, bom: true });
  let lines: string[][] = [];
  for await (const row of rows) {
    lines.push(columns.map(({ of }) => cellText(of(row))));
    if (lines.length < TOGETHER) continue;
    yield stringify(lines, format);
    lines = [];
  }
  if (lines.length > 0) yield stringify(lines, format);
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
