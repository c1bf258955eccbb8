import { setTimeout as delay } from 'node:timers/promises';
import type { DataSource, EntitySchema, ObjectLiteral } from 'typeorm';
import type { EntrySettings } from '../../protocol/messages.ts';
import type { AuditEntry } from '../room/audit.ts';
import type { RoomStore } from '../room/ports.ts';
import type {
  LinkRecord,
  MessageRecord,
  RoomRecord,
  SeatRecord,
  SeatsToTake,
  StayEnd,
  StayPeriod,
  StayRecord,
} from '../room/records.ts';
import { AuditLog } from './AuditLog.ts';
import { copyDatabase } from './backup.ts';
import { ClockTable } from './ClockTable.ts';
import { DeliveryQueue } from './DeliveryQueue.ts';
import { Erasure } from './Erasure.ts';
import { LinkEntity, MetaEntity, RoomEntity } from './entities.ts';
import { isDuplicate } from './errors.ts';
import { IdempotencyTable } from './IdempotencyTable.ts';
import { InvitationTable } from './InvitationTable.ts';
import { KeyTable } from './KeyTable.ts';
import { MessageTable } from './MessageTable.ts';
import { RecordTable } from './RecordTable.ts';
import { RoomTable, type RoomWithLinks } from './RoomTable.ts';
import { entryColumns, roomRecord } from './rows.ts';
import { SeatTable } from './SeatTable.ts';
import { ServerTable } from './ServerTable.ts';
import { StayTable } from './StayTable.ts';
import { type SettingProblem, settingProblems } from './serverSettings.ts';
import { WebhookTable } from './WebhookTable.ts';
import { WriteQueue } from './WriteQueue.ts';

/** Milliseconds in which a database that is well answers. */
const REACHABLE_MS = 2000;
const SECRET_FINGERPRINT = 'secret_fingerprint';

/**
 * All that is kept: rooms, links, who stayed when, messages. The same on SQLite and MySQL. Every method
 * resolves once its write is committed, and rejects with the driver's error when the database is away.
 */
export class Store implements RoomStore {
  readonly #source: DataSource;
  readonly #writes: WriteQueue;
  readonly #messages: MessageTable;
  readonly #seats: SeatTable;
  readonly #stays: StayTable;

  readonly audit: AuditLog;
  readonly clock: ClockTable;
  readonly erasure: Erasure;
  readonly idempotency: IdempotencyTable;
  readonly invitations: InvitationTable;
  readonly keys: KeyTable;
  readonly records: RecordTable;
  readonly rooms: RoomTable;
  readonly servers: ServerTable;
  readonly webhooks: WebhookTable;
  readonly deliveries: DeliveryQueue;

