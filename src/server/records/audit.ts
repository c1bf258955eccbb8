import type { AuditEntry } from '../room/audit.ts';
import type { Table } from './table.ts';

type Entry = AuditEntry & { seq: number; hash: string };

/** The audit; rooms and people are told by id, as their names may be gone by now. */
export function auditTable(timeZone: string): Table<Entry> {
  return {
    columns: [
      { heading: '番号', of: ({ seq }) => seq },
      { heading: '時刻', of: ({ at }) => ({ at, timeZone, seconds: true }) },
      { heading: 'ルームID', of: ({ roomId }) => roomId },
      { heading: '実行者', of: ({ actor }) => actor },
      { heading: '操作', of: ({ action }) => action },
      { heading: '対象', of: ({ subject }) => subject },
      { heading: '詳細', of: ({ details }) => (details ? JSON.stringify(details) : '') },
      { heading: 'ハッシュ', of: ({ hash }) => hash },
    ],
    object: ({ seq, id, at, roomId, actor, action, subject, details, hash }) => ({
      seq,
      id,
      at,
      roomId,
      actor,
      action,
      subject,
      details,
      hash,
    }),
  };
}
