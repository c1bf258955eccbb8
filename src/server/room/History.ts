import type { ChatMessage } from '../../protocol/messages.ts';
import { notReadable } from './notReadable.ts';
import type { Peer } from './Peer.ts';
import type { RoomStore } from './ports.ts';
import type { HistorySetting, LinkRecord, RoomRecord, StayPeriod } from './records.ts';

/** Of a room, as an administrator has left it. */
export type HistoryOptions = { setting: HistorySetting; links: LinkRecord[] };

/** Milliseconds; `until` null: still there. */
type Time = { from: number; until: number | null };

/**
 * Which messages somebody sees. An applicant reads what was written before they came (manual, chapter 4-2). But where several
 * applicants have links of their own, nobody reads what was written with another one: they see what was written while they were in
 * the call themselves, now and before.
 */
export class History {
  #options: HistoryOptions;
  /** When somebody was in the call, by `keyOf`. */
  readonly #times = new Map<string, Time[]>();

  constructor(options: HistoryOptions, earlier: StayPeriod[]) {
    this.#options = options;
    for (const { linkId, enteredAt, leftAt } of earlier)
      this.#timesOf(linkId).push({ from: enteredAt.getTime(), until: leftAt.getTime() });
  }

  /** @throws {AppError} store_unavailable: it cannot be read now */
  static async open(
    { id, history: setting }: Pick<RoomRecord, 'id' | 'history'>,
    store: Pick<RoomStore, 'readRoom' | 'listStayPeriods'>,
  ): Promise<History> {
    const read = Promise.all([store.readRoom(id), store.listStayPeriods(id)]);
    const [found, earlier] = await read.catch(notReadable('the room'));
    return new History({ setting, links: found?.links ?? [] }, earlier);
  }

  update(options: HistoryOptions): void {
    this.#options = options;
  }

  /**
   * Somebody is in the call from `at` on.
   * @param last the latest message until then, which is older whatever was done to the clock; as is the one that follows it newer
   */
  entered(peer: Peer, at: Date, last?: ChatMessage): void {
    const next = last ? Date.parse(last.at) + 1 : 0;
    this.#timesOf(this.#keyOf(peer)).push({ from: Math.max(at.getTime(), next), until: null });
  }

  left(peer: Peer, at: Date): void {
    const time = this.#timesOf(this.#keyOf(peer)).findLast(({ until }) => until === null);
    if (time) time.until = at.getTime();
  }

  sees(peer: Peer, { at }: ChatMessage): boolean {
    if (peer.role === 'interviewer' || !this.#isOwn) return true;
    const written = Date.parse(at);
    const times = this.#times.get(this.#keyOf(peer)) ?? [];
    return times.some(({ from, until }) => written >= from && (until === null || written <= until));
  }

  get #isOwn(): boolean {
    const { setting, links } = this.#options;
    if (setting) return setting === 'own';
    // With those that were revoked: what was written with their holders is still there.
    return links.filter(({ role }) => role === 'applicant').length > 1;
  }

  #timesOf(key: string): Time[] {
    const times = this.#times.get(key) ?? [];
    this.#times.set(key, times);
    return times;
  }

  /** A link with a name is one person's. One without is anybody's: each who comes by it is somebody else. */
  #keyOf({ id, linkId }: Peer): string {
    const link = this.#options.links.find((each) => each.id === linkId);
    return link?.label ? linkId : id;
  }
}
