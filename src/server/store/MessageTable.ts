import type { DataSource, EntitySchema, ObjectLiteral } from 'typeorm';
import type { MessageRecord } from '../room/records.ts';
import { FileEntity, MessageEntity } from './entities.ts';
import { isDuplicate } from './errors.ts';
import { assertFits } from './fileQuota.ts';
import { holdRoom } from './holdRoom.ts';
import { messageRecord, messageRow } from './rows.ts';
import type { WriteQueue } from './WriteQueue.ts';

/** What was written in the rooms' chats, and the files that were sent there. They are read in pages by `RecordTable`. */
export class MessageTable {
  readonly #source: DataSource;
  readonly #writes: WriteQueue;

  constructor(source: DataSource, writes: WriteQueue) {
    this.#source = source;
    this.#writes = writes;
  }

  async add(message: MessageRecord, content?: Buffer): Promise<MessageRecord> {
    const { file, roomId: room } = message;
    try {
      await this.#writes.transaction(async (manager) => {
        await assertFits(manager, message);
        await manager.insert(MessageEntity, messageRow(message));
        if (file && content) await manager.insert(FileEntity, { id: file.id, roomId: room, content });
      });
      return message;
    } catch (error) {
      const { roomId, clientId } = message;
      const stored = isDuplicate(error) && (await this.#rows(MessageEntity).findOneBy({ roomId, clientId }));
      if (!stored) throw error;
      return messageRecord(stored);
    }
  }

  async delete(roomId: string, messageId: string): Promise<void> {
    const row = await this.#rows(MessageEntity).findOneBy({ roomId, id: messageId });
    if (!row) return;
    await this.#writes.transaction(async (manager) => {
      await holdRoom(manager, roomId);
      await manager.delete(MessageEntity, { seq: row.seq });
      if (row.fileId) await manager.delete(FileEntity, { id: row.fileId });
    });
  }

  async clear(roomId: string): Promise<void> {
    await this.#writes.transaction(async (manager) => {
      await holdRoom(manager, roomId);
      await manager.delete(MessageEntity, { roomId });
      await manager.delete(FileEntity, { roomId });
    });
  }

  async readFile(roomId: string, fileId: string): Promise<Buffer | null> {
    const row = await this.#rows(FileEntity).findOneBy({ id: fileId, roomId });
    return row && Buffer.from(row.content);
  }

  #rows<T extends ObjectLiteral>(entity: EntitySchema<T>) {
    return this.#source.getRepository(entity);
  }
}
