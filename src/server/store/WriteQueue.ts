import type { DataSource, EntityManager } from 'typeorm';

/**
 * Writes nothing, but takes SQLite's one place for writers, or waits for it. A transaction that reads first and then
 * writes would not wait: it fails when another process has written in between.
 */
const TAKE_TURN = 'UPDATE audit_head SET id = id WHERE 1 = 0';

/**
 * SQLite has one connection here, so a statement of somebody else must not slip into a transaction that is
 * open on it: writes take turns. MySQL has a pool of connections and needs no turns.
 */
export class WriteQueue {
  readonly #source: DataSource;
  readonly #turns: boolean;
  #last: Promise<unknown> = Promise.resolve();

  constructor(source: DataSource) {
    this.#source = source;
    this.#turns = source.options.type !== 'mysql';
  }

  /** All that `work` writes through the manager is committed together, or not at all. */
  transaction<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.run(() =>
      this.#source.transaction(async (manager) => {
        if (this.#turns) await manager.query(TAKE_TURN);
        return work(manager);
      }),
    );
  }

  run<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turns ? this.#last.then(work) : work();
    this.#last = Promise.allSettled([this.#last, done]);
    return done;
  }

  /** Resolves when every write begun so far has ended, well or not. */
  async idle(): Promise<void> {
    await this.#last;
  }
}
