import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addColumns } from './columns.ts';

/** What those are told who wait in a room. */
export class WaitingMessage implements MigrationInterface {
  readonly name = 'WaitingMessage1764800000000';

  async up(runner: QueryRunner): Promise<void> {
    const mysql = runner.dataSource.options.type === 'mysql';
    const text = mysql ? 'varchar(500) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin' : 'varchar(500)';
    await addColumns(runner, 'rooms', { waiting_message: `${text} NOT NULL DEFAULT ''` });
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE rooms DROP COLUMN waiting_message');
  }
}
