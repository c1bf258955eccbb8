import type { EntityManager } from 'typeorm';
import { RoomEntity } from './entities.ts';

/** Holds a room's row until the transaction has ended, and changes nothing: who does the same meanwhile waits for that. */
export async function holdRoom(manager: EntityManager, id: string): Promise<void> {
  await manager.update(RoomEntity, { id }, { id });
}
