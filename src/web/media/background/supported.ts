import { isHandheld } from '../../browser/support.ts';
import { hasWasmSimd } from '../simd.ts';

/** Whether this browser can put another background behind the person. Phones could, but would run hot. */
export function backgroundSupported(): boolean {
  if (isHandheld() || typeof Worker !== 'function' || !hasWasmSimd()) return false;
  if (typeof OffscreenCanvas !== 'function' || !new OffscreenCanvas(1, 1).getContext('2d')) return false;
  return hasTrackStreams() || hasFrameCallbacks();
}

/** Chromium's way: the track's frames as streams, which a worker can take over. */
export const hasTrackStreams = (): boolean =>
  'MediaStreamTrackProcessor' in globalThis && 'MediaStreamTrackGenerator' in globalThis;

/** The way of the others: a <video> tells of each frame, and a canvas becomes a track. */
const hasFrameCallbacks = (): boolean =>
  'requestVideoFrameCallback' in HTMLVideoElement.prototype && 'captureStream' in HTMLCanvasElement.prototype;
