import { setTimeout as delay } from 'node:timers/promises';
import type { DataSource, EntitySchema, ObjectLiteral } from 'typeorm';
import type { EntrySettings } from '../../protocol/messages.ts';
import type { AuditEntry } from '../room/audit.ts';
import type {
  LinkRecord,
  MessageRecord,
  Presence,
  RoomRecord,
  RoomStore,
  SeatRecord,
  StayEnd,
  StayRecord,
} from '../room/ports.ts';
import { AuditLog } from './AuditLog.ts';
import { copyDatabase } from './backup.ts';
import { batches } from './batches.ts';
import { ClockTable } from './ClockTable.ts';
import { DeliveryQueue } from './DeliveryQueue.ts';
import { Erasure } from './Erasure.ts';
import { FileEntity, LinkEntity, MessageEntity, MetaEntity, RoomEntity, StayEntity } from './entities.ts';
import { isDuplicate, isOrphan } from './errors.ts';
import { assertFits } from './fileQuota.ts';
import { holdRoom } from './holdRoom.ts';
import { IdempotencyTable } from './IdempotencyTable.ts';
import { KeyTable } from './KeyTable.ts';
import { RecordTable } from './RecordTable.ts';
import { RoomTable, type RoomWithLinks } from './RoomTable.ts';
import { entryColumns, messageRecord, messageRow, roomRecord } from './rows.ts';
import { SeatTable } from './SeatTable.ts';
import { ServerTable } from './ServerTable.ts';
import { storedInstant } from './storedInstant.ts';
import { WebhookTable } from './WebhookTable.ts';
import { WriteQueue } from './WriteQueue.ts';

/** Milliseconds in which a database that is well answers. */
const REACHABLE_MS = 2000;
/** Where the clock was put back meanwhile, a stay would seem to end before it began. */
const LAST_SEEN = 'CASE WHEN last_seen_at < entered_at THEN entered_at ELSE last_seen_at END';
const SECRET_FINGERPRINT = 'secret_fingerprint';

/**
 * All that is kept: rooms, links, who stayed when, messages. The same on SQLite and MySQL. Every method
 * resolves once its write is committed, and rejects with the driver's error when the database is away.
 */
export class Store implements RoomStore {
  readonly #source: DataSource;
  readonly #writes: WriteQueue;
  /** The stays that this process has begun and not ended: it vouches for them with `touchStays`. */
  readonly #openStays = new Set<string>();
  readonly #seats: SeatTable;
  #touching: Promise<void> = Promise.resolve();

  readonly audit: AuditLog;
  readonly clock: ClockTable;
  readonly erasure: Erasure;
  readonly idempotency: IdempotencyTable;
  readonly keys: KeyTable;
  readonly records: RecordTable;
  readonly rooms: RoomTable;
  readonly servers: ServerTable;
  readonly webhooks: WebhookTable;
  readonly deliveries: DeliveryQueue;

