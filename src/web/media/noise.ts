import { mediaAssets } from './assets.ts';
import { hasWasmSimd } from './simd.ts';

const PROCESSOR = '@sapphi-red/web-noise-suppressor/rnnoise';
/** RNNoise knows no other. */
const SAMPLE_RATE = 48_000;
const START_MS = 2000;

export type NoiseSuppression = {
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
  const context = new AudioContext({ sampleRate: SAMPLE_RATE, latencyHint: 'interactive' });
  try {
    const [wasmBinary] = await Promise.all([
      download(mediaAssets.rnnoise),
      context.audioWorklet.addModule(mediaAssets.noise),
      running(context),
    ]);
    return connect(context, track, wasmBinary);
  } catch (error) {
    await context.close();
    throw error;
  }
}

function connect(context: AudioContext, track: MediaStreamTrack, wasmBinary: ArrayBuffer): NoiseSuppression {
  const source = context.createMediaStreamSource(new MediaStream([track]));
  const node = new AudioWorkletNode(context, PROCESSOR, {
    ...{ channelCount: 1, channelCountMode: 'explicit', outputChannelCount: [1] },
    processorOptions: { maxChannels: 1, wasmBinary },
  });
  const destination = new MediaStreamAudioDestinationNode(context, { channelCount: 1 });
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
      context.close().catch(() => {});
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
