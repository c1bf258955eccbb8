import { randomUUID } from 'node:crypto';
import { limits } from '../../protocol/limits.ts';
import type { CheckReport, PeerInfo, PeerState, Quality, Role, TurnedOff } from '../../protocol/messages.ts';
import { RateLimit } from '../util/RateLimit.ts';
import { Devices, type DevicesOn, type DevicesWish } from './Devices.ts';
import { isOnesOwn } from './links.ts';
import { Presence } from './Presence.ts';
import type { Clock, PeerSocket } from './ports.ts';
import type { LinkRecord, SeatRecord } from './records.ts';
import { keyHashOf, newResumeKey } from './resumeKeys.ts';
import { type Standing, type Stay, standingOf } from './standing.ts';

/** What is known of a person from the start. */
type Origin = Pick<
  SeatRecord,
  'linkId' | 'linkVersion' | 'role' | 'keyHash' | 'company' | 'name' | 'quality' | 'handRaised' | 'sharing'
> & {
  id: string;
  isOnlyOne: boolean;
  joinedAt: Date;
  standing: Standing;
  stateSince: Date;
  stateBegan: number;
  presence: Presence;
  devices: Devices;
};

/**
 * A person's place in a room, from the first join to leaving; it outlives a lost socket, and the server. What it is changes by its
 * methods alone; whom that concerns is for `Room` and the actions to tell.
 */
export class Peer {
  readonly id: string;
  readonly linkId: string;
  /** The version of the link by which the person came: a reissued one is another. */
  readonly linkVersion: number;
  readonly role: Role;
  readonly joinedAt: Date;
  readonly presence: Presence;
  readonly chatRate = new RateLimit(limits.chat);
  readonly fileRate = new RateLimit(limits.files);
  readonly fileReadRate = new RateLimit(limits.fileReads);
  readonly admissionRate = new RateLimit(limits.admissions);
  readonly checkRate = new RateLimit(limits.checks);
  readonly handRate = new RateLimit(limits.hands);
  readonly sharingRate = new RateLimit(limits.sharings);
  readonly #devices: Devices;
  #keyHash: string;
  #isOnlyOne: boolean;
  #standing: Standing;
  #stateSince: Date;
  #stateBegan: number;
  #company: string;
  #name: string;
  #quality: Quality;
  #handRaised: boolean;
  #sharing: boolean;
  #check: CheckReport | null = null;

  private constructor(origin: Origin) {
    this.id = origin.id;
    this.#keyHash = origin.keyHash;
    this.linkId = origin.linkId;
    this.linkVersion = origin.linkVersion;
    this.role = origin.role;
    this.joinedAt = origin.joinedAt;
    this.#isOnlyOne = origin.isOnlyOne;
    this.presence = origin.presence;
    this.#standing = origin.standing;
    this.#stateSince = origin.stateSince;
    this.#stateBegan = origin.stateBegan;
    this.#company = origin.company;
    this.#name = origin.name;
    this.#devices = origin.devices;
    this.#quality = origin.quality;
    this.#handRaised = origin.handRaised;
    this.#sharing = origin.sharing;
  }

  /** Somebody who has just come by this link, and waits. */
  static arriving(
    link: Pick<LinkRecord, 'id' | 'role' | 'version' | 'label'>,
    socket: PeerSocket,
    clock: Clock,
  ): Peer {
    const resumeKey = newResumeKey();
    const now = clock.now();
    return new Peer({
      id: randomUUID(),
      keyHash: keyHashOf(resumeKey),
      linkId: link.id,
      linkVersion: link.version,
      role: link.role,
      isOnlyOne: isOnesOwn(link),
      joinedAt: now,
      standing: { state: 'waiting' },
      stateSince: now,
      stateBegan: clock.elapsed(),
      presence: Presence.connected(socket, resumeKey),
      company: '',
      name: '',
      devices: new Devices({ microphone: true, camera: true }, null),
      quality: 'high',
      handRaised: false,
      sharing: false,
    });
  }

  /** Whoever had this seat when the server went. */
  static awaited(seat: SeatRecord, cancelGrace: () => void, clock: Clock): Peer {
    const { microphone, camera, stateSince } = seat;
    return new Peer({
      ...seat,
      id: seat.peerId,
      // By whose link it was is known again when the holder is back.
      isOnlyOne: false,
      standing: standingOf(seat),
      stateBegan: clock.elapsed() - Math.max(0, clock.now().getTime() - stateSince.getTime()),
      presence: Presence.awaited(cancelGrace),
      devices: new Devices({ microphone, camera }, seat.turnedOff),
    });
  }

