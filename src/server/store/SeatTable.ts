import { type DataSource, type EntityManager, type FindOptionsWhere, In, IsNull, Not } from 'typeorm';
import type { SeatRecord, SeatsToTake } from '../room/records.ts';
import { batches } from './batches.ts';
import { SeatEntity } from './entities.ts';
import type { WriteQueue } from './WriteQueue.ts';

const IN_ORDER = { joinedAt: 'ASC', peerId: 'ASC' } as const;

/** Who sits where in the live rooms, so that a server that died or was restarted finds its people again. */
export class SeatTable {
  readonly #source: DataSource;
  readonly #writes: WriteQueue;
  #lastTaken: Promise<unknown> = Promise.resolve();

  constructor(source: DataSource, writes: WriteQueue) {
    this.#source = source;
    this.#writes = writes;
  }

  /** See `RoomStore.writeSeats`. */
  async write(serverId: string, seats: SeatRecord[], gone: string[]): Promise<void> {
    await this.#writes.transaction(async (manager) => {
      for (const batch of batches(seats)) {
        const taken = await this.#takenFrom(serverId, batch, manager);
        const own = batch.filter(({ peerId }) => !taken.has(peerId));
        if (own.length > 0) await manager.upsert(SeatEntity, own, ['peerId']);
      }
      for (const batch of batches(gone))
        await manager.delete(SeatEntity, [
          { peerId: In(batch), serverId },
          { peerId: In(batch), serverId: IsNull() },
        ]);
    });
  }

  /** Of a room, or of all; in the order in which people came. */
  async list(roomId?: string): Promise<SeatRecord[]> {
    return this.#find(roomId === undefined ? {} : { roomId });
  }

  /** The servers that seats name; null: some name none. */
  async servers(): Promise<(string | null)[]> {
    const rows = await this.#source
      .createQueryBuilder(SeatEntity, 'seat')
      .select('seat.serverId', 'id')
      .distinct()
      .getRawMany<{ id: string | null }>();
    return rows.map(({ id }) => id);
  }

  /** See `RoomStore.takeSeats`. One after the other: two at once would both find what the first has made this server's. */
  take(serverId: string, which: SeatsToTake): Promise<SeatRecord[]> {
    const taken = this.#lastTaken.then(() => this.#take(serverId, which));
    this.#lastTaken = taken.catch(() => undefined);
    return taken;
  }

  async #take(serverId: string, { from, room, exceptRooms = [] }: SeatsToTake): Promise<SeatRecord[]> {
    const where = from.map((id) => ({ serverId: id ?? IsNull(), ...(room && { roomId: room }) }));
    const seats = (await this.#find(where)).filter(({ roomId }) => !exceptRooms.includes(roomId));
    return this.#writes.transaction(async (manager) => {
      const taken: SeatRecord[] = [];
      for (const batch of batches(seats)) {
        const peerId = In(batch.map((seat) => seat.peerId));
        // Another server may have been quicker.
        for (const id of from)
          await manager.update(SeatEntity, { peerId, serverId: id ?? IsNull() }, { serverId });
        const own = await manager.find(SeatEntity, { where: { peerId, serverId }, order: IN_ORDER });
        taken.push(...own.map((row) => ({ ...row })));
      }
      return taken;
    });
  }

  /**
   * Which of the server's seats another one has taken, as it hung and goes on now. Until the end of the transaction no more are. Only
   * rows that are there are locked, and no gaps between them, into which others insert.
   */
  async #takenFrom(serverId: string, seats: SeatRecord[], manager: EntityManager): Promise<Set<string>> {
    const select = { peerId: true } as const;
    const ids = seats.map(({ peerId }) => peerId);
    const there = await manager.find(SeatEntity, { select, where: { peerId: In(ids) } });
    if (there.length === 0) return new Set();
    const where = { peerId: In(there.map(({ peerId }) => peerId)), serverId: Not(serverId) };
    // SQLite has one place for writers, which a transaction takes first of all.
    const locks = this.#source.options.type === 'mysql';
    const taken = await manager.find(SeatEntity, {
      select,
      where,
      ...(locks && { lock: { mode: 'pessimistic_write' } }),
    });
    return new Set(taken.map(({ peerId }) => peerId));
  }

  async #find(where: FindOptionsWhere<SeatRecord> | FindOptionsWhere<SeatRecord>[]): Promise<SeatRecord[]> {
    const rows = await this.#source.getRepository(SeatEntity).find({ where, order: IN_ORDER });
    return rows.map((row) => ({ ...row }));
  }
}
