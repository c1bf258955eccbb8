/** What the exports have in common: records as rows of a table, and as objects for programs. */
import type { RoomRecord } from '../room/records.ts';

/** What of a room is needed to tell its records. */
export type RoomPart = Pick<RoomRecord, 'name' | 'timeZone'>;

/** A record with the room that it belongs to. */
export type InRoom<T> = { room: RoomPart; record: T };

/** An instant, to be shown on the clock of a time zone: to the minute, or to the second where the order matters. */
export type LocalTime = { at: Date; timeZone: string; seconds?: boolean };
/** What can stand in a cell; null: nothing. */
export type Cell = string | number | LocalTime | null;

/** Its heading, in Japanese, and what stands in it. */
export type Column<R> = { heading: string; of: (row: R) => Cell };

/** One kind of records: its columns for people, and what programs get; times there are ISO 8601 in UTC. */
export type Table<R> = { columns: Column<R>[]; object: (row: R) => object };

/** The records of one room as the tables take them. */
export async function* inRoom<T>(room: RoomPart, records: AsyncIterable<T>): AsyncGenerator<InRoom<T>> {
  for await (const record of records) yield { room, record };
}
