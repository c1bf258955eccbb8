/** What a room needs from outside, in memory and under the test's hand: for the rules' unit tests. */
import { randomUUID } from 'node:crypto';
import type {
  EntrySettings,
  Event,
  Notifications,
  PeerState,
  Quality,
  Role,
} from '../../src/protocol/messages.ts';
import { AuditGroup } from '../../src/server/room/AuditGroup.ts';
import type { AuditEntry } from '../../src/server/room/audit.ts';
import { LinkRates } from '../../src/server/room/LinkRates.ts';
import { newLinkId } from '../../src/server/room/links.ts';
import type { OpenedLink } from '../../src/server/room/openLink.ts';
import { Peer } from '../../src/server/room/Peer.ts';
import type { Clock, PeerSocket, RoomMedia, RoomStore, SourcesOn } from '../../src/server/room/ports.ts';
import { RetryQueue } from '../../src/server/room/RetryQueue.ts';
import { Returning } from '../../src/server/room/Returning.ts';
import type { Room } from '../../src/server/room/Room.ts';
import type {
  LinkRecord,
  MessageRecord,
  RoomRecord,
  SeatRecord,
  SeatsToTake,
  StayEnd,
  StayPeriod,
  StayRecord,
} from '../../src/server/room/records.ts';
import type { RoomDependencies } from '../../src/server/room/roomDependencies.ts';
import { SeatKeeper } from '../../src/server/room/SeatKeeper.ts';
import { aLink, aRoom } from './store.ts';

/** A clock that stands still until it is told. */
export class FakeClock implements Clock {
  #now: number;
  #alarms = new Set<{ at: number; callback: () => void }>();

  constructor(now = '2023-12-08T11:00:00.000Z') {
    this.#now = Date.parse(now);
  }

