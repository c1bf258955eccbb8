import { audioContext } from './audioContext.ts';

const REPEAT_MS = 4_000;
const NOTE_SECONDS = 0.9;
/** E5 and A5, the second a little after the first: a friendly door bell. */
const notes = [
  { hertz: 659.26, after: 0 },
  { hertz: 880, after: 0.18 },
];

/** Plays the sound of a request to join once; resolves when it has faded. Silent while the browser allows no sound. */
export async function playRequestSound(): Promise<void> {
  const context = audioContext();
  // Notes given to a halted context would all sound together when it starts.
  if (context.state !== 'running') return;
  await Promise.all(notes.map(({ hertz, after }) => playNote(context, hertz, context.currentTime + after)));
}

/** Plays it now and every 4 s until the returned function is called. */
export function startRequestSound(): () => void {
  void playRequestSound();
  const timer = setInterval(() => void playRequestSound(), REPEAT_MS);
  return () => clearInterval(timer);
}

function playNote(context: AudioContext, hertz: number, start: number): Promise<void> {
  const oscillator = new OscillatorNode(context, { type: 'sine', frequency: hertz });
  const gain = new GainNode(context, { gain: 0 });
  gain.gain.setValueAtTime(0, start);
  gain.gain.linearRampToValueAtTime(0.18, start + 0.015);
  gain.gain.exponentialRampToValueAtTime(0.0005, start + NOTE_SECONDS);
  oscillator.connect(gain).connect(context.destination);
  oscillator.start(start);
  oscillator.stop(start + NOTE_SECONDS);
  return new Promise((resolve) => {
    oscillator.onended = () => {
      gain.disconnect();
      resolve();
    };
  });
}
