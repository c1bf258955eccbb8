import type { EntityManager } from 'typeorm';
import { limits } from '../../protocol/limits.ts';
import { AppError } from '../errors.ts';
import type { MessageRecord } from '../room/records.ts';
import { MessageEntity } from './entities.ts';
import { holdRoom } from './holdRoom.ts';

/**
 * Sees that a file still fits into its room, in the transaction that stores it: who adds another meanwhile waits for the
 * end of it. One that is sent again is not counted twice.
 * @throws {AppError} too_big
 */
export async function assertFits(
  manager: EntityManager,
  { roomId, clientId, file }: MessageRecord,
): Promise<void> {
  if (!file) return;
  await holdRoom(manager, roomId);
  const others = await manager
    .createQueryBuilder(MessageEntity, 'message')
    .select('SUM(message.fileBytes)', 'bytes')
    .where('message.roomId = :roomId AND message.clientId <> :clientId', { roomId, clientId })
    .getRawOne<{ bytes: number | string | null }>();
  if (Number(others?.bytes ?? 0) + file.bytes > limits.filesPerRoomBytes)
    throw new AppError('too_big', 'the files of this room take too much space; delete some first');
}
