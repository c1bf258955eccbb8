import type { AuditEntry } from './audit.ts';
import type { RoomStore } from './ports.ts';

/** Entries of one transaction, as far as there are several rooms' in it: all other writers wait for it. */
const MOST = 1000;

type Batch = { entries: AuditEntry[]; written: Promise<void> };

/**
 * Writes the audit of all live rooms: what they have to tell while one transaction is written goes into the next, in the
 * order in which it was told. A commit waits for the disk, and 200 people who come in one second are told of 400 times.
 */
export class AuditGroup implements Pick<RoomStore, 'recordAudit'> {
  readonly #store: Pick<RoomStore, 'recordAudit'>;
  #last: Promise<void> = Promise.resolve();
  #next: Batch | null = null;
  /** The last write has failed, perhaps for what one room has to tell: until one is done, each room's is a transaction. */
  #isApart = false;

  constructor(store: Pick<RoomStore, 'recordAudit'>) {
    this.#store = store;
  }

  /** Resolves when the entries are stored; rejects as the store does, for all that were to be written together. */
  recordAudit(entries: AuditEntry[]): Promise<void> {
    const isFull = this.#next && this.#next.entries.length + entries.length > MOST;
    if (isFull || this.#isApart) this.#next = null;
    this.#next ??= this.#begin();
    this.#next.entries.push(...entries);
    return this.#next.written;
  }

  #begin(): Batch {
    const entries: AuditEntry[] = [];
    const written = this.#last.then(() => {
      if (this.#next?.entries === entries) this.#next = null;
      return this.#store.recordAudit(entries);
    });
    const tell = (isApart: boolean) => {
      this.#isApart = isApart;
    };
    written.then(
      () => tell(false),
      () => tell(true),
    );
    // A turn of the event loop, in which others are heard: SQLite gives none away.
    const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
    this.#last = written.then(turn, turn);
    return { entries, written };
  }
}
