import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addColumns } from './columns.ts';

/** Which server keeps each seat, and what of its holder others have turned off. */
export class SeatServers implements MigrationInterface {
  readonly name = 'SeatServers1764600000000';

  async up(runner: QueryRunner): Promise<void> {
    const mysql = runner.dataSource.options.type === 'mysql';
    const id = mysql ? 'varchar(36) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL' : 'varchar(36)';
    await addColumns(runner, 'seats', { server_id: id, turned_off: mysql ? 'text NULL' : 'text' });
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const column of ['turned_off', 'server_id'])
      await runner.query(`ALTER TABLE seats DROP COLUMN ${column}`);
  }
}
