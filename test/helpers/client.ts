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

export class Client {
  readonly socket: WebSocket;
  /** Everything the server said unasked, oldest first. */
  readonly told: { event: Event; data: unknown }[] = [];
  readonly closed: Promise<Closed>;
  readonly #answers = new Map<number, (frame: ServerFrame) => void>();
  #id = 0;

  constructor(socket: WebSocket) {
    this.socket = socket;
    this.closed = new Promise((resolve) => {
      socket.once('close', (code, reason) => resolve({ code, reason: reason.toString() }));
    });
    socket.on('error', () => undefined);
    socket.on('message', (data) => this.#receive(JSON.parse(data.toString())));
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
    const answered = new Promise<ServerFrame>((resolve, reject) => {
      this.#answers.set(id, resolve);
      void this.closed.then(({ code }) =>
        reject(new Error(`closed with ${code} before ${method} was answered`)),
      );
    });
    this.socket.send(JSON.stringify({ id, method, params }));
    return answered;
  }

  /** The first notification of this name that was not taken yet; waits for it. */
  async next<E extends Event>(event: E): Promise<Notifications[E]> {
    for (;;) {
      const at = this.told.findIndex((told) => told.event === event);
      if (at >= 0) return this.told.splice(at, 1)[0]?.data as Notifications[E];
      await once(this.socket, 'message');
    }
  }

  /** Whether the server has said nothing of this name: what it sent before its next answer has arrived. */
  async hearsNothingOf(event: Event): Promise<boolean> {
    await this.ask('anything', {});
    return !this.told.some((told) => told.event === event);
  }

  #receive(frame: ServerFrame): void {
    if ('event' in frame) {
      this.told.push(frame);
      return;
    }
    this.#answers.get(frame.id)?.(frame);
    this.#answers.delete(frame.id);
  }
}

export type Connecting = { token?: string; subprotocols?: string[]; origin?: string; path?: string };

/** Opens a socket to the server's `/ws`; closed with the test. */
export async function connect(
  t: ExecutionContext,
  { url }: { url: string },
  { token = '', subprotocols, origin, path = '/ws' }: Connecting,
): Promise<Client> {
  const offered = subprotocols ?? [subprotocol, tokenSubprotocol(token)];
  const socket = new WebSocket(url.replace(/^http/, 'ws') + path, offered, { origin });
  t.teardown(() => socket.terminate());
  const client = new Client(socket);
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
