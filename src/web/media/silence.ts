import { audioContext } from './audioContext.ts';

/** A sound without a sound. */
export type Silence = {
  track: MediaStreamTrack;
  /** Whether the silence is really sounding: false where the browser lets no sound start before a gesture. */
  readonly flows: boolean;
  stop(): void;
};

/** A silent sound track: of the microphone where there is one, else made without any permission. */
export function createSilence(microphone: MediaStreamTrack | null = null): Silence {
  return microphone?.readyState === 'live' ? silenced(microphone) : synthesized();
}

// A disabled track is silence by definition, and a clone of its own leaves the microphone as it is.
function silenced(microphone: MediaStreamTrack): Silence {
  const track = microphone.clone();
  track.enabled = false;
  return { track, flows: true, stop: () => track.stop() };
}

function synthesized(): Silence {
  const context = audioContext();
  const destination = context.createMediaStreamDestination();
  const [track] = destination.stream.getAudioTracks();
  if (!track) throw new Error('this browser makes no silent sound');
  // Without a source nothing at all would flow, not even silence.
  const source = new ConstantSourceNode(context, { offset: 0 });
  source.connect(destination);
  source.start();
  return {
    track,
    get flows() {
      return context.state === 'running';
    },
    stop() {
      source.stop();
      source.disconnect();
      track.stop();
    },
  };
}
