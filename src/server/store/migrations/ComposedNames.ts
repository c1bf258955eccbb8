import type { MigrationInterface, QueryRunner } from 'typeorm';
import { limits } from '../../../protocol/limits.ts';
import { storedName } from '../../../protocol/names.ts';

/** Rows of one page. */
const PAGE = 1000;

/** Where names are, by table: the columns, and the key by which the rows are read. */
const tables = [
  { table: 'links', key: 'id', columns: ['label'] },
  { table: 'stays', key: 'seq', columns: ['name', 'company'] },
  { table: 'seats', key: 'peer_id', columns: ['name', 'company'] },
  { table: 'messages', key: 'seq', columns: ['name'] },
  { table: 'api_keys', key: 'id', columns: ['name'] },
];

type Row = { id: string | number } & Record<string, string>;

/**
 * Names as `storedName` has them, as they are stored from now on. SQL cannot compose, so it is done here, row by row; what
 * was done before an interruption is found done.
 */
export class ComposedNames implements MigrationInterface {
  readonly name = 'ComposedNames1764700000000';

  async up(runner: QueryRunner): Promise<void> {
    await composeRooms(runner);
    for (const { table, key, columns } of tables) await compose(runner, table, key, columns);
  }

  async down(): Promise<void> {
    // Nobody knows any more how they were.
  }
}

/** A few letters of India and Israel are longer when they are composed. */
const fitting = (name: string, most: number) => [...storedName(name)].slice(0, most).join('');

/** No two rooms have one name: of those that would have, the later ones get a number, so that people can tell them apart. */
async function composeRooms(runner: QueryRunner): Promise<void> {
  const rows: { id: string; name: string }[] = await runner.query(
    'SELECT id, name FROM rooms ORDER BY created_at, id',
  );
  const taken = new Set(rows.map(({ name }) => name));
  for (const { id, name } of rows) {
    const composed = fitting(name, limits.roomNameCharacters);
    if (composed === name) continue;
    const free = freeName(composed, taken);
    await runner.query('UPDATE rooms SET name = ? WHERE id = ?', [free, id]);
    taken.add(free);
  }
}

function freeName(name: string, taken: Set<string>): string {
  if (!taken.has(name)) return name;
  for (let number = 2; ; number++) {
    const end = ` (${number})`;
    const numbered = [...name].slice(0, limits.roomNameCharacters - end.length).join('') + end;
    if (!taken.has(numbered)) return numbered;
  }
}

async function compose(runner: QueryRunner, table: string, key: string, columns: string[]): Promise<void> {
  for (let after: string | number = key === 'seq' ? -1 : ''; ; ) {
    const rows: Row[] = await runner.query(
      `SELECT ${key} AS id, ${columns.join(', ')} FROM ${table} WHERE ${key} > ? ORDER BY ${key} LIMIT ${PAGE}`,
      [after],
    );
    for (const row of rows) {
      const composed = columns.map((column) => fitting(row[column] ?? '', limits.nameCharacters));
      if (columns.every((column, at) => row[column] === composed[at])) continue;
      const changes = columns.map((column) => `${column} = ?`).join(', ');
      await runner.query(`UPDATE ${table} SET ${changes} WHERE ${key} = ?`, [...composed, row.id]);
    }
    const last = rows.at(-1);
    if (!last || rows.length < PAGE) return;
    after = last.id;
  }
}
