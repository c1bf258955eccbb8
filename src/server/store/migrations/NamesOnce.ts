import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addColumns } from './columns.ts';

/** Rows of one page when the deliveries are rewritten. */
const PAGE = 1000;

/**
 * A room's name stands in the room alone, so that what erases or renames it reaches everywhere: deliveries name it by id,
 * and the kept answer to a request says of which room it is.
 */
export class NamesOnce implements MigrationInterface {
  readonly name = 'NamesOnce1764400000000';

  async up(runner: QueryRunner): Promise<void> {
    const mysql = runner.dataSource.options.type === 'mysql';
    const id = mysql ? 'varchar(22) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL' : 'varchar(22)';
    await addColumns(runner, 'idempotency', { room_id: id });
    await takeNamesOut(runner);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE idempotency DROP COLUMN room_id');
  }
}

async function takeNamesOut(runner: QueryRunner): Promise<void> {
  for (let after = 0; ; ) {
    const rows: { seq: number | string; payload: string }[] = await runner.query(
      `SELECT seq, payload FROM deliveries WHERE seq > ? ORDER BY seq LIMIT ${PAGE}`,
      [after],
    );
    for (const { seq, payload } of rows) {
      const announcement = JSON.parse(payload) as { data: Record<string, unknown> };
      if (!announcement.data.roomName) continue;
      announcement.data.roomName = null;
      await runner.query('UPDATE deliveries SET payload = ? WHERE seq = ?', [
        JSON.stringify(announcement),
        seq,
      ]);
    }
    const last = rows.at(-1);
    if (!last || rows.length < PAGE) return;
    after = Number(last.seq);
  }
}
