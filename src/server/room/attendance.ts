import { randomUUID } from 'node:crypto';
import type { Journal } from './Journal.ts';
import type { LaterWrites } from './LaterWrites.ts';
import type { Peer } from './Peer.ts';
import type { Clock, MediaStatistics, RoomStore, StayEnding } from './ports.ts';

export type AttendanceOptions = {
  store: Pick<RoomStore, 'addStay' | 'endStay'>;
  clock: Clock;
  later: LaterWrites;
  journal: Journal;
};

/** Records who was in the call, from when until when, and how it ended. */
export class Attendance {
  readonly #roomId: string;
  readonly #options: AttendanceOptions;
  #inCall = 0;

  constructor(roomId: string, options: AttendanceOptions) {
    this.#roomId = roomId;
    this.#options = options;
  }

  entered(peer: Peer): void {
    const { store, clock, later, journal } = this.#options;
    const { id: peerId, linkId, role, company, name, check } = peer;
    const stay = {
      ...{ id: randomUUID(), roomId: this.#roomId, peerId, linkId, role, company, name, check },
      enteredAt: clock.now(),
      ...{ leftAt: null, ending: null, media: null },
    };
    peer.stayId = stay.id;
    this.#inCall++;
    journal.note('call.entered', peer, { subject: stay.id, details: { role, link: linkId } });
    later.add(() => store.addStay(stay));
  }

  /** `media` is what went through until now; a fault in reading it loses the figures and nothing else. */
  left(peer: Peer, ending: StayEnding, media: Promise<MediaStatistics | null>): void {
    const { store, clock, later, journal } = this.#options;
    const id = peer.stayId;
    if (!id) return;
    peer.stayId = null;
    const at = clock.now();
    const figures = media.catch(() => null);
    journal.note('call.left', peer, { subject: id, details: { ending } });
    later.add(async () => store.endStay(id, { at, ending, media: await figures }));
    if (--this.#inCall === 0) journal.note('call.ended', 'server', { details: { ending } });
  }
}
