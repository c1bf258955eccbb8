import type { DataSource } from 'typeorm';
import { AuditEntity, MetaEntity } from './entities.ts';
import type { WriteQueue } from './WriteQueue.ts';

const KEY = 'clock';

/** `seenAt`: what the clock said when somebody looked at it last; `doubtedSince`: since when it is not believed. */
export type ClockMemory = { seenAt: Date; doubtedSince: Date | null };

/** What the database has seen of the time, for what is erased by the clock. */
export class ClockTable {
  readonly #source: DataSource;
  readonly #writes: WriteQueue;

  constructor(source: DataSource, writes: WriteQueue) {
    this.#source = source;
    this.#writes = writes;
  }

  /** Where nobody has looked at the clock yet: the time of the audit's last entry; null: there is none. */
  async read(): Promise<ClockMemory | null> {
    const row = await this.#source.getRepository(MetaEntity).findOneBy({ key: KEY });
    if (!row) return this.#ofAudit();
    const [seenAt, doubtedSince] = row.value.split(' ').map((text) => new Date(text));
    return { seenAt: seenAt as Date, doubtedSince: doubtedSince ?? null };
  }

  async write({ seenAt, doubtedSince }: ClockMemory): Promise<void> {
    const value = [seenAt, doubtedSince].flatMap((at) => at?.toISOString() ?? []).join(' ');
    await this.#writes.transaction((manager) => manager.upsert(MetaEntity, { key: KEY, value }, ['key']));
  }

  async #ofAudit(): Promise<ClockMemory | null> {
    const [last] = await this.#source.getRepository(AuditEntity).find({ order: { seq: 'DESC' }, take: 1 });
    return last ? { seenAt: last.at, doubtedSince: null } : null;
  }
}
