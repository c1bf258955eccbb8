import { within } from '../util/within.ts';
import type { Clock } from './ports.ts';

const RETRY_MS = 2000;
/** Tries from one line in the log to the next: an hour. Of a database that is away for long every room would fill it. */
const TRIES_PER_REPORT = 1800;
/** Milliseconds that a server which stops waits for the last try: a database that hangs is given up after 4 s. */
const CLOSING_MS = 10_000;

/**
 * Writes that nobody waits for, each tried again until the store takes it, so that a database that is away for a while
 * holds up no admission. Those of one room go one after the other, and outlive it: what a room had to tell when it
 * emptied is written as soon as the database is back.
 */
export class RetryQueue {
  readonly #clock: Clock;
  readonly #onError: (error: unknown, roomId?: string) => void;
  /** By room, while it has something to write: the end of that. */
  readonly #queues = new Map<string, Promise<void>>();
  /** They wait for the next try. */
  readonly #sleepers = new Set<() => void>();
  #closing = false;
  /** How many of them are not stored. */
  #left = 0;

  constructor({ clock, onError }: { clock: Clock; onError: (error: unknown, roomId?: string) => void }) {
    this.#clock = clock;
    this.#onError = onError;
  }

  add(roomId: string, write: () => Promise<void>): void {
    this.#left++;
    const before = this.#queues.get(roomId) ?? Promise.resolve();
    const done = before.then(() => this.#untilStored(roomId, write));
    this.#queues.set(roomId, done);
    void done.then(() => {
      if (this.#queues.get(roomId) === done) this.#queues.delete(roomId);
    });
  }

  /** Resolves when nothing of the room is left to be written. */
  async idle(roomId: string): Promise<void> {
    for (let queue = this.#queues.get(roomId); queue; queue = this.#queues.get(roomId)) await queue;
  }

  /** Resolves when all is written, or was tried once more; after CLOSING_MS at the latest. */
  async close(): Promise<void> {
    this.#closing = true;
    for (const wake of [...this.#sleepers]) wake();
    await within(this.#clock, CLOSING_MS, this.#allIdle(), undefined);
    if (this.#left > 0)
      this.#onError(new Error(`the server is stopping, and could not store ${this.#left} writes`));
  }

  async #allIdle(): Promise<void> {
    while (this.#queues.size > 0) await Promise.all(this.#queues.values());
  }

  async #untilStored(roomId: string, write: () => Promise<void>): Promise<void> {
    for (let tries = 1; ; tries++) {
      const isLast = this.#closing;
      try {
        await write();
        this.#left--;
        return;
      } catch (error) {
        if (tries % TRIES_PER_REPORT === 1) this.#onError(error, roomId);
        if (isLast) return;
        if (!this.#closing) await this.#sleep();
      }
    }
  }

  #sleep(): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        forget();
        this.#sleepers.delete(wake);
        resolve();
      };
      const forget = this.#clock.after(RETRY_MS, wake);
      this.#sleepers.add(wake);
    });
  }
}
