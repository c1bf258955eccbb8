import type { WebSocket } from 'ws';
import { limits } from '../../protocol/limits.ts';
import { AppError } from '../errors.ts';

/** How many sockets each link holds: one link that got about must not take the server from all others. */
export class SocketsPerLink {
  readonly #counts = new Map<string, number>();

  /** Counts a socket until it closes. @throws {AppError} room_full */
  take(linkId: string, ws: WebSocket): void {
    const count = this.#counts.get(linkId) ?? 0;
    if (count >= limits.socketsPerLink)
      throw new AppError('room_full', 'too many connections with this link');
    this.#counts.set(linkId, count + 1);
    ws.once('close', () => this.#release(linkId));
  }

  #release(linkId: string): void {
    const count = (this.#counts.get(linkId) ?? 1) - 1;
    if (count === 0) this.#counts.delete(linkId);
    else this.#counts.set(linkId, count);
  }
}
