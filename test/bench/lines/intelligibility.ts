/** Finds the sentences that were said in what was recorded, and says how intelligible each is. */
import { SPEECH_RATE, type Speech } from '../../helpers/speech.ts';
import { correlation, STOI_RATE, stoi } from './stoi.ts';

/** Samples of an envelope a second: enough to find a place to within half a step, which the wave itself then mends. */
const ENVELOPE_RATE = 100;
const SEARCH_SECONDS = 0.4;
const FINE_SECONDS = 0.02;

/**
 * STOI of each sentence that was said whole in the recording, in the order in which they came.
 * @param recording at 48 kHz, of the speech repeated from an unknown place on
 */
export function intelligibility({ samples, sentences }: Speech, recording: Float32Array): number[] {
  const clear = toStoiRate(samples);
  const heard = toStoiRate(recording);
  const start = placeIn(clear, heard);
  const scale = STOI_RATE / SPEECH_RATE;
  const scores: number[] = [];
  for (let round = start; round < heard.length; round += clear.length) {
    for (const { from, to } of sentences) {
      const said = clear.subarray(Math.round(from * scale), Math.round(to * scale));
      const margin = (SEARCH_SECONDS + FINE_SECONDS) * STOI_RATE;
      const guess = round + Math.round(from * scale);
      if (guess < margin || guess + said.length + margin > heard.length) continue;
      const at = findNear(said, heard, guess);
      scores.push(stoi(said, heard.subarray(at, at + said.length)));
    }
  }
  return scores;
}

/** Where the speech begins in the recording; it may be before its start. */
function placeIn(clear: Float32Array, heard: Float32Array): number {
  const [a, b] = [envelope(clear), envelope(heard)];
  let best = { score: Number.NEGATIVE_INFINITY, shift: 0 };
  for (let shift = 0; shift < a.length; shift++) {
    let score = 0;
    for (let i = 0; i < b.length; i++) score += (b[i] ?? 0) * (a[(i + shift) % a.length] ?? 0);
    if (score > best.score) best = { score, shift };
  }
  return (-best.shift * STOI_RATE) / ENVELOPE_RATE;
}

/** First by the envelope, then by the wave: a jitter buffer that grew has moved the sentence. */
function findNear(said: Float32Array, heard: Float32Array, guess: number): number {
  const step = STOI_RATE / ENVELOPE_RATE;
  const shape = envelope(said);
  const coarse = best(-SEARCH_SECONDS * ENVELOPE_RATE, SEARCH_SECONDS * ENVELOPE_RATE, (shift) => {
    const at = guess + shift * step;
    return correlation(shape, envelope(heard.subarray(at, at + said.length)).subarray(0, shape.length));
  });
  const middle = guess + coarse * step;
  const fine = best(-FINE_SECONDS * STOI_RATE, FINE_SECONDS * STOI_RATE, (shift) =>
    // A network of filters on the way may have turned the wave over.
    Math.abs(product(said, heard, middle + shift)),
  );
  return middle + fine;
}

function best(from: number, to: number, score: (shift: number) => number): number {
  let found = { score: Number.NEGATIVE_INFINITY, shift: 0 };
  for (let shift = from; shift <= to; shift++) {
    const value = score(shift);
    if (value > found.score) found = { score: value, shift };
  }
  return found.shift;
}

function product(said: Float32Array, heard: Float32Array, at: number): number {
  let sum = 0;
  for (let i = 0; i < said.length; i++) sum += (said[i] ?? 0) * (heard[at + i] ?? 0);
  return sum;
}

function envelope(samples: Float32Array): Float32Array {
  const step = STOI_RATE / ENVELOPE_RATE;
  return Float32Array.from({ length: Math.floor(samples.length / step) }, (_, i) => {
    let energy = 0;
    for (let j = i * step; j < (i + 1) * step; j++) energy += (samples[j] ?? 0) ** 2;
    return Math.sqrt(energy);
  });
}

/** 24 samples become 5, through a windowed sinc that ends at 5 kHz. */
function toStoiRate(samples: Float32Array): Float32Array {
  const ratio = SPEECH_RATE / STOI_RATE;
  const half = Math.ceil(16 * ratio);
  const length = Math.floor(samples.length / ratio);
  return Float32Array.from({ length }, (_, index) => {
    const centre = index * ratio;
    const first = Math.ceil(centre - half);
    let sum = 0;
    for (let i = first; i <= centre + half; i++) {
      const x = (i - centre) / ratio;
      const sinc = x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
      sum += (samples[i] ?? 0) * sinc * (0.5 + 0.5 * Math.cos((Math.PI * (i - centre)) / half));
    }
    return sum / ratio;
  });
}
