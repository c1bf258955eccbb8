import type { FromWorker, ToWorker } from './messages.ts';

const GRACE_MS = 1000;

/** The worker that draws the background, and the messages to and from it. */
export type Thread = {
  /** Sends what is answered by `done` or `failed`; rejects with the latter's message. */
  ask(message: ToWorker): Promise<void>;
  send(message: ToWorker, transfer: Transferable[]): void;
  /** Called with each frame that comes back. */
  onFrame: ((bitmap: ImageBitmap) => void) | null;
  stop(): void;
};

type Waiting = { resolve(): void; reject(error: Error): void };

/** Starts the worker and keeps account of what it has yet to answer. */
export function startWorker(url: string, onSlow: () => void): Thread {
  const worker = new Worker(url);
  const waiting: Waiting[] = [];
  // Of a script that cannot be loaded the event says nothing.
  worker.onerror = ({ message }) => {
    for (const { reject } of waiting.splice(0)) reject(new Error(message || `${url} cannot be loaded`));
  };
  worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
    if (data.type === 'done') waiting.shift()?.resolve();
    if (data.type === 'failed') waiting.shift()?.reject(new Error(data.message));
    if (data.type === 'slow') onSlow();
    if (data.type === 'frame') thread.onFrame?.(data.bitmap);
  };
  const thread: Thread = {
    onFrame: null,
    ask: (message) =>
      new Promise((resolve, reject) => {
        waiting.push({ resolve, reject });
        worker.postMessage(message, transferable(message));
      }),
    send: (message, transfer) => worker.postMessage(message, transfer),
    stop() {
      worker.postMessage({ type: 'stop' } satisfies ToWorker);
      // It closes the streams and itself; one that hangs has no say.
      setTimeout(() => worker.terminate(), GRACE_MS);
      for (const { reject } of waiting.splice(0)) reject(new Error('stopped'));
    },
  };
  return thread;
}

function transferable(message: ToWorker): Transferable[] {
  if (message.type !== 'start' || !message.streams) return [];
  return [message.streams.readable, message.streams.writable];
}
