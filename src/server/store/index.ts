import { DataSource } from 'typeorm';
import type { Config } from '../config.ts';
import { auditKeyOf, openSecret } from '../secret.ts';
import { connectionError, databaseName, dataSourceOptions } from './connection.ts';
import { Store } from './Store.ts';
import { migrate, requireSchema } from './schema.ts';

export type { AuditRecord, AuditVerdict } from './AuditLog.ts';
export { restoreDatabase } from './backup.ts';
export type { Delivery, Outcome } from './DeliveryQueue.ts';
export { ERASED, type Erased } from './Erasure.ts';
export type { KeyRecord } from './KeyTable.ts';
export type { RecordScope, WithRoom } from './RecordTable.ts';
export type { RoomCursor, RoomQuery, RoomWithLinks } from './RoomTable.ts';
export type { ServerRecord } from './ServerTable.ts';
export { Store } from './Store.ts';
export { keepStays } from './stayKeeper.ts';
export {
  type DeliveryFilter,
  type DeliveryState,
  stateOfDelivery,
  type WebhookCounts,
  type WebhookRecord,
} from './WebhookTable.ts';

/**
 * Opens the database of the configuration. With `create` an embedded one is made when it is not there, and
 * pending migrations run; without, only an existing database with this version's schema is opened.
 * @throws {UserError} one line: no database there, not reachable, access denied, not a database, newer schema
 */
export async function openStore(config: Config, { create }: { create: boolean }): Promise<Store> {
  const name = databaseName(config);
  let source: DataSource | undefined;
  try {
    source = new DataSource(await dataSourceOptions(config, { create }));
    await source.initialize();
    if (create) await migrate(source, name);
    else await requireSchema(source, name);
    let auditKey: Promise<Buffer> | undefined;
    return new Store(source, (store) => {
      auditKey ??= openSecret(config, store).then(auditKeyOf);
      return auditKey;
    });
  } catch (error) {
    if (source?.isInitialized) await source.destroy();
    throw connectionError(config, error);
  }
}
