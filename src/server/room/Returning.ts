import { constantTimeEqual } from '../util/constantTimeEqual.ts';
import { LruMap } from '../util/LruMap.ts';
import { isOnesOwn } from './links.ts';
import type { OpenedLink } from './openLink.ts';
import type { Peer } from './Peer.ts';
import type { Clock } from './ports.ts';
import { keyHashOf } from './resumeKeys.ts';

/** Milliseconds after a call in which those who were in it may begin it again: whoever pressed 「退出」 by mistake. */
const AFTERWARDS_MS = 10 * 60_000;
/** Rooms that are remembered, and people of each: as many as fit in twice. */
const ROOMS = 1000;
const PEOPLE = 100;

type Former = { linkId: string; linkVersion: number; keyHash: string; leftAt: number };

/**
 * Who was in a call and has left it. Outside of the room's window nobody new is let in; they are, as long as the call runs and a
 * little longer. They come into the waiting room, as anyone does. Kept in memory: after a restart they are new.
 */
export class Returning {
  readonly #clock: Pick<Clock, 'elapsed'>;
  readonly #rooms = new LruMap<{ people: Former[] }>(ROOMS, () => ({ people: [] }));

  constructor(clock: Pick<Clock, 'elapsed'>) {
    this.#clock = clock;
  }

  left(roomId: string, { linkId, linkVersion, keyHash }: Peer): void {
    const room = this.#rooms.get(roomId);
    const former = { linkId, linkVersion, keyHash, leftAt: this.#clock.elapsed() };
    room.people = [...room.people.slice(1 - PEOPLE), former];
  }

  /** An administrator has ended the call: nobody begins it again. */
  forget(roomId: string): void {
    const room = this.#rooms.peek(roomId);
    if (room) room.people = [];
  }

  /**
   * Whether somebody may come in outside of the window: whoever shows the key of a seat that they had in the call; and by a link that
   * has one person's name, while that person is in it, whatever device it is opened on.
   * @param people those who are in the room now
   */
  mayReturn(opened: OpenedLink, resumeKey: string | undefined, people: Iterable<Peer>): boolean {
    const { link, room, outsideWindow } = opened;
    if (room.closedAt || !outsideWindow || !isWindow(outsideWindow.code)) return false;
    const inCall = [...people].filter(({ admitted }) => admitted);
    if (isOnesOwn(link) && inCall.some(({ linkId }) => linkId === link.id)) return true;
    const former = resumeKey === undefined ? undefined : this.#find(opened, resumeKey);
    if (!former) return false;
    return inCall.length > 0 || this.#clock.elapsed() - former.leftAt < AFTERWARDS_MS;
  }

  #find({ link, room }: OpenedLink, resumeKey: string): Former | undefined {
    const keyHash = keyHashOf(resumeKey);
    const former = this.#rooms.peek(room.id)?.people ?? [];
    return former.find(
      ({ linkId, linkVersion, keyHash: known }) =>
        linkId === link.id && linkVersion === link.version && constantTimeEqual(keyHash, known),
    );
  }
}

/** Any other reason is not the window's. */
const isWindow = (code: string) => code === 'link_early' || code === 'link_expired';
