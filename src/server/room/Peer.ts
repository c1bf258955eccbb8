import { randomBytes, randomUUID } from 'node:crypto';
import { limits } from '../../protocol/limits.ts';
import type { CheckReport, PeerInfo, PeerState, Quality, Role } from '../../protocol/messages.ts';
import type { LinkRecord, PeerSocket } from './ports.ts';
import { RateLimit } from './RateLimit.ts';

/** A person's place in a room, from the first join to leaving; it outlives a lost socket. */
export class Peer {
  readonly id = randomUUID();
  /** 128 random bits, known to the peer's own browser only. */
  readonly resumeKey = randomBytes(16).toString('base64url');
  readonly linkId: string;
  /** The version of the link by which the person came: a reissued one is another. */
  readonly linkVersion: number;
  readonly joinedAt: Date;
  /** Since when the state is what it is. */
  stateSince: Date;
  readonly role: Role;
  company = '';
  name = '';
  state: PeerState = 'waiting';
  devices = { microphone: true, camera: true };
  quality: Quality = 'high';
  handRaised = false;
  sharing = false;
  /** The outcome of the environment check in this person's browser, once it was told. */
  check: CheckReport | null = null;
  readonly chatRate = new RateLimit(limits.chat);
  /** Stops the file of this person that is arriving. */
  upload: AbortController | null = null;
  readonly fileRate = new RateLimit(limits.files);
  /** null while the connection is lost. */
  socket: PeerSocket | null;
  /** Takes back the end of the grace period; set while the connection is lost. */
  cancelGrace: (() => void) | null = null;
  /** The attendance record of the stay in the call that goes on now. */
  stayId: string | null = null;

  constructor(link: Pick<LinkRecord, 'id' | 'role' | 'version'>, socket: PeerSocket, now: Date) {
    this.linkId = link.id;
    this.linkVersion = link.version;
    this.role = link.role;
    this.socket = socket;
    this.joinedAt = now;
    this.stateSince = now;
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
