import type { EntrySettings } from '../../protocol/messages.ts';
import { notStored } from './notStored.ts';
import type { People } from './People.ts';
import type { RoomStore } from './ports.ts';

type RoomSettingsOptions = {
  store: Pick<RoomStore, 'setEntry' | 'setWaitingMessage'>;
  people: People;
};

/** What interviewers change of a live room: stored first, then everyone is told what they see of it. */
export class RoomSettings {
  readonly #roomId: string;
  readonly #options: RoomSettingsOptions;

  constructor(roomId: string, options: RoomSettingsOptions) {
    this.#roomId = roomId;
    this.#options = options;
  }

  /** How applicants enter. @throws {AppError} store_unavailable */
  async setEntry(entry: EntrySettings): Promise<void> {
    const { store, people } = this.#options;
    await store.setEntry(this.#roomId, entry).catch(notStored);
    people.updateEntry(entry);
  }

  /** What those who wait read. @throws {AppError} store_unavailable */
  async setWaitingMessage(text: string): Promise<void> {
    const { store, people } = this.#options;
    await store.setWaitingMessage(this.#roomId, text).catch(notStored);
    people.updateWaitingMessage(text);
  }
}
