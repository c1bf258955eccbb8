import { type AuditAction, type AuditEntry, auditEntry } from './audit.ts';
import type { LaterWrites } from './LaterWrites.ts';
import type { Peer } from './Peer.ts';
import type { Clock, RoomStore } from './ports.ts';

type JournalOptions = {
  store: Pick<RoomStore, 'recordAudit'>;
  clock: Clock;
  later: LaterWrites;
  /** Hears of each entry at once, whenever it is written. */
  onNoted: (entry: AuditEntry) => void;
};

/** What happened in one live room, for the audit: told as it happens, written together when its turn comes. */
export class Journal {
  readonly #roomId: string;
  readonly #store: Pick<RoomStore, 'recordAudit'>;
  readonly #clock: Clock;
  readonly #later: LaterWrites;
  readonly #onNoted: (entry: AuditEntry) => void;
  #pending: AuditEntry[] = [];

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
    const context = { at: this.#clock.now(), roomId: this.#roomId, actor: by };
    const entry = auditEntry(action, context, what);
    this.#onNoted(entry);
    this.#pending.push(entry);
    if (this.#pending.length === 1) this.#later.add(() => this.#write());
  }

  async #write(): Promise<void> {
    const batch = [...this.#pending];
    await this.#store.recordAudit(batch);
    this.#pending = this.#pending.slice(batch.length);
    if (this.#pending.length > 0) this.#later.add(() => this.#write());
  }
}
