import { type DataSource, type EntityManager, In } from 'typeorm';
import { storedName } from '../../protocol/names.ts';
import { UserError } from '../errors.ts';
import type { AuditEntry } from '../room/audit.ts';
import { notMailed } from '../room/mailed.ts';
import type { LinkRecord, RoomRecord } from '../room/records.ts';
import type { AuditLog } from './AuditLog.ts';
import { batches } from './batches.ts';
import { changeLink } from './changeLink.ts';
import { LinkEntity, RoomEntity, type RoomRow, SeatEntity } from './entities.ts';
import { isDuplicate } from './errors.ts';
import { holdRoom } from './holdRoom.ts';
import { forgetAnswers } from './IdempotencyTable.ts';
import { byOpening, partsOf, type RoomQuery, roomsMatching } from './roomQuery.ts';
import { roomRecord, roomRow } from './rows.ts';
import type { WriteQueue } from './WriteQueue.ts';

export type RoomWithLinks = { room: RoomRecord; links: LinkRecord[] };

/** Of rooms that are made at once: few enough for somebody to watch how many are written. */
const ROOMS_OF_STATEMENT = 100;

/** Rooms and their links, as administrators see them. Each change writes its audit entries with it, or nothing. */
export class RoomTable {
  readonly #source: DataSource;
  readonly #writes: WriteQueue;
  readonly #audit: AuditLog;
  readonly #openEarlyMinutes: number;

  /** @param openEarlyMinutes how early rooms open that say nothing of their own */
  constructor(source: DataSource, writes: WriteQueue, audit: AuditLog, openEarlyMinutes: number) {
    this.#source = source;
    this.#writes = writes;
    this.#audit = audit;
    this.#openEarlyMinutes = openEarlyMinutes;
  }

