import type { DataSource, SelectQueryBuilder } from 'typeorm';
import { limits } from '../../protocol/limits.ts';
import { storedName } from '../../protocol/names.ts';
import { batches } from './batches.ts';
import { RoomEntity, type RoomRow } from './entities.ts';
import { holdsText } from './holdsText.ts';
import { storable } from './storable.ts';
import { storedInstant } from './storedInstant.ts';

const MINUTE = 60_000;

/** Which rooms; what is not given does not matter. They come by the time that people were told, the earliest first. */
export type RoomQuery = {
  /** Part of the name. */
  name?: string;
  /** Open at some time from here (inclusive) until there (exclusive), which is a little before the time that people were told. */
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
  /** The other way round: the latest time first. */
  latestFirst?: boolean;
  /** Where the last page ended. */
  after?: RoomCursor;
  limit: number;
};
/** The last room of a page, in the order of pages. */
export type RoomCursor = { from: Date; id: string };

/**
 * The rooms of one part (see `partsOf`), in no order.
 * @param openEarlyMinutes how early those open that say nothing of their own
 */
export function roomsMatching(
  source: DataSource,
  { name, from, until, orRecordsThen, endedBy, overBefore, ids, after, latestFirst, limit }: RoomQuery,
  openEarlyMinutes: number,
): SelectQueryBuilder<RoomRow> {
  const instant = (at: Date) => storedInstant(source, at);
  const query = source.createQueryBuilder(RoomEntity, 'room').limit(limit);
  if (name) {
    const { sql, pattern } = holdsText(source, 'room.name');
    query.andWhere(sql(':name'), { name: pattern(storable(storedName(name))) });
  }
  const then = { ...(from && { start: instant(from) }), ...(until && { end: instant(until) }) };
  const open = [from && 'room.until > :start', until && opensBefore(source)].filter(Boolean).join(' AND ');
  if (until) query.setParameters({ usual: openEarlyMinutes, ...latestFrom(source, until) });
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

/** The query, in several where it names more rooms than one statement can. */
export function partsOf({ ids, ...query }: RoomQuery): RoomQuery[] {
  if (!ids?.length) return [{ ...query, ...(ids && { ids }) }];
  return batches([...new Set(ids)]).map((part) => ({ ...query, ids: part }));
}

/** As the databases do: ids are compared byte by byte. */
export function byOpening(a: RoomRow, b: RoomRow): number {
  return a.from.getTime() - b.from.getTime() || (a.id < b.id ? -1 : 1);
}

/** SQL: whether the room opens before `end`. The first half is for the index; a database counts no minutes by it. */
function opensBefore(source: DataSource): string {
  const early = 'COALESCE(room.openEarlyMinutes, :usual)';
  const opens =
    source.options.type === 'mysql'
      ? `room.from - INTERVAL ${early} MINUTE`
      : `strftime('%Y-%m-%d %H:%M:%f', room.from, -${early} || ' minutes')`;
  return `room.from <= :latest AND ${opens} < :end`;
}

/** Of all databases: the end of MySQL's DATETIME. */
const LAST_MS = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/** However early it opens, a room of a later time opens at `until` or later. */
function latestFrom(source: DataSource, until: Date): { latest: unknown } {
  const latest = Math.min(until.getTime() + limits.openEarlyMinutes * MINUTE, LAST_MS);
  return { latest: storedInstant(source, new Date(latest)) };
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
