import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addColumns } from './columns.ts';

/** What the interview of a room is called to its people, and who invites to it; of rooms that were there before, nothing. */
export class RoomTitles implements MigrationInterface {
  readonly name = 'RoomTitles1765130000000';

  async up(runner: QueryRunner): Promise<void> {
    const mysql = runner.dataSource.options.type === 'mysql';
    const text = mysql ? 'varchar(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin' : 'varchar(64)';
    const definition = `${text} NOT NULL DEFAULT ''`;
    await addColumns(runner, 'rooms', { title: definition, company: definition });
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE rooms DROP COLUMN company');
    await runner.query('ALTER TABLE rooms DROP COLUMN title');
  }
}
