import type { ServerFrame } from '../../src/protocol/messages.ts';
import type { ConnectionEnvironment } from '../../src/web/connection.ts';

type Frame = { id: number; method: string; params: Record<string, unknown> };

/** A WebSocket whose other end is the test. */
export class FakeSocket {
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  readonly readyState = 1;
  readonly subprotocols: string[];
  readonly sent: Frame[] = [];
  closedWith: number | null | undefined = null;

  constructor(subprotocols: string[]) {
    this.subprotocols = subprotocols;
  }

  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }

  close(code?: number): void {
    this.closedWith = code;
  }

  /** The newest frame of this method. */
  last(method: string): Frame {
    const frame = this.sent.findLast((sent) => sent.method === method);
    if (!frame) throw new Error(`${method} was not sent`);
    return frame;
  }

  receive(frame: unknown): void {
    this.onmessage?.({ data: JSON.stringify(frame as ServerFrame) });
  }

  answer(method: string, result: unknown): void {
    this.receive({ id: this.last(method).id, ok: true, result });
  }
}

/** The network as a connection sees it: `sockets` are those it opened, oldest first. */
export function fakeNetwork() {
  const sockets: FakeSocket[] = [];
  const listeners = new Set<() => void>();
  const environment: ConnectionEnvironment = {
    openSocket(subprotocols) {
      const socket = new FakeSocket(subprotocols);
      sockets.push(socket);
      return socket as unknown as WebSocket;
    },
    onWake(callback) {
      listeners.add(callback);
      return () => listeners.delete(callback);
    },
  };
  return {
    environment,
    sockets,
    listeners,
    /** The browser says that the network is back. */
    online() {
      for (const listener of listeners) listener();
    },
    get socket(): FakeSocket {
      const socket = sockets.at(-1);
      if (!socket) throw new Error('no socket was opened');
      return socket;
    },
  };
}

/** Lets everything run that waits for nothing but its turn. */
export const settled = () => new Promise<void>((resolve) => setImmediate(resolve));