  now(): Date {
    return new Date(this.#now);
  }

  elapsed(): number {
    return this.#now;
  }

  after(ms: number, callback: () => void): () => void {
    const alarm = { at: this.#now + ms, callback };
    this.#alarms.add(alarm);
    return () => this.#alarms.delete(alarm);
  }

  advance(ms: number): void {
    this.#now += ms;
    for (const alarm of [...this.#alarms]) {
      if (alarm.at > this.#now || !this.#alarms.delete(alarm)) continue;
      alarm.callback();
    }
  }
}

/** Keeps everything in memory; while `failure` is set, every write rejects with it. */
export class FakeStore implements RoomStore {
  readonly links = new Map<string, { link: LinkRecord; room: RoomRecord }>();
  readonly messages: MessageRecord[] = [];
  readonly stays: StayRecord[] = [];
  readonly seats = new Map<string, SeatRecord>();
  readonly files = new Map<string, Buffer>();
  readonly audit: AuditEntry[] = [];
  /** What `readRoom` gives: the room as an administrator left it. */
  changed: { room: RoomRecord; links: LinkRecord[] } | null = null;
  entry: EntrySettings | null = null;
  failure: Error | null = null;
  /** Called after a write is stored: throwing here is an answer that was lost on its way. */
  afterWrite: () => void = () => undefined;

  async findLink(linkId: string) {
    return this.links.get(linkId) ?? null;
  }

  async addMessage(message: MessageRecord, content?: Buffer): Promise<MessageRecord> {
    this.#fail();
    const known = this.messages.find(({ clientId }) => clientId === message.clientId);
    if (known) return known;
    this.messages.push(message);
    if (message.file && content) this.files.set(message.file.id, content);
    this.afterWrite();
    return message;
  }

  async deleteMessage(_roomId: string, messageId: string): Promise<void> {
    this.#fail();
    const at = this.messages.findIndex(({ id }) => id === messageId);
    if (at >= 0) this.messages.splice(at, 1);
  }

  async clearMessages(): Promise<void> {
    this.#fail();
    this.messages.length = 0;
  }

  async readFile(_roomId: string, fileId: string): Promise<Buffer | null> {
    return this.files.get(fileId) ?? null;
  }

  async setWaitingMessage(): Promise<void> {
    this.#fail();
  }

  async setEntry(_roomId: string, entry: EntrySettings): Promise<void> {
    this.#fail();
    this.entry = entry;
  }

  /** What `readRoom` gives is as it was written, where it gives any. */
  async extendRoom(
    _roomId: string,
    { before, until }: { before: Date; until: Date },
    audit: AuditEntry[],
  ): Promise<boolean> {
    this.#fail();
    if (this.changed && this.changed.room.until.getTime() !== before.getTime()) return false;
    if (this.changed) this.changed = { ...this.changed, room: { ...this.changed.room, until } };
    this.audit.push(...audit);
    return true;
  }

  async listMessages(): Promise<MessageRecord[]> {
    return [...this.messages];
  }

  async listStayPeriods(): Promise<StayPeriod[]> {
    return this.stays.flatMap(({ linkId, enteredAt, leftAt }) =>
      linkId ? [{ linkId, enteredAt, leftAt: leftAt ?? enteredAt }] : [],
    );
  }

  async addStay(stay: StayRecord): Promise<void> {
    this.#fail();
    this.stays.push(stay);
  }

  async endStay(stayId: string, { at, ending, media }: StayEnd): Promise<void> {
    this.#fail();
    const stay = this.stays.find(({ id }) => id === stayId);
    if (stay) Object.assign(stay, { leftAt: at, ending, media });
  }

  async writeSeats(serverId: string, seats: SeatRecord[], gone: string[]): Promise<void> {
    this.#fail();
    const isTaken = ({ peerId }: SeatRecord) =>
      ![undefined, null, serverId].includes(this.seats.get(peerId)?.serverId);
    for (const seat of seats) if (!isTaken(seat)) this.seats.set(seat.peerId, seat);
    for (const peerId of gone) {
      if (this.seats.get(peerId)?.serverId === serverId) this.seats.delete(peerId);
    }
  }

  async readSeats(roomId?: string): Promise<SeatRecord[]> {
    return [...this.seats.values()].filter((seat) => roomId === undefined || seat.roomId === roomId);
  }

  async takeSeats(serverId: string, { from, room, exceptRooms = [] }: SeatsToTake): Promise<SeatRecord[]> {
    this.#fail();
    const taken = (await this.readSeats(room)).filter(
      (seat) => from.includes(seat.serverId) && !exceptRooms.includes(seat.roomId),
    );
    for (const seat of taken) this.seats.set(seat.peerId, { ...seat, serverId });
    return taken.map((seat) => ({ ...seat, serverId }));
  }

  async recordAudit(entries: AuditEntry[]): Promise<void> {
    this.#fail();
    this.audit.push(...entries);
  }

  async readRoom() {
    return this.changed;
  }

  #fail(): void {
    if (this.failure) throw this.failure;
  }
}

/** Remembers which gates are open and who was removed. */
export class FakeMedia implements RoomMedia {
  readonly rtpCapabilities = {};
  readonly open = new Set<string>();
  readonly removed: string[] = [];
  readonly on = new Map<string, SourcesOn>();
  readonly quality = new Map<string, Quality>();
  closed = false;

  setGate(peerId: string, open: boolean): void {
    if (open) this.open.add(peerId);
    else this.open.delete(peerId);
  }

  removePeer(peerId: string): void {
    this.open.delete(peerId);
    this.removed.push(peerId);
  }

  close(): void {
    this.closed = true;
  }

  consumers = () => [];
  setSources = (peerId: string, on: SourcesOn) => void this.on.set(peerId, on);
  statistics = async () => null;
  traffic = async () => new Map();
  setQuality = (peerId: string, quality: Quality) => void this.quality.set(peerId, quality);
  openPeer = () => undefined;
  closeProducer = () => undefined;
  resumeConsumer = async () => undefined;
  createTransport = unused;
  connectTransport = unused;
  restartIce = unused;
  transportStatus = unused;
  produce = unused;
}

function unused(): never {
  throw new Error('the rules call no transport by themselves');
}

/** Remembers what it was told, oldest first. */
export class FakePeerSocket implements PeerSocket {
  readonly told: { event: Event; data: unknown }[] = [];
  closed: { code: number; reason: string } | null = null;

  notify<E extends Event>(event: E, data: Notifications[E]): void {
    this.told.push({ event, data });
  }

  close(code: number, reason: string): void {
    this.closed ??= { code, reason };
  }

  /** The names of what it was told since the last call. */
  events(): Event[] {
    return this.told.splice(0).map(({ event }) => event);
  }

  last<E extends Event>(event: E): Notifications[E] | undefined {
    return this.told.findLast((told) => told.event === event)?.data as Notifications[E] | undefined;
  }
}

export type World = RoomDependencies & {
  serverId: string;
  store: FakeStore;
  clock: FakeClock;
  media: FakeMedia;
  isMediaFull: () => boolean;
  errors: unknown[];
  record: RoomRecord;
};

/** Everything around one room; `seats` are those of each role. */
export function fakeWorld(room: Partial<RoomRecord> = {}): World {
  const media = new FakeMedia();
  const errors: unknown[] = [];
  const [store, clock] = [new FakeStore(), new FakeClock()];
  const onError = (error: unknown) => void errors.push(error);
  return {
    media,
    errors,
    store,
    clock,
    record: aRoom(room),
    serverId: 'this-server',
    seats: new SeatKeeper({ serverId: 'this-server', store, clock, onError }),
    rates: new LinkRates(),
    returning: new Returning(clock),
    audit: new AuditGroup(store),
    later: new RetryQueue({ clock, onError }),
    assertMayBegin: () => undefined,
    openMedia: async () => media,
    isMediaFull: () => false,
    openEarlyMinutes: 0,
    graceMs: 60_000,
    onChanged: async () => undefined,
    relay: { ttlMs: 3_600_000, serversFor: () => [] },
    onError,
  };
}

/** Somebody who came by this link, in no room. */
export function aPeer(link: LinkRecord, state: PeerState = 'waiting'): Peer {
  const clock = new FakeClock();
  const peer = Peer.arriving(link, new FakePeerSocket(), clock);
  peer.moveTo(state === 'inCall' || state === 'held' ? { state, stay: null } : { state }, clock);
  return peer;
}

/** A person whose link has been checked. */
export function admittedAs(role: Role, record: RoomRecord, linkId = newLinkId()): OpenedLink {
  return { link: aLink(record, { role, id: linkId }), room: record, outsideWindow: null };
}

/** Joins a room with a new socket and, when asked, goes on into the call. */
export function joinAs(
  room: Room,
  role: Role,
  { inCall = false, name = '面接太郎' } = {},
): { peer: Peer; socket: FakePeerSocket; admitted: OpenedLink } {
  const socket = new FakePeerSocket();
  const admitted = admittedAs(role, room.record);
  const { peer } = room.join(admitted, socket, undefined, false);
  peer.introduce({ name });
  if (inCall) room.setState(peer, 'inCall');
  return { peer, socket, admitted };
}

export const aClientId = () => randomUUID();