  /** @param auditKey fetches what the audit is sealed with, when it is first needed */
  constructor(source: DataSource, auditKey: (store: Store) => Promise<Buffer>) {
    this.#source = source;
    this.#writes = new WriteQueue(source);
    this.#seats = new SeatTable(source, this.#writes);
    this.audit = new AuditLog(source, this.#writes, () => auditKey(this));
    this.clock = new ClockTable(source, this.#writes);
    this.erasure = new Erasure(source, this.#writes, this.audit);
    this.idempotency = new IdempotencyTable(source, this.#writes);
    this.keys = new KeyTable(source, this.#writes, this.audit);
    this.records = new RecordTable(source);
    this.rooms = new RoomTable(source, this.#writes, this.audit);
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

  recordAudit(entries: AuditEntry[]): Promise<void> {
    return this.audit.record(entries);
  }

  writeSeats(seats: SeatRecord[], gone: string[]): Promise<void> {
    return this.#seats.write(seats, gone);
  }

  readSeats(): Promise<SeatRecord[]> {
    return this.#seats.all();
  }

  // ---- messages -----------------------------------------------------------------------------------------

  async addMessage(message: MessageRecord, content?: Buffer): Promise<MessageRecord> {
    const { file, roomId: room } = message;
    try {
      await this.#writes.transaction(async (manager) => {
        await assertFits(manager, message);
        await manager.insert(MessageEntity, messageRow(message));
        if (file && content) await manager.insert(FileEntity, { id: file.id, roomId: room, content });
      });
      return message;
    } catch (error) {
      const { roomId, clientId } = message;
      const stored = isDuplicate(error) && (await this.#rows(MessageEntity).findOneBy({ roomId, clientId }));
      if (!stored) throw error;
      return messageRecord(stored);
    }
  }

  async deleteMessage(roomId: string, messageId: string): Promise<void> {
    const row = await this.#rows(MessageEntity).findOneBy({ roomId, id: messageId });
    if (!row) return;
    await this.#writes.transaction(async (manager) => {
      await holdRoom(manager, roomId);
      await manager.delete(MessageEntity, { seq: row.seq });
      if (row.fileId) await manager.delete(FileEntity, { id: row.fileId });
    });
  }

  async clearMessages(roomId: string): Promise<void> {
    await this.#writes.transaction(async (manager) => {
      await holdRoom(manager, roomId);
      await manager.delete(MessageEntity, { roomId });
      await manager.delete(FileEntity, { roomId });
    });
  }

  async readFile(roomId: string, fileId: string): Promise<Buffer | null> {
    const row = await this.#rows(FileEntity).findOneBy({ id: fileId, roomId });
    return row && Buffer.from(row.content);
  }

  async listMessages(roomId: string): Promise<MessageRecord[]> {
    const messages: MessageRecord[] = [];
    for await (const message of this.messages(roomId)) messages.push(message);
    return messages;
  }

  /** Oldest first, read in pages: memory stays the same however many there are. */
  messages(roomId: string): AsyncGenerator<MessageRecord> {
    return this.records.messages({ roomId });
  }

  // ---- stays --------------------------------------------------------------------------------------------

  /** When applicants were in the call; of one who is still there, or whose server went, until when that was last known. */
  async listPresence(roomId: string): Promise<Presence[]> {
    const stays = await this.#rows(StayEntity).find({
      select: { linkId: true, enteredAt: true, leftAt: true, lastSeenAt: true },
      where: { roomId, role: 'applicant' },
    });
    return stays.flatMap(({ linkId, enteredAt, leftAt, lastSeenAt }) =>
      linkId ? [{ linkId, enteredAt, leftAt: leftAt ?? lastSeenAt }] : [],
    );
  }

  /**
   * Adding the same stay again, after a failure of unknown outcome, changes nothing. Of a room that was deleted meanwhile
   * none is kept.
   */
  async addStay(stay: StayRecord): Promise<void> {
    // One statement: when a server was started again, everybody's is added again at once.
    const insert = () =>
      this.#source
        .createQueryBuilder()
        .insert()
        .into(StayEntity)
        .values({ ...stay, lastSeenAt: stay.enteredAt })
        .orUpdate(['id'], ['id'])
        .updateEntity(false)
        .execute();
    try {
      await this.#writes.write(insert);
      if (!stay.leftAt) this.#openStays.add(stay.id);
    } catch (error) {
      if (!isOrphan(error)) throw error;
    }
  }

  async endStay(stayId: string, { at, ending, media }: StayEnd): Promise<void> {
    const wasOpen = this.#openStays.delete(stayId);
    try {
      // A touch that is under way was told of this stay while it lasted, and would open it again.
      await this.#touching;
      await this.#writes.write(() =>
        this.#rows(StayEntity).update({ id: stayId }, { leftAt: at, lastSeenAt: at, ending, media }),
      );
    } catch (error) {
      if (wasOpen) this.#openStays.add(stayId);
      throw error;
    }
  }

  /** In order of entering, read in pages. */
  stays(roomId: string): AsyncGenerator<StayRecord> {
    return this.records.stays({ roomId });
  }

  /**
   * Says that the stays which this process has begun and not ended still last. A stay that another server
   * took for dead meanwhile is open again.
   */
  async touchStays(at: Date): Promise<void> {
    const touching = this.#touchAll(at);
    this.#touching = touching.catch(() => undefined);
    await touching;
  }

  async #touchAll(at: Date): Promise<void> {
    for (const ids of batches([...this.#openStays])) {
      // In a transaction, so that one which is given up in a database that hangs changes nothing when that goes on.
      await this.#writes.transaction((manager) =>
        manager
          .createQueryBuilder()
          .update(StayEntity)
          .set({ lastSeenAt: at, leftAt: null, ending: null })
          .where('id IN (:...ids)', { ids })
          .execute(),
      );
    }
  }

  /** Ends the stays that no server has vouched for since `before`, at the time they were last seen. */
  async closeStaleStays(before: Date): Promise<number> {
    const result = await this.#writes.write(() =>
      this.#source
        .createQueryBuilder()
        .update(StayEntity)
        .set({ leftAt: () => LAST_SEEN, ending: 'server_lost' })
        .where('left_at IS NULL AND last_seen_at < :before', { before: storedInstant(this.#source, before) })
        .execute(),
    );
    return result.affected ?? 0;
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
