import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addColumns } from './columns.ts';

/** How long before its time a room opens; of rooms that were there before, as the configuration says. */
export class OpenEarly implements MigrationInterface {
  readonly name = 'OpenEarly1765000000000';

  async up(runner: QueryRunner): Promise<void> {
    await addColumns(runner, 'rooms', { open_early_minutes: 'integer NULL' });
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE rooms DROP COLUMN open_early_minutes');
  }
}
