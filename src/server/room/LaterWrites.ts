import type { Clock } from './ports.ts';

const RETRY_MS = 2000;

/**
 * Writes that nobody waits for: one after the other, each tried again until the store takes it, so that a database
 * that is away for a while holds up no admission.
 */
export class LaterWrites {
  readonly #clock: Clock;
  readonly #onError: (error: unknown) => void;
  #queue: Promise<void> = Promise.resolve();
  #closing = false;

  constructor({ clock, onError }: { clock: Clock; onError: (error: unknown) => void }) {
    this.#clock = clock;
    this.#onError = onError;
  }

  add(write: () => Promise<void>): void {
    this.#queue = this.#queue.then(() => this.#untilStored(write));
  }

  /** Resolves when all is written, or each rest was tried once more. */
  async close(): Promise<void> {
    this.#closing = true;
    await this.#queue;
  }

  async #untilStored(write: () => Promise<void>): Promise<void> {
    for (let tries = 1; ; tries++) {
      try {
        return await write();
      } catch (error) {
        // Once: of a database that is away for long every room would fill the log.
        if (tries === 1) this.#onError(error);
        if (this.#closing) return;
        await new Promise<void>((resolve) => void this.#clock.after(RETRY_MS, resolve));
      }
    }
  }
}
