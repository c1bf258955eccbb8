import { type AuditAction, type AuditEntry, auditEntry } from './audit.ts';
import type { Peer } from './Peer.ts';
import type { Clock, RoomStore } from './ports.ts';
import type { RetryQueue } from './RetryQueue.ts';

/**
 * Entries that wait at most while the store is away: some 1 MB. A room of 50 applicants has a few hundred in a day; who
 * makes thousands does it on purpose. The log has each of them in any case.
 */
const MOST_WAITING = 2000;
/** Entries of one write: others have their turn in between. */
const MOST_AT_ONCE = 500;

type JournalOptions = {
  store: Pick<RoomStore, 'recordAudit'>;
  clock: Clock;
  later: RetryQueue;
  /** Hears of each entry at once, whenever it is written. */
  onNoted: (entry: AuditEntry) => void;
};

/** What happened in one live room, for the audit: told as it happens, written together when its turn comes. */
export class Journal {
  readonly #roomId: string;
  readonly #store: Pick<RoomStore, 'recordAudit'>;
  readonly #clock: Clock;
  readonly #later: RetryQueue;
  readonly #onNoted: (entry: AuditEntry) => void;
  #pending: AuditEntry[] = [];
  /** How many were not kept since the last that was. */
  #lost = 0;

  constructor(roomId: string, { store, clock, later, onNoted }: JournalOptions) {
    this.#roomId = roomId;
    this.#store = store;
    this.#clock = clock;
    this.#later = later;
    this.#onNoted = onNoted;
  }

  note(
    action: AuditAction,
    actor: Peer | 'server',
    what: Partial<Pick<AuditEntry, 'subject' | 'details'>> = {},
  ): void {
    const by = actor === 'server' ? actor : `peer:${actor.id}`;
    const entry = auditEntry(action, { at: this.#clock.now(), roomId: this.#roomId, actor: by }, what);
    this.#onNoted(entry);
    if (this.#pending.length < MOST_WAITING) this.#keep(entry);
    else this.#lost++;
  }

  #keep(entry: AuditEntry): void {
    this.#pending.push(entry);
    if (this.#pending.length === 1) this.#later.add(this.#roomId, () => this.#write());
  }

  async #write(): Promise<void> {
    const batch = this.#pending.slice(0, MOST_AT_ONCE);
    await this.#store.recordAudit(batch);
    this.#pending = this.#pending.slice(batch.length);
    if (this.#pending.length > 0) this.#later.add(this.#roomId, () => this.#write());
    if (this.#lost > 0) this.#tellLost();
  }

  #tellLost(): void {
    const details = { entries: this.#lost };
    this.#lost = 0;
    this.note('audit.lost', 'server', { details });
  }
}
