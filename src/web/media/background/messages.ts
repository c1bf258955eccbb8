/** What is behind the person. */
export type BackgroundMode = { kind: 'blur' } | { kind: 'image'; image: Blob };

/** Frames in and out as streams, where the browser has them. */
export type FrameStreams = { readable: ReadableStream<VideoFrame>; writable: WritableStream<VideoFrame> };

/** What the page tells the worker. */
export type ToWorker =
  | { type: 'start'; runtime: string; model: string; mode: BackgroundMode; streams?: FrameStreams }
  | { type: 'mode'; mode: BackgroundMode }
  | { type: 'frame'; bitmap: ImageBitmap }
  | { type: 'stop' };

/** What the worker tells the page. `start` and `mode` are answered in their order by `done` or `failed`. */
export type FromWorker =
  | { type: 'done' }
  | { type: 'failed'; message: string }
  | { type: 'frame'; bitmap: ImageBitmap }
  | { type: 'slow' };
