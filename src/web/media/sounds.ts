import { audioContext } from './audioContext.ts';

const REPEAT_MS = 4_000;
const NOTE_SECONDS = 0.9;
/** E5 and A5, the second a little after the first: a friendly door bell. */
const bell = [
  { hertz: 659.26, after: 0 },
  { hertz: 880, after: 0.18 },
];

/** C5, E5 and G5: softer than the bell, and never taken for it. */
const chime = [
  { hertz: 523.25, after: 0 },
  { hertz: 659.26, after: 0.14 },
  { hertz: 783.99, after: 0.28 },
];
const CHIME_GAIN = 0.12;

/** 「参加リクエスト通知音量」 as the gain of each note. */
export const volumes = { low: 0.06, medium: 0.18, high: 0.4, mute: 0 } as const;
/** How loud a request to come in is. */
export type Volume = keyof typeof volumes;

/** What was kept, if it is one; else the middle one. */
export const volumeOf = (kept: string | null): Volume =>
  kept !== null && Object.hasOwn(volumes, kept) ? (kept as Volume) : 'medium';

/** Plays the sound of a request to join once; resolves when it has faded. Silent while the browser allows no sound. */
export async function playRequestSound(volume: Volume): Promise<void> {
  if (volume !== 'mute') await play(bell, volumes[volume]);
}

/** Plays the sound of being let in once; resolves when it has faded. Silent while the browser allows no sound. */
export async function playBegunSound(): Promise<void> {
  await play(chime, CHIME_GAIN);
}

async function play(notes: typeof bell, gain: number): Promise<void> {
  const context = audioContext();
  // Notes given to a halted context would all sound together when it starts.
  if (context.state !== 'running') return;
  const { currentTime } = context;
  await Promise.all(
    notes.map(({ hertz, after }) => playNote(context, { hertz, start: currentTime + after, gain })),
  );
}

/** Plays it now and every 4 s until the returned function is called, as loud as `volume` says each time. */
export function startRequestSound(volume: () => Volume): () => void {
  void playRequestSound(volume());
  const timer = setInterval(() => void playRequestSound(volume()), REPEAT_MS);
  return () => clearInterval(timer);
}

/** 「テストサウンドを再生」: a short electronic tone. */
export async function playTestSound(): Promise<void> {
  const context = audioContext();
  await context.resume();
  await playNote(context, { hertz: 880, start: context.currentTime, gain: volumes.medium });
}

type Note = { hertz: number; start: number; gain: number };

function playNote(context: AudioContext, { hertz, start, gain: loudest }: Note): Promise<void> {
  const oscillator = new OscillatorNode(context, { type: 'sine', frequency: hertz });
  const gain = new GainNode(context, { gain: 0 });
  gain.gain.setValueAtTime(0, start);
  gain.gain.linearRampToValueAtTime(loudest, start + 0.015);
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
