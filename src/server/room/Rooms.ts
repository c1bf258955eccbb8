import type { EndReason } from '../../protocol/messages.ts';
import { AppError } from '../errors.ts';
import { within } from '../util/within.ts';
import { AuditGroup } from './AuditGroup.ts';
import { type Calls, isAtMost } from './capacity.ts';
import { Foyer } from './Foyer.ts';
import { LinkRates } from './LinkRates.ts';
import { notReadable } from './notReadable.ts';
import type { OpenedLink } from './openLink.ts';
import { ReservedSeats } from './ReservedSeats.ts';
import { RetryQueue } from './RetryQueue.ts';
import { Returning } from './Returning.ts';
import { Room } from './Room.ts';
import type { LinkRecord, RoomRecord, SeatRecord, SeatsToTake } from './records.ts';
import type { RoomDependencies } from './roomDependencies.ts';
import { SeatKeeper } from './SeatKeeper.ts';
import { holdsSeat, validSeats } from './seats.ts';
import { untilNoCall } from './untilNoCall.ts';

/** Milliseconds until a room is tried again in which seats are reserved and which could not be opened. */
const RETRY_MS = 2000;
/** Milliseconds that a server which stops waits for rooms that are just being opened. */
const OPENING_MS = 5000;

/** The live rooms of this process. A room lives from its first peer to its last. */
export class Rooms {
  readonly #deps: RoomDependencies;
  readonly #seats: SeatKeeper;
  readonly #later: RetryQueue;
  readonly #serverId: string;
  readonly #reserved = new ReservedSeats();
  #doubted: string[] = [];
  #openingReserved = false;
  readonly foyer: Foyer;
  readonly returning: Returning;
  readonly #rooms = new Map<string, Promise<Room>>();
  readonly #opened = new Set<Room>();
  readonly #maxCalls: number | null;
  readonly #isMediaFull: () => boolean;
  #closed = false;
  #stopsAt: Date | null = null;
  #changes = 0;

  /**
   * @param deps maxCalls: how many calls may run at once; null: what the media carries. isMediaFull: whether it can carry no more
   */
  constructor(
    deps: Omit<RoomDependencies, 'seats' | 'rates' | 'returning' | 'audit' | 'later' | 'assertMayBegin'> & {
      serverId: string;
      maxCalls?: number | null;
      isMediaFull: () => boolean;
    },
  ) {
    this.#serverId = deps.serverId;
    this.#seats = new SeatKeeper(deps);
    this.#later = new RetryQueue(deps);
    this.#maxCalls = deps.maxCalls ?? null;
    this.#isMediaFull = deps.isMediaFull;
    this.returning = new Returning(deps.clock);
    this.#deps = {
      ...deps,
      returning: this.returning,
      seats: this.#seats,
      rates: new LinkRates(),
      audit: new AuditGroup(deps.store),
      later: this.#later,
      assertMayBegin: () => this.#assertMayBegin(),
    };
    this.foyer = new Foyer(this.#deps);
  }

