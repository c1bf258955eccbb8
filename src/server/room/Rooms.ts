import { AppError } from '../errors.ts';
import type { RoomRecord } from './ports.ts';
import { Room, type RoomDependencies } from './Room.ts';

/** The live rooms of this process. A room lives from its first peer to its last. */
export class Rooms {
  readonly #deps: RoomDependencies;
  readonly #rooms = new Map<string, Promise<Room>>();
  readonly #closing = new Set<Promise<void>>();
  #closed = false;
  #changes = 0;

  constructor(deps: RoomDependencies) {
    this.#deps = deps;
  }

  /**
   * The live room of this record, opened when it is not yet.
   * @throws {AppError} server_stopping, media_unavailable
   */
  async open(record: RoomRecord): Promise<Room> {
    if (this.#closed) throw new AppError('server_stopping', 'the server is stopping; try again in a minute');
    const room = await (this.#rooms.get(record.id) ?? this.#opening(record));
    // Its last peer may have left while we waited.
    return room.closed ? this.open(record) : room;
  }

  #opening(record: RoomRecord): Promise<Room> {
    const opening = Room.open(record, this.#deps, () => this.#forget(record.id, opening));
    this.#rooms.set(record.id, opening);
    opening.catch(() => this.#rooms.delete(record.id));
    return opening;
  }

  /**
   * Reads the room anew, if it is live: who came by a link that is no more has to go, and everyone when it was
   * closed or deleted. @throws what the store throws
   */
  async refresh(roomId: string): Promise<void> {
    // First, so that who is on the way in is looked at again.
    this.#changes++;
    const live = await this.#rooms.get(roomId);
    if (!live) return;
    const found = await this.#deps.store.readRoom(roomId);
    if (found) live.update(found.room, found.links);
    else live.end();
  }

  /** Raised when any room or its links were changed: who was admitted before must be admitted anew. */
  get changes(): number {
    return this.#changes;
  }

  /** Ends the call for everyone in the room; false: it is not live. */
  async end(roomId: string): Promise<boolean> {
    const live = await this.#rooms.get(roomId);
    live?.end();
    return live !== undefined;
  }

  /** The rooms that are live now, as they are. */
  async all(): Promise<Room[]> {
    const rooms = await Promise.allSettled(this.#rooms.values());
    return rooms.filter((room) => room.status === 'fulfilled').map(({ value }) => value);
  }

  isLive(roomId: string): boolean {
    return this.#rooms.has(roomId);
  }

  /** The live room of this id. @throws {AppError} not_allowed when nobody is in it */
  async live(roomId: string): Promise<Room> {
    const room = await this.#rooms.get(roomId);
    if (!room) throw new AppError('not_allowed', 'nobody is in this room now');
    return room;
  }

  /** Tells everyone, closes every room, and resolves when all is stored. */
  async close(): Promise<void> {
    this.#closed = true;
    const rooms = await Promise.allSettled(this.#rooms.values());
    this.#rooms.clear();
    await Promise.all(
      rooms.map((room) => room.status === 'fulfilled' && room.value.close('server_stopping')),
    );
    await Promise.all(this.#closing);
  }

  #forget(roomId: string, opening: Promise<Room>): void {
    if (this.#rooms.get(roomId) === opening) this.#rooms.delete(roomId);
    const closing = opening.then((room) => room.close('left'));
    this.#closing.add(closing);
    void closing.finally(() => this.#closing.delete(closing));
  }
}
