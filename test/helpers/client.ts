/** A program at the other end of the WebSocket, speaking the protocol without a browser. */
import { once } from 'node:events';
import type { ExecutionContext } from 'ava';
import { WebSocket } from 'ws';
import type { ErrorCode } from '../../src/protocol/errors.ts';
import type {
  Event,
  JoinResult,
  Method,
  Notifications,
  Params,
  Results,
  ServerFrame,
} from '../../src/protocol/messages.ts';
import { subprotocol, tokenSubprotocol } from '../../src/protocol/version.ts';

export class Refused extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

type Closed = { code: number; reason: string };

/** How long a test waits for the server: a busy core is no fault, and a wait without an end tells nobody what was waited for. */
const PATIENCE_MS = 30_000;

export class Client {
  readonly socket: WebSocket;
  /** Everything the server said unasked, oldest first. */
  readonly told: { event: Event; data: unknown }[] = [];
  readonly #closed: Promise<Closed>;
  readonly #answers = new Map<number, (frame: ServerFrame) => void>();
  /** The names of what came last, for who waits in vain. */
  readonly #came: string[] = [];
  readonly #patienceMs: number;
  #id = 0;

  /** With no `patienceMs` it waits for ever, as who stays in a call for hours. */
  constructor(socket: WebSocket, { patienceMs = Number.POSITIVE_INFINITY } = {}) {
    this.socket = socket;
    this.#patienceMs = patienceMs;
    this.#closed = new Promise((resolve) => {
      socket.once('close', (code, reason) => resolve({ code, reason: reason.toString() }));
    });
    socket.on('error', () => undefined);
    socket.on('message', (data) => this.#receive(JSON.parse(data.toString())));
  }

  get closed(): Promise<Closed> {
    return this.#inTime('the end of the socket', () => this.#closed);
  }

  /** @throws {Refused} with the code of the server's error */
  async request<M extends Method>(method: M, params: Params<M>): Promise<Results[M]> {
    const frame = await this.ask(method, params);
    if ('event' in frame) throw new Error('a notification is no answer');
    if (!frame.ok) throw new Refused(frame.error.code, frame.error.message);
    return frame.result as Results[M];
  }

  /** Any method with any parameters; resolves with the whole answer. */
  ask(method: string, params: unknown): Promise<ServerFrame> {
    const id = this.#id++;
    const what = `the answer to ${method}`;
    return this.#inTime(what, async () => {
      const answer = new Promise<ServerFrame>((resolve) => this.#answers.set(id, resolve));
      this.socket.send(JSON.stringify({ id, method, params }));
      return Promise.race([answer, this.#endBefore(what)]);
    });
  }

  /** The first notification of this name that was not taken yet; waits for it. */
  next<E extends Event>(event: E): Promise<Notifications[E]> {
    const what = `the event ${event}`;
    return this.#inTime(what, async (isLate) => {
      while (!isLate()) {
        const at = this.told.findIndex((told) => told.event === event);
        if (at >= 0) return this.told.splice(at, 1)[0]?.data as Notifications[E];
        await Promise.race([once(this.socket, 'message'), this.#endBefore(what)]);
      }
      throw this.#error(`too late: ${what}`);
    });
  }

  /** Whether the server has said nothing of this name: what it sent before its next answer has arrived. */
  async hearsNothingOf(event: Event): Promise<boolean> {
    await this.ask('anything', {});
    return !this.told.some((told) => told.event === event);
  }

  #receive(frame: ServerFrame): void {
    this.#came.push('event' in frame ? frame.event : `answer ${frame.id}`);
    if (this.#came.length > 40) this.#came.shift();
    if ('event' in frame) {
      this.told.push(frame);
      return;
    }
    this.#answers.get(frame.id)?.(frame);
    this.#answers.delete(frame.id);
  }

  /** What comes of `wait`, unless that takes too long. */
  #inTime<T>(what: string, wait: (isLate: () => boolean) => Promise<T>): Promise<T> {
    if (this.#patienceMs === Number.POSITIVE_INFINITY) return wait(() => false);
    let isLate = false;
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(() => {
      isLate = true;
      late.reject(this.#error(`not within ${this.#patienceMs / 1000} s: ${what}`));
    }, this.#patienceMs);
    return Promise.race([wait(() => isLate), late.promise]).finally(() => clearTimeout(timer));
  }

  /** @throws when the socket closes */
  async #endBefore(what: string): Promise<never> {
    const { code } = await this.#closed;
    throw this.#error(`closed with ${code} before ${what}`);
  }

  readonly #error = (text: string) =>
    new Error(`${text} (what came, the latest last: ${this.#came.join(', ') || 'nothing'})`);
}

export type Connecting = { token?: string; subprotocols?: string[]; origin?: string; path?: string };

/** Opens a socket to the server's `/ws`; closed with the test. */
export async function connect(
  t: ExecutionContext,
  { url }: { url: string },
  { token = '', subprotocols, origin, path = '/ws' }: Connecting,
): Promise<Client> {
  const offered = subprotocols ?? [subprotocol, tokenSubprotocol(token)];
  const socket = new WebSocket(url.replace(/^http/, 'ws') + path, offered, {
    origin,
    handshakeTimeout: PATIENCE_MS,
  });
  t.teardown(() => socket.terminate());
  const client = new Client(socket, { patienceMs: PATIENCE_MS });
  await once(socket, 'open');
  return client;
}

/** Opens a socket and joins. */
export async function join(
  t: ExecutionContext,
  server: { url: string },
  token: string,
  { resumeKey, keepMedia = false }: { resumeKey?: string; keepMedia?: boolean } = {},
): Promise<{ client: Client; joined: JoinResult }> {
  const client = await connect(t, server, { token });
  const joined = await client.request('join', { resumeKey, keepMedia });
  return { client, joined };
}

/** Joins by an interviewer's link and enters the call. */
export async function enterCall(t: ExecutionContext, server: { url: string }, token: string) {
  const { client, joined } = await join(t, server, token);
  await client.request('enter', { company: '株式会社サンプル', name: '毎日太郎' });
  return { client, joined };
}

/** The code of the server's error, or null when it was done. */
export async function codeOf(promise: Promise<unknown>): Promise<ErrorCode | null> {
  try {
    await promise;
    return null;
  } catch (error) {
    if (error instanceof Refused) return error.code;
    throw error;
  }
}
