import { randomUUID } from 'node:crypto';
import { within } from '../util/within.ts';
import type { Journal } from './Journal.ts';
import type { Peer } from './Peer.ts';
import type { Clock, RoomStore } from './ports.ts';
import type { RetryQueue } from './RetryQueue.ts';
import type { MediaStatistics, StayEnding } from './records.ts';
import type { Stay } from './standing.ts';

/** Milliseconds in which a worker tells its figures; one that hangs must not keep the stay from being ended. */
const FIGURES_MS = 5000;

/** Where stays are written, and by whom they are counted. */
export type AttendanceOptions = {
  store: Pick<RoomStore, 'addStay' | 'endStay'>;
  clock: Clock;
  later: RetryQueue;
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

  /** The peer is in the call from now on, and a stay begins. */
  enters(peer: Peer): void {
    const { clock, journal } = this.#options;
    const stay = { id: randomUUID(), enteredAt: clock.now() };
    peer.setStay(stay);
    this.#inCall++;
    const { linkId, role } = peer;
    journal.note('call.entered', peer, { subject: stay.id, details: { role, link: linkId } });
    this.#store(peer, stay);
  }

  /** Who was in the call when the server went may come back. */
  awaits(peer: Peer): void {
    if (peer.stay) this.#inCall++;
  }

  /** Back after a restart: the stay goes on; where it was ended in good order, another begins. */
  isBack(peer: Peer): void {
    if (peer.stay) this.#store(peer, peer.stay);
    else if (peer.admitted) this.enters(peer);
  }

  /** `media` is what went through until now; what keeps it from being read loses the figures and nothing else. */
  left(peer: Peer, ending: StayEnding, media: Promise<MediaStatistics | null>): void {
    const { store, clock, later, journal } = this.#options;
    if (!peer.stay) return;
    const { id, enteredAt } = peer.stay;
    peer.setStay(null);
    // Nobody leaves before entering, even where the clock was put back.
    const at = new Date(Math.max(clock.now().getTime(), enteredAt.getTime()));
    const figures = within(clock, FIGURES_MS, media, null);
    journal.note('call.left', peer, { subject: id, details: { ending } });
    // The stay of one who did not come back after the server died ended then: as soon as nobody vouches for it.
    if (!peer.awaited)
      later.add(this.#roomId, async () => store.endStay(id, { at, ending, media: await figures }));
    if (--this.#inCall === 0) journal.note('call.ended', 'server', { details: { ending } });
  }

  /** Once more is no harm. From then on this server vouches for it. */
  #store(peer: Peer, { id, enteredAt }: Stay): void {
    const { store, later } = this.#options;
    const { id: peerId, linkId, role, company, name, check } = peer;
    const stay = {
      id,
      roomId: this.#roomId,
      peerId,
      linkId,
      role,
      company,
      name,
      check,
      enteredAt,
      leftAt: null,
      ending: null,
      media: null,
    };
    later.add(this.#roomId, () => store.addStay(stay));
  }
}
