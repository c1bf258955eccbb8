import { closeCodes } from '../../protocol/errors.ts';
import { limits } from '../../protocol/limits.ts';
import type {
  CallSnapshot,
  Counts,
  EndReason,
  Event,
  IceServer,
  JoinResult,
  Notifications,
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

  private constructor(record: RoomRecord, chat: Chat, deps: RoomDependencies, onEmpty: () => void) {
    this.record = record;
    this.chat = chat;
    this.#deps = deps;
    this.#attendance = new Attendance(record.id, deps);
    this.#onEmpty = onEmpty;
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
    const known = resumeKey ? this.#findResumable(admitted, resumeKey) : undefined;
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
    const { id: peerId, resumeKey, role, company, name, devices } = peer;
    return {
      ...{ peerId, resumeKey, role, company, name, ...devices },
      state: peer.state,
      room: roomInfo(this.record),
      seatTaken: this.isSeatTaken(peer),
      counts: role === 'interviewer' ? this.#counts() : null,
      call: peer.state === 'inCall' ? this.callSnapshot(peer) : null,
      consumers: this.#media.consumers(peerId),
      rtpCapabilities: this.#media.rtpCapabilities,
      iceServers: this.#deps.iceServers(),
    };
  }

  callSnapshot(peer: Peer): CallSnapshot {
    return { peers: this.#visibleTo(peer), messages: this.chat.messages };
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
    const before = peer.state;
    const sawBefore = this.#viewersOf(peer);
    peer.state = state;
    this.#media.setGate(peer.id, mayExchangeMedia(state));
    if (before !== 'inCall' && state === 'inCall') this.#attendance.entered(peer);
    if (before === 'inCall' && state !== 'inCall') this.#attendance.left(peer);
    this.#tellGone(peer, sawBefore);
    this.announce(peer);
    this.#announceSeat(peer.role);
    this.#announceCounts();
  }

  /** Tells everyone who may see the peer how it is now. */
  announce(peer: Peer): void {
    for (const viewer of this.#viewersOf(peer)) viewer.socket?.notify('peerUpdated', { peer: peer.info });
  }

  broadcast<E extends Event>(event: E, data: Notifications[E], { except }: { except?: Peer } = {}): void {
    for (const peer of this.#peers.values()) {
      if (peer !== except && peer.state === 'inCall') peer.socket?.notify(event, data);
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

  #findResumable({ link }: Admitted, resumeKey: string): Peer | undefined {
    for (const peer of this.#peers.values()) {
      if (peer.linkId === link.id && peer.resumeKey === resumeKey) return peer;
    }
    return undefined;
  }

  #resume(peer: Peer, socket: PeerSocket, keepMedia: boolean): void {
    const old = peer.socket;
    peer.socket = socket;
    peer.cancelGrace?.();
    peer.cancelGrace = null;
    old?.close(closeCodes.replaced, 'opened in another tab');
    if (!keepMedia) this.#media.removePeer(peer.id);
    this.announce(peer);
    this.#announceCounts();
  }

  #sees(viewer: Peer, peer: Peer): boolean {
    if (viewer === peer || viewer.state !== 'inCall') return false;
    return peer.state === 'inCall' || (viewer.role === 'interviewer' && peer.state === 'requesting');
  }

  #viewersOf(peer: Peer): Peer[] {
    return [...this.#peers.values()].filter((viewer) => this.#sees(viewer, peer));
  }

  #visibleTo(viewer: Peer) {
    return [...this.#peers.values()].filter((peer) => this.#sees(viewer, peer)).map((peer) => peer.info);
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
      if (peer.state === 'inCall') counts.inCall++;
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
