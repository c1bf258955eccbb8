/**
 * The page's one WebSocket to the server: requests with answers, notifications, and coming back by itself.
 *
 * A lost socket is opened again with the resume key, so the person keeps their place. What is being asked while
 * it is lost fails with `disconnected`, except chat: a message waits and is sent again under the same clientId,
 * which the server stores once.
 */
import { type ReadonlySignal, signal } from '@preact/signals';
import { closeCodes, type ErrorCode } from '../protocol/errors.ts';
import type {
  EndReason,
  Event,
  JoinResult,
  Method,
  Notifications,
  Params,
  Response,
  Results,
  ServerFrame,
} from '../protocol/messages.ts';
import { subprotocol, tokenSubprotocol } from '../protocol/version.ts';

/** lost: retrying by itself. closed: for good. */
export type ConnectionStatus = 'connecting' | 'open' | 'lost' | 'closed';

export class RequestError extends Error {
  override readonly name = 'RequestError';
  readonly code: ErrorCode | 'disconnected' | 'timeout';

  constructor(code: RequestError['code'], message: string) {
    super(message);
    this.code = code;
  }
}

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

/** What the connection uses of the browser. */
export type ConnectionEnvironment = {
  openSocket(subprotocols: string[]): WebSocket;
  /** Calls back when the network is there again, or the person looks at the page again. */
  onWake(callback: () => void): () => void;
};

type Pending = {
  method: Method;
  params: unknown;
  resolve(result: unknown): void;
  reject(error: RequestError): void;
};
type Sent = Pending & { timer: ReturnType<typeof setTimeout> };
type Handlers = { [E in Event]?: Set<(data: Notifications[E]) => void> };

/** WebSocket.OPEN; the name is not there where the tests run. */
const OPEN = 1;
const REQUEST_TIMEOUT_MS = 15_000;
/** Between two questions whether the line is alive, and until one that has no answer says that it is not. */
const PING_MS = 10_000;
const PONG_MS = 8_000;
const FIRST_RETRY_MS = 300;
/** A server that was restarted has everyone back within 5 s, their media included. */
const LAST_RETRY_MS = 2_000;

const finalCodes: ReadonlySet<number> = new Set([
  closeCodes.refused,
  closeCodes.version,
  closeCodes.replaced,
  closeCodes.ended,
  closeCodes.malformed,
  closeCodes.tooBig,
]);

const browser: ConnectionEnvironment = {
  openSocket: (subprotocols) =>
    new WebSocket(new URL('/ws', location.href.replace(/^http/, 'ws')), subprotocols),
  onWake(callback) {
    const visible = () => document.visibilityState === 'visible' && callback();
    addEventListener('online', callback);
    document.addEventListener('visibilitychange', visible);
    return () => {
      removeEventListener('online', callback);
      document.removeEventListener('visibilitychange', visible);
    };
  },
};

/** Connects at once and stays connected until the server says otherwise or `close` is called. */
export function createConnection(options: ConnectionOptions, environment = browser): Connection {
  return new SocketConnection(options, environment);
}

class SocketConnection implements Connection {
  readonly status = signal<ConnectionStatus>('connecting');
  readonly #options: ConnectionOptions;
  readonly #environment: ConnectionEnvironment;
  readonly #handlers: Handlers = {};
  readonly #stopListening: () => void;
  #socket: WebSocket | null = null;
  #sent = new Map<number, Sent>();
  #waiting: Pending[] = [];
  #nextId = 1;
  #attempt = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #refused: Notifications['refused'] | null = null;
  #ended: EndReason | null = null;

