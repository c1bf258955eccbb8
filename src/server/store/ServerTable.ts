import { type DataSource, In, LessThan, MoreThan, Not } from 'typeorm';
import { batches } from './batches.ts';
import { SeatEntity, ServerEntity, type ServerRow } from './entities.ts';
import type { WriteQueue } from './WriteQueue.ts';

/** A server that has not said for this long that it is there has died. */
const DEAD_MS = 90_000;

/** A server that died so long ago is forgotten: a day, so that neither a clock that is wrong by hours nor a night without the database counts. */
const FORGOTTEN_MS = 24 * 3_600_000;

export type ServerRecord = ServerRow;

/** Whether a server has not said for so long that it is there that it must have died, unless it answers. */
export const isOverdue = ({ seenAt }: Pick<ServerRecord, 'seenAt'>, now: Date) =>
  now.getTime() - seenAt.getTime() > DEAD_MS;

/** The servers that run on this database, so that commands and each other can reach them. */
export class ServerTable {
  readonly #source: DataSource;
  readonly #writes: WriteQueue;

  constructor(source: DataSource, writes: WriteQueue) {
    this.#source = source;
    this.#writes = writes;
  }

  /** Says that the server is there; again and again. */
  async seen(server: ServerRecord): Promise<void> {
    await this.#writes.transaction((manager) => manager.upsert(ServerEntity, { ...server }, ['id']));
  }

  async remove(id: string): Promise<void> {
    await this.#writes.write(() => this.#rows().delete({ id }));
  }

  /**
   * Those that are there at `now` and can be asked, the oldest first; who died is not among them.
   * @param named these as well, whenever they were seen: while the database is away no server can say that it is there
   */
  async list(now: Date, named: string[] = []): Promise<ServerRecord[]> {
    const seenAt = MoreThan(new Date(now.getTime() - DEAD_MS));
    const where = [{ seenAt, url: Not('') }, ...batches(named).map((batch) => ({ id: In(batch) }))];
    const rows = await this.#rows().find({ where, order: { startedAt: 'ASC' } });
    return rows.map((row) => ({ ...row }));
  }

  /** Forgets those that died long before `now` and whom no seat names. One that lives after all says so again, and is there as before. */
  async forgetDead(now: Date): Promise<void> {
    const seenAt = LessThan(new Date(now.getTime() - FORGOTTEN_MS));
    const dead = await this.#rows().findBy({ seenAt });
    for (const batch of batches(dead.map(({ id }) => id))) {
      const seats = await this.#source.getRepository(SeatEntity).find({
        select: { serverId: true },
        where: { serverId: In(batch) },
      });
      const named = new Set(seats.map(({ serverId }) => serverId));
      const id = In(batch.filter((each) => !named.has(each)));
      await this.#writes.write(() => this.#rows().delete({ id, seenAt }));
    }
  }

  #rows() {
    return this.#source.getRepository(ServerEntity);
  }
}
