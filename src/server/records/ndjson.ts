import { Readable } from 'node:stream';
import type { Table } from './table.ts';

/** One JSON object per line, for programs. An error of `rows` is the stream's. */
export function ndjson<R>({ object }: Pick<Table<R>, 'object'>, rows: AsyncIterable<R>): Readable {
  async function* lines() {
    for await (const row of rows) yield `${JSON.stringify(object(row))}\n`;
  }
  return Readable.from(lines());
}
