import { closeCodes } from '../../protocol/errors.ts';
import type { EndReason, PeerState } from '../../protocol/messages.ts';
import { AppError } from '../errors.ts';
import { Attendance } from './Attendance.ts';
import { Chat } from './Chat.ts';
import { GatedMedia } from './GatedMedia.ts';
import { Journal } from './Journal.ts';
import type { OpenedLink } from './openLink.ts';
import { Peer } from './Peer.ts';
import { People } from './People.ts';
import type { PeerSocket } from './ports.ts';
import { RelayKeeper } from './RelayKeeper.ts';
import { RoomSettings } from './RoomSettings.ts';
import type { LinkRecord, RoomRecord, SeatRecord, StayEnding } from './records.ts';
import type { RoomDependencies } from './roomDependencies.ts';
import { seatsToEvict } from './seats.ts';

/**
 * Milliseconds in which a page that was closed may come back: a browser closes the socket of a page that is loaded anew as that of
 * a closed tab (HTML Living Standard, 1001). Over a slow line a reload from the browser's cache takes some six round trips of 1 s.
 */
const RELOAD_MS = 10_000;

type Parts = { people: People; journal: Journal; chat: Chat; media: GatedMedia };

/** A live room: who comes and goes, and the one place where a peer's state changes. */
export class Room {
  readonly people: People;
  readonly journal: Journal;
  readonly chat: Chat;
  readonly media: GatedMedia;
  readonly relay: RelayKeeper;
  readonly settings: RoomSettings;
  readonly openedAt: Date;
  readonly #deps: RoomDependencies;
  readonly #attendance: Attendance;
  readonly #onEmpty: () => void;
  #record: RoomRecord;
  #closed = false;
  #stopsAt: Date | null = null;

