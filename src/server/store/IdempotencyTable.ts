import type { DataSource } from 'typeorm';
import { IdempotencyEntity, type IdempotencyRow } from './entities.ts';
import { isDuplicate } from './errors.ts';
import { storedInstant } from './storedInstant.ts';
import type { WriteQueue } from './WriteQueue.ts';

/** How long a request is remembered: 24 hours, as most APIs do. */
const KEPT_MS = 86_400_000;
/** A request that is under way for longer belonged to a server that died. */
const LOST_MS = 60_000;

export type IdempotencyRecord = IdempotencyRow;
type Claim = Pick<IdempotencyRecord, 'keyId' | 'idempotencyKey' | 'requestHash'>;

/** Requests that were made with an Idempotency-Key, and how they were answered. */
export class IdempotencyTable {
  readonly #source: DataSource;
  readonly #writes: WriteQueue;

  constructor(source: DataSource, writes: WriteQueue) {
    this.#source = source;
    this.#writes = writes;
  }

  /** @returns null: it is the first, and may be done; else the one before, whose `status` is null while it is under way */
  async claim(claim: Claim, now: Date): Promise<IdempotencyRecord | null> {
    await this.#forget(now);
    const row = { ...claim, status: null, body: null, createdAt: now };
    try {
      await this.#writes.run(() => this.#rows().insert(row));
      return null;
    } catch (error) {
      if (!isDuplicate(error)) throw error;
      const { keyId, idempotencyKey } = claim;
      return this.#rows().findOneByOrFail({ keyId, idempotencyKey });
    }
  }

  /** @param body as it is to lie in the database: not readable */
  async answered({ keyId, idempotencyKey }: Claim, status: number, body: string): Promise<void> {
    await this.#writes.run(() => this.#rows().update({ keyId, idempotencyKey }, { status, body }));
  }

  /** What failed may be tried again. */
  async release({ keyId, idempotencyKey }: Claim): Promise<void> {
    await this.#writes.run(() => this.#rows().delete({ keyId, idempotencyKey }));
  }

  async #forget(now: Date): Promise<void> {
    const before = (ms: number) => storedInstant(this.#source, new Date(now.getTime() - ms));
    await this.#writes.run(() =>
      this.#source
        .createQueryBuilder()
        .delete()
        .from(IdempotencyEntity)
        .where('created_at < :old OR (status IS NULL AND created_at < :lost)', {
          ...{ old: before(KEPT_MS), lost: before(LOST_MS) },
        })
        .execute(),
    );
  }

  #rows() {
    return this.#source.getRepository(IdempotencyEntity);
  }
}