  /** As it is stored by the server in whose room it is. */
  seat(roomId: string, serverId: string): SeatRecord {
    const { id: peerId, linkId, linkVersion, role, keyHash, company, name, state, stateSince } = this;
    const { devices, quality, handRaised, sharing, turnedOff, joinedAt, stay } = this;
    return {
      peerId,
      serverId,
      roomId,
      linkId,
      linkVersion,
      role,
      keyHash,
      company,
      name,
      state,
      stateSince,
      ...devices,
      quality,
      handRaised,
      sharing,
      turnedOff,
      joinedAt,
      stayId: stay?.id ?? null,
      enteredAt: stay?.enteredAt ?? null,
    };
  }

  get info(): PeerInfo {
    const { id, role, company, name, state, handRaised, sharing, connected } = this;
    const info = { id, role, company, name, state, ...this.#devices.shown, handRaised, sharing, connected };
    return this.presence.isPageClosed ? { ...info, pageClosed: true } : info;
  }

  /** null while the connection is lost. */
  get socket(): PeerSocket | null {
    return this.presence.socket;
  }

  get connected(): boolean {
    return this.presence.socket !== null;
  }

  /** Was here when the server went, and has not come back yet. */
  get awaited(): boolean {
    return this.presence.isAwaited;
  }

  /** 128 random bits, for the peer's own browser only; undefined where nobody but its holder knows it. */
  get resumeKey(): string | undefined {
    return this.presence.resumeKey;
  }

  get keyHash(): string {
    return this.#keyHash;
  }

  /** The key of this seat, for another device of the person. Where nobody but the holder knows it, another takes its place. */
  shareKey(): string {
    if (this.resumeKey) return this.resumeKey;
    const resumeKey = newResumeKey();
    this.#keyHash = keyHashOf(resumeKey);
    return resumeKey;
  }

  /** Whether the link has one person's name, who has one seat, however many tabs and devices it is opened on. */
  get isOnlyOne(): boolean {
    return this.#isOnlyOne;
  }

  /** See `Presence.connect`; the link by which the person is here now tells whose it is. */
  connect(link: Pick<LinkRecord, 'label'>, socket: PeerSocket, resumeKey: string): PeerSocket | null {
    this.#isOnlyOne ||= isOnesOwn(link);
    return this.presence.connect(socket, resumeKey);
  }

  get state(): PeerState {
    return this.#standing.state;
  }

  /** Since when the state is what it is. */
  get stateSince(): Date {
    return this.#stateSince;
  }

  /** The same by the room's `Clock.elapsed`: a clock that was set changes nothing of how long somebody has waited. */
  get stateBegan(): number {
    return this.#stateBegan;
  }

  /** In the call, on hold or not. */
  get admitted(): boolean {
    return this.state === 'inCall' || this.state === 'held';
  }

  /** null outside the call. */
  get stay(): Stay | null {
    return 'stay' in this.#standing ? this.#standing.stay : null;
  }

  moveTo(standing: Standing, clock: Clock): void {
    this.#standing = standing;
    this.#stateSince = clock.now();
    this.#stateBegan = clock.elapsed();
    if (standing.state !== 'inCall') this.#sharing = false;
  }

  /** For one who is in the call: another stay, or none any more. */
  setStay(stay: Stay | null): void {
    const { state } = this;
    if (state === 'inCall' || state === 'held') this.#standing = { state, stay };
  }

  get company(): string {
    return this.#company;
  }

  get name(): string {
    return this.#name;
  }

  introduce({ company = this.#company, name }: { company?: string; name: string }): void {
    this.#company = company;
    this.#name = name;
  }

  get devices(): DevicesOn {
    return this.#devices.on;
  }

  /** What others have turned off, and this person has not turned on again. */
  get turnedOff(): TurnedOff | null {
    return this.#devices.turnedOff;
  }

  /** See `Devices.wish`. */
  wishDevices(wish: DevicesWish, heard?: string | null): void {
    this.#devices.wish(wish, heard);
  }

  /** See `Devices.turnOff`. */
  turnOff(off: DevicesOn, by: TurnedOff['by']): TurnedOff | null {
    return this.#devices.turnOff(off, by, this.connected);
  }

  get quality(): Quality {
    return this.#quality;
  }

  chooseQuality(quality: Quality): void {
    this.#quality = quality;
  }

  get handRaised(): boolean {
    return this.#handRaised;
  }

  raiseHand(raised: boolean): void {
    this.#handRaised = raised;
  }

  get sharing(): boolean {
    return this.#sharing;
  }

  share(sharing: boolean): void {
    this.#sharing = sharing;
  }

  /** The outcome of the environment check in this person's browser, once it was told. */
  get check(): CheckReport | null {
    return this.#check;
  }

  reportCheck(report: CheckReport): void {
    this.#check = report;
  }
}
