import { type DataSource, MoreThan } from 'typeorm';
import { ServerEntity, type ServerRow } from './entities.ts';
import type { WriteQueue } from './WriteQueue.ts';

/** A server that has not said for this long that it is there has died. */
const DEAD_MS = 90_000;

export type ServerRecord = ServerRow;

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

  /** Those that are there at `now`, the oldest first; who died is not among them. */
  async list(now: Date): Promise<ServerRecord[]> {
    const seenAt = MoreThan(new Date(now.getTime() - DEAD_MS));
    const rows = await this.#rows().find({ where: { seenAt }, order: { startedAt: 'ASC' } });
    return rows.map((row) => ({ ...row }));
  }

  #rows() {
    return this.#source.getRepository(ServerEntity);
  }
}
