import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import Database from 'libsql';
import type { Config } from '../../src/server/config.ts';
import { aRoom, putRoom, testConfig, testStore } from './store.ts';

/** A room named big with so many messages, and nothing else in its database. */
export async function bigRoom(t: ExecutionContext, messages: number): Promise<Config> {
  const config = await testConfig(t);
  const store = await testStore(t, config);
  const room = aRoom({ name: 'big' });
  await putRoom(store, room);
  await store.close();
  writeMessages(config, room.id, messages);
  return config;
}

/** Messages in a room of an embedded database, written by SQLite itself: a million take some seconds. */
export function writeMessages(
  { dataDir }: Config,
  roomId: string,
  count: number,
  text = 'よろしくお願いいたします。',
): void {
  const database = new Database(join(dataDir, 'webinterview.sqlite'));
  database.exec(`
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count})
    INSERT INTO messages (id, room_id, client_id, peer_id, role, name, sent_at, text)
    SELECT 'm' || i, '${roomId}', 'c' || i, 'p', 'applicant', '佐藤花子',
      strftime('%Y-%m-%d %H:%M:%f', 1893456000 + i, 'unixepoch'), '${text}' || i FROM n`);
  database.close();
}
