import { createHmac } from 'node:crypto';
import { type DataSource, type EntityManager, In, type SelectQueryBuilder } from 'typeorm';
import type { AuditEntry } from '../room/audit.ts';
import { batches } from './batches.ts';
import { AuditEntity, AuditHeadEntity, type AuditHeadRow, type AuditRow } from './entities.ts';
import { isDuplicate } from './errors.ts';
import { enqueueDeliveries } from './outbox.ts';
import type { RecordScope } from './RecordTable.ts';
import { storedInstant } from './storedInstant.ts';
import type { WriteQueue } from './WriteQueue.ts';

/** Rows of one page when the whole audit is read. */
const PAGE = 1000;
/** Broken entries that a verification names at most. */
const NAMED = 100;

export type AuditRecord = AuditRow;

/**
 * What verification found: `seq` is the entry's number; `end` says that the last entries are gone, `beyond` that this one
 * was put after the end.
 */
export type AuditProblem = { seq: number; problem: 'missing' | 'changed' | 'end' | 'beyond' };

/** How much was read, the hash of the last entry, and the first faults (100 at most). */
export type AuditVerdict = { entries: number; hash: string; problems: AuditProblem[] };

/** Adds entries inside a transaction that changes something else too. */
export type AppendAudit = (manager: EntityManager, entries: AuditEntry[]) => Promise<void>;

/**
 * The append-only audit. Each entry carries HMAC-SHA-256 over itself and the hash of the one before, keyed with a
 * secret that is not in the database: who can write the database alone can change nothing unnoticed.
 */
export class AuditLog {
  readonly #source: DataSource;
  readonly #writes: WriteQueue;
  readonly #key: () => Promise<Buffer>;

  constructor(source: DataSource, writes: WriteQueue, key: () => Promise<Buffer>) {
    this.#source = source;
    this.#writes = writes;
    this.#key = key;
  }

  /** Fetches the key, which must not happen inside a transaction. @throws {UserError} the secret is not there */
  async appender(): Promise<AppendAudit> {
    const key = await this.#key();
    return (manager, entries) => append(manager, entries, key);
  }

  /** Adds the entries and makes the change that they tell of: both, or neither. @throws {UserError} the secret is not there */
  async recordWith<T>(entries: AuditEntry[], change: (manager: EntityManager) => Promise<T>): Promise<T> {
    const appendTo = await this.appender();
    return this.#writes.transaction(async (manager) => {
      await appendTo(manager, entries);
      return change(manager);
    });
  }

  /** Adds the entries; those that are there already, by id, are not added again. */
  async record(entries: AuditEntry[]): Promise<void> {
    const appendTo = await this.appender();
    const write = (rest: AuditEntry[]) => this.#writes.transaction((manager) => appendTo(manager, rest));
    try {
      await write(entries);
    } catch (error) {
      if (!isDuplicate(error)) throw error;
      const known = await this.#known(entries.map(({ id }) => id));
      await write(entries.filter(({ id }) => !known.has(id)));
    }
  }

  async #known(ids: string[]): Promise<Set<string>> {
    const audit = this.#source.getRepository(AuditEntity);
    const known = new Set<string>();
    for (const batch of batches(ids)) {
      const rows = await audit.find({ select: { id: true }, where: { id: In(batch) } });
      for (const { id } of rows) known.add(id);
    }
    return known;
  }

  /** Oldest first, read in pages. */
  async *entries(scope: RecordScope = {}): AsyncGenerator<AuditRecord> {
    for (let after = 0; ; ) {
      const query = this.#matching(scope).andWhere('row.seq > :after', { after });
      const rows = await query.orderBy('row.seq').limit(PAGE).getMany();
      yield* rows;
      const last = rows.at(-1);
      if (!last || rows.length < PAGE) return;
      after = last.seq;
    }
  }

  count(scope: RecordScope = {}): Promise<number> {
    return this.#matching(scope).getCount();
  }

  /** Reads the whole audit and says what does not hold together; `onEntry` hears of each that was read. */
  async verify(onEntry: (seq: number) => void = () => undefined): Promise<AuditVerdict> {
    const key = await this.#key();
    const problems: AuditProblem[] = [];
    const note = (found: AuditProblem) => {
      if (problems.length < NAMED) problems.push(found);
    };
    const head = await this.#head();
    const last = { seq: 0, hash: '' };
    for await (const row of this.entries()) {
      if (row.seq > head.entries) {
        // What was added meanwhile is none of this head's, and there is another by now.
        if (row.seq > (await this.#head()).entries) note({ seq: row.seq, problem: 'beyond' });
        break;
      }
      for (let seq = last.seq + 1; seq < row.seq && problems.length < NAMED; seq++)
        note({ seq, problem: 'missing' });
      if (hashOf(row, row.seq, last.hash, key) !== row.hash && row.seq === last.seq + 1)
        note({ seq: row.seq, problem: 'changed' });
      Object.assign(last, { seq: row.seq, hash: row.hash });
      onEntry(row.seq);
    }
    if (last.seq !== head.entries || last.hash !== head.hash || !isSealed(head, key))
      note({ seq: last.seq, problem: 'end' });
    return { entries: last.seq, hash: last.hash, problems };
  }

  #head(): Promise<AuditHeadRow> {
    return this.#source.getRepository(AuditHeadEntity).findOneByOrFail({ id: 1 });
  }

  #matching({ roomId, from, until }: RecordScope): SelectQueryBuilder<AuditRow> {
    const query = this.#source.createQueryBuilder(AuditEntity, 'row').where('1 = 1');
    const instant = (at: Date) => storedInstant(this.#source, at);
    if (roomId !== undefined) query.andWhere('row.roomId = :roomId', { roomId });
    if (from) query.andWhere('row.at >= :from', { from: instant(from) });
    if (until) query.andWhere('row.at < :until', { until: instant(until) });
    return query;
  }
}

async function append(manager: EntityManager, entries: AuditEntry[], key: Buffer): Promise<void> {
  if (entries.length === 0) return;
  // A write comes first, so that two processes take turns: both databases hold others back from here on.
  await manager.increment(AuditHeadEntity, { id: 1 }, 'entries', entries.length);
  const head = await manager.findOneByOrFail(AuditHeadEntity, { id: 1 });
  let { hash } = head;
  const first = head.entries - entries.length + 1;
  const rows = entries.map((entry, index): AuditRow => {
    const seq = first + index;
    hash = hashOf(entry, seq, hash, key);
    return { ...entry, seq, hash };
  });
  for (const batch of batches(rows)) await manager.insert(AuditEntity, batch);
  await enqueueDeliveries(manager, entries);
  await manager.update(
    AuditHeadEntity,
    { id: 1 },
    { hash, seal: sealOf({ entries: head.entries, hash }, key) },
  );
}

function hashOf(entry: AuditEntry, seq: number, previous: string, key: Buffer): string {
  const { id, at, roomId, actor, action, subject, details } = entry;
  const text = JSON.stringify([seq, id, at.toISOString(), roomId, actor, action, subject, details, previous]);
  return createHmac('sha256', key).update(`entry\0${text}`).digest('hex');
}

function sealOf({ entries, hash }: Pick<AuditHeadRow, 'entries' | 'hash'>, key: Buffer): string {
  return createHmac('sha256', key).update(`head\0${entries}\0${hash}`).digest('hex');
}

const isSealed = (head: AuditHeadRow, key: Buffer) =>
  head.entries === 0 ? head.seal === '' : head.seal === sealOf(head, key);
