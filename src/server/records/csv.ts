import { pipeline, Readable } from 'node:stream';
import { stringify } from 'csv-stringify';
import type { Role } from '../../protocol/messages.ts';
import type { MessageRecord, RoomRecord, StayRecord } from '../room/ports.ts';
import { recordTime } from './times.ts';

type RoomPart = Pick<RoomRecord, 'name' | 'timeZone'>;

const roleNames: Record<Role, string> = { interviewer: '主催者', applicant: '参加者' };
const participantColumns = ['ルーム名', '主催者・参加者', '企業名', '名前', '接続開始時間', '接続終了時間'];
const chatColumns = ['タイプ', '時刻', '主催者・参加者', '名前', 'メッセージ'];
/** Every message so far goes to everyone. */
const TO_ALL = '全体';
const FILE_SENT = '【ファイル送信】 ';

/**
 * Who was in the call, one line per stay, as UTF-8 CSV for Excel. The end is empty while somebody is there.
 * An error of `stays` is the stream's.
 */
export function participantsCsv({ name, timeZone }: RoomPart, stays: AsyncIterable<StayRecord>): Readable {
  return csv(participantColumns, stays, (stay) => [
    name,
    roleNames[stay.role],
    stay.company,
    stay.name,
    recordTime(stay.enteredAt, timeZone),
    stay.leftAt ? recordTime(stay.leftAt, timeZone) : '',
  ]);
}

/** What was written, one line per message, oldest first, as UTF-8 CSV for Excel. */
export function chatCsv({ timeZone }: RoomPart, messages: AsyncIterable<MessageRecord>): Readable {
  return csv(chatColumns, messages, (message) => [
    TO_ALL,
    recordTime(message.at, timeZone),
    roleNames[message.role],
    message.name,
    message.file ? FILE_SENT + message.file.name : message.text,
  ]);
}

/** BOM and CRLF for Excel; RFC 4180 quoting; a cell that a spreadsheet would take for a formula is defused. */
function csv<T>(columns: string[], records: AsyncIterable<T>, cells: (record: T) => string[]): Readable {
  async function* rows() {
    for await (const record of records) yield cells(record);
  }
  const text = stringify({
    bom: true,
    header: true,
    columns,
    record_delimiter: 'windows',
    // csv-stringify looks for the whole CRLF only.
    quoted_match: /[\r\n]/,
    escape_formulas: true,
  });
  // Errors of the rows destroy `text`, whose reader hears of them.
  pipeline(Readable.from(rows()), text, () => undefined);
  return text;
}
