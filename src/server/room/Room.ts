import { closeCodes } from '../../protocol/errors.ts';
import { limits } from '../../protocol/limits.ts';
import type {
  CallSnapshot,
  ChatMessage,
  Counts,
  EndReason,
  EntrySettings,
  Event,
  IceServer,
  JoinResult,
  Notifications,
  PeerInfo,
  PeerState,
  Role,
  RoomInfo,
} from '../../protocol/messages.ts';
import { AppError } from '../errors.ts';
import type { Admitted } from './admission.ts';
import { Attendance } from './attendance.ts';
import { Chat } from './chat.ts';
import { Peer } from './Peer.ts';
import { mayExchangeMedia } from './permissions.ts';
import type { Clock, OpenRoomMedia, PeerSocket, RoomMedia, RoomRecord, RoomStore } from './ports.ts';

export type RoomDependencies = {
  store: RoomStore;
  clock: Clock;
  openMedia: OpenRoomMedia;
  graceMs: number;
  iceServers: () => IceServer[];
  /** A fault that no one asked about, for the log. */
  onError: (error: unknown) => void;
};

/** What people are told of a room. */
export function roomInfo({ name, from, until, timeZone }: RoomRecord): RoomInfo {
  return { name, from: from.toISOString(), until: until.toISOString(), timeZone };
}

/** A live room: its peers, who sees whom, and the one place where a peer's state changes. */
export class Room {
  readonly record: RoomRecord;
  readonly chat: Chat;
  readonly #deps: RoomDependencies;
  readonly #attendance: Attendance;
  readonly #peers = new Map<string, Peer>();
  readonly #onEmpty: () => void;
  #media!: RoomMedia;
  #closed = false;
  #lastCounts = '';
  #entry: EntrySettings;

  private constructor(record: RoomRecord, chat: Chat, deps: RoomDependencies, onEmpty: () => void) {
    this.record = record;
    this.chat = chat;
    this.#deps = deps;
    this.#attendance = new Attendance(record.id, deps);
    this.#onEmpty = onEmpty;
    this.#entry = record.entry;
  }

  /**
   * Opens the room's media and reads its history; `onEmpty` fires when the last peer is gone.
   * @throws {AppError} media_unavailable, and what the store throws
   */
  static async open(record: RoomRecord, deps: RoomDependencies, onEmpty: () => void): Promise<Room> {
    const room = new Room(record, await Chat.open(record.id, deps), deps, onEmpty);
    room.#media = await deps.openMedia(record.id, {
      consumerAdded: (peerId, consumer) => room.#notify(peerId, 'consumerAdded', { consumer }),
      consumerRemoved: (peerId, consumerId) => room.#notify(peerId, 'consumerRemoved', { consumerId }),
      lost: () => {
        for (const peer of room.#peers.values()) peer.socket?.notify('mediaLost', {});
      },
    });
    return room;
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

