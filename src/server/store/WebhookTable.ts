import { type DataSource, In, IsNull, Not } from 'typeorm';
import type { AuditEntry } from '../room/audit.ts';
import type { AuditLog } from './AuditLog.ts';
import { batches } from './batches.ts';
import { DeliveryEntity, type DeliveryRow, WebhookEntity, type WebhookRow } from './entities.ts';
import { withRoomNames } from './outbox.ts';
import { storedInstant } from './storedInstant.ts';
import type { WriteQueue } from './WriteQueue.ts';

export type WebhookRecord = WebhookRow;

/** pending: not tried yet; retrying: failed, will be tried again; failed: given up. */
export type DeliveryState = 'pending' | 'retrying' | 'delivered' | 'failed';
export type WebhookCounts = Record<DeliveryState, number>;
/** What is not given is not asked for. */
export type DeliveryFilter = { webhookId?: string; states?: DeliveryState[]; limit: number };

const conditions: Record<DeliveryState, string> = {
  pending: 'delivery.nextAt IS NOT NULL AND delivery.attempts = 0',
  retrying: 'delivery.nextAt IS NOT NULL AND delivery.attempts > 0',
  delivered: 'delivery.deliveredAt IS NOT NULL',
  failed: 'delivery.nextAt IS NULL AND delivery.deliveredAt IS NULL',
};

/** The webhooks, and what became of their deliveries, as administrators see them. */
export class WebhookTable {
  readonly #source: DataSource;
  readonly #writes: WriteQueue;
  readonly #audit: AuditLog;

  constructor(source: DataSource, writes: WriteQueue, audit: AuditLog) {
    this.#source = source;
    this.#writes = writes;
    this.#audit = audit;
  }

  async create(webhook: WebhookRecord, audit: AuditEntry[]): Promise<void> {
    await this.#audit.recordWith(audit, (manager) => manager.insert(WebhookEntity, { ...webhook }));
  }

  /** The oldest first. */
  async list(): Promise<WebhookRecord[]> {
    const rows = await this.#webhooks().find({ order: { createdAt: 'ASC', id: 'ASC' } });
    return rows.map((row) => ({ ...row }));
  }

  async find(id: string): Promise<WebhookRecord | null> {
    const row = await this.#webhooks().findOneBy({ id });
    return row && { ...row };
  }

  /** With its deliveries. One that is not there is no error. */
  async delete(id: string, audit: AuditEntry[]): Promise<void> {
    await this.#audit.recordWith(audit, (manager) => manager.delete(WebhookEntity, { id }));
  }

  /** Posts nothing more to it since `at`; null: posts again. Nothing is written when it is so already. */
  async setDisabled(id: string, at: Date | null, audit: AuditEntry[]): Promise<void> {
    const disabledAt = at ? IsNull() : Not(IsNull());
    if (!(await this.#webhooks().existsBy({ id, disabledAt }))) return;
    await this.#audit.recordWith(audit, (manager) =>
      manager.update(WebhookEntity, { id }, { disabledAt: at }),
    );
  }

  /** How many deliveries there are in each state, by the webhook's id. */
  async counts(): Promise<Map<string, WebhookCounts>> {
    const states = Object.entries(conditions) as [DeliveryState, string][];
    const query = this.#source
      .createQueryBuilder(DeliveryEntity, 'delivery')
      .select('delivery.webhookId', 'id')
      .groupBy('delivery.webhookId');
    for (const [state, condition] of states)
      query.addSelect(`SUM(CASE WHEN ${condition} THEN 1 ELSE 0 END)`, state);
    const rows = await query.getRawMany<{ id: string } & Record<DeliveryState, number | string>>();
    return new Map(
      rows.map((row) => [
        row.id,
        Object.fromEntries(states.map(([state]) => [state, Number(row[state])])) as WebhookCounts,
      ]),
    );
  }

  /** The latest first. */
  async deliveries({ webhookId, states, limit }: DeliveryFilter): Promise<DeliveryRow[]> {
    const query = this.#source.createQueryBuilder(DeliveryEntity, 'delivery');
    if (webhookId !== undefined) query.andWhere('delivery.webhookId = :webhookId', { webhookId });
    if (states) query.andWhere(`(${states.map((state) => `(${conditions[state]})`).join(' OR ')})`);
    const rows = await query.orderBy('delivery.seq', 'DESC').limit(limit).getMany();
    return withRoomNames(this.#source.manager, rows);
  }

  async delivery(seq: number): Promise<DeliveryRow | null> {
    const row = await this.#source.getRepository(DeliveryEntity).findOneBy({ seq });
    if (!row) return null;
    return (await withRoomNames(this.#source.manager, [row]))[0] ?? null;
  }

  /**
   * Makes deliveries due now that were not delivered and that no server is at; what was given up begins its series
   * of attempts anew. Those of disabled webhooks stay as they are.
   * @param seqs which; without it all
   * @returns how many
   */
  async retry(now: Date, seqs?: number[]): Promise<number> {
    if (!seqs) return this.#retry(now);
    let count = 0;
    for (const batch of batches(seqs)) count += await this.#retry(now, batch);
    return count;
  }

  async #retry(now: Date, seqs?: number[]): Promise<number> {
    const query = this.#source
      .createQueryBuilder()
      .update(DeliveryEntity)
      // In this order: MySQL sets one column after the other.
      .set({ attempts: () => 'CASE WHEN next_at IS NULL THEN 0 ELSE attempts END', nextAt: now })
      .where('delivered_at IS NULL AND (leased_until IS NULL OR leased_until <= :now)', {
        now: storedInstant(this.#source, now),
      })
      .andWhere('webhook_id IN (SELECT id FROM webhooks WHERE disabled_at IS NULL)');
    if (seqs) query.andWhere({ seq: In(seqs) });
    return (await this.#writes.write(() => query.execute())).affected ?? 0;
  }

  #webhooks() {
    return this.#source.getRepository(WebhookEntity);
  }
}

/** As an administrator is told. */
export function stateOfDelivery({ deliveredAt, nextAt, attempts }: DeliveryRow): DeliveryState {
  if (deliveredAt) return 'delivered';
  if (!nextAt) return 'failed';
  return attempts > 0 ? 'retrying' : 'pending';
}
