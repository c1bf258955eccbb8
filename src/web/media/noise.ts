import { mediaAssets } from './assets.ts';
import { hasWasmSimd } from './simd.ts';

const PROCESSOR = '@sapphi-red/web-noise-suppressor/rnnoise';
/** RNNoise knows no other. */
const SAMPLE_RATE = 48_000;
const START_MS = 2000;

type NoiseSuppression = {
  /** The microphone's sound without its noise. */
  readonly track: MediaStreamTrack;
  /** Stops the track that was made, not the microphone's. */
  stop(): void;
};

/** Whether this browser can take the noise out of the microphone's sound. */
export const noiseSuppressionSupported = (): boolean =>
  typeof AudioWorkletNode === 'function' && hasWasmSimd();

/**
 * Takes the noise out of a microphone's track; ask for the microphone with the browser's own suppression off.
 * @throws the browser cannot do it, the parts could not be loaded, or sound needs a gesture of the person first
 */
export async function createNoiseSuppression(track: MediaStreamTrack): Promise<NoiseSuppression> {
  if (!noiseSuppressionSupported()) throw new Error('this browser cannot suppress noise');
  const frame = await openFrame(mediaAssets['noise-frame']);
  try {
    const inside = frame.contentWindow as Inside;
    const context = new inside.AudioContext({ sampleRate: SAMPLE_RATE, latencyHint: 'interactive' });
    const [wasmBinary] = await Promise.all([
      download(mediaAssets.rnnoise),
      context.audioWorklet.addModule(mediaAssets.noise),
      running(context),
    ]);
    return connect({ frame, inside, context }, track, wasmBinary);
  } catch (error) {
    // Its AudioContext goes with it.
    frame.remove();
    throw error;
  }
}

type Inside = Window & typeof globalThis;
type Place = { frame: HTMLIFrameElement; inside: Inside; context: AudioContext };

/**
 * An empty document of our own to make sound in: a worklet obeys the content security policy of the document that its
 * AudioContext is of, and the page's allows no WebAssembly (src/server/http/headers.ts).
 */
async function openFrame(url: string): Promise<HTMLIFrameElement> {
  const frame = document.createElement('iframe');
  Object.assign(frame, { src: url, hidden: true, title: 'noise suppression' });
  const loaded = new Promise((resolve) => frame.addEventListener('load', resolve, { once: true }));
  document.body.append(frame);
  await loaded;
  return frame;
}

function connect(
  { frame, inside, context }: Place,
  track: MediaStreamTrack,
  wasmBinary: ArrayBuffer,
): NoiseSuppression {
  const source = context.createMediaStreamSource(new MediaStream([track]));
  const node = new inside.AudioWorkletNode(context, PROCESSOR, {
    channelCount: 1,
    channelCountMode: 'explicit',
    outputChannelCount: [1],
    processorOptions: { maxChannels: 1, wasmBinary },
  });
  const destination = new inside.MediaStreamAudioDestinationNode(context, { channelCount: 1 });
  source.connect(node).connect(destination);
  // A phone call interrupts it on some systems; nobody would be heard for the rest of the interview.
  context.onstatechange = () => void context.resume().catch(() => {});
  const made = destination.stream.getAudioTracks()[0] as MediaStreamTrack;
  return {
    track: made,
    stop() {
      context.onstatechange = null;
      made.stop();
      node.port.postMessage('destroy');
      source.disconnect();
      context
        .close()
        .catch(() => {})
        .finally(() => frame.remove());
    },
  };
}

async function download(url: string): Promise<ArrayBuffer> {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url} was answered with ${answer.status}`);
  return answer.arrayBuffer();
}

/** A context that the browser holds back would send silence: better the sound as it is. */
async function running(context: AudioContext): Promise<void> {
  const inVain = new Promise<never>((_, reject) => {
    setTimeout(() => reject(new Error('sound needs a gesture of the person first')), START_MS);
  });
  await Promise.race([context.resume(), inVain]);
}