  /** Stores it first, then tells everyone what they see of it. @throws what the store throws */
  async setEntry(entry: EntrySettings): Promise<void> {
    await this.#deps.store.setEntry(this.record.id, entry);
    const namesChange = entry.names !== this.#entry.names;
    this.#entry = entry;
    for (const peer of this.#peers.values()) {
      if (peer.role === 'interviewer') peer.socket?.notify('entry', { entry });
      if (namesChange && peer.role === 'applicant') this.announce(peer);
    }
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
   * @throws {AppError} link_early or link_expired for newcomers outside the window, room_full
   */
  join(
    admitted: Admitted,
    socket: PeerSocket,
    resumeKey: string | undefined,
    keepMedia: boolean,
  ): { peer: Peer; resumed: boolean } {
    const known = resumeKey ? this.#byKey(admitted.link.id, resumeKey) : undefined;
    if (known) {
      this.#resume(known, socket, keepMedia);
      return { peer: known, resumed: true };
    }
    if (admitted.outsideWindow) throw admitted.outsideWindow;
    this.#makePlace(admitted.link.id);
    const peer = new Peer(admitted.link, socket);
    this.#peers.set(peer.id, peer);
    this.#announceCounts();
    return { peer, resumed: false };
  }

  /** What the page needs to show where the peer stands. */
  snapshot(peer: Peer): JoinResult {
    const { id: peerId, resumeKey, role, company, name, devices, handRaised } = peer;
    return {
      ...{ peerId, resumeKey, role, company, name, ...devices, handRaised },
      state: peer.state,
      room: roomInfo(this.record),
      seatTaken: this.isSeatTaken(peer),
      counts: role === 'interviewer' ? this.#counts() : null,
      entry: role === 'interviewer' ? this.#entry : null,
      call: peer.admitted ? this.callSnapshot(peer) : null,
      consumers: this.#media.consumers(peerId),
      rtpCapabilities: this.#media.rtpCapabilities,
      iceServers: this.#deps.iceServers(),
    };
  }

  callSnapshot(peer: Peer): CallSnapshot {
    return {
      peers: this.#visibleTo(peer),
      messages: this.chat.messages.map((message) => this.#messageFor(peer, message)),
    };
  }

  /** The socket is lost: the seat is kept for the grace period. */
  disconnected(peer: Peer, socket: PeerSocket): void {
    if (peer.socket !== socket || !this.#peers.has(peer.id)) return;
    peer.socket = null;
    peer.cancelGrace = this.#deps.clock.after(this.#deps.graceMs, () => this.remove(peer));
    this.announce(peer);
    this.#announceCounts();
  }

  /** The only place where a state changes: gate, attendance, and who sees the peer follow from it. */
  setState(peer: Peer, state: PeerState): void {
    const wasAdmitted = peer.admitted;
    const sawBefore = this.#viewersOf(peer);
    peer.state = state;
    if (state !== 'inCall') peer.sharing = false;
    this.applySources(peer);
    this.#media.setGate(peer.id, mayExchangeMedia(state));
    if (!wasAdmitted && peer.admitted) this.#attendance.entered(peer);
    if (wasAdmitted && !peer.admitted) this.#attendance.left(peer);
    this.#tellGone(peer, sawBefore);
    this.announce(peer);
    this.#announceSeat(peer.role);
    this.#announceCounts();
  }

  /** What of the peer is on, as its media is to know it. */
  applySources(peer: Peer): void {
    this.#media.setSources(peer.id, { ...peer.devices, screen: peer.sharing });
  }

  /** Tells everyone who may see the peer how it is now. */
  announce(peer: Peer): void {
    for (const viewer of this.#viewersOf(peer))
      viewer.socket?.notify('peerUpdated', { peer: this.#infoFor(viewer, peer) });
  }

  /** Tells everyone in the call of a message but its writer, who has the answer to the request. */
  announceMessage(message: ChatMessage): void {
    for (const peer of this.#peers.values()) {
      if (peer.admitted && peer.id !== message.peerId)
        peer.socket?.notify('chatMessage', { message: this.#messageFor(peer, message) });
    }
  }

  broadcast<E extends Event>(event: E, data: Notifications[E], { except }: { except?: Peer } = {}): void {
    for (const peer of this.#peers.values()) {
      if (peer !== except && peer.admitted) peer.socket?.notify(event, data);
    }
  }

  /** Whether others hold all seats of this peer's role in the call, those who asked included. */
  isSeatTaken(peer: Peer): boolean {
    const { interviewerSeats, applicantSeats } = this.record;
    const seats = peer.role === 'interviewer' ? interviewerSeats : applicantSeats;
    let taken = 0;
    for (const other of this.#peers.values()) {
      if (other !== peer && other.role === peer.role && other.state !== 'waiting') taken++;
    }
    return taken >= seats;
  }

  /** Takes the peer out for good; with a reason, it is told so and its socket is closed. */
  remove(peer: Peer, reason?: EndReason): void {
    if (!this.#peers.delete(peer.id)) return;
    peer.cancelGrace?.();
    const { socket } = peer;
    peer.socket = null;
    this.#media.removePeer(peer.id);
    this.#attendance.left(peer);
    this.#tellGone(peer, this.#viewersOf(peer));
    if (reason) socket?.notify('ended', { reason });
    socket?.close(closeCodes.ended, reason ?? 'removed');
    this.#announceSeat(peer.role);
    this.#announceCounts();
    if (this.#peers.size > 0) return;
    this.#closed = true;
    this.#onEmpty();
  }

  /** Tells those who are still there; resolves when what the room had to store is stored. */
  async close(reason: EndReason): Promise<void> {
    this.#closed = true;
    for (const peer of [...this.#peers.values()]) {
      peer.socket?.notify('ended', { reason });
      peer.socket?.close(closeCodes.goingAway, reason);
      peer.cancelGrace?.();
      this.#attendance.left(peer);
    }
    this.#peers.clear();
    this.#media.close();
    await this.#attendance.close();
  }

  /** One link's people never keep the other's out. Who has gone and was only waiting makes room. */
  #makePlace(linkId: string): void {
    const sameLink = [...this.#peers.values()].filter((peer) => peer.linkId === linkId);
    if (sameLink.length < limits.peersPerLink) return;
    const gone = sameLink.find((peer) => !peer.connected && peer.state === 'waiting');
    if (!gone) throw new AppError('room_full', 'the room is full; try again later');
    this.remove(gone);
  }

  #byKey(linkId: string, resumeKey: string): Peer | undefined {
    return this.#peers.values().find((peer) => peer.linkId === linkId && peer.resumeKey === resumeKey);
  }

  #resume(peer: Peer, socket: PeerSocket, keepMedia: boolean): void {
    const old = peer.socket;
    peer.socket = socket;
    peer.cancelGrace?.();
    peer.cancelGrace = null;
    old?.close(closeCodes.replaced, 'opened in another tab');
    if (!keepMedia) {
      this.#media.removePeer(peer.id);
      peer.sharing = false;
    }
    this.announce(peer);
    this.#announceCounts();
  }

  #sees(viewer: Peer, peer: Peer): boolean {
    if (viewer === peer || !viewer.admitted) return false;
    return peer.admitted || (viewer.role === 'interviewer' && peer.state === 'requesting');
  }

  #viewersOf(peer: Peer): Peer[] {
    return [...this.#peers.values()].filter((viewer) => this.#sees(viewer, peer));
  }

  #visibleTo(viewer: Peer) {
    const seen = [...this.#peers.values()].filter((peer) => this.#sees(viewer, peer));
    return seen.map((peer) => this.#infoFor(viewer, peer));
  }

  // Names that are not to be shown are not sent: a page cannot show what it does not have.
  #infoFor(viewer: Peer, peer: Peer): PeerInfo {
    return this.#isNameless(viewer, peer.role) ? { ...peer.info, name: '' } : peer.info;
  }

  #messageFor(viewer: Peer, message: ChatMessage): ChatMessage {
    const nameless = message.peerId !== viewer.id && this.#isNameless(viewer, message.role);
    return nameless ? { ...message, name: '' } : message;
  }

  #isNameless(viewer: Peer, role: Role): boolean {
    return !this.#entry.names && viewer.role === 'applicant' && role === 'applicant';
  }

  #tellGone(peer: Peer, viewers: Peer[]): void {
    for (const viewer of viewers) {
      const stillThere = this.#peers.has(peer.id) && this.#sees(viewer, peer);
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
      if (peer.role === role && peer.state === 'waiting')
        peer.socket?.notify('seat', { taken: this.isSeatTaken(peer) });
    }
  }
}
