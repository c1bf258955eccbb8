import { closeCodes } from '../../protocol/errors.ts';
import type { Event, IceServer, Notifications } from '../../protocol/messages.ts';
import { AppError } from '../errors.ts';
import { GatedMedia } from './GatedMedia.ts';
import { type OpenedLink, opensAt } from './openLink.ts';
import type { PeerSocket } from './ports.ts';
import type { LinkRecord, RoomRecord } from './records.ts';
import type { RoomDependencies } from './roomDependencies.ts';
import { mostOfLink } from './seats.ts';
import { Visitor } from './Visitor.ts';

/** Milliseconds after which it is looked again whether a room opens: its clock may have been set, and no timer holds for a month. */
const LOOK_MS = 60_000;
/** Milliseconds from the opening in which a check that is running may come to its end. */
const STAY_MS = 120_000;
/** Milliseconds in which the relay may be turned to for one check; the TURN server decides for how long one that was had goes on. */
const RELAY_MS = 10 * 60_000;

type FoyerDependencies = Pick<
  RoomDependencies,
  'clock' | 'openMedia' | 'relay' | 'rates' | 'openEarlyMinutes'
>;

/**
 * Where people are who come before their rooms open, of all rooms of the process: they can run the environment check, and nothing
 * else. It opens no room, counts nobody, and stores nothing. All share one router, for as long as anybody is here.
 */
export class Foyer {
  readonly #deps: FoyerDependencies;
  readonly #visitors = new Map<string, Visitor>();
  #opening: Promise<GatedMedia> | null = null;
  #media: GatedMedia | null = null;
  #closed = false;

  constructor(deps: FoyerDependencies) {
    this.#deps = deps;
  }

  /** How many are here. */
  get size(): number {
    return this.#visitors.size;
  }

  /** By the server's clock. */
  get now(): Date {
    return this.#deps.clock.now();
  }

  /** Of those who are here. */
  get media(): GatedMedia {
    if (!this.#media) throw new Error('nobody is here');
    return this.#media;
  }

  /**
   * Takes somebody in until the room opens: then they are told, and have to join anew.
   * @throws {AppError} room_full, too_fast, media_unavailable, server_stopping
   */
  async enter({ link, room }: OpenedLink, socket: PeerSocket): Promise<Visitor> {
    this.#assertPlace(link, room);
    const visitor = new Visitor(link, opensAt(room, this.#deps.openEarlyMinutes), socket);
    // First: what others have opened is not to close meanwhile.
    this.#visitors.set(visitor.id, visitor);
    try {
      await this.#opened();
    } catch (error) {
      this.leave(visitor);
      throw error;
    }
    // The room may have been changed since.
    if (!this.#visitors.has(visitor.id)) throw new AppError('server_stopping', 'come again');
    this.#awaitOpening(visitor);
    return visitor;
  }

  /** The socket has closed, or the visitor goes. */
  leave(visitor: Visitor): void {
    visitor.forget();
    if (!this.#visitors.delete(visitor.id)) return;
    this.#media?.end(visitor);
    if (this.#visitors.size > 0) return;
    this.#media?.close();
    this.#media = null;
    this.#opening = null;
  }

  /** The relay for one check, from now: that of an earlier time may have expired long ago. */
  relayFor({ id }: Visitor): IceServer[] {
    const { relay } = this.#deps;
    return relay.serversFor(id, new Date(this.now.getTime() + Math.min(RELAY_MS, relay.ttlMs)));
  }

  /** The room was changed, or is no more: its visitors come again, and see what holds now. */
  changed(roomId: string): void {
    for (const visitor of [...this.#visitors.values()])
      if (visitor.roomId === roomId) this.#sendAway(visitor, 'the room was changed');
  }

  close(): void {
    this.#closed = true;
    for (const visitor of [...this.#visitors.values()]) this.#sendAway(visitor, 'server_stopping');
  }

  #assertPlace(link: LinkRecord, room: RoomRecord): void {
    if (this.#closed) throw new AppError('server_stopping', 'the server is stopping; try again in a minute');
    const ofLink = [...this.#visitors.values()].filter(({ linkId }) => linkId === link.id);
    // One of them may be of a line that was lost, and of which the server does not know yet.
    if (ofLink.length >= mostOfLink(link, room))
      throw new AppError('room_full', 'too many people are here by this link; try again later');
    if (this.#deps.rates.mayCome(link)) return;
    throw new AppError('too_fast', 'too many people are coming by this link; try again in a few seconds');
  }

  async #opened(): Promise<void> {
    const opening = this.#opening ?? this.#open();
    this.#opening = opening;
    try {
      const media = await opening;
      if (opening === this.#opening) this.#media = media;
      else if (media !== this.#media) media.close();
    } catch (error) {
      if (opening === this.#opening) this.#opening = null;
      throw error;
    }
  }

  async #open(): Promise<GatedMedia> {
    const tell = <E extends Event>(id: string, event: E, data: Notifications[E]) =>
      this.#visitors.get(id)?.socket.notify(event, data);
    const media = await this.#deps.openMedia('early', {
      consumerAdded: (id, consumer) => tell(id, 'consumerAdded', { consumer }),
      consumerRemoved: (id, consumerId) => tell(id, 'consumerRemoved', { consumerId }),
      lost: () => {
        for (const id of this.#visitors.keys()) tell(id, 'mediaLost', {});
      },
    });
    return new GatedMedia(media);
  }

  #awaitOpening(visitor: Visitor): void {
    const left = Math.max(0, visitor.opensAt.getTime() - this.now.getTime());
    visitor.forget = this.#deps.clock.after(Math.min(left, LOOK_MS), () => {
      if (visitor.opensAt <= this.now) this.#tellOpened(visitor);
      else this.#awaitOpening(visitor);
    });
  }

  #tellOpened(visitor: Visitor): void {
    visitor.socket.notify('opened', {});
    visitor.forget = this.#deps.clock.after(STAY_MS, () => this.#sendAway(visitor, 'the room is open'));
  }

  /** The page comes again by itself. */
  #sendAway(visitor: Visitor, why: string): void {
    this.leave(visitor);
    visitor.socket.close(closeCodes.goingAway, why);
  }
}

/** Who is early, and where: as a seat (actions/action.ts), which it is not. */
export type Visit = { room: Foyer; peer: Visitor };
