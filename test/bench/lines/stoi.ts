/**
 * STOI, the short-time objective intelligibility: how alike the temporal envelopes of clear and received speech are in
 * 15 third-octave bands, over 384 ms at a time. 0 to 1; it goes with the share of words that listeners understand.
 * C. H. Taal, R. C. Hendriks, R. Heusdens, J. Jensen: An Algorithm for Intelligibility Prediction of Time-Frequency
 * Weighted Noisy Speech, IEEE Transactions on Audio, Speech, and Language Processing 19 (7), 2011.
 */

/** Both signals at 10 kHz, as in the paper. */
export const STOI_RATE = 10_000;
const FRAME = 256;
const HOP = FRAME / 2;
const FFT = 512;
const BANDS = 15;
const LOWEST_HZ = 150;
/** Frames of a segment: 384 ms. */
const SEGMENT = 30;
/** Frames of the clear speech that are so much weaker than its loudest are silence, in dB. */
const RANGE_DB = 40;
/** The lower bound of the signal-to-distortion ratio, in dB. */
const BETA_DB = -15;

const hann = Float32Array.from(
  { length: FRAME },
  (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * (i + 1)) / (FRAME + 1)),
);
const clip = 1 + 10 ** (-BETA_DB / 20);

/**
 * @param clear what was said, at 10 kHz
 * @param received what came of it, at 10 kHz, as long and in step with it
 * @throws {RangeError} less than 384 ms of speech
 */
export function stoi(clear: Float32Array, received: Float32Array): number {
  const spoken = framesOf(clear).filter(isSpoken(clear));
  const [x, y] = [bandsOf(clear, spoken), bandsOf(received, spoken)];
  if (spoken.length < SEGMENT) throw new RangeError('less than 384 ms of speech');
  let sum = 0;
  let count = 0;
  for (let end = SEGMENT; end <= spoken.length; end++) {
    for (let band = 0; band < BANDS; band++) {
      const part = (rows: Float32Array[]) => (rows[band] as Float32Array).subarray(end - SEGMENT, end);
      sum += likeness(part(x), part(y));
      count++;
    }
  }
  return sum / count;
}

function framesOf({ length }: Float32Array): number[] {
  return Array.from({ length: Math.max(0, Math.floor((length - FRAME) / HOP) + 1) }, (_, i) => i * HOP);
}

function isSpoken(samples: Float32Array): (start: number) => boolean {
  const db = (start: number) => {
    let energy = 0;
    for (let i = 0; i < FRAME; i++) energy += ((samples[start + i] ?? 0) * (hann[i] ?? 0)) ** 2;
    return 10 * Math.log10(energy + Number.EPSILON);
  };
  const loudest = Math.max(...framesOf(samples).map(db));
  return (start) => db(start) > loudest - RANGE_DB;
}

/** For each band its strength in each frame. */
function bandsOf(samples: Float32Array, starts: number[]): Float32Array[] {
  const rows = Array.from({ length: BANDS }, () => new Float32Array(starts.length));
  for (const [index, start] of starts.entries()) {
    const power = powerSpectrum(samples.subarray(start, start + FRAME));
    for (const [band, { from, to }] of edges.entries()) {
      let sum = 0;
      for (let bin = from; bin < to; bin++) sum += power[bin] ?? 0;
      (rows[band] as Float32Array)[index] = Math.sqrt(sum);
    }
  }
  return rows;
}

/** The bins of each third-octave band: the first and the one after its last. */
const edges = Array.from({ length: BANDS }, (_, band) => {
  const bin = (exponent: number) => Math.round((LOWEST_HZ * 2 ** (exponent / 6) * FFT) / STOI_RATE);
  return { from: bin(2 * band - 1), to: bin(2 * band + 1) };
});

function likeness(x: Float32Array, y: Float32Array): number {
  const scale = Math.sqrt(energyOf(x) / (energyOf(y) + Number.EPSILON));
  const clipped = y.map((value, i) => Math.min(value * scale, (x[i] ?? 0) * clip));
  return correlation(x, clipped);
}

const energyOf = (values: Float32Array) => values.reduce((sum, value) => sum + value * value, 0);

/** Pearson's; 0 where one of them does not change. */
export function correlation(x: Float32Array, y: Float32Array): number {
  const mean = (values: Float32Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [a, b] = [mean(x), mean(y)];
  let [xy, xx, yy] = [0, 0, 0];
  for (let i = 0; i < x.length; i++) {
    const [dx, dy] = [(x[i] ?? 0) - a, (y[i] ?? 0) - b];
    xy += dx * dy;
    xx += dx * dx;
    yy += dy * dy;
  }
  return xx > 0 && yy > 0 ? xy / Math.sqrt(xx * yy) : 0;
}

function powerSpectrum(frame: Float32Array): Float32Array {
  const real = new Float32Array(FFT);
  const imaginary = new Float32Array(FFT);
  for (let i = 0; i < FRAME; i++) real[i] = (frame[i] ?? 0) * (hann[i] ?? 0);
  transform(real, imaginary);
  return real.subarray(0, FFT / 2 + 1).map((value, i) => value * value + (imaginary[i] ?? 0) ** 2);
}

/** The roots of unity of the transform. */
const roots = Array.from({ length: FFT / 2 }, (_, k) => (-2 * Math.PI * k) / FFT).map((angle) => ({
  real: Math.cos(angle),
  imaginary: Math.sin(angle),
}));

/** Cooley and Tukey's fast Fourier transform, in place. */
function transform(real: Float32Array, imaginary: Float32Array): void {
  for (let i = 0; i < FFT; i++) {
    const j = reversed[i] as number;
    if (j <= i) continue;
    [real[i], real[j]] = [real[j] as number, real[i] as number];
  }
  for (let half = 1; half < FFT; half *= 2) {
    for (let k = 0; k < half; k++) {
      const root = roots[(k * FFT) / (2 * half)] as (typeof roots)[number];
      for (let even = k; even < FFT; even += 2 * half) butterfly(real, imaginary, even, even + half, root);
    }
  }
}

function butterfly(
  real: Float32Array,
  imaginary: Float32Array,
  even: number,
  odd: number,
  root: { real: number; imaginary: number },
): void {
  const [or, oi] = [real[odd] as number, imaginary[odd] as number];
  const [tr, ti] = [root.real * or - root.imaginary * oi, root.real * oi + root.imaginary * or];
  const [er, ei] = [real[even] as number, imaginary[even] as number];
  real[even] = er + tr;
  imaginary[even] = ei + ti;
  real[odd] = er - tr;
  imaginary[odd] = ei - ti;
}

/** For each place the one with its bits in the opposite order. */
const reversed = Uint16Array.from({ length: FFT }, (_, i) => {
  let turned = 0;
  for (let bit = 1; bit < FFT; bit *= 2) turned = turned * 2 + ((i & bit) > 0 ? 1 : 0);
  return turned;
});
