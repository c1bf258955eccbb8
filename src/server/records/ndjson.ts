import { Readable } from 'node:stream';
import type { MessageRecord, RoomRecord, StayRecord } from '../room/ports.ts';

/**
 * One JSON object per line for programs, with the columns of the CSV and the outcome of the
 * environment check (null when it was not told); times ISO 8601 in UTC.
 */
export function participantsNdjson(
  { name: room }: Pick<RoomRecord, 'name'>,
  stays: AsyncIterable<StayRecord>,
): Readable {
  return ndjson(stays, ({ role, company, name, enteredAt, leftAt, check }) => ({
    room,
    role,
    company,
    name,
    enteredAt,
    leftAt,
    check,
  }));
}

/** As participantsNdjson, for the chat. */
export function chatNdjson(
  _room: Pick<RoomRecord, 'name'>,
  messages: AsyncIterable<MessageRecord>,
): Readable {
  return ndjson(messages, ({ at, role, name, text, file }) => ({ type: 'all', at, role, name, text, file }));
}

function ndjson<T>(records: AsyncIterable<T>, shape: (record: T) => object): Readable {
  async function* lines() {
    for await (const record of records) yield `${JSON.stringify(shape(record))}\n`;
  }
  return Readable.from(lines());
}
