import { DataSource } from 'typeorm';
import type { Config } from '../config.ts';
import { auditKeyOf, openSecret } from '../secret.ts';
import { connectionError, databaseHosts, databaseName, dataSourceOptions } from './connection.ts';
import { ANSWER_MS, PATIENT_MS } from './DatabaseHosts.ts';
import { Store } from './Store.ts';
import { migrate, requireSchema } from './schema.ts';

export type { AuditProblem, AuditRecord, AuditVerdict } from './AuditLog.ts';
export { isBackup, restoreDatabase } from './backup.ts';
export type { ClockMemory } from './ClockTable.ts';
export { connectionError, sqliteFile } from './connection.ts';
export type { Delivery, DeliveryOutcome } from './DeliveryQueue.ts';
export { ERASED, type Erased } from './Erasure.ts';
export type { KeyRecord } from './KeyTable.ts';
export type { RecordScope, WithRoom } from './RecordTable.ts';
export type { RoomWithLinks } from './RoomTable.ts';
export type { RoomCursor, RoomQuery } from './roomQuery.ts';
export { isOverdue, type ServerRecord } from './ServerTable.ts';
export { Store } from './Store.ts';
export { keepStays } from './stayKeeper.ts';
export {
  type DeliveryFilter,
  type DeliveryState,
  stateOfDelivery,
  type WebhookCounts,
  type WebhookRecord,
} from './WebhookTable.ts';

/** Milliseconds that a statement may hold up the whole process: from here on WriteQueue waits for other writers. */
const SQLITE_WAIT_MS = 50;

/** Whether the database is made, brought up to date, or opened as it is. */
export type OpenOptions = {
  create: boolean;
  /** With `create`: the data of an older version is refused, not brought up to date. */
  keepOlder?: boolean;
  /** Called with the name of the database when there was nothing in it, so that it begins now. */
  onMade?: (database: string) => void;
  /** How long a database server may take for one answer. */
  answerMs?: number;
};

/**
 * Opens the database of the configuration. With `create` an embedded one is made when it is not there, and
 * pending migrations run; without, only an existing database with this version's schema is opened.
 * @throws {UserError} one line: no database there, not reachable, access denied, not a database, newer schema
 */
export async function openStore(
  config: Config,
  { create, keepOlder = false, onMade = () => undefined, answerMs = ANSWER_MS }: OpenOptions,
): Promise<Store> {
  const name = databaseName(config);
  const hosts = config.database.url ? databaseHosts(config.database) : undefined;
  let source: DataSource | undefined;
  try {
    source = new DataSource(await dataSourceOptions(config, { create, hosts, answerMs }));
    await source.initialize();
    hosts?.expectAnswersWithin(PATIENT_MS);
    if (!create) await requireSchema(source, name);
    else if (await migrate(source, name, { keepOlder })) onMade(name);
    hosts?.expectAnswersWithin(answerMs);
    if (!hosts) await source.query(`PRAGMA busy_timeout = ${SQLITE_WAIT_MS}`);
    let auditKey: Promise<Buffer> | undefined;
    const keyOf = (store: Store) => {
      auditKey ??= openSecret(config, store)
        .then(auditKeyOf)
        .catch((error: unknown) => {
          // A database or a disk that was away for a moment must not silence the audit for good.
          auditKey = undefined;
          throw error;
        });
      return auditKey;
    };
    return new Store(source, { auditKey: keyOf, openEarlyMinutes: config.room.openEarlyMinutes });
  } catch (error) {
    if (source?.isInitialized) await source.destroy();
    throw connectionError(config, error);
  }
}
