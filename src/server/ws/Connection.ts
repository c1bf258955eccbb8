import type { Logger } from 'pino';
import { type RawData, WebSocket } from 'ws';
import { closeCodes, type ErrorCode } from '../../protocol/errors.ts';
import { limits } from '../../protocol/limits.ts';
import {
  type Event,
  type Method,
  type Notifications,
  type Params,
  type Results,
  requestSchema,
  requestSchemas,
  type ServerFrame,
} from '../../protocol/messages.ts';
import { AppError } from '../errors.ts';
import type { Seat } from '../room/actions/action.ts';
import { performEarly } from '../room/actions/early.ts';
import { perform } from '../room/actions/index.ts';
import type { Visit } from '../room/Foyer.ts';
import { isEarly, type OpenedLink } from '../room/openLink.ts';
import type { PeerSocket } from '../room/ports.ts';
import type { Room } from '../room/Room.ts';
import type { Rooms } from '../room/Rooms.ts';
import { roomInfo } from '../room/roomInfo.ts';
import { earlyResult, joinResult } from '../room/snapshots.ts';
import { RateLimit } from '../util/RateLimit.ts';
import { refuse } from './refuse.ts';

/** Whose socket it is, and what it works on. */
export type ConnectionOptions = {
  opened: OpenedLink;
  /** `rooms.changes` from before it was opened. */
  changes: number;
  /** @throws {AppError} when the link opens no room any more */
  openLinkAgain: () => Promise<OpenedLink>;
  rooms: Rooms;
  observer: RequestObserver;
  /** When its socket was opened, by performance.now(). */
  openedAt: number;
  log: Logger;
};

/** Hears of every request, and of sockets that are given up, for the figures that operators watch. Times are seconds. */
export type RequestObserver = {
  joined(seconds: number): void;
  /** `code` of the error that it was answered with; null: none. A method that there is not is `unknown`. */
  answered(method: string, seconds: number, code: ErrorCode | null): void;
  /** A socket was closed because its other end does not read. */
  tooSlow(): void;
};

/** One WebSocket: parses, validates, has the room perform what is asked for, and answers. */
export class Connection implements PeerSocket {
  readonly #socket: WebSocket;
  #opened: OpenedLink;
  /** How often rooms had been changed when it was opened. */
  readonly #changes: number;
  readonly #openLinkAgain: () => Promise<OpenedLink>;
  readonly #rooms: Rooms;
  readonly #observer: RequestObserver;
  readonly #openedAt: number;
  readonly #log: Logger;
  #seat: Seat | null = null;
  /** Of who is early, and has no seat. */
  #visit: Visit | null = null;
  #joining = false;
  #closing = false;
  readonly #rate = new RateLimit(limits.requests);

