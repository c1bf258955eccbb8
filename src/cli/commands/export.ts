import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { UserError } from '../../server/errors.ts';
import type { RoomRecord } from '../../server/room/ports.ts';
import type { Store } from '../../server/store/index.ts';
import { type CommonOptions, configOf, withStore } from '../context.ts';
import { printJson, printLine } from '../output.ts';
import { writeWhole } from '../writeWhole.ts';

export type ExportOptions = CommonOptions & { output?: string };
export type ExportKind = 'participants' | 'chat';

/** `webinterview export participants|chat ROOM`: streamed, so that a long room needs no more memory. */
export async function exportRecords(
  kind: ExportKind,
  nameOrId: string,
  options: ExportOptions,
): Promise<void> {
  await withStore(configOf(options), { create: false }, async (store) => {
    const room = await store.rooms.find(nameOrId);
    if (!room) throw new UserError(`There is no room named ${nameOrId}: check its name or id.`);
    const counter = { rows: 0 };
    const text = await recordsOf(kind, room, store, counter, options.json ?? false);
    if (options.output === undefined) return toStandardOutput(text);
    await writeWhole(options.output, text);
    const { rows } = counter;
    if (options.json) printJson({ output: options.output, rows });
    else printLine(`Wrote ${rows} ${rows === 1 ? 'row' : 'rows'} to ${options.output}`);
  });
}

async function recordsOf(
  kind: ExportKind,
  room: RoomRecord,
  store: Store,
  counter: { rows: number },
  json: boolean,
): Promise<Readable> {
  const { participantsCsv, chatCsv } = await import('../../server/records/csv.ts');
  const { participantsNdjson, chatNdjson } = await import('../../server/records/ndjson.ts');
  if (kind === 'participants') {
    return (json ? participantsNdjson : participantsCsv)(room, counted(store.stays(room.id), counter));
  }
  return (json ? chatNdjson : chatCsv)(room, counted(store.messages(room.id), counter));
}

async function* counted<T>(records: AsyncIterable<T>, counter: { rows: number }): AsyncGenerator<T> {
  for await (const record of records) {
    counter.rows++;
    yield record;
  }
}

/** A reader that has seen enough (`| head`) is no error. */
async function toStandardOutput(text: Readable): Promise<void> {
  try {
    await pipeline(text, process.stdout, { end: false });
    if (process.stdout.writableLength > 0) await once(process.stdout, 'drain');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error;
  }
}