  constructor(options: ConnectionOptions, environment: ConnectionEnvironment) {
    this.#options = options;
    this.#environment = environment;
    const stopListening = environment.onWake(() => {
      if (this.status.value === 'lost' && !this.#socket) this.#open();
      else this.#ping();
    });
    const beating = setInterval(() => this.#ping(), PING_MS);
    this.#stopListening = () => {
      stopListening();
      clearInterval(beating);
    };
    this.#open();
  }

  request<M extends Method>(method: M, params: Params<M>): Promise<Results[M]> {
    return new Promise((resolve, reject) => {
      const pending = { method, params, resolve: resolve as Pending['resolve'], reject };
      // A socket that is being closed says so a little before its close event.
      const isOpen = this.status.value === 'open' && this.#socket?.readyState === OPEN;
      if (isOpen) this.#send(pending);
      else this.#keepOrReject(pending);
    });
  }

  on<E extends Event>(event: E, handler: (data: Notifications[E]) => void): () => void {
    const all = this.#handlers as { [K in E]?: Set<(data: Notifications[K]) => void> };
    const handlers = all[event] ?? new Set();
    all[event] = handlers;
    handlers.add(handler);
    return () => void handlers.delete(handler);
  }

  close(): void {
    if (this.status.value === 'closed') return;
    this.#finish();
    this.#socket?.close(1000);
  }

  #open(): void {
    clearTimeout(this.#retry);
    const socket = this.#environment.openSocket([subprotocol, tokenSubprotocol(this.#options.token)]);
    this.#socket = socket;
    socket.onopen = () => void this.#join(socket);
    socket.onmessage = ({ data }) => this.#receive(JSON.parse(data));
    socket.onclose = ({ code }) => this.#socketClosed(socket, code);
  }

  async #join(socket: WebSocket): Promise<void> {
    const resumeKey = this.#options.resumeKey();
    const params = { ...(resumeKey && { resumeKey }), keepMedia: this.#options.keepMedia() };
    try {
      const result = await new Promise<JoinResult>((resolve, reject) => {
        this.#send({ method: 'join', params, resolve: (value) => resolve(value as JoinResult), reject });
      });
      this.#joined(result, result.resumeKey === resumeKey);
    } catch {
      // A refusal closes the socket itself, with its reason; anything else is tried again.
      if (!this.#refused) socket.close();
    }
  }

  #joined(result: JoinResult, resumed: boolean): void {
    if (this.status.value === 'closed') return;
    this.#attempt = 0;
    this.status.value = 'open';
    this.#options.onJoined(result, resumed);
    for (const pending of this.#waiting.splice(0)) this.#send(pending);
  }

  /** Whether the line is alive: it may have died without a word while nothing was asked. */
  #ping(): void {
    if (this.status.value !== 'open' || this.#socket?.readyState !== OPEN) return;
    this.#send({ method: 'ping', params: {}, resolve: () => {}, reject: () => {} }, PONG_MS);
  }

  #send(pending: Pending, timeoutMs = REQUEST_TIMEOUT_MS): void {
    const id = this.#nextId++;
    // No answer for so long: the line is dead without the browser having noticed.
    const timer = setTimeout(() => {
      this.#sent.delete(id);
      pending.reject(new RequestError('timeout', `the server has not answered ${pending.method}`));
      this.#drop();
    }, timeoutMs);
    this.#sent.set(id, { ...pending, timer });
    this.#socket?.send(JSON.stringify({ id, method: pending.method, params: pending.params }));
  }

  #receive(frame: ServerFrame): void {
    if ('event' in frame) this.#notified(frame.event, frame.data);
    else this.#answered(frame);
  }

  #answered(frame: Response): void {
    const sent = this.#sent.get(frame.id);
    if (!sent) return;
    this.#sent.delete(frame.id);
    clearTimeout(sent.timer);
    if (frame.ok) sent.resolve(frame.result);
    else sent.reject(new RequestError(frame.error.code, frame.error.message));
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
    socket.close();
    this.#socketClosed(socket, 1006);
  }

  #socketClosed(socket: WebSocket, code: number): void {
    if (socket !== this.#socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    this.#socket = null;
    if (this.status.value === 'closed') return;
    if (finalCodes.has(code)) {
      this.#finish();
      this.#options.onClosed({ code, refused: this.#refused, ended: this.#ended });
      return;
    }
    this.status.value = this.status.value === 'connecting' ? 'connecting' : 'lost';
    this.#ended = null;
    for (const pending of this.#takeSent()) this.#keepOrReject(pending);
    this.#retry = setTimeout(() => this.#open(), retryDelay(this.#attempt++));
  }

  #keepOrReject(pending: Pending): void {
    if (pending.method === 'sendChat' && this.status.value !== 'closed') this.#waiting.push(pending);
    else pending.reject(new RequestError('disconnected', 'the connection to the server is lost'));
  }

  #finish(): void {
    this.status.value = 'closed';
    clearTimeout(this.#retry);
    this.#stopListening();
    for (const pending of [...this.#takeSent(), ...this.#waiting.splice(0)]) this.#keepOrReject(pending);
  }

  #takeSent(): Pending[] {
    const sent = [...this.#sent.values()];
    for (const { timer } of sent) clearTimeout(timer);
    this.#sent = new Map();
    return sent;
  }
}

// Doubling, and spread out so that a restarted server is not met by everyone at once.
function retryDelay(attempt: number): number {
  return Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** attempt) * (0.8 + Math.random() * 0.4);
}
