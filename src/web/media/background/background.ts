import { mediaAssets } from '../assets.ts';
import { relayFrames } from './frames.ts';
import type { BackgroundMode } from './messages.ts';
import { openTrackStreams } from './streams.ts';
import { backgroundSupported, hasTrackStreams } from './supported.ts';
import { startWorker } from './thread.ts';

export type { BackgroundMode } from './messages.ts';
export { backgroundSupported };

type BackgroundOptions = {
  /** The camera's. */
  track: MediaStreamTrack;
  mode: BackgroundMode;
  /** Called once when this machine has been too slow for 5 s. */
  onSlow(): void;
};

/** A background that stands behind the person, from `createBackground`. */
export type Background = {
  /** The camera's picture with its new background. */
  readonly track: MediaStreamTrack;
  /** Rejects when the picture cannot be decoded; the background that was before stays. */
  setMode(mode: BackgroundMode): Promise<void>;
  /** Stops the track that was made, not the camera's. */
  stop(): void;
};

/**
 * Puts a background behind the person of a camera's track, in a worker that loads some 2.5 MB at first.
 * @throws the browser cannot do it, or the worker, its WebAssembly or the model could not be loaded
 */
export async function createBackground({ track, mode, onSlow }: BackgroundOptions): Promise<Background> {
  if (!backgroundSupported()) throw new Error('this browser cannot change the background');
  const thread = startWorker(mediaAssets.background, onSlow);
  const streams = hasTrackStreams() ? openTrackStreams(track) : null;
  try {
    const { runtime, model } = mediaAssets;
    await thread.ask({ type: 'start', runtime, model, mode, streams: streams?.streams });
  } catch (cause) {
    streams?.track.stop();
    thread.stop();
    throw new Error(`the background could not be loaded: ${(cause as Error).message}`, { cause });
  }
  const relay = streams ?? relayFrames(track, thread);
  return {
    track: relay.track,
    setMode: (next) => thread.ask({ type: 'mode', mode: next }),
    stop() {
      relay.stop();
      thread.stop();
    },
  };
}
