import type { Method, Response } from '../../protocol/messages.ts';
import { RequestError } from './RequestError.ts';

export type Pending = {
  method: Method;
  params: unknown;
  /** Asked when there is no answer in time: true gives it as long as usual. */
  isHeard?: (() => boolean) | undefined;
  resolve(result: unknown): void;
  reject(error: RequestError): void;
};
type Sent = Pending & { timer: ReturnType<typeof setTimeout> };

type RequestsOptions = {
  /** Sends it by the socket in use. */
  write(frame: { id: number; method: Method; params: unknown }): void;
  /** One was not answered in time: the line is dead without the browser having noticed. */
  onLate(): void;
};

const REQUEST_TIMEOUT_MS = 15_000;
/** Until a question whether the line is alive, which has no answer, says that it is not. */
export const PONG_MS = 6_000;

/** What was asked of the server and has no answer yet. */
export class Requests {
  readonly #options: RequestsOptions;
  #sent = new Map<number, Sent>();
  #waiting: Pending[] = [];
  #nextId = 1;

  constructor(options: RequestsOptions) {
    this.#options = options;
  }

  send(pending: Pending, timeoutMs = REQUEST_TIMEOUT_MS): void {
    const id = this.#nextId++;
    const timer = setTimeout(() => this.#late(id, timeoutMs), timeoutMs);
    this.#sent.set(id, { ...pending, timer });
    this.#options.write({ id, method: pending.method, params: pending.params });
  }

  answered(frame: Response): void {
    const sent = this.#sent.get(frame.id);
    if (!sent) return;
    this.#sent.delete(frame.id);
    clearTimeout(sent.timer);
    if (frame.ok) sent.resolve(frame.result);
    else sent.reject(new RequestError(frame.error.code, frame.error.message));
  }

  /** For what cannot be sent now: chat waits for the next socket, anything else is rejected. */
  keepOrReject(pending: Pending): void {
    if (pending.method === 'sendChat') this.#waiting.push(pending);
    else pending.reject(disconnected());
  }

  /** The socket is lost, and with it what was sent and not answered. */
  lost(): void {
    for (const pending of this.#takeSent()) this.keepOrReject(pending);
  }

  /** There is a socket again. */
  sendWaiting(): void {
    for (const pending of this.#waiting.splice(0)) this.send(pending);
  }

  /** No socket comes any more. */
  rejectAll(): void {
    for (const pending of [...this.#takeSent(), ...this.#waiting.splice(0)]) pending.reject(disconnected());
  }

  #late(id: number, waitedMs: number): void {
    const sent = this.#sent.get(id);
    if (!sent) return;
    if (waitedMs < PONG_MS && sent.isHeard?.()) {
      sent.timer = setTimeout(() => this.#late(id, PONG_MS), PONG_MS - waitedMs);
      return;
    }
    this.#sent.delete(id);
    sent.reject(new RequestError('timeout', `the server has not answered ${sent.method}`));
    this.#options.onLate();
  }

  #takeSent(): Sent[] {
    const sent = [...this.#sent.values()];
    for (const { timer } of sent) clearTimeout(timer);
    this.#sent = new Map();
    return sent;
  }
}

/** Why nothing can be asked now. */
export const disconnected = () => new RequestError('disconnected', 'the connection to the server is lost');
