/**
 * The page's one WebSocket to the server: requests with answers, notifications, and coming back by itself.
 *
 * A lost socket is opened again with the resume key, so the person keeps their place. What is being asked while
 * it is lost fails with `disconnected`, except chat: a message waits and is sent again under the same clientId,
 * which the server stores once.
 */
import { type ReadonlySignal, signal } from '@preact/signals';
import { closeCodes } from '../../protocol/errors.ts';
import type {
  EndReason,
  Event,
  JoinResult,
  Method,
  Notifications,
  Params,
  Results,
  ServerFrame,
} from '../../protocol/messages.ts';
import { subprotocol, tokenSubprotocol } from '../../protocol/version.ts';
import { browser, type ConnectionEnvironment, type Wake } from '../browser/network.ts';
import { disconnected, type Pending, PONG_MS, Requests } from './Requests.ts';
import { Retry } from './Retry.ts';
import { RoundTrip } from './RoundTrip.ts';

/** lost: retrying by itself. closed: for good. */
export type ConnectionStatus = 'connecting' | 'open' | 'lost' | 'closed';

export type Closed = {
  /** The WebSocket's close code; see protocol/errors.ts. */
  code: number;
  /** Why the link was refused, with closeCodes.refused. */
  refused: Notifications['refused'] | null;
  /** Why the call is over, with closeCodes.ended. */
  ended: EndReason | null;
};

export type Connection = {
  readonly status: ReadonlySignal<ConnectionStatus>;
  /** @throws {RequestError} the server's code, `disconnected` while the socket is lost, or `timeout` */
  request<M extends Method>(method: M, params: Params<M>): Promise<Results[M]>;
  /** Calls `handler` for each such notification; the returned function takes it back. */
  on<E extends Event>(event: E, handler: (data: Notifications[E]) => void): () => void;
  /**
   * Something else has seen the line fail, or come back: finds out now rather than at the next ping.
   * @param isHeard whether something has come by the line since, though no answer has: then there is more time for it
   */
  check(isHeard?: () => boolean): void;
  /** Closes for good; `onClosed` is not called. */
  close(): void;
};

export type ConnectionOptions = {
  token: string;
  /** The key of an earlier join in this browser. */
  resumeKey(): string | null;
  /** Whether the page still holds its media transports. */
  keepMedia(): boolean;
  /** After each join; `resumed` when it came back into the same place. */
  onJoined(result: JoinResult, resumed: boolean): void;
  /** Once, when the connection will not come back by itself. */
  onClosed(closed: Closed): void;
};

type Handlers = { [E in Event]?: Set<(data: Notifications[E]) => void> };

/** WebSocket.OPEN; the name is not there where the tests run. */
const OPEN = 1;
/** Between two questions whether the line is alive. */
const PING_MS = 5_000;
/**
 * TCP, TLS and the upgrade are three round trips, and a server that has just started has everybody before its door; then it
 * answers `join`. A server that is there is looked for meanwhile, see Retry.ts.
 */
const OPEN_MS = 10_000;
const JOIN_MS = 8_000;

const finalCodes: ReadonlySet<number> = new Set([
  closeCodes.refused,
  closeCodes.version,
  closeCodes.replaced,
  closeCodes.ended,
  closeCodes.malformed,
  closeCodes.tooBig,
]);

/** Connects at once and stays connected until the server says otherwise or `close` is called. */
export function createConnection(options: ConnectionOptions, environment = browser): Connection {
  return new SocketConnection(options, environment);
}

class SocketConnection implements Connection {
  readonly status = signal<ConnectionStatus>('connecting');
  readonly #options: ConnectionOptions;
  readonly #environment: ConnectionEnvironment;
  readonly #retry: Retry;
  readonly #requests: Requests;
  readonly #roundTrip = new RoundTrip();
  readonly #handlers: Handlers = {};
  readonly #stopListening: () => void;
  #socket: WebSocket | null = null;
  #opening: ReturnType<typeof setTimeout> | undefined;
  /** By the wall clock: others may stand still while the machine sleeps. */
  #openingSince = 0;
  #refused: Notifications['refused'] | null = null;
  #ended: EndReason | null = null;

