/** A voice and pauses over noise, made by computing: what noise suppression must tell apart. */
import { wavHeader } from './fake-media.ts';

const SAMPLE_RATE = 48_000;
const SECONDS = 8;
/** Half of each period is voice, the other half is a pause. */
const PERIOD_SECONDS = 2;
const SYLLABLE_SECONDS = 0.25;
/** Resonances of the mouth in the vowels a, i, u, e, o. */
const vowels = [
  [730, 1090, 2440],
  [270, 2290, 3010],
  [300, 870, 2240],
  [530, 1840, 2480],
  [570, 840, 2410],
] as const;

/** A WAV file with a voice at about -18 dB and noise at about -38 dB. */
export function noisySpeech(): Buffer {
  const noise = randomNumbers();
  const samples = Buffer.alloc(SAMPLE_RATE * SECONDS * 2);
  let phase = 0;
  for (let index = 0; index < samples.length / 2; index++) {
    const seconds = index / SAMPLE_RATE;
    phase += pitch(seconds) / SAMPLE_RATE;
    const sample = 0.022 * noise() + voice(seconds, phase);
    samples.writeInt16LE(Math.round(32_767 * Math.min(Math.max(sample, -1), 1)), index * 2);
  }
  return Buffer.concat([wavHeader(samples.length), samples]);
}

/** Falls within a sentence, as speech does, and trembles a little. */
function pitch(seconds: number): number {
  return 150 - 30 * ((seconds % PERIOD_SECONDS) / PERIOD_SECONDS) + 3 * Math.sin(2 * Math.PI * 5 * seconds);
}

function voice(seconds: number, phase: number): number {
  if (seconds % PERIOD_SECONDS > PERIOD_SECONDS / 2) return 0;
  const syllable = Math.floor(seconds / SYLLABLE_SECONDS);
  const within = (seconds % SYLLABLE_SECONDS) / SYLLABLE_SECONDS;
  const formants = vowels[syllable % vowels.length] as (typeof vowels)[number];
  let sum = 0;
  for (let harmonic = 1; harmonic <= 28; harmonic++) {
    const hertz = harmonic * pitch(seconds);
    const strength = formants.reduce((total, formant) => total + 1 / (1 + ((hertz - formant) / 90) ** 2), 0);
    sum += (strength / Math.sqrt(harmonic)) * Math.sin(2 * Math.PI * harmonic * phase);
  }
  return 0.2 * sum * Math.sin(Math.PI * within) ** 0.7;
}

/** Between -1 and 1, the same in every run. */
function randomNumbers(): () => number {
  let state = 1;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 31 - 1;
  };
}
