import { isDeepStrictEqual } from 'node:util';
import type { Counts, EntrySettings, Event, Notifications, PeerInfo, Role } from '../../protocol/messages.ts';
import { AppError } from '../errors.ts';
import { constantTimeEqual } from '../util/constantTimeEqual.ts';
import { CallClock } from './CallClock.ts';
import { headCounts } from './headCounts.ts';
import { notMailed } from './mailed.ts';
import type { Peer } from './Peer.ts';
import type { Clock } from './ports.ts';
import type { LinkRecord, RoomRecord } from './records.ts';
import { keyHashOf } from './resumeKeys.ts';
import { roomInfo } from './roomInfo.ts';
import { SeatMoves } from './SeatMoves.ts';
import { isSeatTaken } from './seats.ts';
import { infoFor, sees } from './visibility.ts';

const FREE = { taken: false, movable: false };

/** The people of a room: who is there, and what of each other they are told. */
export class People {
  readonly #peers = new Map<string, Peer>();
  #record: RoomRecord;
  #entry: EntrySettings;
  #waitingMessage: string;
  readonly moves = new SeatMoves(this);
  /** What those who wait were told last of the seat. */
  readonly #toldSeats = new WeakMap<Peer, Notifications['seat']>();
  #counts: Counts = { waiting: 0, inCall: 0, requesting: [] };

  readonly #callClock: CallClock;

  constructor(record: RoomRecord, clock: Pick<Clock, 'now'>) {
    this.#callClock = new CallClock(this, clock);
    this.#record = record;
    this.#entry = record.entry;
    this.#waitingMessage = record.waitingMessage;
  }

  [Symbol.iterator](): Iterator<Peer> {
    return this.#peers.values();
  }

  get size(): number {
    return this.#peers.size;
  }

  has(peer: Peer): boolean {
    return this.#peers.has(peer.id);
  }

  hasId(peerId: string): boolean {
    return this.#peers.has(peerId);
  }

  /** @throws {AppError} not_found */
  get(peerId: string): Peer {
    const peer = this.#peers.get(peerId);
    if (!peer) throw new AppError('not_found', 'this person is not in the room any more');
    return peer;
  }

  /** The one who came by this link and holds this key. */
  byKey(linkId: string, resumeKey: string): Peer | undefined {
    const keyHash = keyHashOf(resumeKey);
    const sameLink = this.#peers.values().filter((peer) => peer.linkId === linkId);
    return sameLink.find((peer) => constantTimeEqual(keyHash, peer.keyHash));
  }

  /** The one who came by this link and holds this key. @throws {AppError} not_allowed */
  holderOf(linkId: string, resumeKey: string): Peer {
    const peer = this.byKey(linkId, resumeKey);
    if (!peer) throw new AppError('not_allowed', 'this place in the room is no longer kept');
    return peer;
  }

  /** The link by which somebody came who is in the room, as it was then; null: nobody came by it. */
  linkInUse(linkId: string): LinkRecord | null {
    const peer = this.#peers.values().find((each) => each.linkId === linkId);
    if (!peer) return null;
    const { role, linkVersion: version } = peer;
    return {
      id: linkId,
      roomId: this.#record.id,
      role,
      label: '',
      version,
      revokedAt: null,
      erasedAt: null,
      ...notMailed,
    };
  }

  /** Whether anybody is in the call. */
  get hasCall(): boolean {
    return this.#peers.values().some((peer) => peer.admitted);
  }

  add(peer: Peer): void {
    this.#peers.set(peer.id, peer);
  }

  /** @returns whether they were there */
  delete(peer: Peer): boolean {
    return this.#peers.delete(peer.id);
  }

  clear(): void {
    this.#peers.clear();
  }

  /** How applicants enter, and whether their names are shown to each other. */
  get entry(): EntrySettings {
    return this.#entry;
  }

