import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';
import { addColumns } from './columns.ts';

/** How participants enter, files in the chat, and the outcome of the environment check with each stay. */
export class CallFeatures implements MigrationInterface {
  readonly name = 'CallFeatures1763900000000';

  async up(runner: QueryRunner): Promise<void> {
    const mysql = runner.dataSource.options.type === 'mysql';
    const text = (length: number) =>
      mysql ? `varchar(${length}) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin` : `varchar(${length})`;
    const flag = mysql ? 'tinyint NOT NULL DEFAULT 1' : 'boolean NOT NULL DEFAULT 1';
    await addColumns(runner, 'rooms', {
      entry_microphone: flag,
      entry_camera: flag,
      entry_names: flag,
    });
    await addColumns(runner, 'stays', {
      check_report: mysql ? 'text CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL' : 'text',
    });
    await addColumns(runner, 'messages', {
      file_id: `${text(36)} NULL`,
      file_name: `${text(120)} NULL`,
      file_type: `${text(101)} NULL`,
      file_bytes: 'integer NULL',
    });
    await runner.createTable(filesTable(mysql), true);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('files');
    const columns = {
      rooms: ['entry_microphone', 'entry_camera', 'entry_names'],
      stays: ['check_report'],
      messages: ['file_id', 'file_name', 'file_type', 'file_bytes'],
    };
    for (const [table, names] of Object.entries(columns)) {
      for (const name of names) await runner.query(`ALTER TABLE ${table} DROP COLUMN ${name}`);
    }
  }
}

function filesTable(mysql: boolean): Table {
  const exact = mysql ? { charset: 'utf8mb4', collation: 'utf8mb4_bin' } : {};
  return new Table({
    name: 'files',
    engine: mysql ? 'InnoDB' : undefined,
    columns: [
      { name: 'id', type: 'varchar', length: '36', isPrimary: true, ...exact },
      { name: 'room_id', type: 'varchar', length: '22', ...exact },
      // 16 MB at most, where a plain BLOB of MySQL holds 64 kB.
      { name: 'content', type: mysql ? 'mediumblob' : 'blob' },
    ],
    indices: [{ name: 'files_room_id', columnNames: ['room_id'] }],
    foreignKeys: [
      {
        name: 'files_room',
        columnNames: ['room_id'],
        referencedTableName: 'rooms',
        referencedColumnNames: ['id'],
        onDelete: 'CASCADE',
      },
    ],
  });
}
