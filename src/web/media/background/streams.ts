import type { FrameStreams } from './messages.ts';

// Chromium's own; no other browser has them in a page.
type Processor = { readonly readable: ReadableStream<VideoFrame> };
type Generator = MediaStreamTrack & { readonly writable: WritableStream<VideoFrame> };
type Chromium = {
  MediaStreamTrackProcessor: new (init: { track: MediaStreamTrack; maxBufferSize: number }) => Processor;
  MediaStreamTrackGenerator: new (init: { kind: 'video' }) => Generator;
};

/** The frames of `track` as a stream, and a new track of what is written; for a worker to take over. */
export function openTrackStreams(track: MediaStreamTrack) {
  const { MediaStreamTrackProcessor, MediaStreamTrackGenerator } = globalThis as unknown as Chromium;
  // No queue: of frames that come too fast the newest is the one to have.
  const { readable } = new MediaStreamTrackProcessor({ track, maxBufferSize: 1 });
  const made = new MediaStreamTrackGenerator({ kind: 'video' });
  const streams: FrameStreams = { readable, writable: made.writable };
  return { track: made as MediaStreamTrack, streams, stop: () => made.stop() };
}
