import { type MigrationInterface, type QueryRunner, Table, type TableColumnOptions } from 'typeorm';

/** Rooms, their links, stays and messages, and the facts about the database itself. */
export class Initial implements MigrationInterface {
  /** As stored in the history; bundling must not change it. */
  readonly name = 'Initial1760000000000';

  async up(runner: QueryRunner): Promise<void> {
    // MySQL commits each table at once: what an interrupted run made already is left as it is.
    for (const table of tablesFor(runner)) {
      await runner.createTable(table, true);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const name of ['meta', 'messages', 'stays', 'links', 'rooms']) {
      await runner.dropTable(name);
    }
  }
}

function tablesFor(runner: QueryRunner): Table[] {
  const mysql = runner.dataSource.options.type === 'mysql';
  // Bytes are compared as they are, as SQLite does: あ is not ア, and A is not a.
  const exact = mysql ? { charset: 'utf8mb4', collation: 'utf8mb4_bin' } : {};
  const text = (name: string, length: number): TableColumnOptions => ({
    name,
    type: 'varchar',
    length: String(length),
    ...exact,
  });
  const instant = (name: string): TableColumnOptions => ({
    name,
    type: 'datetime',
    ...(mysql && { precision: 3 }),
  });
  const integer = (name: string): TableColumnOptions => ({ name, type: 'integer' });
  const nullable = (column: TableColumnOptions): TableColumnOptions => ({ ...column, isNullable: true });
  const id = (length: number): TableColumnOptions => ({ ...text('id', length), isPrimary: true });
  const seq: TableColumnOptions = {
    name: 'seq',
    type: mysql ? 'bigint' : 'integer',
    isPrimary: true,
    isGenerated: true,
    generationStrategy: 'increment',
  };
  const inRoom = (table: string) => ({
    name: `${table}_room`,
    columnNames: ['room_id'],
    referencedTableName: 'rooms',
    referencedColumnNames: ['id'],
    onDelete: 'CASCADE',
  });
  const engine = mysql ? 'InnoDB' : undefined;

  const rooms = new Table({
    name: 'rooms',
    engine,
    columns: [
      id(22),
      text('name', 64),
      instant('opens_at'),
      instant('closes_at'),
      text('time_zone', 64),
      integer('interviewer_seats'),
      integer('applicant_seats'),
      instant('created_at'),
    ],
    indices: [{ name: 'rooms_name', columnNames: ['name'], isUnique: true }],
  });
  const links = new Table({
    name: 'links',
    engine,
    columns: [
      id(22),
      text('room_id', 22),
      text('role', 16),
      integer('version'),
      nullable(instant('revoked_at')),
    ],
    indices: [{ name: 'links_room_id', columnNames: ['room_id'] }],
    foreignKeys: [inRoom('links')],
  });
  const stays = new Table({
    name: 'stays',
    engine,
    columns: [
      seq,
      text('id', 36),
      text('room_id', 22),
      text('peer_id', 64),
      text('role', 16),
      text('company', 64),
      text('name', 64),
      instant('entered_at'),
      instant('last_seen_at'),
      nullable(instant('left_at')),
    ],
    indices: [
      { name: 'stays_id', columnNames: ['id'], isUnique: true },
      { name: 'stays_room_id_seq', columnNames: ['room_id', 'seq'] },
      { name: 'stays_left_at_last_seen_at', columnNames: ['left_at', 'last_seen_at'] },
    ],
    foreignKeys: [inRoom('stays')],
  });
  const messages = new Table({
    name: 'messages',
    engine,
    columns: [
      seq,
      text('id', 36),
      text('room_id', 22),
      text('client_id', 36),
      text('peer_id', 64),
      text('role', 16),
      text('name', 64),
      instant('sent_at'),
      text('text', 255),
    ],
    indices: [
      { name: 'messages_id', columnNames: ['id'], isUnique: true },
      { name: 'messages_room_id_client_id', columnNames: ['room_id', 'client_id'], isUnique: true },
      { name: 'messages_room_id_seq', columnNames: ['room_id', 'seq'] },
    ],
    foreignKeys: [inRoom('messages')],
  });
  const meta = new Table({
    name: 'meta',
    engine,
    columns: [{ ...text('name', 64), isPrimary: true }, text('value', 255)],
  });
  return [rooms, links, stays, messages, meta];
}
