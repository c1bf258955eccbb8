import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addColumns } from './columns.ts';

const columns = ['invited_from', 'invited_until', 'cancelled_at', 'sending_since', 'erased_at'];

/** What became of an invitation: for when it was, that it was taken back, that a mail is on its way, whose it was no more. */
export class Cancellations implements MigrationInterface {
  readonly name = 'Cancellations1765150000000';

  async up(runner: QueryRunner): Promise<void> {
    const mysql = runner.dataSource.options.type === 'mysql';
    const instant = mysql ? 'datetime(3) NULL' : 'datetime';
    await addColumns(runner, 'links', Object.fromEntries(columns.map((column) => [column, instant])));
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const column of columns) await runner.query(`ALTER TABLE links DROP COLUMN ${column}`);
  }
}
