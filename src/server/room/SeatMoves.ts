import { isDeepStrictEqual } from 'node:util';
import type { MoveRequest } from '../../protocol/messages.ts';
import type { Peer } from './Peer.ts';
import type { PeerSocket } from './ports.ts';

/** The people among whom seats move. */
type Everyone = Iterable<Peer> & { has(peer: Peer): boolean };

type Asked = { asker: Peer; holder: Peer; isGranted: boolean };

/**
 * Who asks to have a seat that somebody has by the same link, from another device: whoever's camera fails goes on by phone. The seat
 * stays one seat, with its state, its stay in the call and its name; what moves is the key that leads into it.
 */
export class SeatMoves {
  readonly #people: Everyone;
  #asked: Asked[] = [];
  /** What each interviewer's page was told last. */
  readonly #told = new WeakMap<PeerSocket, MoveRequest[]>();

  constructor(people: Everyone) {
    this.#people = people;
  }

  /** Those who have a seat by the link of somebody who waits. */
  holdersFor(asker: Peer): Peer[] {
    const { linkId } = asker;
    return [...this.#people].filter(
      (other) => other !== asker && other.linkId === linkId && other.state !== 'waiting',
    );
  }

  /** Whose seat is meant: the only one's; of several that of the same name. undefined: it cannot be known, or there is none. */
  holderFor(asker: Peer, name: string | undefined): Peer | undefined {
    const holders = this.holdersFor(asker);
    return holders.length === 1 ? holders[0] : holders.find((holder) => holder.name === name);
  }

  ask(asker: Peer, holder: Peer): void {
    this.cancel(asker);
    this.#asked.push({ asker, holder, isGranted: false });
    this.announce();
  }

  cancel(asker: Peer): void {
    this.#asked = this.#asked.filter((asked) => asked.asker !== asker);
    this.announce();
  }

  /** The request that waits for an answer. */
  find(askerId: string): { asker: Peer; holder: Peer } | undefined {
    return this.#waiting.find(({ asker }) => asker.id === askerId);
  }

  /** An interviewer agrees. */
  grant(asker: Peer): void {
    this.#asked = this.#asked.map((asked) => (asked.asker === asker ? { ...asked, isGranted: true } : asked));
    this.announce();
  }

  hasAsked(asker: Peer): boolean {
    return this.#waiting.some((asked) => asked.asker === asker);
  }

  /** Whose seat an interviewer has agreed to move to this person, who may not have heard of it. */
  grantedTo(asker: Peer): Peer | undefined {
    return this.#asked.find((asked) => asked.asker === asker && asked.isGranted && this.#isOpen(asked))
      ?.holder;
  }

  /** Tells interviewers in the call who asks, where that has changed. */
  announce(): void {
    this.#asked = this.#asked.filter((asked) => this.#isOpen(asked));
    const requests = this.#waiting
      .filter(({ asker }) => asker.connected)
      .map(({ asker, holder }) => ({
        id: asker.id,
        name: asker.name,
        holder: holder.name,
        role: holder.role,
      }));
    for (const { role, state, socket } of this.#people) {
      if (role !== 'interviewer' || state !== 'inCall' || !socket) continue;
      if (isDeepStrictEqual(this.#told.get(socket) ?? [], requests)) continue;
      this.#told.set(socket, requests);
      socket.notify('moveRequests', { requests });
    }
  }

  get #waiting(): Asked[] {
    return this.#asked.filter((asked) => !asked.isGranted && this.#isOpen(asked));
  }

  /** A seat that is free, or a person who has gone or come in otherwise, leaves nothing to be asked. */
  #isOpen({ asker, holder }: Asked): boolean {
    const areHere = this.#people.has(asker) && this.#people.has(holder);
    return areHere && asker.state === 'waiting' && holder.state !== 'waiting';
  }
}