  private constructor(record: RoomRecord, parts: Parts, deps: RoomDependencies, onEmpty: () => void) {
    const { store, clock, later } = deps;
    this.#record = record;
    this.people = parts.people;
    this.journal = parts.journal;
    this.chat = parts.chat;
    this.media = parts.media;
    this.openedAt = clock.now();
    this.#deps = deps;
    this.#attendance = new Attendance(record.id, { store, clock, later, journal: parts.journal });
    this.relay = new RelayKeeper(() => this.#record, deps);
    this.settings = new RoomSettings(() => this.#record, { ...deps, people: parts.people });
    this.#onEmpty = onEmpty;
  }

  /**
   * Opens the room's media and reads its history; `onEmpty` fires when the last peer is gone. Whoever had the `seats`
   * when the server went has the grace period, from now, to come back into them.
   * @throws {AppError} media_unavailable, and what the store throws
   */
  static async open(
    record: RoomRecord,
    deps: RoomDependencies,
    onEmpty: () => void,
    seats: SeatRecord[] = [],
  ): Promise<Room> {
    const { store, audit, clock, later, onNoted = () => undefined } = deps;
    const people = new People(record, clock);
    const journal = new Journal(record.id, { store: audit, clock, later, onNoted });
    const chat = await Chat.open(record, { store, clock, people, journal });
    const media = await deps.openMedia(record.id, {
      consumerAdded: (peerId, consumer) => people.notify(peerId, 'consumerAdded', { consumer }),
      consumerRemoved: (peerId, consumerId) => people.notify(peerId, 'consumerRemoved', { consumerId }),
      lost: () => {
        for (const peer of people) peer.socket?.notify('mediaLost', {});
      },
    });
    const parts = { people, journal, chat, media: new GatedMedia(media) };
    const room = new Room(record, parts, deps, onEmpty);
    // Whoever had a seat goes on in the room as it was, and other systems have been told of it.
    if (seats.length === 0) journal.note('room.opened', 'server');
    for (const seat of seats) room.#reserve(seat);
    return room;
  }

  get record(): RoomRecord {
    return this.#record;
  }

  /** A closed room takes nobody in; Rooms opens a new one. */
  get closed(): boolean {
    return this.#closed;
  }

  /**
   * What an administrator changed holds from now on: who came by a link that is no more has to go, and everyone
   * when the room was closed.
   */
  update(record: RoomRecord, links: LinkRecord[]): void {
    this.#record = record;
    this.people.update(record);
    this.chat.updateHistory({ setting: record.history, links });
    const valid = new Map(links.filter((link) => !link.revokedAt).map(({ id, version }) => [id, version]));
    for (const peer of [...this.people]) {
      if (record.closedAt) this.remove(peer, 'closed');
      else if (valid.get(peer.linkId) !== peer.linkVersion) this.remove(peer, 'revoked');
    }
    this.people.announceSeats();
    this.people.updateEntry(record.entry);
    this.people.updateWaitingMessage(record.waitingMessage);
    for (const peer of this.people) this.relay.renew(peer);
  }

  /** Ends the call: everyone is told and has to come anew. */
  end(): void {
    for (const peer of [...this.people]) this.remove(peer, 'closed');
    this.#deps.returning.forget(this.record.id);
  }

  /**
   * Takes a person in, or back into the seat that `resumeKey` names; a socket that still holds it is closed.
   * @throws {AppError} link_early or link_expired for newcomers outside the window (see `Returning`), room_full, too_fast
   */
  join(
    opened: OpenedLink,
    socket: PeerSocket,
    resumeKey: string | undefined,
    keepMedia: boolean,
  ): { peer: Peer; resumed: boolean } {
    const known = resumeKey ? this.people.byKey(opened.link.id, resumeKey) : undefined;
    if (known && resumeKey) {
      const wasAwaited = known.awaited;
      const old = known.connect(opened.link, socket, resumeKey);
      old?.close(closeCodes.replaced, 'opened in another tab');
      this.#resume(known, { wasAwaited, keepMedia });
      return { peer: known, resumed: true };
    }
    if (opened.outsideWindow && !this.#deps.returning.mayReturn(opened, resumeKey, this.people))
      throw opened.outsideWindow;
    const gone = seatsToEvict(opened.link, [...this.people], this.#record);
    if (!this.#deps.rates.mayCome(opened.link))
      throw new AppError('too_fast', 'too many people are coming by this link; try again in a few seconds');
    const peer = Peer.arriving(opened.link, socket, this.#deps.clock);
    this.people.add(peer);
    // Not before: a room that nobody is in closes.
    for (const other of gone) this.remove(other);
    this.keepSeat(peer);
    this.people.announceCounts();
    return { peer, resumed: false };
  }

  /** For who is the first in the call: one that runs takes in whoever has a seat. @throws {AppError} server_full */
  assertMayBegin(): void {
    if (!this.people.hasCall) this.#deps.assertMayBegin();
  }

  /** These were in the room on another server, which is gone: they may come back here. */
  expect(seats: SeatRecord[]): void {
    for (const seat of seats) if (!this.people.hasId(seat.peerId)) this.people.announce(this.#reserve(seat));
    this.people.announceSeats();
    this.people.announceCounts();
  }

  /** Until when the server that stops waits for the call to end; null: it does not stop. */
  get stopsAt(): Date | null {
    return this.#stopsAt;
  }

  /** Tells everyone in the call, and who comes into it from now on, until when the server waits for it to end. */
  announceStop(stopsAt: Date): void {
    this.#stopsAt = stopsAt;
    this.people.broadcast('stopping', { stopsAt: stopsAt.toISOString() });
  }

  /**
   * The socket is lost: the seat is kept for the grace period; for who has closed the page, as long as loading it anew takes.
   */
  disconnected(peer: Peer, socket: PeerSocket, isPageClosed = false): void {
    if (peer.socket !== socket || !this.people.has(peer)) return;
    const { clock, graceMs } = this.#deps;
    const keptMs = isPageClosed ? Math.min(graceMs, RELOAD_MS) : graceMs;
    const ending = isPageClosed ? 'left' : 'lost';
    const cancelGrace = clock.after(keptMs, () => this.remove(peer, undefined, ending));
    peer.presence.lose(isPageClosed, cancelGrace);
    this.announce(peer);
    this.people.announceCounts();
  }

  /** The only place where a state changes: gate, attendance, and who sees the peer follow from it. */
  setState(peer: Peer, state: PeerState): void {
    const wasAdmitted = peer.admitted;
    const sawBefore = this.people.viewersOf(peer);
    const { clock } = this.#deps;
    if (peer.state === 'requesting' && state === 'inCall')
      this.#deps.onAdmitted?.(clock.elapsed() - peer.stateBegan);
    const isAdmitted = state === 'inCall' || state === 'held';
    if (wasAdmitted && !isAdmitted) this.#stayEnds(peer, 'left');
    peer.moveTo(isAdmitted ? { state, stay: peer.stay } : { state }, clock);
    this.media.follow(peer);
    if (!wasAdmitted && isAdmitted) {
      this.#attendance.enters(peer);
      this.chat.readerEntered(peer, clock.now());
      this.relay.renew(peer);
    }
    this.people.announceGone(peer, sawBefore);
    this.announce(peer);
    this.people.announceSeat(peer.role);
    this.people.announceCounts();
  }

  /** Has the peer's seat stored as it is now, for the next server. */
  keepSeat(peer: Peer): void {
    if (this.people.has(peer)) this.#deps.seats.changed(this.record.id, peer);
  }

  /** The peer is not as before: it is stored, and whoever may see it is told. */
  announce(peer: Peer): void {
    this.keepSeat(peer);
    this.people.announce(peer);
  }

  /** Whether this person may ask to be let in now, as often as others who came by the link have asked already. */
  mayAsk(peer: Peer): boolean {
    return this.#deps.rates.mayAsk(peer);
  }

  /** Takes the peer out for good; with a reason, it is told so and its socket is closed. */
  remove(peer: Peer, reason?: EndReason, ending: StayEnding = reason ?? 'lost'): void {
    if (!this.people.delete(peer)) return;
    this.#deps.seats.gone(peer.id);
    if (peer.admitted) this.#deps.returning.left(this.record.id, peer);
    this.#stayEnds(peer, ending);
    const socket = peer.presence.end();
    this.media.end(peer);
    this.relay.forget(peer.id);
    this.people.announceGone(peer, this.people.viewersOf(peer));
    if (reason) socket?.notify('ended', { reason });
    socket?.close(closeCodes.ended, reason ?? 'removed');
    this.people.announceSeat(peer.role);
    this.people.announceCounts();
    this.closeIfEmpty();
  }

  /** Gives back what a room takes in which nobody is. */
  closeIfEmpty(): void {
    if (this.#closed || this.people.size > 0) return;
    this.#closed = true;
    this.#onEmpty();
  }

  /**
   * Tells those who are still there, whose seats are kept for the next server; resolves when what the room had to
   * store is stored, however long the store is away.
   */
  async close(reason: EndReason): Promise<void> {
    this.#closed = true;
    for (const peer of [...this.people]) {
      this.#stayEnds(peer, reason);
      const socket = peer.presence.end();
      socket?.notify('ended', { reason });
      socket?.close(closeCodes.goingAway, reason);
      this.keepSeat(peer);
    }
    this.people.clear();
    this.relay.close();
    this.media.close();
    await this.#deps.later.idle(this.record.id);
  }

  #stayEnds(peer: Peer, ending: StayEnding): void {
    // Also where the stay ended in good order, with the server before this one.
    this.chat.readerLeft(peer);
    if (!peer.stay) return;
    this.#attendance.left(peer, peer.awaited ? 'server_lost' : ending, this.media.statistics(peer));
  }

  /** Keeps the place of who was in the room on another server, which is gone, for the grace period from now. */
  #reserve(seat: SeatRecord): Peer {
    const { clock, graceMs } = this.#deps;
    const cancelGrace = clock.after(graceMs, () => this.remove(peer));
    const peer = Peer.awaited(seat, cancelGrace, clock);
    this.people.add(peer);
    this.#attendance.awaits(peer);
    if (peer.admitted) this.chat.readerAwaited(peer, seat.enteredAt ?? seat.stateSince);
    return peer;
  }

  #resume(peer: Peer, { wasAwaited, keepMedia }: { wasAwaited: boolean; keepMedia: boolean }): void {
    if (!keepMedia) {
      this.media.end(peer);
      peer.share(false);
    }
    if (wasAwaited) this.#attendance.isBack(peer);
    // Its transports went with the server that it knew.
    if (wasAwaited && keepMedia) peer.socket?.notify('mediaLost', {});
    this.announce(peer);
    this.people.announceCounts();
  }
}
