import { type EntityManager, In, IsNull } from 'typeorm';
import type { AuditEntry } from '../room/audit.ts';
import { announcement, eventOf } from '../room/events.ts';
import { DeliveryEntity, type DeliveryRow, RoomEntity, WebhookEntity } from './entities.ts';

/**
 * Puts what these entries announce on its way to the webhooks that want it, in the transaction that stores them:
 * nothing is lost, and nothing is announced that did not happen.
 */
export async function enqueueDeliveries(manager: EntityManager, entries: AuditEntry[]): Promise<void> {
  const announced = entries.flatMap((entry) => {
    const event = eventOf(entry);
    return event ? [{ entry, event }] : [];
  });
  if (announced.length === 0) return;
  const webhooks = await manager.find(WebhookEntity, {
    where: { disabledAt: IsNull() },
    order: { id: 'ASC' },
  });
  if (webhooks.length === 0) return;
  const names = await roomNames(manager, entries);
  const rows = announced.flatMap(({ entry, event }) => {
    const payload = JSON.stringify(announcement(entry, event, names.get(entry.roomId ?? '') ?? null));
    return webhooks
      .filter(({ events }) => events.includes(event))
      .map(
        ({ id: webhookId }): Omit<DeliveryRow, 'seq'> => ({
          ...{ webhookId, eventId: entry.id, event, payload },
          ...{ attempts: 0, nextAt: entry.at, createdAt: entry.at },
          ...{ leasedUntil: null, deliveredAt: null, lastStatus: null, lastError: null },
        }),
      );
  });
  if (rows.length > 0) await manager.insert(DeliveryEntity, rows);
}

async function roomNames(manager: EntityManager, entries: AuditEntry[]): Promise<Map<string, string>> {
  const ids = [...new Set(entries.flatMap(({ roomId }) => roomId ?? []))];
  const rooms = await manager.find(RoomEntity, { select: { id: true, name: true }, where: { id: In(ids) } });
  return new Map(rooms.map(({ id, name }) => [id, name]));
}
