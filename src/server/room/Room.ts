import { closeCodes } from '../../protocol/errors.ts';
import { limits } from '../../protocol/limits.ts';
import type {
  CallSnapshot,
  ChatFile,
  ChatMessage,
  ChatPage,
  Counts,
  EndReason,
  EntrySettings,
  Event,
  JoinResult,
  Notifications,
  PeerState,
  Role,
  RoomInfo,
} from '../../protocol/messages.ts';
import { AppError } from '../errors.ts';
import type { AuditGroup } from './AuditGroup.ts';
import { type Admitted, closingTime } from './admission.ts';
import { Attendance } from './attendance.ts';
import type { AuditAction, AuditEntry } from './audit.ts';
import { Chat } from './chat.ts';
import { History } from './History.ts';
import { Journal } from './Journal.ts';
import type { LaterWrites } from './LaterWrites.ts';
import type { LinkRates } from './LinkRates.ts';
import { keyHashOf, Peer } from './Peer.ts';
import { mayExchangeMedia } from './permissions.ts';
import type {
  Clock,
  LinkRecord,
  OpenRoomMedia,
  PeerSocket,
  Relay,
  RoomMedia,
  RoomRecord,
  RoomStore,
  SeatRecord,
  StayEnding,
} from './ports.ts';
import { RelayKeeper } from './RelayKeeper.ts';
import type { SeatKeeper } from './SeatKeeper.ts';
import { isSameText } from './sameText.ts';
import { isOnesOwn, isSeatTaken, whoMakesPlace } from './seats.ts';
import { infoFor, messageFor, sees } from './visibility.ts';

export type RoomDependencies = {
  store: RoomStore;
  clock: Clock;
  seats: SeatKeeper;
  /** How often people come by each link, in whichever room. */
  rates: LinkRates;
  /** What is written into the audit, with that of all other rooms. */
  audit: AuditGroup;
  /** What nobody waits for, of all rooms: it outlives them. */
  later: LaterWrites;
  /** @throws {AppError} server_full when no call may begin */
  assertMayBegin: () => void;
  openMedia: OpenRoomMedia;
  graceMs: number;
  relay: Relay;
  /** A fault that no one asked about, for the log; of which room, where it is one's. */
  onError: (error: unknown, roomId?: string) => void;
  /** Hears of what happens in rooms, as the audit does. */
  onNoted?: (entry: AuditEntry) => void;
  /** Somebody who had asked was let in, after so many milliseconds. */
  onAdmitted?: (waitedMs: number) => void;
};

/** What people are told of a room. */
export function roomInfo(room: RoomRecord): RoomInfo {
  const { name, from, timeZone } = room;
  return { name, from: from.toISOString(), until: closingTime(room).toISOString(), timeZone };
}

/** A live room: its peers, who sees whom, and the one place where a peer's state changes. */
export class Room {
  readonly chat: Chat;
  readonly openedAt: Date;
  readonly #deps: RoomDependencies;
  readonly #journal: Journal;
  readonly #attendance: Attendance;
  readonly #history: History;
  readonly #relay: RelayKeeper;
  readonly #peers = new Map<string, Peer>();
  readonly #onEmpty: () => void;
  #record: RoomRecord;
  #media!: RoomMedia;
  #closed = false;
  #stopsAt: Date | null = null;
  #lastCounts = '';
  #entry: EntrySettings;

  private constructor(
    record: RoomRecord,
    { chat, history }: { chat: Chat; history: History },
    deps: RoomDependencies,
    onEmpty: () => void,
  ) {
    const { store, clock, later, onNoted = () => undefined } = deps;
    this.#record = record;
    this.chat = chat;
    this.#history = history;
    this.openedAt = clock.now();
    this.#deps = deps;
    this.#journal = new Journal(record.id, { store: deps.audit, clock, later, onNoted });
    this.#attendance = new Attendance(record.id, { store, clock, later, journal: this.#journal });
    this.#relay = new RelayKeeper(() => this.#record, deps);
    this.#onEmpty = onEmpty;
    this.#entry = record.entry;
  }