  constructor(socket: WebSocket, options: ConnectionOptions) {
    const { opened, changes, openLinkAgain, rooms, observer, openedAt, log } = options;
    this.#socket = socket;
    this.#opened = opened;
    this.#changes = changes;
    this.#openLinkAgain = openLinkAgain;
    this.#rooms = rooms;
    this.#observer = observer;
    this.#openedAt = openedAt;
    this.#log = log.child({ room: opened.room.id, link: opened.link.id });
    socket.on('message', (data, isBinary) => void this.#receive(data, isBinary));
    const idle = setTimeout(() => {
      if (!this.#hasJoined && !this.#joining) this.close(closeCodes.tooMuch, 'join comes first');
    }, limits.joinMs);
    socket.on('close', (code) => {
      clearTimeout(idle);
      this.#visit?.room.leave(this.#visit.peer);
      if (!this.#seat) return;
      const { room, peer } = this.#seat;
      this.#log.info({ peer: peer.id, code }, 'socket closed');
      room.disconnected(peer, this, isPageClosed(code));
    });
  }

  notify<E extends Event>(event: E, data: Notifications[E]): void {
    this.#send({ event, data } as ServerFrame);
  }

  /** Nothing more is done of what comes from here on; what is being answered, as to who leaves, still goes out. */
  close(code: number, reason: string): void {
    if (this.#closing) return;
    this.#closing = true;
    setImmediate(() => this.#socket.close(code, reason));
  }

  get #isOpen(): boolean {
    return !this.#closing && this.#socket.readyState === WebSocket.OPEN;
  }

  async #receive(data: RawData, isBinary: boolean): Promise<void> {
    // What still arrives on a socket that we are closing is not ours to do any more.
    if (!this.#isOpen) return;
    if (!this.#rate.take()) return this.close(closeCodes.tooMuch, 'too many requests');
    const request = isBinary ? null : parse(data);
    if (!request) return this.close(closeCodes.malformed, 'not a request of this protocol');
    const { id, method, params } = request;
    const start = performance.now();
    try {
      this.#send({ id, ok: true, result: await this.#answer(method, params) });
      this.#answered(method, start, null);
    } catch (thrown) {
      const error = this.#render(thrown, method);
      // A refusal has said why, and closes: there is nothing to add.
      if (this.#isOpen) this.#send({ id, ok: false, error });
      this.#answered(method, start, error.code);
    }
  }

  #answered(method: string, start: number, code: ErrorCode | null): void {
    const known = Object.hasOwn(requestSchemas, method) ? method : 'unknown';
    this.#observer.answered(known, (performance.now() - start) / 1000, code);
  }

  async #answer(method: string, params: unknown): Promise<Results[Method]> {
    if (!Object.hasOwn(requestSchemas, method))
      throw new AppError('unknown_method', `there is no method ${method}`);
    const known = method as Method;
    if (known === 'join') return this.#join(validate('join', params));
    if (this.#visit) return performEarly(this.#visit, known, validate(known, params));
    const seat = this.#seat;
    if (!seat || seat.peer.socket !== this) throw new AppError('wrong_state', 'join comes first');
    return perform(seat, known, validate(known, params));
  }

  async #join({ resumeKey, keepMedia }: Params<'join'>): Promise<Results['join']> {
    if (this.#hasJoined || this.#joining)
      throw new AppError('wrong_state', 'this connection has joined already');
    this.#joining = true;
    try {
      return await this.#enter(resumeKey, keepMedia);
    } catch (error) {
      refuse(this, error, roomInfo(this.#opened.room));
      throw error;
    }
  }

  get #hasJoined(): boolean {
    return this.#seat !== null || this.#visit !== null;
  }

  async #enter(resumeKey: string | undefined, keepMedia: boolean): Promise<Results['join']> {
    // An administrator may have revoked the link since the socket was opened.
    if (this.#rooms.changes !== this.#changes) this.#opened = await this.#openLinkAgain();
    try {
      return await this.#takeSeat(resumeKey, keepMedia);
    } catch (error) {
      // Who has a seat may come back into it before the room opens.
      if (error !== this.#opened.outsideWindow || !isEarly(this.#opened)) throw error;
      return this.#visitEarly();
    }
  }

  async #takeSeat(resumeKey: string | undefined, keepMedia: boolean): Promise<Results['join']> {
    const { room: record, outsideWindow } = this.#opened;
    if (resumeKey) await this.#rooms.claim(this.#opened, resumeKey);
    // Outside the window there may be someone to come back, but no room is opened for it, unless its call has just ended.
    if (outsideWindow && !this.#rooms.isLive(record.id) && !this.#mayBeginAgain(resumeKey))
      throw outsideWindow;
    const room = await this.#rooms.open(record);
    const { peer, resumed } = this.#joinRoom(room, resumeKey, keepMedia);
    this.#seat = { room, peer };
    this.#log.info({ peer: peer.id, role: peer.role, resumed }, 'joined');
    this.#observer.joined((performance.now() - this.#openedAt) / 1000);
    return joinResult(room, peer, this.#opened.link.label);
  }

  #mayBeginAgain(resumeKey: string | undefined): boolean {
    return this.#rooms.returning.mayReturn(this.#opened, resumeKey, []);
  }

  async #visitEarly(): Promise<Results['join']> {
    const { foyer } = this.#rooms;
    const peer = await foyer.enter(this.#opened, this);
    if (!this.#isOpen) {
      foyer.leave(peer);
      throw new AppError('wrong_state', 'this connection is closed');
    }
    this.#visit = { room: foyer, peer };
    this.#log.info({ role: peer.role }, 'came before the room opens');
    return earlyResult(this.#visit, this.#opened.room);
  }

  #joinRoom(room: Room, resumeKey: string | undefined, keepMedia: boolean) {
    try {
      // One that has closed meanwhile must not take the seat from the socket that came after it.
      if (!this.#isOpen) throw new AppError('wrong_state', 'this connection is closed');
      return room.join(this.#opened, this, resumeKey, keepMedia);
    } catch (error) {
      // It may have been opened for this one alone. Not at once: others may have waited for the same opening.
      setImmediate(() => room.closeIfEmpty());
      throw error;
    }
  }

  #render(error: unknown, method: string) {
    if (error instanceof AppError) {
      this.#log.debug({ method, code: error.code, err: error.cause }, error.message);
      return { code: error.code, message: error.message };
    }
    this.#log.error({ method, err: error }, 'a request failed');
    return { code: 'internal' as const, message: 'something went wrong on the server; try again' };
  }

  #send(frame: ServerFrame): void {
    if (this.#socket.readyState !== WebSocket.OPEN) return;
    if (this.#socket.bufferedAmount > limits.waitingBytes) this.#tooSlow();
    else this.#socket.send(JSON.stringify(frame));
  }

  /** From here on nothing more is put in its queue. Where not even the close gets through, the socket is cut. */
  #tooSlow(): void {
    if (this.#closing) return;
    this.#log.warn(
      { peer: this.#seat?.peer.id, waiting: this.#socket.bufferedAmount },
      'what is sent is not read: the socket is closed',
    );
    this.#observer.tooSlow();
    this.close(closeCodes.tooSlow, 'too slow');
  }
}

/**
 * 1000: the page needs this socket no more, as it joins on another. 1001 is what browsers close with as a page goes; a server that
 * stops closes its rooms first.
 */
const isPageClosed = (code: number) => [1000, closeCodes.goingAway, closeCodes.pageClosed].includes(code);

function validate<M extends Method>(method: M, params: unknown): Params<M> {
  const checked = requestSchemas[method].safeParse(params);
  if (checked.success) return checked.data as Params<M>;
  const [issue] = checked.error.issues;
  throw new AppError('bad_request', `${[method, ...(issue?.path ?? [])].join('.')}: ${issue?.message}`);
}

function parse(data: RawData) {
  try {
    return requestSchema.parse(JSON.parse(data.toString()));
  } catch {
    return null;
  }
}