  /**
   * Who was in a room of a server that is gone can come back into their seats here. Their rooms open by and by, or as soon
   * as somebody comes. The first time is before anybody comes.
   * @throws what the store throws
   */
  async takeSeats(which: SeatsToTake): Promise<void> {
    for (const seat of await this.#deps.store.takeSeats(this.#serverId, which)) this.#reserved.add(seat);
    void this.#openReserved();
  }

  /** It is not known whether these servers live. */
  doubt(serverIds: string[]): void {
    this.#doubted = serverIds;
  }

  /**
   * Somebody comes who shows the key of a seat. If that is a seat of a server that does not answer, the people of the room are led
   * here: its seats are taken, whatever that server does.
   * @throws {AppError} store_unavailable
   */
  async claim({ room: { id }, link }: OpenedLink, resumeKey: string): Promise<void> {
    if (this.#doubted.length === 0) return;
    const live = await this.#rooms.get(id)?.catch(() => undefined);
    if (live?.people.byKey(link.id, resumeKey)) return;
    const from = this.#doubted;
    const seats = await this.#deps.store.readSeats(id).catch(notReadable('the room'));
    if (!holdsSeat(resumeKey, seats, from)) return;
    await this.takeSeats({ from, room: id }).catch(notReadable('the room'));
    await this.#openReservedRoom(id);
  }

  /**
   * The live room of this record, opened when it is not yet.
   * @throws {AppError} server_stopping, media_unavailable
   */
  async open(record: RoomRecord): Promise<Room> {
    if (this.#closed || (this.#stopsAt && !this.isLive(record.id)))
      throw new AppError('server_stopping', 'the server is stopping; try again in a minute');
    const room = await (this.#rooms.get(record.id) ?? this.#opening(record));
    // Its last peer may have left while we waited.
    return room.closed ? this.open(record) : room;
  }

  #assertMayBegin(): void {
    if (!this.isFull) return;
    const message = 'the server is carrying as many calls as it can; try again in a few minutes';
    throw new AppError('server_full', message);
  }

  #opening(record: RoomRecord): Promise<Room> {
    const opening = this.#openWithSeats(record, () => this.#forget(record.id, opening));
    void opening.then((room) => this.#isOpened(room)).catch(() => undefined);
    this.#rooms.set(record.id, opening);
    opening.catch(() => this.#rooms.delete(record.id));
    return opening;
  }

  #isOpened(room: Room): void {
    if (!room.closed) this.#opened.add(room);
    if (this.#stopsAt) room.announceStop(this.#stopsAt);
  }

  async #openWithSeats(record: RoomRecord, onEmpty: () => void): Promise<Room> {
    if (!this.#reserved.has(record.id)) return Room.open(record, this.#deps, onEmpty);
    const { room = record, seats } = await this.#seatsOf(record.id);
    const opened = await Room.open(room, this.#deps, onEmpty, seats);
    this.#reserved.release(record.id, seats);
    return opened;
  }

  /** The seats that may still be taken again, in the room as it is now; the others are forgotten. */
  async #seatsOf(roomId: string): Promise<{ room?: RoomRecord; seats: SeatRecord[] }> {
    const reserved = this.#reserved.of(roomId);
    const found = await this.#deps.store.readRoom(roomId).catch(notReadable('the room'));
    const seats = found ? validSeats(reserved, found.room, found.links) : [];
    const others = reserved.filter((seat) => !seats.includes(seat));
    for (const { peerId } of others) this.#seats.gone(peerId);
    this.#reserved.release(roomId, others);
    return { ...(found && { room: found.room }), seats };
  }

  // One after the other: whoever comes meanwhile is not to wait behind all of them.
  async #openReserved(): Promise<void> {
    if (this.#openingReserved) return;
    this.#openingReserved = true;
    while (this.#reserved.rooms.length > 0 && !this.#closed) {
      for (const roomId of this.#reserved.rooms)
        await this.#openReservedRoom(roomId).catch((error) => this.#deps.onError(error, roomId));
      if (this.#reserved.rooms.length > 0)
        await new Promise<void>((resolve) => void this.#deps.clock.after(RETRY_MS, resolve));
    }
    this.#openingReserved = false;
  }

  /** Opens a room for who may come back into it, if anybody may; one that is live expects them from now on. */
  async #openReservedRoom(roomId: string): Promise<Room | undefined> {
    if (this.#closed || !this.#reserved.has(roomId)) return undefined;
    const live = await this.#rooms.get(roomId);
    const { room, seats } = await this.#seatsOf(roomId);
    if (!live || live.closed) return room && seats.length > 0 ? this.open(room) : undefined;
    live.expect(seats);
    this.#reserved.release(roomId, seats);
    return live;
  }

  /**
   * Reads the room anew, if it is live: who came by a link that is no more has to go, and everyone when it was
   * closed or deleted. Who is early comes again. @throws what the store throws; it is read again then until it can be
   */
  async refresh(roomId: string): Promise<void> {
    // First, so that who is on the way in is looked at again.
    this.#changes++;
    this.foyer.changed(roomId);
    const live = await this.#rooms.get(roomId);
    if (!live) return;
    await this.#reread(live).catch((error: unknown) => {
      // Who asked is told. What was changed is to hold here as well, and people come back from memory meanwhile.
      this.#later.add(roomId, () => this.#reread(live));
      throw error;
    });
  }

  async #reread(room: Room): Promise<void> {
    if (room.closed) return;
    const found = await this.#deps.store.readRoom(room.record.id);
    if (found) room.update(found.room, found.links);
    else room.end();
  }

  /** Raised when any room or its links were changed: a link that was opened before must be opened anew. */
  get changes(): number {
    return this.#changes;
  }

  /** Ends the call for everyone in the room; false: it is not live. */
  async end(roomId: string): Promise<boolean> {
    const live = await (this.#rooms.get(roomId) ?? this.#openReservedRoom(roomId));
    live?.end();
    return live !== undefined;
  }

  /** The rooms that are live now, as they are; nobody waits for those that are still being opened. */
  async all(): Promise<Room[]> {
    return [...this.#opened].filter((room) => !room.closed);
  }

  /** A link by which somebody is in a live room, with the room; null: nobody is. */
  async linkInUse(linkId: string): Promise<{ link: LinkRecord; room: RoomRecord } | null> {
    for (const room of await this.all()) {
      const link = room.people.linkInUse(linkId);
      if (link) return { link, room: room.record };
    }
    return null;
  }

  isLive(roomId: string): boolean {
    return this.#rooms.has(roomId) || this.#reserved.has(roomId);
  }

  /** How many calls run here, and how many may. */
  get calls(): Calls {
    let running = 0;
    for (const { people } of this.#opened) if (people.hasCall) running++;
    // After a restart: not opened yet, and those who were in the call are expected back.
    for (const roomId of this.#reserved.rooms)
      if (!this.#rooms.has(roomId) && this.#reserved.of(roomId).some(({ stayId }) => stayId !== null))
        running++;
    return { running, most: this.#maxCalls };
  }

  /** Whether no call may begin in any room. */
  get isFull(): boolean {
    return isAtMost(this.calls) || this.#isMediaFull();
  }

  /** The live room of this id. @throws {AppError} not_allowed when nobody is in it */
  async live(roomId: string): Promise<Room> {
    const room = await this.#rooms.get(roomId);
    if (!room) throw new AppError('not_allowed', 'nobody is in this room now');
    return room;
  }

  /** Whether it waits for calls to end before it stops. */
  get draining(): boolean {
    return this.#stopsAt !== null;
  }

  /** Whether rooms are opened only for who is in one already. */
  get stopping(): boolean {
    return this.#closed || this.#stopsAt !== null;
  }

  /**
   * Before the server stops: takes no new rooms from now on, tells the people in calls, and resolves when no call is
   * running any more, after `ms` milliseconds, or when `hurry` is aborted.
   */
  async drain(ms: number, hurry: AbortSignal): Promise<void> {
    const { clock } = this.#deps;
    this.#stopsAt = new Date(clock.now().getTime() + ms);
    for (const room of await this.all()) room.announceStop(this.#stopsAt);
    await untilNoCall(() => this.all(), { clock, ms, hurry });
  }

  /** Tells everyone, closes every room, and resolves when all is stored, or was tried once more. */
  async close(): Promise<void> {
    this.#closed = true;
    this.foyer.close();
    const closing = [...this.#rooms.values()].map((opening) => this.#close(opening, 'server_stopping'));
    this.#rooms.clear();
    await within(this.#deps.clock, OPENING_MS, Promise.all(closing), undefined);
    await Promise.all([this.#later.close(), this.#seats.close()]);
  }

  #forget(roomId: string, opening: Promise<Room>): void {
    if (this.#rooms.get(roomId) === opening) this.#rooms.delete(roomId);
    void this.#close(opening, 'left');
  }

  /** Resolves when nobody is in it any more: what it has to store is `later`'s. */
  async #close(opening: Promise<Room>, reason: EndReason): Promise<void> {
    const room = await opening.catch(() => null);
    if (!room) return;
    this.#opened.delete(room);
    room.close(reason).catch((error) => this.#deps.onError(error, room.record.id));
  }
}
