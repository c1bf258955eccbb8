import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addColumns } from './columns.ts';

/** What of a room's chat its applicants see. */
export class ChatHistory implements MigrationInterface {
  readonly name = 'ChatHistory1764500000000';

  async up(runner: QueryRunner): Promise<void> {
    const mysql = runner.dataSource.options.type === 'mysql';
    const text = mysql ? 'varchar(3) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL' : 'varchar(3)';
    await addColumns(runner, 'rooms', { history: text });
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE rooms DROP COLUMN history');
  }
}
