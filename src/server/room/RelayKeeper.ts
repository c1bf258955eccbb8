import type { IceServer } from '../../protocol/messages.ts';
import { closingTime } from './openLink.ts';
import type { Peer } from './Peer.ts';
import type { Clock, Relay } from './ports.ts';
import type { RoomRecord } from './records.ts';

/** Milliseconds before their end at which credentials are renewed; half their life where they live shorter. */
const RENEW_MS = 10 * 60_000;
/** Milliseconds that credentials of who is in the call may outlast the window: so long, and again while they stay. */
const OVERRUN_MS = 30 * 60_000;

type Given = { expiresAt: Date; forget: () => void };

/**
 * Who may use the relay, and until when: to the end of the room's window and no longer, but for who is in the call, which
 * may go on beyond it. Credentials are renewed before they expire, while their owner has a place in the room. A relay
 * that was given goes on until it is given back (coturn looks at the credentials once); fresh ones are for the next,
 * when the line has broken or the transports are made anew.
 */
export class RelayKeeper {
  readonly #relay: Relay;
  readonly #clock: Clock;
  readonly #room: () => RoomRecord;
  readonly #given = new Map<string, Given>();

  constructor(room: () => RoomRecord, { relay, clock }: { relay: Relay; clock: Clock }) {
    this.#room = room;
    this.#relay = relay;
    this.#clock = clock;
  }

  /** What a page gets as it joins; what comes later is told by `iceServers`. */
  give(peer: Peer): IceServer[] {
    const expiresAt = this.#expiryFor(peer);
    // Waiting on after the end: nothing to be had any more, until somebody lets them in.
    if (expiresAt <= this.#clock.now()) return [];
    this.#note(peer, expiresAt);
    return this.#relay.serversFor(peer.id, expiresAt);
  }

  /** Tells the page of fresh credentials, where later ones are to be had than it has. */
  renew(peer: Peer): void {
    const expiresAt = this.#expiryFor(peer);
    const given = this.#given.get(peer.id);
    if (given && given.expiresAt >= expiresAt) return;
    const iceServers = this.give(peer);
    if (iceServers.length > 0) peer.socket?.notify('iceServers', { iceServers });
  }

  /** The peer has left for good. */
  forget(peerId: string): void {
    this.#given.get(peerId)?.forget();
    this.#given.delete(peerId);
  }

  close(): void {
    for (const peerId of [...this.#given.keys()]) this.forget(peerId);
  }

  #expiryFor(peer: Peer): Date {
    const now = this.#clock.now().getTime();
    const end = closingTime(this.#room()).getTime();
    const most = peer.admitted ? Math.max(end, now + OVERRUN_MS) : end;
    return new Date(Math.min(most, now + this.#relay.ttlMs));
  }

  #note(peer: Peer, expiresAt: Date): void {
    this.forget(peer.id);
    const life = expiresAt.getTime() - this.#clock.now().getTime();
    const forget = this.#clock.after(life - Math.min(RENEW_MS, life / 2), () => this.renew(peer));
    this.#given.set(peer.id, { expiresAt, forget });
  }
}
