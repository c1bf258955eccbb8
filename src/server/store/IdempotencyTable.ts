import { type DataSource, type EntityManager, IsNull, Not } from 'typeorm';
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

/**
 * Takes the answers of a room away, which hold names, and the hashes of what was asked. Their keys stay taken, so that
 * nothing is done a second time.
 */
export async function forgetAnswers(manager: EntityManager, roomId: string): Promise<void> {
  const forgotten = { requestHash: '', body: '' };
  await manager.update(IdempotencyEntity, { roomId }, forgotten);
  // What an older version kept says of no room which it is of.
  await manager.update(IdempotencyEntity, { roomId: IsNull(), body: Not(IsNull()) }, forgotten);
}

/** Requests that were made with an Idempotency-Key, and how they were answered. */
export class IdempotencyTable {
  readonly #source: DataSource;
  readonly #writes: WriteQueue;

  constructor(source: DataSource, writes: WriteQueue) {
    this.#source = source;
    this.#writes = writes;
  }

  /**
   * @param roomId of which room it is; null: of one that is not made yet
   * @returns null: it is the first, and may be done; else the one before, whose `status` is null while it is under way,
   *   and whose `requestHash` is empty when its answer was forgotten
   */
  async claim(claim: Claim, roomId: string | null, now: Date): Promise<IdempotencyRecord | null> {
    await this.#forget(now);
    const row = { ...claim, roomId, status: null, body: null, createdAt: now };
    try {
      await this.#writes.write(() => this.#rows().insert(row));
      return null;
    } catch (error) {
      if (!isDuplicate(error)) throw error;
      const { keyId, idempotencyKey } = claim;
      const before = await this.#rows().findOneBy({ keyId, idempotencyKey });
      // Given back in between: the one before has failed.
      return before ?? this.claim(claim, roomId, now);
    }
  }

  /** @param body as it is to lie in the database: not readable */
  async answered(
    { keyId, idempotencyKey, requestHash }: Claim,
    answer: Pick<IdempotencyRecord, 'roomId' | 'status' | 'body'>,
  ): Promise<void> {
    // Not when the room's answers were forgotten meanwhile.
    await this.#writes.write(() => this.#rows().update({ keyId, idempotencyKey, requestHash }, answer));
  }

  /** What failed may be tried again. */
  async release({ keyId, idempotencyKey }: Claim): Promise<void> {
    await this.#writes.write(() => this.#rows().delete({ keyId, idempotencyKey }));
  }

  async #forget(now: Date): Promise<void> {
    const before = (ms: number) => storedInstant(this.#source, new Date(now.getTime() - ms));
    await this.#writes.write(() =>
      this.#source
        .createQueryBuilder()
        .delete()
        .from(IdempotencyEntity)
        .where('created_at < :old OR (status IS NULL AND created_at < :lost)', {
          old: before(KEPT_MS),
          lost: before(LOST_MS),
        })
        .execute(),
    );
  }

  #rows() {
    return this.#source.getRepository(IdempotencyEntity);
  }
}
