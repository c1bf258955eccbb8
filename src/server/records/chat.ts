import type { MessageRecord } from '../room/records.ts';
import { roleNames } from './roles.ts';
import type { Column, InRoom, Table } from './table.ts';

type Message = InRoom<MessageRecord>;

/** Every message so far goes to everyone. */
const TO_ALL = '全体';
const FILE_SENT = '【ファイル送信】 ';

const roomColumn: Column<InRoom<unknown>> = { heading: 'ルーム名', of: ({ room }) => room.name };
const sender: Column<Message>[] = [
  { heading: '時刻', of: ({ room, record }) => ({ at: record.at, timeZone: room.timeZone }) },
  { heading: '主催者・参加者', of: ({ record }) => roleNames[record.role] },
  { heading: '名前', of: ({ record }) => record.name },
];

/** What was written, one row per message; with `several` the room of each stands first. */
export function chatTable({ several = false } = {}): Table<Message> {
  return {
    columns: [
      ...(several ? [roomColumn] : []),
      { heading: 'タイプ', of: () => TO_ALL },
      ...sender,
      { heading: 'メッセージ', of: ({ record: { file, text } }) => (file ? FILE_SENT + file.name : text) },
    ],
    object({ room, record: { at, role, name, text, file } }) {
      return { ...(several && { room: room.name }), type: 'all', at, role, name, text, file };
    },
  };
}

/** The files that were sent, one row each. */
export function filesTable({ several = false } = {}): Table<Message> {
  return {
    columns: [
      ...(several ? [roomColumn] : []),
      ...sender,
      { heading: 'ファイル名', of: ({ record }) => record.file?.name ?? '' },
      { heading: '種類', of: ({ record }) => record.file?.type ?? '' },
      { heading: 'サイズ(バイト)', of: ({ record }) => record.file?.bytes ?? 0 },
    ],
    object({ room, record: { at, role, name, file } }) {
      return { ...(several && { room: room.name }), at, role, name, file };
    },
  };
}
