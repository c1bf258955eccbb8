import { randomUUID } from 'node:crypto';
import type { Role } from '../../protocol/messages.ts';
import type { PeerSocket } from './ports.ts';
import type { LinkRecord } from './records.ts';

/**
 * Somebody who has come by a good link before its room opens. They have no place in the room and nobody hears of them; whatever
 * they send reaches the server and nobody else.
 */
export class Visitor {
  readonly id = randomUUID();
  readonly state = 'early';
  readonly devices = { microphone: true, camera: true };
  readonly quality = 'high';
  readonly sharing = false;
  readonly role: Role;
  readonly linkId: string;
  readonly roomId: string;
  readonly opensAt: Date;
  readonly socket: PeerSocket;
  /** Takes back what is to come by itself. */
  forget: () => void = () => undefined;

  constructor({ id, role, roomId }: LinkRecord, opensAt: Date, socket: PeerSocket) {
    this.role = role;
    this.linkId = id;
    this.roomId = roomId;
    this.opensAt = opensAt;
    this.socket = socket;
  }
}
