/** The background's own thread: the page keeps its own for what the person does. */
import { Compositor } from './Compositor.ts';
import type { FrameStreams, FromWorker, ToWorker } from './messages.ts';
import { createSegmenter, MASK_HEIGHT, MASK_WIDTH } from './segmenter.ts';
import { watchSlowness } from './slow.ts';

// TypeScript knows either a page's globals or a worker's, and the project's are the page's.
type Scope = {
  onmessage: ((event: MessageEvent<ToWorker>) => void) | null;
  postMessage(message: FromWorker, transfer?: Transferable[]): void;
  close(): void;
};
const scope = globalThis as unknown as Scope;
const timed = watchSlowness(() => scope.postMessage({ type: 'slow' }));

let compositor: Compositor | null = null;
let end = async () => {};

scope.onmessage = ({ data }) => {
  if (data.type === 'start') answer(() => start(data));
  if (data.type === 'mode') answer(async () => compositor?.setMode(data.mode));
  if (data.type === 'frame') void answerFrame(data.bitmap);
  if (data.type === 'stop') void end().finally(() => scope.close());
};

// One after the other, so that answers keep the order of what they answer.
let queue = Promise.resolve();
function answer(work: () => Promise<unknown>): void {
  queue = queue.then(work).then(
    () => scope.postMessage({ type: 'done' }),
    (error) => scope.postMessage({ type: 'failed', message: String(error?.message ?? error) }),
  );
}

async function start({ runtime, model, mode, streams }: ToWorker & { type: 'start' }): Promise<void> {
  const segment = await createSegmenter(runtime, model);
  // The first run is much slower than the others: nobody shall see it.
  await segment(new Uint8ClampedArray(MASK_WIDTH * MASK_HEIGHT * 4));
  const made = new Compositor(segment);
  await made.setMode(mode);
  compositor = made;
  if (streams) void pump(made, streams);
}

/** Frames from stream to stream until one of them ends. */
async function pump(made: Compositor, { readable, writable }: FrameStreams): Promise<void> {
  const reader = readable.getReader();
  const writer = writable.getWriter();
  end = async () => {
    await Promise.allSettled([reader.cancel(), writer.close()]);
  };
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      await writer.write(await compose(made, value));
    }
  } catch {
    // The page stopped the track that is made here.
  }
  await end();
}

/** The frame with its background; the given one is closed. */
async function compose(made: Compositor, frame: VideoFrame): Promise<VideoFrame> {
  const began = performance.now();
  const { displayWidth, displayHeight, timestamp } = frame;
  try {
    await made.draw(frame, displayWidth, displayHeight);
  } finally {
    frame.close();
  }
  timed(began, performance.now());
  return new VideoFrame(made.canvas, { timestamp });
}

/** A frame that the page took from its <video>; it sends no other before this one is answered. */
async function answerFrame(bitmap: ImageBitmap): Promise<void> {
  if (!compositor) return;
  const began = performance.now();
  await compositor.draw(bitmap, bitmap.width, bitmap.height);
  bitmap.close();
  const made = compositor.canvas.transferToImageBitmap();
  timed(began, performance.now());
  scope.postMessage({ type: 'frame', bitmap: made }, [made]);
}
