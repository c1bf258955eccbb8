import { type EntityManager, In, IsNull } from 'typeorm';
import type { AuditEntry } from '../room/audit.ts';
import { type Announcement, announcement, eventOf } from '../room/events.ts';
import { batches, foundInBatches } from './batches.ts';
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
  const rows = announced.flatMap(({ entry, event }) => {
    const payload = JSON.stringify(announcement(entry, event));
    return webhooks
      .filter(({ events }) => events.includes(event))
      .map(
        ({ id: webhookId }): Omit<DeliveryRow, 'seq'> => ({
          webhookId,
          eventId: entry.id,
          event,
          payload,
          attempts: 0,
          nextAt: entry.at,
          createdAt: entry.at,
          leasedUntil: null,
          deliveredAt: null,
          lastStatus: null,
          lastError: null,
        }),
      );
  });
  for (const batch of batches(rows)) await manager.insert(DeliveryEntity, batch);
}

/**
 * What was stored, with the rooms' names as they are now: the name of a room may be that of a person, and stands in the
 * room alone. null where the room is gone.
 */
export async function withRoomNames<D extends Pick<DeliveryRow, 'payload'>>(
  manager: EntityManager,
  deliveries: D[],
): Promise<D[]> {
  const read = deliveries.map((delivery) => ({
    delivery,
    announcement: JSON.parse(delivery.payload) as Announcement,
  }));
  const names = await roomNames(
    manager,
    read.map(({ announcement }) => announcement.data.roomId as string | null),
  );
  return read.map(({ delivery, announcement }) => {
    const { roomId, ...particulars } = announcement.data;
    const data = { roomId, roomName: names.get(String(roomId)) ?? null, ...particulars };
    return { ...delivery, payload: JSON.stringify({ ...announcement, data }) };
  });
}

async function roomNames(manager: EntityManager, roomIds: (string | null)[]): Promise<Map<string, string>> {
  const ids = [...new Set(roomIds.filter((id) => id !== null))];
  const rooms = await foundInBatches(ids, (batch) =>
    manager.find(RoomEntity, { select: { id: true, name: true }, where: { id: In(batch) } }),
  );
  return new Map(rooms.map(({ id, name }) => [id, name]));
}