  constructor(options: ConnectionOptions, environment: ConnectionEnvironment) {
    this.#options = options;
    this.#environment = environment;
    this.#retry = new Retry({ open: () => this.#tryNow(), isThere: environment.isThere });
    this.#requests = new Requests({
      write: (frame) => this.#socket?.send(JSON.stringify(frame)),
      onLate: () => this.#drop(),
    });
    const stopListening = environment.onWake((what) => this.#woken(what));
    const stopWatching = environment.onGoing((mayReturn) => this.#pageGoes(mayReturn));
    const beating = setInterval(() => this.#ping(), PING_MS);
    this.#stopListening = () => {
      stopListening();
      stopWatching();
      clearInterval(beating);
    };
    this.#open();
  }

  request<M extends Method>(method: M, params: Params<M>): Promise<Results[M]> {
    return new Promise((resolve, reject) => {
      const pending = { method, params, resolve: resolve as Pending['resolve'], reject };
      // A socket that is being closed says so a little before its close event.
      const isOpen = this.status.value === 'open' && this.#socket?.readyState === OPEN;
      if (isOpen) this.#requests.send(pending);
      else if (this.status.value === 'closed') reject(disconnected());
      else this.#requests.keepOrReject(pending);
    });
  }

  on<E extends Event>(event: E, handler: (data: Notifications[E]) => void): () => void {
    const all = this.#handlers as { [K in E]?: Set<(data: Notifications[K]) => void> };
    const handlers = all[event] ?? new Set();
    all[event] = handlers;
    handlers.add(handler);
    return () => void handlers.delete(handler);
  }

  check(isHeard?: () => boolean): void {
    const { patienceMs } = this.#roundTrip;
    if (this.status.value === 'open') this.#ping(patienceMs, isHeard);
    else if (!this.#socket || Date.now() - this.#openingSince >= patienceMs) this.#tryNow();
  }

  close(): void {
    if (this.status.value === 'closed') return;
    this.#finish();
    this.#socket?.close(1000);
  }

  /** Not every browser tells the server. A page that lives on, as on a phone, hears its socket close, and opens another. */
  #pageGoes(mayReturn: boolean): void {
    this.#socket?.close(mayReturn ? closeCodes.pageHidden : closeCodes.pageClosed);
  }

  #woken(what: Wake): void {
    if (what === 'awake') {
      this.check();
      return;
    }
    // A network that has come is taken for another one: the socket belongs to the one that went.
    if (this.#socket) this.#leave(this.#socket);
    this.#lost();
    // A network is a little later than the word of it: a socket that finds none yet may take long to say so.
    this.#retry.schedule();
    this.#open();
  }

  /** Opens a socket in place of one that is still being opened; one that was taken is left to join. */
  #tryNow(): void {
    if (this.status.value === 'closed' || this.#socket?.readyState === OPEN) return;
    if (this.#socket) this.#leave(this.#socket);
    this.#open();
  }

  #open(): void {
    this.#retry.opening();
    this.#openingSince = Date.now();
    const socket = this.#environment.openSocket([subprotocol, tokenSubprotocol(this.#options.token)]);
    this.#socket = socket;
    this.#opening = setTimeout(() => this.#drop(), OPEN_MS);
    socket.onopen = () => void this.#join(socket);
    socket.onmessage = ({ data }) => this.#receive(JSON.parse(data));
    socket.onclose = ({ code }) => this.#socketClosed(socket, code);
  }

  async #join(socket: WebSocket): Promise<void> {
    clearTimeout(this.#opening);
    const resumeKey = this.#options.resumeKey();
    const params = { ...(resumeKey && { resumeKey }), keepMedia: this.#options.keepMedia() };
    try {
      const answered = this.#roundTrip.timed();
      const result = await new Promise<JoinResult>((resolve, reject) => {
        const join = { method: 'join' as const, params, reject };
        this.#requests.send({ ...join, resolve: (value) => resolve(value as JoinResult) }, JOIN_MS);
      });
      answered();
      this.#joined(result, result.resumeKey === resumeKey);
    } catch {
      // A refusal closes the socket itself, with its reason; anything else is tried again.
      if (!this.#refused) socket.close();
    }
  }

  #joined(result: JoinResult, resumed: boolean): void {
    if (this.status.value === 'closed') return;
    this.#retry.stop();
    this.status.value = 'open';
    this.#options.onJoined(result, resumed);
    this.#requests.sendWaiting();
  }

  /** Whether the line is alive: it may have died without a word while nothing was asked. */
  #ping(timeoutMs = PONG_MS, isHeard?: () => boolean): void {
    if (this.status.value !== 'open' || this.#socket?.readyState !== OPEN) return;
    const asked = { method: 'ping' as const, params: {}, isHeard, reject: () => {} };
    this.#requests.send({ ...asked, resolve: this.#roundTrip.timed() }, timeoutMs);
  }

  #receive(frame: ServerFrame): void {
    if ('event' in frame) this.#notified(frame.event, frame.data);
    else this.#requests.answered(frame);
  }

  #notified<E extends Event>(event: E, data: Notifications[E]): void {
    if (event === 'refused') this.#refused = data as Notifications['refused'];
    if (event === 'ended') this.#ended = (data as Notifications['ended']).reason;
    for (const handler of [...(this.#handlers[event] ?? [])]) {
      try {
        handler(data);
      } catch (error) {
        // One view's mistake must not keep the others from knowing.
        console.error(error);
      }
    }
  }

  // A dead line may take minutes to report its end: it is left behind instead.
  #drop(): void {
    const socket = this.#socket;
    if (!socket) return;
    const wasOpen = this.status.value === 'open';
    this.#leave(socket);
    this.#lost();
    this.#retry.schedule();
    // It is the line that is dead, and not a server at which all would arrive together.
    if (wasOpen) this.#open();
  }

  #leave(socket: WebSocket): void {
    this.#forget(socket);
    socket.close();
  }

  #forget(socket: WebSocket): void {
    clearTimeout(this.#opening);
    socket.onopen = socket.onmessage = socket.onclose = null;
    this.#socket = null;
  }

  #socketClosed(socket: WebSocket, code: number): void {
    if (socket !== this.#socket) return;
    this.#forget(socket);
    if (this.status.value === 'closed') return;
    if (finalCodes.has(code)) {
      this.#finish();
      this.#options.onClosed({ code, refused: this.#refused, ended: this.#ended });
      return;
    }
    this.#lost();
    this.#retry.schedule();
  }

  #lost(): void {
    this.status.value = this.status.value === 'connecting' ? 'connecting' : 'lost';
    this.#ended = null;
    this.#requests.lost();
  }

  #finish(): void {
    this.status.value = 'closed';
    this.#retry.stop();
    clearTimeout(this.#opening);
    this.#stopListening();
    this.#requests.rejectAll();
  }
}
