import type { Thread } from './thread.ts';

const FRAMES_PER_SECOND = 30;

/** Takes frames from a <video>, has the worker make them, and shows them on a canvas whose track it returns. */
export function relayFrames(track: MediaStreamTrack, thread: Thread) {
  const video = document.createElement('video');
  Object.assign(video, { muted: true, playsInline: true, srcObject: new MediaStream([track]) });
  const canvas = document.createElement('canvas');
  const context = canvas.getContext('2d') as CanvasRenderingContext2D;
  const made = canvas.captureStream(FRAMES_PER_SECOND).getVideoTracks()[0] as MediaStreamTrack;
  let isBusy = false;
  let isDue = false;
  let isStopped = false;

  const take = () => {
    [isBusy, isDue] = [true, false];
    createImageBitmap(video).then(
      (bitmap) => thread.send({ type: 'frame', bitmap }, [bitmap]),
      () => {
        // No picture yet, or the camera is changing: the next one will do.
        isBusy = false;
      },
    );
  };
  const arrived = () => {
    if (isStopped) return;
    video.requestVideoFrameCallback(arrived);
    if (isBusy) isDue = true;
    else take();
  };
  thread.onFrame = (bitmap) => {
    show(context, bitmap);
    isBusy = false;
    if (isDue) take();
  };
  video.requestVideoFrameCallback(arrived);
  video.play().catch(() => {
    // Muted, it may play; interrupted by stop(), it need not.
  });
  return {
    track: made,
    stop() {
      isStopped = true;
      thread.onFrame = null;
      made.stop();
      video.srcObject = null;
    },
  };
}

function show(context: CanvasRenderingContext2D, bitmap: ImageBitmap): void {
  const { width, height } = bitmap;
  const { canvas } = context;
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  context.drawImage(bitmap, 0, 0);
  bitmap.close();
}
