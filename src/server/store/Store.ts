import { setTimeout as delay } from 'node:timers/promises';
import type { DataSource, EntitySchema, ObjectLiteral } from 'typeorm';
import type { EntrySettings } from '../../protocol/messages.ts';
import { UserError } from '../errors.ts';
import type { LinkRecord, MessageRecord, RoomRecord, RoomStore, StayRecord } from '../room/ports.ts';
import { FileEntity, LinkEntity, MessageEntity, MetaEntity, RoomEntity, StayEntity } from './entities.ts';
import { isDuplicate } from './errors.ts';
import { entryColumns, messageRecord, messageRow, roomRecord, withoutSeq } from './rows.ts';
import { WriteQueue } from './WriteQueue.ts';

/** Rows of one page when a table is streamed. */
const PAGE = 500;
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
  /** The stays that this process has begun and not ended: it vouches for them with `touchStays`. */
  readonly #openStays = new Set<string>();
  #touching: Promise<void> = Promise.resolve();

  constructor(source: DataSource) {
    this.#source = source;
    this.#writes = new WriteQueue(source);
  }

  // ---- rooms and links ----------------------------------------------------------------------------------

  /**
   * Stores a room with its links, all or nothing.
   * @throws {UserError} a room of this name exists
   */
  async createRoom(room: RoomRecord, links: LinkRecord[]): Promise<void> {
    try {
      await this.#writes.transaction(async (manager) => {
        const { entry, ...rest } = room;
        await manager.insert(RoomEntity, { ...rest, ...entryColumns(entry), createdAt: new Date() });
        await manager.insert(LinkEntity, links);
      });
    } catch (error) {
      if (!isDuplicate(error) || !(await this.#named(room.name))) throw error;
      throw new UserError(`There is already a room named ${room.name}: choose another name.`, {
        cause: error,
      });
    }
  }

  /** By name, else by id; null when there is none. */
  async findRoom(nameOrId: string): Promise<RoomRecord | null> {
    const row = (await this.#named(nameOrId)) ?? (await this.#rows(RoomEntity).findOneBy({ id: nameOrId }));
    return row && roomRecord(row);
  }

  async findLink(linkId: string): Promise<{ link: LinkRecord; room: RoomRecord } | null> {
    const link = await this.#rows(LinkEntity).findOneBy({ id: linkId });
    if (!link) return null;
    const room = await this.#rows(RoomEntity).findOneByOrFail({ id: link.roomId });
    return { link: { ...link }, room: roomRecord(room) };
  }

  async setEntry(roomId: string, entry: EntrySettings): Promise<void> {
    await this.#writes.run(() => this.#rows(RoomEntity).update({ id: roomId }, entryColumns(entry)));
  }

  /** The interviewers' link first, then the applicants'. */
  async listLinks(roomId: string): Promise<LinkRecord[]> {
    const links = await this.#rows(LinkEntity).find({
      where: { roomId },
      order: { role: 'DESC', id: 'ASC' },
    });
    return links.map((link) => ({ ...link }));
  }

  /** Raises the link's version: its old token is refused from now on, the new one works. null: no such link. */
  async reissueLink(linkId: string): Promise<LinkRecord | null> {
    await this.#writes.run(async () => {
      await this.#rows(LinkEntity).increment({ id: linkId }, 'version', 1);
      await this.#rows(LinkEntity).update({ id: linkId }, { revokedAt: null });
    });
    const link = await this.#rows(LinkEntity).findOneBy({ id: linkId });
    return link && { ...link };
  }

  /** Refuses the link from now on; the first time of several stays. null: no such link. */
  async revokeLink(linkId: string, at: Date): Promise<LinkRecord | null> {
    const link = await this.#rows(LinkEntity).findOneBy({ id: linkId });
    if (!link || link.revokedAt) return link && { ...link };
    await this.#writes.run(() => this.#rows(LinkEntity).update({ id: linkId }, { revokedAt: at }));
    return { ...link, revokedAt: at };
  }

  // ---- messages -----------------------------------------------------------------------------------------

  async addMessage(message: MessageRecord, content?: Buffer): Promise<MessageRecord> {
    const { file, roomId: room } = message;
    try {
      await this.#writes.transaction(async (manager) => {
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
      await manager.delete(MessageEntity, { seq: row.seq });
      if (row.fileId) await manager.delete(FileEntity, { id: row.fileId });
    });
  }

  async clearMessages(roomId: string): Promise<void> {
    await this.#writes.transaction(async (manager) => {
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
  async *messages(roomId: string): AsyncGenerator<MessageRecord> {
    for await (const row of this.#pages(MessageEntity, roomId)) yield messageRecord(row);
  }

  // ---- stays --------------------------------------------------------------------------------------------

  /** Adding the same stay again, after a failure of unknown outcome, changes nothing. */
  async addStay(stay: StayRecord): Promise<void> {
    try {
      await this.#writes.run(() => this.#rows(StayEntity).insert({ ...stay, lastSeenAt: stay.enteredAt }));
    } catch (error) {
      if (!isDuplicate(error) || !(await this.#rows(StayEntity).findOneBy({ id: stay.id }))) throw error;
    }
    if (!stay.leftAt) this.#openStays.add(stay.id);
  }

  async endStay(stayId: string, at: Date): Promise<void> {
    const wasOpen = this.#openStays.delete(stayId);
    try {
      // A touch that is under way was told of this stay while it lasted, and would open it again.
      await this.#touching;
      await this.#writes.run(() =>
        this.#rows(StayEntity).update({ id: stayId }, { leftAt: at, lastSeenAt: at }),
      );
    } catch (error) {
      if (wasOpen) this.#openStays.add(stayId);
      throw error;
    }
  }

  /** In order of entering, read in pages. */
  async *stays(roomId: string): AsyncGenerator<StayRecord> {
    for await (const row of this.#pages(StayEntity, roomId)) {
      const { lastSeenAt: _, ...stay } = withoutSeq(row);
      yield stay;
    }
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
    for (const ids of batches([...this.#openStays], PAGE)) {
      await this.#writes.run(() =>
        this.#source
          .createQueryBuilder()
          .update(StayEntity)
          .set({ lastSeenAt: at, leftAt: null })
          .where('id IN (:...ids)', { ids })
          .execute(),
      );
    }
  }

  /** Ends the stays that no server has vouched for since `before`, at the time they were last seen. */
  async closeStaleStays(before: Date): Promise<number> {
    const result = await this.#writes.run(() =>
      this.#source
        .createQueryBuilder()
        .update(StayEntity)
        .set({ leftAt: () => 'last_seen_at' })
        .where('left_at IS NULL AND last_seen_at < :before', { before: this.#parameter(before) })
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
      await this.#writes.run(() => this.#rows(MetaEntity).insert(row));
    } catch (error) {
      if (!isDuplicate(error)) throw error;
    }
    return (await this.secretFingerprint()) as string;
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

  #named(name: string) {
    return this.#rows(RoomEntity).findOneBy({ name });
  }

  async *#pages<T extends { seq: number; roomId: string }>(entity: EntitySchema<T>, roomId: string) {
    for (let after = 0; ; ) {
      const rows = await this.#source
        .createQueryBuilder(entity, 'row')
        .where('row.roomId = :roomId AND row.seq > :after', { roomId, after })
        .orderBy('row.seq')
        .limit(PAGE)
        .getMany();
      yield* rows;
      const last = rows.at(-1);
      if (!last || rows.length < PAGE) return;
      after = last.seq;
    }
  }

  /** A query's parameter as the driver stores the same value in a column. */
  #parameter(at: Date): unknown {
    const { driver } = this.#source;
    const column = this.#source.getMetadata(StayEntity).findColumnWithPropertyName('lastSeenAt');
    return column ? driver.preparePersistentValue(at, column) : at;
  }
}

function batches<T>(items: T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) =>
    items.slice(i * size, (i + 1) * size),
  );
}
