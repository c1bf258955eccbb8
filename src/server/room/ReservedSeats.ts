import type { SeatRecord } from './ports.ts';

/** The other servers of this database, as far as they can be known. */
export type OtherServersSeen = {
  /** The ids of those that answer. */
  living: string[];
  /** The ids of those of which nobody knows: they do not answer, and have not been away for long enough to be dead. */
  silent: string[];
  /** The ids of the rooms that are live on those that answer. */
  liveRooms: string[];
};

/** The seats that servers kept which are gone, by room, until the room is opened here. */
export class ReservedSeats {
  readonly #reserved = new Map<string, SeatRecord[]>();
  /** Of servers that may be alive. They are reserved when their server is known to be gone, or when the room is opened here. */
  #doubtful: SeatRecord[] = [];

  /** Takes the seats that nobody else keeps. */
  take(seats: SeatRecord[], { living, silent, liveRooms }: OtherServersSeen): void {
    for (const seat of seats) {
      if (isOf(seat, living) || liveRooms.includes(seat.roomId)) continue;
      if (isOf(seat, silent)) this.#doubtful.push(seat);
      else this.#reserve(seat);
    }
  }

  /** Of servers that did not answer some are known by now: those that live keep their seats. */
  settle({ living, gone }: { living: string[]; gone: string[] }): void {
    this.#reserveDoubtful((seat) => isOf(seat, gone));
    this.#doubtful = this.#doubtful.filter((seat) => !isOf(seat, living));
  }

  /** For a room that is opened here: its people are led to this server, whatever the one that was silent does. */
  claim(roomId: string): void {
    this.#reserveDoubtful((seat) => seat.roomId === roomId);
  }

  get rooms(): string[] {
    return [...this.#reserved.keys()];
  }

  of(roomId: string): SeatRecord[] {
    return this.#reserved.get(roomId) ?? [];
  }

  has(roomId: string): boolean {
    return this.#reserved.has(roomId);
  }

  isDoubtful(roomId: string): boolean {
    return this.#doubtful.some((seat) => seat.roomId === roomId);
  }

  delete(roomId: string): void {
    this.#reserved.delete(roomId);
  }

  #reserveDoubtful(isReserved: (seat: SeatRecord) => boolean): void {
    if (this.#doubtful.length === 0) return;
    for (const seat of this.#doubtful) if (isReserved(seat)) this.#reserve(seat);
    this.#doubtful = this.#doubtful.filter((seat) => !isReserved(seat));
  }

  #reserve(seat: SeatRecord): void {
    this.#reserved.set(seat.roomId, [...this.of(seat.roomId), seat]);
  }
}

const isOf = ({ serverId }: SeatRecord, servers: string[]) => serverId !== null && servers.includes(serverId);
