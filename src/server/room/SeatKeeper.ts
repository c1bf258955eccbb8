import type { Peer } from './Peer.ts';
import type { Clock, RoomStore } from './ports.ts';
import { RetryQueue } from './RetryQueue.ts';

/**
 * Milliseconds from one write to the next: what changes meanwhile, in whichever rooms, is one transaction. What a
 * server that dies had not written is as much as changed in this time.
 */
const REST_MS = 25;

/** All rooms' seats are one queue. */
const ALL = 'seats';

/**
 * Keeps the seats of all live rooms in the store, for the server that comes after this one. Nobody waits for it; what
 * changes is written at once, or as soon as the database is back.
 */
export class SeatKeeper {
  readonly #serverId: string;
  readonly #store: Pick<RoomStore, 'writeSeats'>;
  readonly #clock: Clock;
  readonly #later: RetryQueue;
  #changed = new Map<string, { roomId: string; peer: Peer }>();
  #gone = new Set<string>();
  #busy = false;

  constructor(deps: {
    serverId: string;
    store: Pick<RoomStore, 'writeSeats'>;
    clock: Clock;
    onError: (error: unknown) => void;
  }) {
    this.#serverId = deps.serverId;
    this.#store = deps.store;
    this.#clock = deps.clock;
    this.#later = new RetryQueue({ clock: deps.clock, onError: (error) => deps.onError(error) });
  }

  /** Somebody has come, or is not as before: written is how they are by then. */
  changed(roomId: string, peer: Peer): void {
    this.#changed.set(peer.id, { roomId, peer });
    this.#soon();
  }

  /** Somebody has left for good. */
  gone(peerId: string): void {
    this.#changed.delete(peerId);
    this.#gone.add(peerId);
    this.#soon();
  }

  /** Resolves when all is written, or was tried once more. */
  async close(): Promise<void> {
    this.#later.add(ALL, () => this.#write());
    await this.#later.close();
  }

  #soon(): void {
    if (this.#busy) return;
    this.#busy = true;
    this.#later.add(ALL, async () => {
      await this.#write();
      this.#clock.after(REST_MS, () => {
        this.#busy = false;
        if (this.#changed.size + this.#gone.size > 0) this.#soon();
      });
    });
  }

  async #write(): Promise<void> {
    const [changed, gone] = [this.#changed, this.#gone];
    if (changed.size + gone.size === 0) return;
    this.#changed = new Map();
    this.#gone = new Set();
    const seats = [...changed.values()].map(({ roomId, peer }) => peer.seat(roomId, this.#serverId));
    try {
      await this.#store.writeSeats(this.#serverId, seats, [...gone]);
    } catch (error) {
      this.#changed = new Map([...changed, ...this.#changed]);
      this.#gone = new Set([...gone, ...this.#gone]);
      for (const peerId of this.#gone) this.#changed.delete(peerId);
      throw error;
    }
  }
}