  /** The room as it was changed: how many seats there are, and what everyone is told of it. */
  update(record: RoomRecord): void {
    const room = roomInfo(record);
    const isNews = !isDeepStrictEqual(room, roomInfo(this.#record));
    this.#record = record;
    if (isNews) for (const peer of this) peer.socket?.notify('roomChanged', { room });
  }

  /** Tells everyone what they see of it. */
  updateEntry(entry: EntrySettings): void {
    const namesChange = entry.names !== this.#entry.names;
    this.#entry = entry;
    for (const peer of this) {
      if (peer.role === 'interviewer') peer.socket?.notify('entry', { entry });
      else if (namesChange) this.announce(peer);
    }
    if (!namesChange || entry.names) return;
    for (const peer of this) if (peer.role === 'applicant') peer.socket?.notify('namesHidden', {});
  }

  /** What those who wait are told; empty: nothing. */
  get waitingMessage(): string {
    return this.#waitingMessage;
  }

  updateWaitingMessage(text: string): void {
    if (text === this.#waitingMessage) return;
    this.#waitingMessage = text;
    for (const peer of this)
      if (peer.role === 'interviewer' || !peer.admitted) peer.socket?.notify('waitingMessage', { text });
  }

  /** Those whom somebody sees, as they see them. */
  seenBy(viewer: Peer): PeerInfo[] {
    const seen = this.#peers.values().filter((other) => sees(viewer, other));
    return [...seen.map((other) => infoFor(viewer, other, this.#entry))];
  }

  viewersOf(peer: Peer): Peer[] {
    return [...this.#peers.values().filter((viewer) => sees(viewer, peer))];
  }

  /** Tells everyone who may see a person how they are now. */
  announce(peer: Peer): void {
    for (const viewer of this.viewersOf(peer))
      viewer.socket?.notify('peerUpdated', { peer: infoFor(viewer, peer, this.#entry) });
  }

  /** Tells those who saw a person until now, and do not any more. */
  announceGone(peer: Peer, viewers: Peer[]): void {
    for (const viewer of viewers) {
      const stillThere = this.has(peer) && sees(viewer, peer);
      if (!stillThere) viewer.socket?.notify('peerLeft', { peerId: peer.id });
    }
  }

  /** Tells everyone in the call. */
  broadcast<E extends Event>(event: E, data: Notifications[E]): void {
    for (const peer of this) if (peer.admitted) peer.socket?.notify(event, data);
  }

  /** Tells one of them, if they are still there. */
  notify<E extends Event>(peerId: string, event: E, data: Notifications[E]): void {
    this.#peers.get(peerId)?.socket?.notify(event, data);
  }

  get counts(): Counts {
    return headCounts(this, (peer) => this.moves.hasAsked(peer));
  }

  /** Tells interviewers how many there are, who asks for a seat, and since when the interview goes on, where that has changed. */
  announceCounts(): void {
    this.moves.announce();
    this.#callClock.announce();
    const { counts } = this;
    if (isDeepStrictEqual(counts, this.#counts)) return;
    this.#counts = counts;
    for (const peer of this) if (peer.role === 'interviewer') peer.socket?.notify('counts', counts);
  }

  /** Whether others hold all seats of this peer's role in the call, those who asked included. */
  isSeatTaken(peer: Peer): boolean {
    return isSeatTaken(peer, this.#peers.values(), this.#record);
  }

  /** The same as the person is told it from now on, and whether the seat may be moved to them. */
  seatFor(peer: Peer): Notifications['seat'] {
    const taken = this.isSeatTaken(peer);
    const seat = { taken, movable: taken && this.moves.holdersFor(peer).length > 0 };
    this.#toldSeats.set(peer, seat);
    return seat;
  }

  announceSeats(): void {
    for (const role of ['interviewer', 'applicant'] as const) this.announceSeat(role);
  }

  /** Tells those who wait whether there is a seat for them, where that has changed. */
  announceSeat(role: Role): void {
    for (const peer of this) {
      if (peer.role !== role || peer.state !== 'waiting') continue;
      const before = this.#toldSeats.get(peer) ?? FREE;
      const seat = this.seatFor(peer);
      if (!isDeepStrictEqual(seat, before)) peer.socket?.notify('seat', seat);
    }
  }
}
