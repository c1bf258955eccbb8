import type { QueryRunner } from 'typeorm';

/**
 * One at a time, and only those that are not there: MySQL commits each at once, and an interrupted run goes on.
 * By SQL: TypeORM would copy SQLite's whole table for each.
 */
export async function addColumns(
  runner: QueryRunner,
  table: string,
  columns: Record<string, string>,
): Promise<void> {
  for (const [name, definition] of Object.entries(columns)) {
    if (await runner.hasColumn(table, name)) continue;
    await runner.query(`ALTER TABLE ${table} ADD COLUMN ${name} ${definition}`);
  }
}
