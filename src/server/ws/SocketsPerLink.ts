import type { WebSocket } from 'ws';
import { limits } from '../../protocol/limits.ts';
import { AppError } from '../errors.ts';
import type { OpenedLink } from '../room/openLink.ts';
import { mostOfLink } from '../room/seats.ts';

/** How many sockets each link holds: one link that got about must not take the server from all others. */
export class SocketsPerLink {
  readonly #counts = new Map<string, number>();

  /**
   * Counts a socket until it closes. @throws {AppError} too_fast: some of them are those of a line that was lost, and close
   * within seconds, so who comes back is to try again
   */
  take({ link, room }: Pick<OpenedLink, 'link' | 'room'>, ws: WebSocket): void {
    const count = this.#counts.get(link.id) ?? 0;
    if (count >= limits.socketsPerPerson * mostOfLink(link, room))
      throw new AppError('too_fast', 'too many connections with this link');
    this.#counts.set(link.id, count + 1);
    ws.once('close', () => this.#release(link.id));
  }

  #release(linkId: string): void {
    const count = (this.#counts.get(linkId) ?? 1) - 1;
    if (count === 0) this.#counts.delete(linkId);
    else this.#counts.set(linkId, count);
  }
}
