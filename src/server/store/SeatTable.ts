import { type DataSource, In } from 'typeorm';
import type { SeatRecord } from '../room/ports.ts';
import { batches } from './batches.ts';
import { SeatEntity } from './entities.ts';
import type { WriteQueue } from './WriteQueue.ts';

/** Who sits where in the live rooms, so that a server that died or was restarted finds its people again. */
export class SeatTable {
  readonly #source: DataSource;
  readonly #writes: WriteQueue;

  constructor(source: DataSource, writes: WriteQueue) {
    this.#source = source;
    this.#writes = writes;
  }

  /** Stores the seats as they are now and forgets those of the peers that are gone; all of it, or nothing. */
  async write(seats: SeatRecord[], gone: string[]): Promise<void> {
    await this.#writes.transaction(async (manager) => {
      for (const batch of batches(seats)) await manager.upsert(SeatEntity, batch, ['peerId']);
      for (const batch of batches(gone)) await manager.delete(SeatEntity, { peerId: In(batch) });
    });
  }

  /** In the order in which people came. */
  async all(): Promise<SeatRecord[]> {
    const rows = await this.#source
      .getRepository(SeatEntity)
      .find({ order: { joinedAt: 'ASC', peerId: 'ASC' } });
    return rows.map((row) => ({ ...row }));
  }
}
