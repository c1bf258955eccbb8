import { type DataSource, In } from 'typeorm';
import { foundInBatches } from './batches.ts';
import { DeliveryEntity, type DeliveryRow, WebhookEntity } from './entities.ts';
import { withRoomNames } from './outbox.ts';
import { storedInstant } from './storedInstant.ts';
import type { WriteQueue } from './WriteQueue.ts';

/** Rows that one pruning deletes at most, so that nobody waits for it. */
const PRUNED = 1000;

/** What is posted, and to where. */
export type Delivery = Pick<
  DeliveryRow,
  'seq' | 'webhookId' | 'eventId' | 'event' | 'payload' | 'attempts'
> & {
  url: string;
};

/** How one attempt ended. `nextAt` null: there is no further one. */
export type DeliveryOutcome = {
  deliveredAt: Date | null;
  nextAt: Date | null;
  status: number | null;
  error: string | null;
};

/** What is to be posted. Several servers take from it: who claims a delivery has it to itself for a while. */
export class DeliveryQueue {
  readonly #source: DataSource;
  readonly #writes: WriteQueue;

  constructor(source: DataSource, writes: WriteQueue) {
    this.#source = source;
    this.#writes = writes;
  }

  /** For each webhook but the busy ones its oldest delivery that is due and that no server is at. */
  async due(now: Date, busy: string[]): Promise<Delivery[]> {
    const query = this.#source
      .createQueryBuilder(DeliveryEntity, 'delivery')
      .innerJoin(
        WebhookEntity.options.name,
        'webhook',
        'webhook.id = delivery.webhookId AND webhook.disabledAt IS NULL',
      )
      .select('MIN(delivery.seq)', 'seq')
      .where('delivery.nextAt <= :now AND (delivery.leasedUntil IS NULL OR delivery.leasedUntil <= :now)', {
        now: storedInstant(this.#source, now),
      })
      .groupBy('delivery.webhookId');
    if (busy.length > 0) query.andWhere('delivery.webhookId NOT IN (:...busy)', { busy });
    const found = await query.getRawMany<{ seq: number | string }>();
    const seqs = found.map(({ seq }) => Number(seq));
    const rows = await foundInBatches(
      seqs.sort((a, b) => a - b),
      (batch) => this.#rows().find({ where: { seq: In(batch) }, order: { seq: 'ASC' } }),
    );
    const webhookIds = rows.map(({ webhookId }) => webhookId);
    const webhooks = await foundInBatches(webhookIds, (batch) =>
      this.#source.getRepository(WebhookEntity).findBy({ id: In(batch) }),
    );
    const urls = new Map(webhooks.map(({ id, url }) => [id, url]));
    const named = await withRoomNames(this.#source.manager, rows);
    return named.flatMap(({ seq, webhookId, eventId, event, payload, attempts }) => {
      const url = urls.get(webhookId);
      return url === undefined ? [] : [{ seq, webhookId, eventId, event, payload, attempts, url }];
    });
  }

  /** @returns false when another server was faster, or it is not due any more */
  async claim(seq: number, now: Date, leasedUntil: Date): Promise<boolean> {
    const result = await this.#writes.write(() =>
      this.#source
        .createQueryBuilder()
        .update(DeliveryEntity)
        .set({ leasedUntil, attempts: () => 'attempts + 1' })
        .where('seq = :seq AND next_at <= :now AND (leased_until IS NULL OR leased_until <= :now)', {
          seq,
          now: storedInstant(this.#source, now),
        })
        .execute(),
    );
    return result.affected === 1;
  }

  /** Writes how the attempt ended, unless its lease has run out and somebody else is at it. */
  async settle(
    seq: number,
    leasedUntil: Date,
    { deliveredAt, nextAt, status, error }: DeliveryOutcome,
  ): Promise<void> {
    await this.#finish(seq, leasedUntil, { deliveredAt, nextAt, lastStatus: status, lastError: error });
  }

  /** Gives a claimed delivery back as if it had not been tried. */
  async giveBack(seq: number, leasedUntil: Date): Promise<void> {
    await this.#finish(seq, leasedUntil, { attempts: () => 'attempts - 1' });
  }

  /** Deletes what was delivered or given up and is older than `before`: some of it, again and again. */
  async prune(before: Date): Promise<number> {
    const rows = await this.#source
      .createQueryBuilder(DeliveryEntity, 'delivery')
      .select('delivery.seq')
      .where('delivery.nextAt IS NULL AND delivery.createdAt < :before', {
        before: storedInstant(this.#source, before),
      })
      .limit(PRUNED)
      .getMany();
    if (rows.length > 0)
      await this.#writes.write(() => this.#rows().delete({ seq: In(rows.map(({ seq }) => seq)) }));
    return rows.length;
  }

  async #finish(
    seq: number,
    leasedUntil: Date,
    values: Partial<Omit<DeliveryRow, 'attempts'>> & { attempts?: () => string },
  ): Promise<void> {
    await this.#writes.write(() =>
      this.#source
        .createQueryBuilder()
        .update(DeliveryEntity)
        .set({ ...values, leasedUntil: null })
        .where('seq = :seq AND leased_until = :lease', {
          seq,
          lease: storedInstant(this.#source, leasedUntil),
        })
        .execute(),
    );
  }

  #rows() {
    return this.#source.getRepository(DeliveryEntity);
  }
}
