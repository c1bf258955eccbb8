import { type MigrationInterface, type QueryRunner, Table, type TableColumnOptions } from 'typeorm';

/** The seats of live rooms, so that a restart of the server costs nobody their place. */
export class Seats implements MigrationInterface {
  readonly name = 'Seats1764300000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(seatsTable(runner.dataSource.options.type === 'mysql'), true);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('seats');
  }
}

function seatsTable(mysql: boolean): Table {
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
  const flag = (name: string): TableColumnOptions => ({ name, type: mysql ? 'tinyint' : 'boolean' });
  return new Table({
    name: 'seats',
    engine: mysql ? 'InnoDB' : undefined,
    columns: [
      { ...text('peer_id', 36), isPrimary: true },
      text('room_id', 22),
      text('link_id', 22),
      { name: 'link_version', type: 'integer' },
      text('role', 16),
      text('key_hash', 43),
      text('company', 64),
      text('name', 64),
      text('state', 16),
      instant('state_since'),
      flag('microphone'),
      flag('camera'),
      text('quality', 16),
      flag('hand_raised'),
      flag('sharing'),
      instant('joined_at'),
      { ...text('stay_id', 36), isNullable: true },
      { ...instant('entered_at'), isNullable: true },
    ],
    indices: [{ name: 'seats_room_id', columnNames: ['room_id'] }],
  });
}
