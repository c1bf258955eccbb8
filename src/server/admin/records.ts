/** What of the records leaves the house: the exports, and the audit entry that each leaves. */
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { auditTable } from '../records/audit.ts';
import { chatTable, filesTable } from '../records/chat.ts';
import { csv } from '../records/csv.ts';
import { ndjson } from '../records/ndjson.ts';
import { participantsTable } from '../records/participants.ts';
import type { Table } from '../records/table.ts';
import { xlsx } from '../records/xlsx.ts';
import { zip } from '../records/zip.ts';
import { type AuditEntry, auditEntry } from '../room/audit.ts';
import type { RecordScope, Store } from '../store/index.ts';
import { archiveEntries, fileEntries } from './archive.ts';
import { type ExportFormat, type ExportKind, type ExportRequest, scopeOf } from './exportRequest.ts';
import type { Admin } from './live.ts';

/** An export that is being read. */
export type Export = {
  content: Readable;
  /** Records that it will have. */
  total: number;
  /** Records that were read so far. */
  written: () => number;
  /** Hears how many records were read: at once, and with each that is. */
  onRecord: (heard: (written: number) => void) => void;
};

type ExportStore = Pick<Store, 'records' | 'rooms' | 'audit' | 'readFile'>;

/** Opens an export: streamed, so that memory stays the same however much there is. */
export async function openExport(store: ExportStore, request: ExportRequest): Promise<Export> {
  const counter = new Counter();
  const total = await countOf(store, request.kind, scopeOf(request));
  return {
    // Last of all: it begins to read at once, and whoever gets it must be there to hear what goes wrong.
    content: contentOf(store, request, counter),
    total,
    written: () => counter.count,
    onRecord: (heard) => counter.tell(heard),
  };
}

type Reader = Pick<Admin<ExportStore>, 'store' | 'now' | 'actor'>;

/** An export of which the audit knows. */
export type NotedExport = Export & {
  /** To be called when all of it was handed on: only then the export is told of as complete. */
  noteWhole: () => Promise<void>;
};

/**
 * An export that leaves the house. The audit knows before its first byte who reads what, as one that breaks off has given
 * away a part; and afterwards that it was whole.
 */
export async function openNotedExport(
  { store, ...reader }: Reader,
  request: ExportRequest,
): Promise<NotedExport> {
  await store.audit.record([entryOf('records.opened', reader, request)]);
  const opened = await openExport(store, request);
  const noteWhole = () =>
    store.audit.record([entryOf('records.exported', reader, request, { records: opened.written() })]);
  return { ...opened, noteWhole };
}

/** An export on its way to somebody. */
export type Download = {
  content: Readable;
  /** To be called when all of it was handed on. */
  sent: () => void;
};

/**
 * A noted export that somebody downloads. Resolves when the first of it is there: a database that does not answer is an
 * error, not a file that ends early.
 */
export async function openDownload(
  reader: Reader,
  request: ExportRequest,
  onError: (error: unknown) => void,
): Promise<Download> {
  const { content, noteWhole } = await openNotedExport(reader, request);
  await once(content, 'readable');
  return { content, sent: () => void noteWhole().catch(onError) };
}

function entryOf(
  action: 'records.opened' | 'records.exported',
  { now, actor }: Pick<Reader, 'now' | 'actor'>,
  { kind, format, room, from, until }: ExportRequest,
  more: { records?: number } = {},
): AuditEntry {
  const details = {
    kind,
    format,
    ...more,
    ...(from && { from: from.toISOString() }),
    ...(until && { until: until.toISOString() }),
  };
  return auditEntry(action, { at: now(), roomId: room?.id ?? null, actor }, { details });
}

function contentOf(store: ExportStore, request: ExportRequest, counter: Counter): Readable {
  const { kind, format, room, detailed, timeZone } = request;
  const { records } = store;
  const scope = scopeOf(request);
  const several = room === null;
  if (kind === 'room') return zip(archiveEntries(store, request, (rows) => counter.of(rows)));
  if (kind === 'files' && format === 'zip')
    return zip(
      fileEntries(store, records.withRooms(counter.of(records.messages(scope, { filesOnly: true })))),
    );
  if (kind === 'participants')
    return written(
      format,
      participantsTable({ detailed }),
      records.withRooms(counter.of(records.stays(scope))),
    );
  if (kind === 'audit') return written(format, auditTable(timeZone), counter.of(store.audit.entries(scope)));
  const messages = records.messages(scope, { filesOnly: kind === 'files' });
  const table = kind === 'chat' ? chatTable({ several }) : filesTable({ several });
  return written(format, table, records.withRooms(counter.of(messages)));
}

function written<R>(format: ExportFormat, table: Table<R>, rows: AsyncIterable<R>): Readable {
  if (format === 'json') return ndjson(table, rows);
  return format === 'xlsx' ? xlsx(table.columns, rows) : csv(table.columns, rows);
}

async function countOf(
  { records, audit }: ExportStore,
  kind: ExportKind,
  scope: RecordScope,
): Promise<number> {
  if (kind === 'participants') return records.countStays(scope);
  if (kind === 'audit') return audit.count(scope);
  if (kind === 'room') {
    const counts = [records.countStays(scope), records.countMessages(scope), audit.count(scope)];
    return (await Promise.all(counts)).reduce((a, b) => a + b);
  }
  return records.countMessages(scope, { filesOnly: kind === 'files' });
}

/** Counts the records as they are read. */
class Counter {
  #heard: (count: number) => void = () => undefined;
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** Some may be read before anybody asks: a stream reads ahead. */
  tell(heard: (count: number) => void): void {
    this.#heard = heard;
    heard(this.#count);
  }

  async *of<T>(rows: AsyncIterable<T>): AsyncGenerator<T> {
    for await (const row of rows) {
      this.#heard(++this.#count);
      yield row;
    }
  }
}
