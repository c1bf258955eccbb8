import { limits } from '../../protocol/limits.ts';
import type { EntrySettings, Params } from '../../protocol/messages.ts';
import { AppError } from '../errors.ts';
import { RateLimit } from '../util/RateLimit.ts';
import { auditEntry } from './audit.ts';
import { notStored } from './notStored.ts';
import type { Peer } from './Peer.ts';
import type { People } from './People.ts';
import type { RoomRecord } from './records.ts';
import type { RoomDependencies } from './roomDependencies.ts';

type RoomSettingsOptions = { people: People } & Pick<
  RoomDependencies,
  'store' | 'clock' | 'onChanged' | 'onNoted' | 'onError'
>;

const MINUTE = 60_000;

/** What interviewers change of a live room: stored first, then everyone is told what they see of it. */
export class RoomSettings {
  readonly #record: () => RoomRecord;
  readonly #options: RoomSettingsOptions;
  readonly #extensions = new RateLimit(limits.extensions);

  constructor(record: () => RoomRecord, options: RoomSettingsOptions) {
    this.#record = record;
    this.#options = options;
  }

  /** How applicants enter. @throws {AppError} store_unavailable */
  async setEntry(entry: EntrySettings): Promise<void> {
    const { store, people } = this.#options;
    await store.setEntry(this.#record().id, entry).catch(notStored);
    people.updateEntry(entry);
  }

  /** What those who wait read. @throws {AppError} store_unavailable */
  async setWaitingMessage(text: string): Promise<void> {
    const { store, people } = this.#options;
    await store.setWaitingMessage(this.#record().id, text).catch(notStored);
    people.updateWaitingMessage(text);
  }

  /**
   * Puts off the end, here and for every other server; a room that is late already gets its minutes from now.
   * @param until when it closes as far as who asks knows, ISO 8601
   * @throws {AppError} wrong_state: it closes at another time by now; too_fast, store_unavailable
   */
  async extend(by: Peer, { minutes, until }: Params<'extend'>): Promise<void> {
    const { id, until: before } = this.#record();
    const { store, clock, onChanged, onNoted, onError } = this.#options;
    if (before.getTime() !== Date.parse(until)) throw changedMeanwhile();
    if (!this.#extensions.take())
      throw new AppError('too_fast', 'put off too often; try again in a few minutes');
    const now = clock.now();
    const next = new Date(Math.max(before.getTime(), now.getTime()) + minutes * MINUTE);
    const details = { minutes, until: next.toISOString() };
    const entry = auditEntry('room.extended', { at: now, roomId: id, actor: `peer:${by.id}` }, { details });
    const done = await store.extendRoom(id, { before, until: next }, [entry]).catch(notStored);
    if (!done) throw changedMeanwhile();
    onNoted?.(entry);
    void onChanged(id).catch((error: unknown) => onError(error, id));
  }
}

const changedMeanwhile = () => new AppError('wrong_state', 'the end of the room has just been changed');
