import { randomBytes, randomUUID } from 'node:crypto';
import type { PeerInfo, PeerState, Role } from '../../protocol/messages.ts';
import type { LinkRecord, PeerSocket } from './ports.ts';

/** A person's place in a room, from the first join to leaving; it outlives a lost socket. */
export class Peer {
  readonly id = randomUUID();
  /** 128 random bits, known to the peer's own browser only. */
  readonly resumeKey = randomBytes(16).toString('base64url');
  readonly linkId: string;
  readonly role: Role;
  company = '';
  name = '';
  state: PeerState = 'waiting';
  devices = { microphone: true, camera: true };
  /** null while the connection is lost. */
  socket: PeerSocket | null;
  /** Takes back the end of the grace period; set while the connection is lost. */
  cancelGrace: (() => void) | null = null;
  /** The attendance record of the stay in the call that goes on now. */
  stayId: string | null = null;

  constructor(link: Pick<LinkRecord, 'id' | 'role'>, socket: PeerSocket) {
    this.linkId = link.id;
    this.role = link.role;
    this.socket = socket;
  }

  get connected(): boolean {
    return this.socket !== null;
  }

  get info(): PeerInfo {
    const { id, role, company, name, state, devices, connected } = this;
    return { id, role, company, name, state, ...devices, connected };
  }
}
