import type { DataSource, EntitySchema, SelectQueryBuilder } from 'typeorm';
import type { MessageRecord, RoomRecord, StayRecord } from '../room/records.ts';
import { MessageEntity, type MessageRow, RoomEntity, StayEntity } from './entities.ts';
import { messageRecord, withoutSeq } from './rows.ts';
import { storedInstant } from './storedInstant.ts';

/** Rows of one page when a table is streamed. */
const PAGE = 300;

/** Which records: of one room, or of all; from the one instant (inclusive) until the other (exclusive). */
export type RecordScope = { roomId?: string; from?: Date; until?: Date };

/** `after`: the `next` of the page before; 0: from the beginning. */
export type PageRequest = { after: number; limit: number };
/** `next`: after which row the next page goes on; null: this is the last. */
export type Page<T> = { items: T[]; next: number | null };

/** A record with what is told of its room. */
export type WithRoom<T> = { room: Pick<RoomRecord, 'id' | 'name' | 'timeZone'>; record: T };

/** What is kept of interviews, read in pages and in the order of writing: memory stays the same however much there is. */
export class RecordTable {
  readonly #source: DataSource;

  constructor(source: DataSource) {
    this.#source = source;
  }

  /** By the time of entering. */
  async *stays(scope: RecordScope): AsyncGenerator<StayRecord> {
    for await (const row of this.#rows(StayEntity, 'enteredAt', scope)) {
      const { lastSeenAt: _, ...stay } = withoutSeq(row);
      yield stay;
    }
  }

  /** Oldest first; with `filesOnly` those that carry a file. */
  async *messages(scope: RecordScope, { filesOnly = false } = {}): AsyncGenerator<MessageRecord> {
    const narrow = (query: SelectQueryBuilder<MessageRow>) => {
      if (filesOnly) query.andWhere('row.fileId IS NOT NULL');
    };
    for await (const row of this.#rows(MessageEntity, 'at', scope, narrow)) yield messageRecord(row);
  }

  /** A page of them: those after the row `after`, and after which row the next page goes on. */
  async stayPage(scope: RecordScope, page: PageRequest): Promise<Page<StayRecord>> {
    const rows = await this.#page(StayEntity, 'enteredAt', scope, page);
    return pageOf(rows, page, ({ lastSeenAt: _, ...row }) => withoutSeq(row));
  }

  /** As stayPage. */
  async messagePage(scope: RecordScope, page: PageRequest): Promise<Page<MessageRecord>> {
    return pageOf(await this.#page(MessageEntity, 'at', scope, page), page, messageRecord);
  }

  countStays(scope: RecordScope): Promise<number> {
    return this.#matching(StayEntity, 'enteredAt', scope).getCount();
  }

  countMessages(scope: RecordScope, { filesOnly = false } = {}): Promise<number> {
    const query = this.#matching(MessageEntity, 'at', scope);
    if (filesOnly) query.andWhere('row.fileId IS NOT NULL');
    return query.getCount();
  }

  /** The records with their rooms, as far as these are still there. */
  async *withRooms<T extends { roomId: string }>(records: AsyncIterable<T>): AsyncGenerator<WithRoom<T>> {
    const rooms = new Map<string, WithRoom<T>['room'] | null>();
    for await (const record of records) {
      if (!rooms.has(record.roomId)) {
        if (rooms.size >= PAGE) rooms.clear();
        const select = { id: true, name: true, timeZone: true } as const;
        const where = { id: record.roomId };
        rooms.set(record.roomId, await this.#source.getRepository(RoomEntity).findOne({ select, where }));
      }
      const room = rooms.get(record.roomId);
      if (room) yield { room, record };
    }
  }

  async *#rows<T extends { seq: number; roomId: string }>(
    entity: EntitySchema<T>,
    time: string,
    scope: RecordScope,
    narrow: (query: SelectQueryBuilder<T>) => void = () => undefined,
  ): AsyncGenerator<T> {
    for (let after = 0; ; ) {
      const query = this.#matching(entity, time, scope).andWhere('row.seq > :after', { after });
      narrow(query);
      const rows = await query.orderBy('row.seq').limit(PAGE).getMany();
      yield* rows;
      const last = rows.at(-1);
      if (!last || rows.length < PAGE) return;
      after = last.seq;
    }
  }

  #page<T extends { seq: number; roomId: string }>(
    entity: EntitySchema<T>,
    time: string,
    scope: RecordScope,
    { after, limit }: PageRequest,
  ): Promise<T[]> {
    const query = this.#matching(entity, time, scope).andWhere('row.seq > :after', { after });
    // One more says whether there is another page.
    return query
      .orderBy('row.seq')
      .limit(limit + 1)
      .getMany();
  }

  #matching<T extends { seq: number; roomId: string }>(
    entity: EntitySchema<T>,
    time: string,
    { roomId, from, until }: RecordScope,
  ): SelectQueryBuilder<T> {
    const query = this.#source.createQueryBuilder(entity, 'row').where('1 = 1');
    const instant = (at: Date) => storedInstant(this.#source, at);
    if (roomId !== undefined) query.andWhere('row.roomId = :roomId', { roomId });
    if (from) query.andWhere(`row.${time} >= :from`, { from: instant(from) });
    if (until) query.andWhere(`row.${time} < :until`, { until: instant(until) });
    return query;
  }
}

function pageOf<R extends { seq: number }, T>(
  rows: R[],
  { limit }: PageRequest,
  recordOf: (row: R) => T,
): Page<T> {
  const shown = rows.slice(0, limit);
  return { items: shown.map(recordOf), next: rows.length > limit ? (shown.at(-1)?.seq ?? null) : null };
}
