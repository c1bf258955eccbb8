import type { PeerSocket } from './ports.ts';

/** Whether the person is here. While they are not, the place is kept until the grace period ends, and `cancelGrace` takes that back. */
type Where =
  | { is: 'connected'; socket: PeerSocket; resumeKey: string }
  | { is: 'lost'; cancelGrace: () => void; resumeKey: string; isPageClosed: boolean }
  /** Was here when the server went, and has not come back yet: only the holder knows the key. */
  | { is: 'awaited'; cancelGrace: () => void }
  | { is: 'gone' };

/** Whether a person is at the other end of their seat, and what goes on for them besides the room's own messages. */
export class Presence {
  readonly #ends = new Set<() => void>();
  #where: Where;
  #upload: AbortController | null = null;
  #isAtCheck = false;

  private constructor(where: Where) {
    this.#where = where;
  }

  static connected(socket: PeerSocket, resumeKey: string): Presence {
    return new Presence({ is: 'connected', socket, resumeKey });
  }

  static awaited(cancelGrace: () => void): Presence {
    return new Presence({ is: 'awaited', cancelGrace });
  }

  get socket(): PeerSocket | null {
    return this.#where.is === 'connected' ? this.#where.socket : null;
  }

  get isAwaited(): boolean {
    return this.#where.is === 'awaited';
  }

  get resumeKey(): string | undefined {
    return 'resumeKey' in this.#where ? this.#where.resumeKey : undefined;
  }

  /** Whether the page shows the environment check, as it says itself. */
  get isAtCheck(): boolean {
    return this.#isAtCheck;
  }

  setAtCheck(isAtCheck: boolean): void {
    this.#isAtCheck = isAtCheck;
  }

  get isUploading(): boolean {
    return this.#upload !== null;
  }

  /**
   * Who shows the key is here, with this socket.
   * @returns the socket that held the place until now, if one did
   */
  connect(socket: PeerSocket, resumeKey: string): PeerSocket | null {
    const old = this.socket;
    this.#cancelGrace();
    this.#where = { is: 'connected', socket, resumeKey };
    return old;
  }

  /** Whether the socket was lost as the page was closed. */
  get isPageClosed(): boolean {
    return this.#where.is === 'lost' && this.#where.isPageClosed;
  }

  /** The socket of who is connected is lost. */
  lose(isPageClosed: boolean, cancelGrace: () => void): void {
    if (this.#where.is !== 'connected') throw new Error(`${this.#where.is} already`);
    const { resumeKey } = this.#where;
    this.#where = { is: 'lost', cancelGrace, resumeKey, isPageClosed };
  }

  /**
   * The seat is no more, and what was to end with it ends.
   * @returns the socket that held it, if one did
   */
  end(): PeerSocket | null {
    const { socket } = this;
    this.#cancelGrace();
    this.#where = { is: 'gone' };
    for (const end of [...this.#ends]) end();
    this.#ends.clear();
    return socket;
  }

  /**
   * Calls `end` when this person is taken out of the room, which may be now: what goes on outside of the room's own
   * messages ends with the seat. The returned function takes it back.
   */
  endsWithSeat(end: () => void): () => void {
    if (this.#where.is === 'gone') end();
    else this.#ends.add(end);
    return () => void this.#ends.delete(end);
  }

  /**
   * A file of this person arrives, which is held in memory: one at a time. Who sends another has given up the one before, though on a
   * bad line the server may not have heard of it. Ends with the seat as well.
   */
  receiveUpload(): { signal: AbortSignal; over: () => void } {
    this.#upload?.abort();
    const upload = new AbortController();
    this.#upload = upload;
    const stopWatching = this.endsWithSeat(() => upload.abort());
    const over = () => {
      stopWatching();
      if (this.#upload === upload) this.#upload = null;
    };
    return { signal: upload.signal, over };
  }

  #cancelGrace(): void {
    if ('cancelGrace' in this.#where) this.#where.cancelGrace();
  }
}
