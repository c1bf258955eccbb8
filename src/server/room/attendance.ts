import { randomUUID } from 'node:crypto';
import type { Peer } from './Peer.ts';
import type { Clock, RoomStore } from './ports.ts';

const RETRY_MS = 2000;

/**
 * Records who was in the call and when. Nobody waits for these writes, so they queue in order and are tried
 * again until the store takes them: a database that is away for a while holds up no admission.
 */
export class Attendance {
  readonly #roomId: string;
  readonly #store: Pick<RoomStore, 'addStay' | 'endStay'>;
  readonly #clock: Clock;
  readonly #onError: (error: unknown) => void;
  #queue: Promise<void> = Promise.resolve();
  #closing = false;

  constructor(
    roomId: string,
    {
      store,
      clock,
      onError,
    }: { store: Pick<RoomStore, 'addStay' | 'endStay'>; clock: Clock; onError: (error: unknown) => void },
  ) {
    this.#roomId = roomId;
    this.#store = store;
    this.#clock = clock;
    this.#onError = onError;
  }

  entered(peer: Peer): void {
    const id = randomUUID();
    peer.stayId = id;
    const { id: peerId, role, company, name, check } = peer;
    const stay = {
      id,
      roomId: this.#roomId,
      peerId,
      role,
      company,
      name,
      enteredAt: this.#clock.now(),
      leftAt: null,
      check,
    };
    this.#write(() => this.#store.addStay(stay));
  }

  left(peer: Peer): void {
    const id = peer.stayId;
    if (!id) return;
    peer.stayId = null;
    const at = this.#clock.now();
    this.#write(() => this.#store.endStay(id, at));
  }

  /** Resolves when all is written, or each rest was tried once more. */
  async close(): Promise<void> {
    this.#closing = true;
    await this.#queue;
  }

  #write(write: () => Promise<void>): void {
    this.#queue = this.#queue.then(() => this.#untilStored(write));
  }

  async #untilStored(write: () => Promise<void>): Promise<void> {
    for (;;) {
      try {
        return await write();
      } catch (error) {
        this.#onError(error);
        if (this.#closing) return;
        await new Promise<void>((resolve) => void this.#clock.after(RETRY_MS, resolve));
      }
    }
  }
}