  /**
   * Stores rooms with their links, all or nothing.
   * @throws {UserError} conflict: a room of one of these names exists
   */
  async create(
    rooms: RoomWithLinks[],
    audit: AuditEntry[],
    onStored: (count: number) => void = () => undefined,
  ): Promise<void> {
    const append = await this.#audit.appender();
    try {
      await this.#writes.transaction(async (manager) => {
        let stored = 0;
        // Several in one statement: nobody else writes into an embedded database meanwhile.
        for (const batch of batches(rooms, ROOMS_OF_STATEMENT)) {
          await manager.insert(
            RoomEntity,
            batch.map(({ room }) => roomRow(room)),
          );
          for (const links of batches(batch.flatMap((each) => each.links)))
            await manager.insert(LinkEntity, links);
          stored += batch.length;
          onStored(stored);
        }
        await append(manager, audit);
      });
    } catch (error) {
      if (!isDuplicate(error)) throw error;
      const [taken] = await this.namesTaken(rooms.map(({ room }) => room.name));
      if (taken === undefined) throw error;
      throw new UserError(`There is already a room named ${taken}`, {
        remedy: 'choose another name.',
        cause: error,
        code: 'conflict',
      });
    }
  }

  /** Those of the names that rooms have already. */
  async namesTaken(names: string[]): Promise<string[]> {
    const taken: string[] = [];
    for (const batch of batches(names.map(storedName))) {
      const where = { name: In(batch) };
      const rows = await this.#rooms().find({ select: { name: true }, where });
      taken.push(...rows.map(({ name }) => name));
    }
    return taken;
  }

  /** By name, however composed, else by id; null when there is none. */
  async find(nameOrId: string): Promise<RoomRecord | null> {
    const name = storedName(nameOrId);
    const row = (await this.#rooms().findOneBy({ name })) ?? (await this.#byId(nameOrId));
    return row && roomRecord(row);
  }

  async get(id: string): Promise<RoomRecord | null> {
    const row = await this.#byId(id);
    return row && roomRecord(row);
  }

  async list(query: RoomQuery): Promise<RoomRecord[]> {
    const order = query.latestFirst ? 'DESC' : 'ASC';
    const rows: RoomRow[] = [];
    const parts = partsOf(query);
    for (const part of parts) {
      const ordered = this.#matching(part).orderBy('room.from', order).addOrderBy('room.id', order);
      rows.push(...(await ordered.getMany()));
    }
    if (parts.length > 1) rows.sort(query.latestFirst ? (a, b) => byOpening(b, a) : byOpening);
    return rows.slice(0, query.limit).map(roomRecord);
  }

  /** How many rooms there are in all pages. */
  async count({ limit: _, after: __, ...query }: RoomQuery): Promise<number> {
    let count = 0;
    for (const part of partsOf({ ...query, limit: 1 }))
      count += await this.#matching(part).limit(undefined).getCount();
    return count;
  }

  #matching(part: RoomQuery) {
    return roomsMatching(this.#source, part, this.#openEarlyMinutes);
  }

  /** The links of several rooms, by the room's id, each in the order of `links`. */
  async linksOf(roomIds: string[]): Promise<Map<string, LinkRecord[]>> {
    const byRoom = new Map<string, LinkRecord[]>(roomIds.map((id) => [id, []]));
    const order = { role: 'DESC', label: 'ASC', id: 'ASC' } as const;
    for (const batch of batches(roomIds)) {
      const where = { roomId: In(batch) };
      for (const link of await this.#links().find({ where, order }))
        byRoom.get(link.roomId)?.push({ ...link });
    }
    return byRoom;
  }

  /** The interviewers' link first, then the applicants' in the order of their names. */
  async links(roomId: string): Promise<LinkRecord[]> {
    return (await this.linksOf([roomId])).get(roomId) ?? [];
  }

  /**
   * Writes all of the record when nobody has changed it since it was read (by its version).
   * @returns the room as it is now; null when somebody has, or it is gone
   * @throws {UserError} conflict: another room has this name
   */
  async update(room: RoomRecord, audit: AuditEntry[]): Promise<RoomRecord | null> {
    const append = await this.#audit.appender();
    const next = { ...room, version: room.version + 1 };
    const { id, createdAt: _, ...columns } = roomRow(next);
    let isRenamed = false;
    try {
      const stored = await this.#writes.transaction(async (manager) => {
        const before = await manager.findOne(RoomEntity, { select: { name: true }, where: { id } });
        const { affected } = await manager.update(RoomEntity, { id, version: room.version }, columns);
        if (!affected) return null;
        // The old name may be that of a person, and is to be nowhere any more.
        isRenamed = before?.name !== room.name;
        if (isRenamed) await forgetAnswers(manager, id);
        await append(manager, audit);
        return next;
      });
      if (isRenamed) await this.#writes.forgetPages();
      return stored;
    } catch (error) {
      if (!isDuplicate(error) || (await this.namesTaken([room.name])).length === 0) throw error;
      throw new UserError(`There is already a room named ${room.name}`, {
        remedy: 'choose another name.',
        cause: error,
        code: 'conflict',
      });
    }
  }

  /**
   * Its links, stays, seats, messages and files go with it, the audit stays. What was in them is gone for good after
   * `forgetDeleted`.
   * @param version deletes it only as it was read
   * @returns false when there was no such room
   */
  async delete(roomId: string, audit: AuditEntry[], version?: number): Promise<boolean> {
    const append = await this.#audit.appender();
    const work = async (manager: EntityManager) => {
      const { affected } = await manager.delete(RoomEntity, { id: roomId, ...(version && { version }) });
      if (!affected) return false;
      await manager.delete(SeatEntity, { roomId });
      await forgetAnswers(manager, roomId);
      await append(manager, audit);
      return true;
    };
    return this.#writes.transaction(work, { isLong: true });
  }

  /** Once after any number of rooms were deleted: leaves nothing of them in the database's files. */
  forgetDeleted(): Promise<void> {
    return this.#writes.forgetPages();
  }

  /**
   * @param assertFits is given the room's links as they are then, and throws where this one cannot be added to them
   * @param room where a seat comes with it: the room as it was read, with its new number of applicants' seats
   * @returns false when somebody has changed the room since
   */
  async addLink(
    link: LinkRecord,
    audit: AuditEntry[],
    assertFits: (links: LinkRecord[]) => void,
    room?: RoomRecord,
  ): Promise<boolean> {
    const append = await this.#audit.appender();
    const { roomId } = link;
    return this.#writes.transaction(async (manager) => {
      await holdRoom(manager, roomId);
      assertFits(await manager.findBy(LinkEntity, { roomId }));
      if (room) {
        const { id, version, applicantSeats } = room;
        const changes = { applicantSeats, version: version + 1 };
        const { affected } = await manager.update(RoomEntity, { id, version }, changes);
        if (!affected) return false;
      }
      await manager.insert(LinkEntity, link);
      await append(manager, audit);
      return true;
    });
  }

  /** Raises the link's version: its old token is refused from now on, the new one works. @throws {UserError} not_found */
  reissueLink(linkId: string, audit: AuditEntry[]): Promise<LinkRecord> {
    return this.#changeLink(linkId, audit, ({ version }) => ({ version: version + 1, revokedAt: null }));
  }

  /** Refuses the link from now on; the first time of several stays. @throws {UserError} not_found */
  revokeLink(linkId: string, at: Date, audit: AuditEntry[]): Promise<LinkRecord> {
    return this.#changeLink(linkId, audit, ({ revokedAt }) => ({ revokedAt: revokedAt ?? at }));
  }

  /**
   * Who is invited stays so at another address, where they have not read it yet.
   * @param email null: none is known any more
   * @throws {UserError} not_found
   */
  setEmail(linkId: string, email: string | null, audit: AuditEntry[]): Promise<LinkRecord> {
    return this.#changeLink(linkId, audit, (link) => {
      if (link.email === email) return {};
      if (email === null) return { ...notMailed, cancelledAt: link.cancelledAt };
      return { email, invitedAs: null };
    });
  }

  #changeLink(linkId: string, audit: AuditEntry[], change: (link: LinkRecord) => Partial<LinkRecord>) {
    const tables = { source: this.#source, writes: this.#writes, audit: this.#audit };
    return changeLink(tables, linkId, audit, change);
  }

  #rooms() {
    return this.#source.getRepository(RoomEntity);
  }

  #links() {
    return this.#source.getRepository(LinkEntity);
  }

  #byId(id: string) {
    return this.#rooms().findOneBy({ id });
  }
}
