import { type MigrationInterface, type QueryRunner, Table, type TableColumnOptions } from 'typeorm';
import { addColumns } from './columns.ts';

/** What administrators and other systems need: more of rooms, links and stays, the audit, keys, webhooks, servers. */
export class Administration implements MigrationInterface {
  readonly name = 'Administration1764000000000';

  async up(runner: QueryRunner): Promise<void> {
    const mysql = runner.dataSource.options.type === 'mysql';
    const exact = mysql ? ' CHARACTER SET utf8mb4 COLLATE utf8mb4_bin' : '';
    const instant = mysql ? 'datetime(3)' : 'datetime';
    await addColumns(runner, 'rooms', {
      capacity: 'integer NULL',
      language: `varchar(2)${exact} NOT NULL DEFAULT 'ja'`,
      note: `varchar(1000)${exact} NOT NULL DEFAULT ''`,
      closed_at: `${instant} NULL`,
      version: 'integer NOT NULL DEFAULT 1',
    });
    await addColumns(runner, 'links', { label: `varchar(64)${exact} NOT NULL DEFAULT ''` });
    await addColumns(runner, 'stays', {
      link_id: `varchar(22)${exact} NULL`,
      ending: `varchar(16)${exact} NULL`,
      media_statistics: `text${exact} NULL`,
    });
    await addIndex(runner, 'rooms', 'rooms_opens_at_id', 'opens_at, id');
    for (const table of tables(mysql)) await runner.createTable(table, true);
    await startAudit(runner);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of tables(false).reverse()) await runner.dropTable(table.name);
    await runner.dropIndex('rooms', 'rooms_opens_at_id');
    const columns = {
      rooms: ['capacity', 'language', 'note', 'closed_at', 'version'],
      links: ['label'],
      stays: ['link_id', 'ending', 'media_statistics'],
    };
    for (const [table, names] of Object.entries(columns)) {
      for (const name of names) await runner.query(`ALTER TABLE ${table} DROP COLUMN ${name}`);
    }
  }
}

/** The chain's end: counted up with every entry, so that the last ones cannot go unnoticed. */
async function startAudit(runner: QueryRunner): Promise<void> {
  const [row] = await runner.query('SELECT id FROM audit_head');
  if (!row) await runner.query("INSERT INTO audit_head (id, entries, hash, seal) VALUES (1, 0, '', '')");
}

async function addIndex(runner: QueryRunner, table: string, name: string, columns: string): Promise<void> {
  const found = await runner.getTable(table);
  if (found?.indices.some((index) => index.name === name)) return;
  await runner.query(`CREATE INDEX ${name} ON ${table} (${columns})`);
}

function tables(mysql: boolean): Table[] {
  const exact = mysql ? { charset: 'utf8mb4', collation: 'utf8mb4_bin' } : {};
  const text = (name: string, length: number): TableColumnOptions => ({
    name,
    type: 'varchar',
    length: String(length),
    ...exact,
  });
  const long = (name: string): TableColumnOptions => ({
    name,
    type: mysql ? 'mediumtext' : 'text',
    ...exact,
  });
  const instant = (name: string): TableColumnOptions => ({
    name,
    type: 'datetime',
    ...(mysql && { precision: 3 }),
  });
  const integer = (name: string): TableColumnOptions => ({ name, type: mysql ? 'bigint' : 'integer' });
  const nullable = (column: TableColumnOptions): TableColumnOptions => ({ ...column, isNullable: true });
  const primary = (column: TableColumnOptions): TableColumnOptions => ({ ...column, isPrimary: true });
  const engine = mysql ? 'InnoDB' : undefined;
  const seq = {
    ...primary(integer('seq')),
    isGenerated: true,
    generationStrategy: 'increment' as const,
  };
  return [
    new Table({
      name: 'audit',
      engine,
      columns: [
        primary(integer('seq')),
        text('id', 36),
        instant('at'),
        nullable(text('room_id', 22)),
        text('actor', 128),
        text('action', 32),
        nullable(text('subject', 64)),
        long('details'),
        text('hash', 64),
      ],
      indices: [
        { name: 'audit_id', columnNames: ['id'], isUnique: true },
        { name: 'audit_room_id_seq', columnNames: ['room_id', 'seq'] },
      ],
    }),
    new Table({
      name: 'audit_head',
      engine,
      columns: [primary(integer('id')), integer('entries'), text('hash', 64), text('seal', 64)],
    }),
    new Table({
      name: 'servers',
      engine,
      columns: [
        primary(text('id', 22)),
        text('url', 255),
        text('host', 255),
        integer('pid'),
        instant('started_at'),
        instant('seen_at'),
      ],
    }),
    new Table({
      name: 'api_keys',
      engine,
      columns: [
        primary(text('id', 22)),
        text('name', 64),
        text('hash', 64),
        text('scopes', 255),
        instant('created_at'),
        nullable(instant('expires_at')),
        nullable(instant('last_used_at')),
        nullable(instant('revoked_at')),
      ],
    }),
    new Table({
      name: 'idempotency',
      engine,
      columns: [
        primary(text('key_id', 22)),
        primary(text('idempotency_key', 128)),
        text('request_hash', 64),
        nullable(integer('status')),
        nullable(long('body')),
        instant('created_at'),
      ],
      indices: [{ name: 'idempotency_created_at', columnNames: ['created_at'] }],
    }),
    new Table({
      name: 'webhooks',
      engine,
      columns: [
        primary(text('id', 22)),
        text('url', 1024),
        text('events', 255),
        instant('created_at'),
        nullable(instant('disabled_at')),
      ],
    }),
    new Table({
      name: 'deliveries',
      engine,
      columns: [
        seq,
        text('webhook_id', 22),
        text('event_id', 36),
        text('event', 32),
        long('payload'),
        integer('attempts'),
        nullable(instant('next_at')),
        nullable(instant('leased_until')),
        nullable(instant('delivered_at')),
        nullable(integer('last_status')),
        nullable(text('last_error', 255)),
        instant('created_at'),
      ],
      indices: [
        { name: 'deliveries_webhook_id_event_id', columnNames: ['webhook_id', 'event_id'], isUnique: true },
        { name: 'deliveries_next_at', columnNames: ['next_at'] },
      ],
      foreignKeys: [
        {
          name: 'deliveries_webhook',
          columnNames: ['webhook_id'],
          referencedTableName: 'webhooks',
          referencedColumnNames: ['id'],
          onDelete: 'CASCADE',
        },
      ],
    }),
  ];
}
