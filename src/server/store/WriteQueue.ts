import type { Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import type { DataSource, EntityManager } from 'typeorm';
import { BUSY_MS } from './connection.ts';
import { PATIENT_MS } from './DatabaseHosts.ts';
import { driverCode } from './errors.ts';

/**
 * What a database server says when it has done nothing of a transaction, for no fault of it: undone in favour of another
 * one ("always be prepared to re-issue a transaction if it fails due to deadlock", MySQL's manual; a Galera cluster does
 * so between its nodes), kept waiting for another one for too long, overtaken by another one (MariaDB's
 * innodb_snapshot_isolation, https://mariadb.com/kb/en/innodb-system-variables/), or a node that is not of its cluster now.
 */
const notDone = new Set(['ER_LOCK_DEADLOCK', 'ER_LOCK_WAIT_TIMEOUT', 'ER_CHECKREAD', 'ER_UNKNOWN_COM_ERROR']);
const MOST_TRIES = 5;
/** Milliseconds until the second try at most, and twice as much each time: by chance, so that two do not meet again. */
const AGAIN_MS = 20;
/** Milliseconds between two looks whether another process's write to the same SQLite file is over. */
const LOOK_MS = 20;

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

  /**
   * All that `work` writes through the manager is committed together, or not at all. It is done again where the database
   * server undid it in favour of another's.
   * @param isLong one statement of it may take longer than anybody waits for an answer
   */
  transaction<T>(work: (manager: EntityManager) => Promise<T>, { isLong = false } = {}): Promise<T> {
    return this.run(() => untilDone(() => this.#once(work, isLong)));
  }

  /**
   * One statement, done again as a transaction is. With SQLite in a transaction of its own: what finds the database locked
   * stays open in libsql, and nothing else could be committed until the same was run again, as BEGIN is.
   */
  write<T>(work: () => Promise<T>): Promise<T> {
    return this.run(() => (this.#turns ? this.#onceOfSqlite(work) : untilDone(work)));
  }

  #once<T>(work: (manager: EntityManager) => Promise<T>, isLong: boolean): Promise<T> {
    if (this.#turns) return this.#onceOfSqlite(work);
    return this.#source.transaction((manager) =>
      isLong ? withPatience(manager, () => work(manager)) : work(manager),
    );
  }

  /**
   * Not TypeORM's own: where COMMIT fails, as on a full disk, that leaves the transaction open, and all that comes later
   * would be written into it, acknowledged, and lost.
   */
  async #onceOfSqlite<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    const runner = this.#source.createQueryRunner();
    try {
      // Takes SQLite's one place for writers at once, or waits for it. A transaction that reads first and then writes
      // would not wait: it fails when another process has written in between.
      await untilFree(() => runner.query('BEGIN IMMEDIATE'));
      const done = await work(runner.manager);
      await runner.query('COMMIT');
      return done;
    } catch (error) {
      // SQLite may have done so itself.
      await runner.query('ROLLBACK').catch(() => undefined);
      throw error;
    }
  }

  /** Waits for its turn. */
  run<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turns ? this.#last.then(work) : work();
    // Without their results: each would hold those of all before it, for as long as the process lives.
    this.#last = Promise.allSettled([this.#last, done]).then(() => undefined);
    return done;
  }

  /**
   * What was deleted or written over stands in SQLite's log until that is written back, which waits for whoever reads
   * what was there before; a backup under way for longer leaves it to the next time, and so does a disk that is full: what was to be
   * forgotten is deleted already, and must not be told as failed.
   */
  async forgetPages(): Promise<void> {
    if (!this.#turns) return;
    await this.run(() => untilFree(() => this.#writeBack())).catch(() => undefined);
  }

  async #writeBack(): Promise<void> {
    const [{ busy }] = await this.#source.query('PRAGMA wal_checkpoint(TRUNCATE)');
    if (busy) throw Object.assign(new Error('the log is being read'), { code: 'SQLITE_BUSY' });
  }

  /** Resolves when every write begun so far has ended, well or not. */
  async idle(): Promise<void> {
    await this.#last;
  }
}

/** What the database server undid in favour of another's is done again. */
async function untilDone<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await work();
    } catch (error) {
      if (!notDone.has(driverCode(error)) || tries === MOST_TRIES) throw error;
    }
    await delay(Math.random() * AGAIN_MS * 2 ** (tries - 1));
  }
}

const isBusy = (error: unknown) => driverCode(error).startsWith('SQLITE_BUSY');

/** SQLite's own waiting would hold up everything that this process does, every call with it. */
async function untilFree<T>(work: () => Promise<T>): Promise<T> {
  const giveUpAt = performance.now() + BUSY_MS;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isBusy(error) || performance.now() > giveUpAt) throw error;
      await delay(LOOK_MS);
    }
  }
}

/** Waits longer than usual for the answers on the connection of this transaction. */
async function withPatience<T>({ queryRunner }: EntityManager, work: () => Promise<T>): Promise<T> {
  const connection: { stream: Socket } = await queryRunner?.connect();
  const { stream } = connection;
  const usual = stream.timeout ?? 0;
  stream.setTimeout(PATIENT_MS);
  try {
    return await work();
  } finally {
    stream.setTimeout(usual);
  }
}
