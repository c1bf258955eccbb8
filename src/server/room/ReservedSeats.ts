import type { SeatRecord } from './records.ts';

/** The seats that were taken over from servers that are gone, by room, until the room is opened here. */
export class ReservedSeats {
  readonly #seats = new Map<string, SeatRecord[]>();

  add(seat: SeatRecord): void {
    this.#seats.set(seat.roomId, [...this.of(seat.roomId), seat]);
  }

  get rooms(): string[] {
    return [...this.#seats.keys()];
  }

  of(roomId: string): SeatRecord[] {
    return this.#seats.get(roomId) ?? [];
  }

  has(roomId: string): boolean {
    return this.#seats.has(roomId);
  }

  /** These are in the room now, or are no more; others may have been added meanwhile. */
  release(roomId: string, seats: SeatRecord[]): void {
    const left = this.of(roomId).filter((seat) => !seats.includes(seat));
    if (left.length > 0) this.#seats.set(roomId, left);
    else this.#seats.delete(roomId);
  }
}
