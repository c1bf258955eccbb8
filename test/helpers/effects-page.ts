/** A bare page for backgrounds and noise suppression, driven by a test from outside. */
import { backgroundSupported, createBackground } from '../../src/web/media/background/background.ts';
import {
  checkPicture,
  forgetPicture,
  keepPicture,
  keptPicture,
} from '../../src/web/media/background/ownPicture.ts';
import { pictureBlob } from '../../src/web/media/background/pictures.ts';
import { createNoiseSuppression, noiseSuppressionSupported } from '../../src/web/media/noise.ts';

const effects = {
  backgroundSupported,
  createBackground,
  pictureBlob,
  checkPicture,
  keepPicture,
  keptPicture,
  forgetPicture,
  createNoiseSuppression,
  noiseSuppressionSupported,

  /** Opens the camera, puts the background behind it and shows the outcome in the page's <video>. */
  async showBackground(mode: 'blur' | string): Promise<void> {
    const stream = await navigator.mediaDevices.getUserMedia({ video: { width: 640, height: 360 } });
    state.camera = stream.getVideoTracks()[0] as MediaStreamTrack;
    const onSlow = () => {
      state.slow += 1;
    };
    state.background = await createBackground({
      track: state.camera,
      mode: await effects.modeOf(mode),
      onSlow,
    });
    video.srcObject = new MediaStream([state.background.track]);
    await video.play();
  },

  /** The RGBA bytes, in base64, of what the camera shows and of what the page shows. */
  async snapshots(): Promise<[camera: string, made: string]> {
    const raw = document.createElement('video');
    Object.assign(raw, { muted: true, srcObject: new MediaStream([state.camera as MediaStreamTrack]) });
    await raw.play();
    const [camera, made] = await Promise.all([raw, video].map(snapshot));
    raw.srcObject = null;
    return [camera as string, made as string];
  },

  /** `blur`, a built-in picture's name, or a colour for a picture of that colour alone. */
  async modeOf(mode: string): Promise<Parameters<typeof createBackground>[0]['mode']> {
    if (mode === 'blur') return { kind: 'blur' };
    if (!mode.startsWith('#')) return { kind: 'image', image: await pictureBlob(mode as 'office') };
    const canvas = new OffscreenCanvas(320, 180);
    const context = canvas.getContext('2d') as OffscreenCanvasRenderingContext2D;
    context.fillStyle = mode;
    context.fillRect(0, 0, canvas.width, canvas.height);
    return { kind: 'image', image: await canvas.convertToBlob() };
  },
};

const state = {
  camera: null as MediaStreamTrack | null,
  background: null as Awaited<ReturnType<typeof createBackground>> | null,
  slow: 0,
};

export type EffectsPage = { effects: typeof effects; state: typeof state };

async function snapshot(shown: HTMLVideoElement): Promise<string> {
  await new Promise((resolve) => shown.requestVideoFrameCallback(resolve));
  const canvas = new OffscreenCanvas(shown.videoWidth, shown.videoHeight);
  const context = canvas.getContext('2d') as OffscreenCanvasRenderingContext2D;
  context.drawImage(shown, 0, 0);
  const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
  let text = '';
  for (let at = 0; at < data.length; at += 8192) text += String.fromCharCode(...data.subarray(at, at + 8192));
  return btoa(text);
}

const video = document.createElement('video');
Object.assign(video, { autoplay: true, muted: true, playsInline: true });
document.body.append(video);
Object.assign(globalThis, { effects, state } satisfies EffectsPage);
