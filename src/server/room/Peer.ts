import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { limits } from '../../protocol/limits.ts';
import type { CheckReport, PeerInfo, PeerState, Quality, Role, TurnedOff } from '../../protocol/messages.ts';
import type { LinkRecord, PeerSocket, SeatRecord } from './ports.ts';
import { RateLimit } from './RateLimit.ts';
import { isOnesOwn } from './seats.ts';

/** What is kept of a resume key, which has 128 random bits: nothing can be tried out against it. */
export const keyHashOf = (resumeKey: string) => createHash('sha256').update(resumeKey).digest('base64url');

/** A person's place in a room, from the first join to leaving; it outlives a lost socket, and the server. */
export class Peer {
  readonly id: string = randomUUID();
  /** 128 random bits, for the peer's own browser only; empty until its holder is back after a restart. */
  resumeKey = randomBytes(16).toString('base64url');
  readonly keyHash: string = keyHashOf(this.resumeKey);
  readonly linkId: string;
  /** The version of the link by which the person came: a reissued one is another. */
  readonly linkVersion: number;
  readonly joinedAt: Date;
  /** Since when the state is what it is. */
  stateSince: Date;
  /** The same by the room's `Clock.elapsed`: a clock that was set changes nothing of how long somebody has waited. */
  stateBegan = 0;
  readonly role: Role;
  /** Whether the link has one person's name, who has one seat, however many tabs and devices it is opened on. */
  isOnlyOne: boolean;
  /** What the person was told last of whether others hold the seat. */
  toldSeatTaken = false;
  company = '';
  name = '';
  state: PeerState = 'waiting';
  devices = { microphone: true, camera: true };
  /** What others have turned off, and this person has not turned on again. */
  turnedOff: TurnedOff | null = null;
  quality: Quality = 'high';
  handRaised = false;
  sharing = false;
  /** The outcome of the environment check in this person's browser, once it was told. */
  check: CheckReport | null = null;
  readonly chatRate = new RateLimit(limits.chat);
  /** Stops the file of this person that is arriving. */
  upload: AbortController | null = null;
  readonly #ends = new Set<() => void>();
  #isGone = false;
  readonly fileRate = new RateLimit(limits.files);
  readonly fileReadRate = new RateLimit(limits.fileReads);
  readonly admissionRate = new RateLimit(limits.admissions);
  /** null while the connection is lost. */
  socket: PeerSocket | null;
  /** Takes back the end of the grace period; set while the connection is lost. */
  cancelGrace: (() => void) | null = null;
  /** The attendance record of the stay in the call that goes on now. */
  stay: { id: string; enteredAt: Date } | null = null;
  /** Was here when the server went, and has not come back yet. */
  awaited = false;

  constructor(
    link: Pick<LinkRecord, 'id' | 'role' | 'version' | 'label'>,
    socket: PeerSocket | null,
    now: Date,
  ) {
    this.linkId = link.id;
    this.linkVersion = link.version;
    this.role = link.role;
    this.isOnlyOne = isOnesOwn(link);
    this.socket = socket;
    this.joinedAt = now;
    this.stateSince = now;
  }

  /** Who held this seat when the server went. */
  static awaited({ peerId: id, linkId, linkVersion, role, ...seat }: SeatRecord): Peer {
    const { keyHash, company, name, state, stateSince, quality, handRaised, sharing, joinedAt } = seat;
    const { microphone, camera, turnedOff, stayId, enteredAt } = seat;
    // By whose link it was is known again when the holder is back.
    const peer = new Peer({ id: linkId, version: linkVersion, role, label: '' }, null, joinedAt);
    return Object.assign(peer, {
      id,
      keyHash,
      company,
      name,
      state,
      stateSince,
      quality,
      handRaised,
      sharing,
      devices: { microphone, camera },
      turnedOff,
      stay: stayId && enteredAt && { id: stayId, enteredAt },
      resumeKey: '',
      awaited: true,
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

  /**
   * Calls `end` when this person is taken out of the room, which may be now: what goes on outside of the room's own
   * messages ends with the seat. The returned function takes it back.
   */
  endsWithSeat(end: () => void): () => void {
    if (this.#isGone) end();
    else this.#ends.add(end);
    return () => void this.#ends.delete(end);
  }

  /** The seat is no more. */
  goes(): void {
    this.#isGone = true;
    for (const end of [...this.#ends]) end();
    this.#ends.clear();
  }

  get connected(): boolean {
    return this.socket !== null;
  }

  /** In the call, on hold or not. */
  get admitted(): boolean {
    return this.state === 'inCall' || this.state === 'held';
  }

  get info(): PeerInfo {
    const { id, role, company, name, state, devices, handRaised, sharing, connected } = this;
    return { id, role, company, name, state, ...devices, handRaised, sharing, connected };
  }
}