  /**
   * Opens the room's media and reads its history; `onEmpty` fires when the last peer is gone. Who held the `seats`
   * when the server went has the grace period, from now, to come back into them.
   * @throws {AppError} media_unavailable, and what the store throws
   */
  static async open(
    record: RoomRecord,
    deps: RoomDependencies,
    onEmpty: () => void,
    seats: SeatRecord[] = [],
  ): Promise<Room> {
    const [chat, history] = await Promise.all([Chat.open(record.id, deps), History.open(record, deps.store)]);
    const room = new Room(record, { chat, history }, deps, onEmpty);
    room.#media = await deps.openMedia(record.id, {
      consumerAdded: (peerId, consumer) => room.#notify(peerId, 'consumerAdded', { consumer }),
      consumerRemoved: (peerId, consumerId) => room.#notify(peerId, 'consumerRemoved', { consumerId }),
      lost: () => {
        for (const peer of room.#peers.values()) peer.socket?.notify('mediaLost', {});
      },
    });
    // Who held seats goes on in the room as it was, and other systems have been told of it.
    if (seats.length === 0) room.#journal.note('room.opened', 'server');
    for (const seat of seats) room.#await(seat);
    return room;
  }

  get record(): RoomRecord {
    return this.#record;
  }

  /** A closed room takes nobody in; Rooms opens a new one. */
  get closed(): boolean {
    return this.#closed;
  }

  get media(): RoomMedia {
    return this.#media;
  }

  get peers(): Iterable<Peer> {
    return this.#peers.values();
  }

  /** How participants enter, and whether their names are shown to each other. */
  get entry(): EntrySettings {
    return this.#entry;
  }

  /** Stores it first, then tells everyone what they see of it. @throws {AppError} store_unavailable */
  async setEntry(entry: EntrySettings): Promise<void> {
    await this.#deps.store.setEntry(this.record.id, entry).catch((cause: unknown) => {
      throw new AppError('store_unavailable', 'this cannot be stored now; try again', { cause });
    });
    this.#applyEntry(entry);
  }

  /** Tells everyone what they see of it. */
  #applyEntry(entry: EntrySettings): void {
    const namesChange = entry.names !== this.#entry.names;
    this.#entry = entry;
    for (const peer of this.#peers.values()) {
      if (peer.role === 'interviewer') peer.socket?.notify('entry', { entry });
      else if (namesChange) this.announce(peer);
    }
    if (!namesChange || entry.names) return;
    for (const peer of this.#peers.values())
      if (peer.role === 'applicant') peer.socket?.notify('namesHidden', {});
  }

  /** Writes into the audit what `actor` did. */
  note(
    action: AuditAction,
    actor: Peer | 'server',
    what?: Partial<Pick<AuditEntry, 'subject' | 'details'>>,
  ): void {
    this.#journal.note(action, actor, what);
  }

  /**
   * What an administrator changed holds from now on: who came by a link that is no more has to go, and everyone
   * when the room was closed.
   */
  update(record: RoomRecord, links: LinkRecord[]): void {
    this.#record = record;
    this.#history.update({ setting: record.history, links });
    const valid = new Map(links.filter((link) => !link.revokedAt).map(({ id, version }) => [id, version]));
    for (const peer of [...this.#peers.values()]) {
      if (record.closedAt) this.remove(peer, 'closed');
      else if (valid.get(peer.linkId) !== peer.linkVersion) this.remove(peer, 'revoked');
    }
    for (const role of ['interviewer', 'applicant'] as const) this.#announceSeat(role);
    this.#applyEntry(record.entry);
    for (const peer of this.#peers.values()) this.#relay.renew(peer);
  }

  /** Ends the call: everyone is told and has to come anew. */
  end(): void {
    for (const peer of [...this.#peers.values()]) this.remove(peer, 'closed');
  }

  /** The link by which somebody came who is in the room, as it was then; null: nobody came by it. */
  linkInUse(linkId: string): LinkRecord | null {
    const peer = this.#peers.values().find((each) => each.linkId === linkId);
    if (!peer) return null;
    const { role, linkVersion: version } = peer;
    return { id: linkId, roomId: this.record.id, role, label: '', version, revokedAt: null };
  }

  /** The peer who came by this link and holds this key. @throws {AppError} not_allowed */
  holderOf(linkId: string, resumeKey: string): Peer {
    const peer = this.#byKey(linkId, resumeKey);
    if (!peer) throw new AppError('not_allowed', 'this place in the room is not held any more');
    return peer;
  }

  /** @throws {AppError} not_found */
  peer(peerId: string): Peer {
    const peer = this.#peers.get(peerId);
    if (!peer) throw new AppError('not_found', 'this person is not in the room any more');
    return peer;
  }

  /**
   * Takes a person in, or back into the seat that `resumeKey` names; a socket that still holds it is closed.
   * @throws {AppError} link_early or link_expired for newcomers outside the window, room_full, too_fast
   */
  join(
    admitted: Admitted,
    socket: PeerSocket,
    resumeKey: string | undefined,
    keepMedia: boolean,
  ): { peer: Peer; resumed: boolean } {
    const known = resumeKey ? this.#byKey(admitted.link.id, resumeKey) : undefined;
    if (known && resumeKey) {
      known.isOnlyOne ||= isOnesOwn(admitted.link);
      this.#resume(known, resumeKey, socket, keepMedia);
      return { peer: known, resumed: true };
    }
    if (admitted.outsideWindow) throw admitted.outsideWindow;
    const gone = whoMakesPlace(admitted.link, [...this.#peers.values()], this.#record);
    if (!this.#deps.rates.mayCome(admitted.link))
      throw new AppError('too_fast', 'too many come by this link; try again in a few seconds');
    const peer = new Peer(admitted.link, socket, this.#deps.clock.now());
    peer.stateBegan = this.#deps.clock.elapsed();
    this.#peers.set(peer.id, peer);
    // Not before: a room that nobody is in closes.
    if (gone) this.remove(gone);
    this.keepSeat(peer);
    this.#announceCounts();
    return { peer, resumed: false };
  }

  /** What the page needs to show where the peer stands. */
  snapshot(peer: Peer): JoinResult {
    const { id: peerId, resumeKey, role, company, name, devices, handRaised, turnedOff } = peer;
    peer.toldSeatTaken = this.isSeatTaken(peer);
    return {
      peerId,
      resumeKey,
      role,
      company,
      name,
      ...devices,
      handRaised,
      turnedOff,
      state: peer.state,
      room: roomInfo(this.record),
      seatTaken: peer.toldSeatTaken,
      counts: role === 'interviewer' ? this.#counts() : null,
      entry: role === 'interviewer' ? this.#entry : null,
      call: peer.admitted ? this.callSnapshot(peer) : null,
      consumers: this.#media.consumers(peerId),
      rtpCapabilities: this.#media.rtpCapabilities,
      iceServers: this.#relay.give(peer),
    };
  }

  callSnapshot(peer: Peer): CallSnapshot {
    return {
      peers: [...this.#peers.values()]
        .filter((other) => sees(peer, other))
        .map((other) => infoFor(peer, other, this.#entry)),
      ...this.chatPage(peer),
      stopsAt: this.#stopsAt?.toISOString() ?? null,
    };
  }

  /** The latest that the peer may see of the chat; with `before`, of what was written before then (ISO 8601). */
  chatPage(peer: Peer, before?: string): ChatPage {
    // As the messages' own times are written: texts that grow with them.
    const end = before === undefined ? null : new Date(before).toISOString();
    const found: ChatMessage[] = [];
    // From the end, and one more than is told: a long history is not gone through for each page.
    for (let i = this.chat.messages.length - 1; i >= 0 && found.length <= limits.chatPage; i--) {
      const message = this.chat.messages[i] as ChatMessage;
      if (end !== null && message.at >= end) continue;
      if (this.#history.sees(peer, message)) found.push(message);
    }
    const page = found.slice(0, limits.chatPage).reverse();
    return {
      messages: page.map((message) => messageFor(peer, message, this.#entry)),
      hasEarlier: found.length > page.length,
    };
  }

  /** A file of a message that is still there and that the peer may see. */
  fileFor(peer: Peer, fileId: string): ChatFile | null {
    const message = this.chat.messages.find(({ file }) => file?.id === fileId);
    return message && this.#history.sees(peer, message) ? message.file : null;
  }

  /** Whether anybody is in the call. */
  get hasCall(): boolean {
    return this.#peers.values().some((peer) => peer.admitted);
  }

  /** For who is the first in the call: one that runs takes in whoever has a seat. @throws {AppError} server_full */
  assertMayBegin(): void {
    if (!this.hasCall) this.#deps.assertMayBegin();
  }

  /** Tells everyone in the call, and who comes into it from now on, until when the server waits for it to end. */
  announceStop(stopsAt: Date): void {
    this.#stopsAt = stopsAt;
    this.broadcast('stopping', { stopsAt: stopsAt.toISOString() });
  }

  /** The socket is lost: the seat is kept for the grace period. */
  disconnected(peer: Peer, socket: PeerSocket): void {
    if (peer.socket !== socket || !this.#peers.has(peer.id)) return;
    peer.socket = null;
    this.#startGrace(peer);
    this.announce(peer);
    this.#announceCounts();
  }

  /** The only place where a state changes: gate, attendance, and who sees the peer follow from it. */
  setState(peer: Peer, state: PeerState): void {
    const wasAdmitted = peer.admitted;
    const sawBefore = this.#viewersOf(peer);
    const { clock } = this.#deps;
    if (peer.state === 'requesting' && state === 'inCall')
      this.#deps.onAdmitted?.(clock.elapsed() - peer.stateBegan);
    peer.state = state;
    peer.stateSince = clock.now();
    peer.stateBegan = clock.elapsed();
    if (state !== 'inCall') peer.sharing = false;
    this.applySources(peer);
    this.#media.setGate(peer.id, mayExchangeMedia(state));
    if (!wasAdmitted && peer.admitted) {
      this.#attendance.entered(peer);
      this.#history.entered(peer, clock.now(), this.chat.messages.at(-1));
      this.#relay.renew(peer);
    }
    this.#tellGone(peer, sawBefore);
    this.announce(peer);
    this.#announceSeat(peer.role);
    this.#announceCounts();
  }

  /** What of the peer is on, as its media is to know it. */
  applySources(peer: Peer): void {
    this.#media.setSources(peer.id, { ...peer.devices, screen: peer.sharing });
  }

  /** Has the peer's seat stored as it is now, for the next server. */
  keepSeat(peer: Peer): void {
    if (this.#peers.has(peer.id)) this.#deps.seats.changed(this.record.id, peer);
  }

  /** Tells everyone who may see the peer how it is now. */
  announce(peer: Peer): void {
    this.keepSeat(peer);
    for (const viewer of this.#viewersOf(peer))
      viewer.socket?.notify('peerUpdated', { peer: infoFor(viewer, peer, this.#entry) });
  }

  /** Tells everyone in the call of a message but its writer, who has the answer to the request; the audit knows of it. */
  announceMessage(writer: Peer, message: ChatMessage): void {
    const { id: subject, file } = message;
    this.#journal.note('message.sent', writer, {
      subject,
      ...(file && { details: { file: file.id, bytes: file.bytes } }),
    });
    for (const peer of this.#peers.values()) {
      if (peer.admitted && peer !== writer)
        peer.socket?.notify('chatMessage', { message: messageFor(peer, message, this.#entry) });
    }
  }

  broadcast<E extends Event>(event: E, data: Notifications[E], { except }: { except?: Peer } = {}): void {
    for (const peer of this.#peers.values()) {
      if (peer !== except && peer.admitted) peer.socket?.notify(event, data);
    }
  }

  /** Whether others hold all seats of this peer's role in the call, those who asked included. */
  isSeatTaken(peer: Peer): boolean {
    return isSeatTaken(peer, this.#peers.values(), this.#record);
  }

  /** Whether this person may ask to be let in now, as often as others who came by the link have asked already. */
  mayAsk(peer: Peer): boolean {
    return this.#deps.rates.mayAsk(peer);
  }

  /** Takes the peer out for good; with a reason, it is told so and its socket is closed. */
  remove(peer: Peer, reason?: EndReason): void {
    if (!this.#peers.delete(peer.id)) return;
    peer.cancelGrace?.();
    peer.goes();
    this.#deps.seats.gone(peer.id);
    const { socket } = peer;
    peer.socket = null;
    this.#stayEnds(peer, reason ?? 'lost');
    this.#media.removePeer(peer.id);
    this.#relay.forget(peer.id);
    this.#tellGone(peer, this.#viewersOf(peer));
    if (reason) socket?.notify('ended', { reason });
    socket?.close(closeCodes.ended, reason ?? 'removed');
    this.#announceSeat(peer.role);
    this.#announceCounts();
    this.closeIfEmpty();
  }

  /** Gives back what a room takes in which nobody is. */
  closeIfEmpty(): void {
    if (this.#closed || this.#peers.size > 0) return;
    this.#closed = true;
    this.#onEmpty();
  }

  /**
   * Tells those who are still there, whose seats are kept for the next server; resolves when what the room had to
   * store is stored, however long the store is away.
   */
  async close(reason: EndReason): Promise<void> {
    this.#closed = true;
    for (const peer of [...this.#peers.values()]) {
      peer.socket?.notify('ended', { reason });
      peer.socket?.close(closeCodes.goingAway, reason);
      peer.cancelGrace?.();
      peer.goes();
      this.#stayEnds(peer, reason);
      this.keepSeat(peer);
    }
    this.#peers.clear();
    this.#relay.close();
    this.#media.close();
    await this.#deps.later.idle(this.record.id);
  }

  #stayEnds(peer: Peer, ending: StayEnding): void {
    // Also where the stay ended in good order, with the server before this one.
    this.#history.left(peer, this.#deps.clock.now());
    if (!peer.stay) return;
    const how = peer.awaited ? 'server_lost' : ending;
    this.#attendance.left(peer, how, this.#media.statistics(peer.id));
  }

  #byKey(linkId: string, resumeKey: string): Peer | undefined {
    const keyHash = keyHashOf(resumeKey);
    const sameLink = this.#peers.values().filter((peer) => peer.linkId === linkId);
    return sameLink.find((peer) => isSameText(keyHash, peer.keyHash));
  }

  #startGrace(peer: Peer): void {
    peer.cancelGrace = this.#deps.clock.after(this.#deps.graceMs, () => this.remove(peer));
  }

  #await(seat: SeatRecord): void {
    const { clock } = this.#deps;
    const peer = Peer.awaited(seat);
    peer.stateBegan = clock.elapsed() - Math.max(0, clock.now().getTime() - seat.stateSince.getTime());
    this.#peers.set(peer.id, peer);
    this.#attendance.awaits(peer);
    if (peer.admitted) this.#history.entered(peer, seat.enteredAt ?? seat.stateSince);
    this.#startGrace(peer);
  }

  #resume(peer: Peer, resumeKey: string, socket: PeerSocket, keepMedia: boolean): void {
    const old = peer.socket;
    peer.socket = socket;
    peer.cancelGrace?.();
    peer.cancelGrace = null;
    old?.close(closeCodes.replaced, 'opened in another tab');
    if (!keepMedia) {
      this.#media.removePeer(peer.id);
      peer.sharing = false;
    }
    if (peer.awaited) this.#isBack(peer, resumeKey, keepMedia);
    this.announce(peer);
    this.#announceCounts();
  }

  #isBack(peer: Peer, resumeKey: string, keepMedia: boolean): void {
    peer.awaited = false;
    peer.resumeKey = resumeKey;
    this.#attendance.resumed(peer);
    // Its transports went with the server that it knew.
    if (keepMedia) peer.socket?.notify('mediaLost', {});
  }

  #viewersOf(peer: Peer): Peer[] {
    return [...this.#peers.values()].filter((viewer) => sees(viewer, peer));
  }

  #tellGone(peer: Peer, viewers: Peer[]): void {
    for (const viewer of viewers) {
      const stillThere = this.#peers.has(peer.id) && sees(viewer, peer);
      if (!stillThere) viewer.socket?.notify('peerLeft', { peerId: peer.id });
    }
  }

  #notify<E extends Event>(peerId: string, event: E, data: Notifications[E]): void {
    this.#peers.get(peerId)?.socket?.notify(event, data);
  }

  #counts(): Counts {
    const counts = { waiting: 0, inCall: 0 };
    for (const peer of this.#peers.values()) {
      if (peer.admitted) counts.inCall++;
      else if (peer.connected) counts.waiting++;
    }
    return counts;
  }

  #announceCounts(): void {
    const counts = this.#counts();
    const key = `${counts.waiting}/${counts.inCall}`;
    if (key === this.#lastCounts) return;
    this.#lastCounts = key;
    for (const peer of this.#peers.values()) {
      if (peer.role === 'interviewer') peer.socket?.notify('counts', counts);
    }
  }

  #announceSeat(role: Role): void {
    for (const peer of this.#peers.values()) {
      if (peer.role !== role || peer.state !== 'waiting') continue;
      const taken = this.isSeatTaken(peer);
      if (taken === peer.toldSeatTaken) continue;
      peer.toldSeatTaken = taken;
      peer.socket?.notify('seat', { taken });
    }
  }
}
