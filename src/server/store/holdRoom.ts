import type { EntityManager } from 'typeorm';
import { RoomEntity } from './entities.ts';

/**
 * Holds a room's row until the transaction has ended, and changes nothing: who does the same meanwhile waits for that.
 *
 * All transactions take rows in one order, so that no two wait for each other: the room, its links, its stays, seats, messages and
 * files, the answers of the API, the audit's end, webhooks and deliveries, keys. Whoever changes what belongs to a room holds
 * the room first, as deleting it does.
 */
export async function holdRoom(manager: EntityManager, id: string): Promise<void> {
  await manager.update(RoomEntity, { id }, { id });
}