  /**
   * @param settings auditKey: fetches what the audit is sealed with, when it is first needed. openEarlyMinutes: as the
   *   configuration has it
   */
  constructor(
    source: DataSource,
    { auditKey, openEarlyMinutes }: { auditKey: (store: Store) => Promise<Buffer>; openEarlyMinutes: number },
  ) {
    this.#source = source;
    this.#writes = new WriteQueue(source);
    this.#messages = new MessageTable(source, this.#writes);
    this.#seats = new SeatTable(source, this.#writes);
    this.#stays = new StayTable(source, this.#writes);
    this.audit = new AuditLog(source, this.#writes, () => auditKey(this));
    this.clock = new ClockTable(source, this.#writes);
    this.erasure = new Erasure(source, this.#writes, this.audit);
    this.idempotency = new IdempotencyTable(source, this.#writes);
    this.invitations = new InvitationTable(source, this.#writes, this.audit);
    this.keys = new KeyTable(source, this.#writes, this.audit);
    this.records = new RecordTable(source);
    this.rooms = new RoomTable(source, this.#writes, this.audit, openEarlyMinutes);
    this.servers = new ServerTable(source, this.#writes);
    this.webhooks = new WebhookTable(source, this.#writes, this.audit);
    this.deliveries = new DeliveryQueue(source, this.#writes);
  }

  // ---- for live rooms ----------------------------------------------------------------------------------

  async readRoom(roomId: string): Promise<RoomWithLinks | null> {
    const row = await this.#rows(RoomEntity).findOneBy({ id: roomId });
    return row && { room: roomRecord(row), links: await this.rooms.links(roomId) };
  }

  async findLink(linkId: string): Promise<{ link: LinkRecord; room: RoomRecord } | null> {
    const link = await this.#rows(LinkEntity).findOneBy({ id: linkId });
    if (!link) return null;
    const room = await this.#rows(RoomEntity).findOneByOrFail({ id: link.roomId });
    return { link: { ...link }, room: roomRecord(room) };
  }

  async setEntry(roomId: string, entry: EntrySettings): Promise<void> {
    // A version of its own: who has read the room before must not write the old settings over these.
    const next = { ...entryColumns(entry), version: () => 'version + 1' };
    await this.#writes.transaction((manager) => manager.update(RoomEntity, { id: roomId }, next));
  }

  async setWaitingMessage(roomId: string, waitingMessage: string): Promise<void> {
    const next = { waitingMessage, version: () => 'version + 1' };
    await this.#writes.transaction((manager) => manager.update(RoomEntity, { id: roomId }, next));
  }

  async extendRoom(
    roomId: string,
    { before, until }: { before: Date; until: Date },
    audit: AuditEntry[],
  ): Promise<boolean> {
    const append = await this.audit.appender();
    return this.#writes.transaction(async (manager) => {
      const next = { until, version: () => 'version + 1' };
      const { affected } = await manager.update(RoomEntity, { id: roomId, until: before }, next);
      if (!affected) return false;
      await append(manager, audit);
      return true;
    });
  }

  recordAudit(entries: AuditEntry[]): Promise<void> {
    return this.audit.record(entries);
  }

  writeSeats(serverId: string, seats: SeatRecord[], gone: string[]): Promise<void> {
    return this.#seats.write(serverId, seats, gone);
  }

  readSeats(roomId?: string): Promise<SeatRecord[]> {
    return this.#seats.list(roomId);
  }

  takeSeats(serverId: string, which: SeatsToTake): Promise<SeatRecord[]> {
    return this.#seats.take(serverId, which);
  }

  /** The servers that seats name; null: some name none. */
  seatServers(): Promise<(string | null)[]> {
    return this.#seats.servers();
  }

  addMessage(message: MessageRecord, content?: Buffer): Promise<MessageRecord> {
    return this.#messages.add(message, content);
  }

  deleteMessage(roomId: string, messageId: string): Promise<void> {
    return this.#messages.delete(roomId, messageId);
  }

  clearMessages(roomId: string): Promise<void> {
    return this.#messages.clear(roomId);
  }

  readFile(roomId: string, fileId: string): Promise<Buffer | null> {
    return this.#messages.readFile(roomId, fileId);
  }

  async listMessages(roomId: string): Promise<MessageRecord[]> {
    const messages: MessageRecord[] = [];
    for await (const message of this.messages(roomId)) messages.push(message);
    return messages;
  }

  listStayPeriods(roomId: string): Promise<StayPeriod[]> {
    return this.#stays.periods(roomId);
  }

  addStay(stay: StayRecord): Promise<void> {
    return this.#stays.add(stay);
  }

  endStay(stayId: string, end: StayEnd): Promise<void> {
    return this.#stays.end(stayId, end);
  }

  // ---- for what looks after records ----------------------------------------------------------------------

  /** Oldest first, read in pages: memory stays the same however many there are. */
  messages(roomId: string): AsyncGenerator<MessageRecord> {
    return this.records.messages({ roomId });
  }

  /** In order of entering, read in pages. */
  stays(roomId: string): AsyncGenerator<StayRecord> {
    return this.records.stays({ roomId });
  }

  /** See `StayTable.touch`. */
  touchStays(at: Date): Promise<void> {
    return this.#stays.touch(at);
  }

  /** See `StayTable.closeStale`. */
  closeStaleStays(before: Date): Promise<number> {
    return this.#stays.closeStale(before);
  }

  // ---- the database itself ------------------------------------------------------------------------------

  /** The fingerprint of the secret that this database's links were made with; null before the first. */
  async secretFingerprint(): Promise<string | null> {
    const row = await this.#rows(MetaEntity).findOneBy({ key: SECRET_FINGERPRINT });
    return row?.value ?? null;
  }

  /** Sets the fingerprint when there is none yet, and gives the one that is stored now. */
  async claimSecretFingerprint(fingerprint: string): Promise<string> {
    try {
      const row = { key: SECRET_FINGERPRINT, value: fingerprint };
      await this.#writes.write(() => this.#rows(MetaEntity).insert(row));
    } catch (error) {
      if (!isDuplicate(error)) throw error;
    }
    return (await this.secretFingerprint()) as string;
  }

  /** Writes a copy of the embedded database, as it is at one moment. @throws {UserError} it cannot be written */
  async backup(file: string): Promise<void> {
    await this.#writes.run(() => copyDatabase(this.#source, file));
  }

  /** Which database it is, and of which version: SQLite 3.45.1, MariaDB 10.11.6. */
  async about(): Promise<string> {
    if (this.#source.options.type !== 'mysql') {
      const [{ version }] = await this.#source.query('SELECT sqlite_version() AS version');
      return `SQLite ${version}`;
    }
    const [{ version }] = await this.#source.query('SELECT VERSION() AS version');
    const [number] = String(version).split('-');
    return `${/mariadb/i.test(version) ? 'MariaDB' : 'MySQL'} ${number}`;
  }

  /** What a database server is set to that interviews would suffer from. */
  settingProblems(): Promise<SettingProblem[]> {
    return settingProblems(this.#source);
  }

  /** The time by the database server's clock; the embedded one has this machine's. */
  async now(): Promise<Date> {
    if (this.#source.options.type !== 'mysql') return new Date();
    // In UTC: local time comes twice where summer time ends.
    const [{ at }] = await this.#source.query(
      "SELECT TIMESTAMPDIFF(MICROSECOND, '1970-01-01', UTC_TIMESTAMP(3)) DIV 1000 AS at",
    );
    return new Date(Number(at));
  }

  /** Whether the database answers. */
  async isReachable(): Promise<boolean> {
    const asked = this.#source.query('SELECT 1').then(
      () => true,
      () => false,
    );
    return Promise.race([asked, delay(REACHABLE_MS, false, { ref: false })]);
  }

  /** Waits for the writes under way and lets the database go. */
  async close(): Promise<void> {
    await this.#writes.idle();
    if (!this.#source.isInitialized) return;
    // libsql lets the file go some time later; a copy of it must hold everything from now on. When this fails,
    // the file beside it (-wal) still has the rest.
    if (this.#source.options.type === 'better-sqlite3') {
      await this.#source.query('PRAGMA wal_checkpoint(PASSIVE)').catch(() => undefined);
    }
    await this.#source.destroy();
  }

  #rows<T extends ObjectLiteral>(entity: EntitySchema<T>) {
    return this.#source.getRepository(entity);
  }
}
