import { type DataSource, type EntityManager, In, type SelectQueryBuilder } from 'typeorm';
import { UserError } from '../errors.ts';
import type { AuditEntry } from '../room/audit.ts';
import type { LinkRecord, RoomRecord } from '../room/ports.ts';
import type { AuditLog } from './AuditLog.ts';
import { batches } from './batches.ts';
import { LinkEntity, RoomEntity, type RoomRow, SeatEntity } from './entities.ts';
import { isDuplicate } from './errors.ts';
import { holdRoom } from './holdRoom.ts';
import { holdsText } from './holdsText.ts';
import { forgetAnswers } from './IdempotencyTable.ts';
import { roomRecord, roomRow } from './rows.ts';
import { storable } from './storable.ts';
import { storedInstant } from './storedInstant.ts';
import type { WriteQueue } from './WriteQueue.ts';

export type RoomWithLinks = { room: RoomRecord; links: LinkRecord[] };

/** Which rooms; what is not given does not matter. They come by opening time, the earliest first. */
export type RoomQuery = {
  /** Part of the name. */
  name?: string;
  /** Open at some time from here (inclusive) until there (exclusive). */
  from?: Date;
  until?: Date;
  /** Those too that were not open then, but have records of that time: they were given another time afterwards. */
  orRecordsThen?: boolean;
  /** Nobody is let in any more at this time: the window is over, or it was closed. */
  endedBy?: Date;
  /** Over before this, and nobody was in it since. */
  overBefore?: Date;
  /** Only these rooms. */
  ids?: string[];
  /** The other way round: the latest opening time first. */
  latestFirst?: boolean;
  /** Where the last page ended. */
  after?: RoomCursor;
  limit: number;
};
export type RoomCursor = { from: Date; id: string };

/** Of rooms that are made at once: few enough for somebody to watch how many are written. */
const ROOMS_OF_STATEMENT = 100;

/** Rooms and their links, as administrators see them. Each change writes its audit entries with it, or nothing. */
export class RoomTable {
  readonly #source: DataSource;
  readonly #writes: WriteQueue;
  readonly #audit: AuditLog;

  constructor(source: DataSource, writes: WriteQueue, audit: AuditLog) {
    this.#source = source;
    this.#writes = writes;
    this.#audit = audit;
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
      throw new UserError(`There is already a room named ${taken}: choose another name.`, {
        cause: error,
        code: 'conflict',
      });
    }
  }

  /** Those of the names that rooms have already. */
  async namesTaken(names: string[]): Promise<string[]> {
    const taken: string[] = [];
    for (const batch of batches(names)) {
      const where = { name: In(batch) };
      const rows = await this.#rooms().find({ select: { name: true }, where });
      taken.push(...rows.map(({ name }) => name));
    }
    return taken;
  }

  /** By name, else by id; null when there is none. */
  async find(nameOrId: string): Promise<RoomRecord | null> {
    const row = (await this.#rooms().findOneBy({ name: nameOrId })) ?? (await this.#byId(nameOrId));
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
      throw new UserError(`There is already a room named ${room.name}: choose another name.`, {
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

  async #changeLink(
    linkId: string,
    audit: AuditEntry[],
    change: (link: LinkRecord) => Partial<LinkRecord>,
  ): Promise<LinkRecord> {
    const append = await this.#audit.appender();
    const { roomId } = (await this.#links().findOneBy({ id: linkId })) ?? noLink();
    return this.#writes.transaction(async (manager) => {
      // First of all, so that two at once take turns.
      await holdRoom(manager, roomId);
      const link = (await manager.findOneBy(LinkEntity, { id: linkId })) ?? noLink();
      const next = { ...link, ...change(link) };
      await manager.update(LinkEntity, { id: linkId }, next);
      await append(manager, audit);
      return next;
    });
  }

  #matching({
    name,
    from,
    until,
    orRecordsThen,
    endedBy,
    overBefore,
    ids,
    after,
    latestFirst,
    limit,
  }: RoomQuery): SelectQueryBuilder<RoomRow> {
    const instant = (at: Date) => storedInstant(this.#source, at);
    const query = this.#source.createQueryBuilder(RoomEntity, 'room').limit(limit);
    if (name) {
      const { sql, pattern } = holdsText(this.#source, 'room.name');
      query.andWhere(sql(':name'), { name: pattern(storable(name)) });
    }
    const then = { ...(from && { start: instant(from) }), ...(until && { end: instant(until) }) };
    const open = [from && 'room.until > :start', until && 'room.from < :end'].filter(Boolean).join(' AND ');
    if (open) query.andWhere(orRecordsThen ? `((${open}) OR ${hasRecords(then)})` : `(${open})`, then);
    if (endedBy)
      query.andWhere('(room.until <= :ended OR room.closedAt <= :ended)', { ended: instant(endedBy) });
    if (overBefore) {
      query.andWhere('(room.until < :over OR room.closedAt < :over)', { over: instant(overBefore) });
      query.andWhere(
        // One that nobody has vouched for since then was not ended, as its server died.
        'NOT EXISTS (SELECT 1 FROM stays WHERE stays.room_id = room.id AND COALESCE(stays.left_at, stays.last_seen_at) >= :over)',
      );
    }
    if (ids) query.andWhere(ids.length > 0 ? 'room.id IN (:...ids)' : '1 = 0', { ids });
    if (after) {
      const beyond = latestFirst ? '<' : '>';
      query.andWhere(`(room.from ${beyond} :at OR (room.from = :at AND room.id ${beyond} :id))`, {
        at: instant(after.from),
        id: after.id,
      });
    }
    return query;
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

/** The query, in several where it names more rooms than one statement can. */
function partsOf({ ids, ...query }: RoomQuery): RoomQuery[] {
  if (!ids?.length) return [{ ...query, ...(ids && { ids }) }];
  return batches([...new Set(ids)]).map((part) => ({ ...query, ids: part }));
}

/** As the databases do: ids are compared byte by byte. */
function byOpening(a: RoomRow, b: RoomRow): number {
  return a.from.getTime() - b.from.getTime() || (a.id < b.id ? -1 : 1);
}

function noLink(): never {
  throw new UserError('There is no such link any more.', { code: 'not_found' });
}

/** SQL: whether any record of the room is of the time from `start` until `end`, as far as these are given. */
function hasRecords(then: { start?: unknown; end?: unknown }): string {
  const tables = { stays: 'entered_at', messages: 'sent_at', audit: 'at' };
  const each = Object.entries(tables).map(([table, time]) => {
    const conditions = [`${table}.room_id = room.id`];
    if (then.start) conditions.push(`${table}.${time} >= :start`);
    if (then.end) conditions.push(`${table}.${time} < :end`);
    return `EXISTS (SELECT 1 FROM ${table} WHERE ${conditions.join(' AND ')})`;
  });
  return `(${each.join(' OR ')})`;
}
