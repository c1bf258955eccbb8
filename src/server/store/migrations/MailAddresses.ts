import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addColumns } from './columns.ts';

/** Where an applicant is written to, and what they were sent last. */
export class MailAddresses implements MigrationInterface {
  readonly name = 'MailAddresses1764900000000';

  async up(runner: QueryRunner): Promise<void> {
    const mysql = runner.dataSource.options.type === 'mysql';
    const text = (length: number) =>
      mysql ? `varchar(${length}) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL` : `varchar(${length})`;
    await addColumns(runner, 'links', {
      email: text(254),
      invited_at: mysql ? 'datetime(3) NULL' : 'datetime',
      invited_as: text(22),
    });
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const column of ['email', 'invited_at', 'invited_as'])
      await runner.query(`ALTER TABLE links DROP COLUMN ${column}`);
  }
}
