/** What people in a room have done so far, and what therefore may flow between them: a model to compare the server with. */
import type { EntrySettings, PeerState, Quality, Role } from '../../src/protocol/messages.ts';

export type ModelPeer = {
  id: string;
  role: Role;
  state: PeerState;
  quality: Quality;
  microphone: boolean;
  camera: boolean;
  sharing: boolean;
};

/** What only those may do who are in the call, and what only those who wait. */
const ofThoseInside = [
  'sendChat',
  'readChat',
  'deleteMessage',
  'clearChat',
  'setHand',
  'capture',
  'extend',
  'answerMove',
];
const ofThoseWaiting = ['moveSeat', 'cancelMove'];

export const isIn = ({ state }: Pick<ModelPeer, 'state'>) => state === 'inCall' || state === 'held';

export class GateModel {
  readonly peers = new Map<string, ModelPeer>();
  readonly seats: Record<Role, number>;
  entry: EntrySettings = { microphone: true, camera: true, names: true };

  constructor(seats: Record<Role, number>) {
    this.seats = seats;
  }

  came(id: string, role: Role): void {
    const rest = { quality: 'high', microphone: true, camera: true, sharing: false } as const;
    this.peers.set(id, { id, role, state: 'waiting', ...rest });
  }

  /** Whether the rules let the peer do this now; undefined: it changes nobody's place, and is not looked at. */
  mayDo(peer: ModelPeer, method: string, params: Record<string, unknown>): boolean | undefined {
    const target = this.peers.get(String(params.peerId));
    const isHost = peer.role === 'interviewer' && peer.state === 'inCall';
    switch (method) {
      case 'enter':
        return peer.role === 'interviewer' && peer.state === 'waiting' && this.#hasSeat(peer);
      case 'requestAdmission':
        return peer.role === 'applicant' && peer.state === 'waiting' && this.#hasSeat(peer);
      case 'cancelRequest':
        return peer.state === 'requesting';
      case 'admit':
      case 'deny':
        return isHost && target?.state === 'requesting';
      case 'setHold':
        return isHost && target?.role === 'applicant' && isIn(target);
      case 'setSharing':
        return peer.state === 'inCall' && (params.sharing === false || this.#mayShare(peer));
      case 'turnOffAll':
        return isHost;
      case 'setEntry':
        return peer.role === 'interviewer';
      case 'setDevices':
      case 'setQuality':
      case 'leave':
        return true;
      default:
        return isForOthers(peer, method) ? false : undefined;
    }
  }

  /** What was done changes this. */
  did(peer: ModelPeer, method: string, params: Record<string, unknown>): void {
    const target = this.peers.get(String(params.peerId));
    if (method === 'enter') this.#becomes(peer, 'inCall');
    if (method === 'requestAdmission') this.#becomes(peer, 'requesting');
    if (method === 'cancelRequest') this.#becomes(peer, 'waiting');
    if (method === 'deny' && target) this.#becomes(target, 'waiting');
    if (method === 'admit' && target) this.#admitted(target);
    if (method === 'setHold' && target) this.#becomes(target, params.held ? 'held' : 'inCall');
    if (method === 'setSharing') peer.sharing = params.sharing === true;
    if (method === 'setDevices') Object.assign(peer, params);
    if (method === 'setQuality') this.#setQuality(peer, params.quality as Quality);
    if (method === 'setEntry') this.entry = params as EntrySettings;
    if (method === 'turnOffAll') this.#turnOffAll(peer, params.device as 'microphone' | 'camera');
    if (method === 'leave') this.#left(peer);
  }

  /** Whether a producer of this source of this peer forwards its packets. */
  forwards(peer: ModelPeer, source: string): boolean {
    if (peer.state !== 'inCall' || !this.hasPart(peer, source)) return false;
    if (source === 'microphone') return peer.microphone;
    if (source === 'camera') return peer.camera;
    return (source === 'screen' || source === 'screenSound') && peer.sharing;
  }

  /** Whether this one is to have a consumer of that one's. */
  receives(receiver: ModelPeer, sender: ModelPeer, source: string): boolean {
    const areOpen = receiver.state === 'inCall' && sender.state === 'inCall';
    return receiver !== sender && areOpen && source !== 'silence' && this.hasPart(receiver, source);
  }

  hasPart = ({ quality }: ModelPeer, source: string) =>
    quality !== 'audio' || source === 'microphone' || source === 'silence';

  #hasSeat(peer: ModelPeer): boolean {
    const others = [...this.peers.values()].filter(({ id, role }) => id !== peer.id && role === peer.role);
    return others.filter(({ state }) => state !== 'waiting').length < this.seats[peer.role];
  }

  #mayShare(peer: ModelPeer): boolean {
    return (
      peer.quality !== 'audio' && ![...this.peers.values()].some((each) => each !== peer && each.sharing)
    );
  }

  #becomes(peer: ModelPeer, state: PeerState): void {
    peer.state = state;
    if (state !== 'inCall') peer.sharing = false;
  }

  #admitted(peer: ModelPeer): void {
    this.#becomes(peer, 'inCall');
    peer.microphone &&= this.entry.microphone;
    peer.camera &&= this.entry.camera;
  }

  #setQuality(peer: ModelPeer, quality: Quality): void {
    peer.quality = quality;
    if (quality === 'audio') peer.sharing = false;
  }

  #turnOffAll(by: ModelPeer, device: 'microphone' | 'camera'): void {
    for (const peer of this.peers.values()) if (peer !== by && isIn(peer)) peer[device] = false;
  }

  /** An administrator has given the role another link: nobody who came by the old one is there any more. */
  linkEnded(role: Role): void {
    for (const peer of this.peers.values()) if (peer.role === role) this.peers.delete(peer.id);
  }

  #left(peer: ModelPeer): void {
    this.peers.delete(peer.id);
    if (peer.role !== 'interviewer' || peer.state !== 'inCall') return;
    for (const other of this.peers.values()) if (isIn(other)) this.peers.delete(other.id);
  }
}

function isForOthers(peer: ModelPeer, method: string): boolean {
  if (ofThoseInside.includes(method)) return !isIn(peer);
  return ofThoseWaiting.includes(method) && peer.state !== 'waiting';
}
