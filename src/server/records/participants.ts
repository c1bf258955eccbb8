import type { CheckReport } from '../../protocol/messages.ts';
import type { StayEnding, StayRecord } from '../room/records.ts';
import { roleNames } from './roles.ts';
import type { Column, InRoom, Table } from './table.ts';

type Row = InRoom<StayRecord>;

const columns: Column<Row>[] = [
  { heading: 'ルーム名', of: ({ room }) => room.name },
  { heading: '主催者・参加者', of: ({ record }) => roleNames[record.role] },
  { heading: '企業名', of: ({ record }) => record.company },
  { heading: '名前', of: ({ record }) => record.name },
  { heading: '接続開始時間', of: ({ room, record }) => ({ at: record.enteredAt, timeZone: room.timeZone }) },
  // Empty while somebody is there.
  {
    heading: '接続終了時間',
    of: ({ room, record }) => record.leftAt && { at: record.leftAt, timeZone: room.timeZone },
  },
];

const endings: Record<StayEnding, string> = {
  left: '本人が退出',
  interviewer_left: '主催者が退出',
  revoked: 'リンクの無効化',
  closed: '管理者が終了',
  server_stopping: 'サーバーの停止',
  lost: '接続の切断',
  server_lost: 'サーバーの障害',
};

/** What support asks about a bad call. */
const details: Column<Row>[] = [
  { heading: '終了理由', of: ({ record }) => record.ending && endings[record.ending] },
  { heading: '環境チェック', of: ({ record }) => checkText(record.check) },
  { heading: '通信方式', of: ({ record }) => record.media?.protocol?.toUpperCase() ?? null },
  { heading: '送信バイト数', of: ({ record }) => record.media?.sentBytes ?? null },
  { heading: '受信バイト数', of: ({ record }) => record.media?.receivedBytes ?? null },
  { heading: '送信損失率', of: ({ record }) => record.media?.sentLoss ?? null },
  { heading: '受信損失率', of: ({ record }) => record.media?.receivedLoss ?? null },
  { heading: '往復遅延(ms)', of: ({ record }) => record.media?.roundTripMs ?? null },
];

/** Who was in the call, one row per stay; with `detailed` how it ended, the check's outcome, and the media's figures. */
export function participantsTable({ detailed = false } = {}): Table<Row> {
  return { columns: detailed ? [...columns, ...details] : columns, object };
}

function object({ room, record }: Row): object {
  const { role, company, name, enteredAt, leftAt, ending, check, media } = record;
  return { room: room.name, role, company, name, enteredAt, leftAt, ending, check, media };
}

const checkNames = {
  browser: 'ブラウザ',
  camera: 'カメラ',
  microphone: 'マイク',
  audio: 'オーディオ',
  speed: '回線速度',
  security: 'セキュリティ',
} as const;

/** OK, or what was not: NG（カメラ、回線速度） */
function checkText(check: CheckReport | null): string | null {
  if (!check) return null;
  const failed = Object.entries(checkNames).flatMap(([item, name]) =>
    check.outcomes[item as keyof typeof checkNames] === 'ng' ? [name] : [],
  );
  return failed.length > 0 ? `NG（${failed.join('、')}）` : 'OK';
}
