import type { ServerFrame } from '../../src/protocol/messages.ts';
import type { ConnectionEnvironment, Wake } from '../../src/web/browser/network.ts';

type Frame = { id: number; method: string; params: Record<string, unknown> };

/** A WebSocket whose other end is the test. */
export class FakeSocket {
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  /** WebSocket.CONNECTING, until it is taken. */
  readyState = 0;
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

  open(): void {
    this.readyState = 1;
    this.onopen?.();
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
  const listeners = new Set<(what: Wake) => void>();
  const goings = new Set<(mayReturn: boolean) => void>();
  const looks: ((isThere: boolean) => void)[] = [];
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
    onGoing(callback) {
      goings.add(callback);
      return () => goings.delete(callback);
    },
    isThere: () => new Promise((resolve) => looks.push(resolve)),
  };
  return {
    environment,
    sockets,
    listeners,
    looks,
    /** The browser says that there is a network again, or that it was away. */
    wake(what: Wake) {
      for (const listener of listeners) listener(what);
    },
    /** The page goes. */
    go(mayReturn: boolean) {
      for (const going of goings) going(mayReturn);
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
