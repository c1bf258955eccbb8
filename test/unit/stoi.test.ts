/** The measure of the bench of lines, on signals of which it is known how they compare. */
import test from 'ava';
import { STOI_RATE, stoi } from '../bench/lines/stoi.ts';

/** Two seconds whose loudness and colour change as those of syllables do. */
const clear = Float32Array.from({ length: 2 * STOI_RATE }, (_, i) => {
  const seconds = i / STOI_RATE;
  const loudness =
    0.1 + Math.abs(Math.sin(2 * Math.PI * 2 * seconds)) * Math.abs(Math.sin(2 * Math.PI * 0.7 * seconds));
  const tones = [180, 420, 900, 1700, 3100].map((hertz, n) => {
    const colour = 0.5 + 0.5 * Math.sin(2 * Math.PI * (1 + n * 0.6) * seconds + n);
    return colour * Math.sin(2 * Math.PI * hertz * seconds);
  });
  return (loudness * tones.reduce((sum, tone) => sum + tone, 0)) / tones.length;
});

/** Between -1 and 1, the same in every run. */
function noise(): Float32Array {
  let state = 7;
  return clear.map(() => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

const withNoise = (amount: number) => {
  const added = noise();
  return clear.map((sample, i) => sample + amount * (added[i] ?? 0));
};

/** Each `every` ms, `ms` of silence. */
const withGaps = (ms: number, every: number) =>
  clear.map((sample, i) => (((1000 * i) / STOI_RATE) % every < ms ? 0 : sample));

test('speech that arrived as it was said is understood, however loud', (t) => {
  t.true(stoi(clear, clear) > 0.999);
  t.true(
    stoi(
      clear,
      clear.map((sample) => sample / 8),
    ) > 0.999,
  );
});

test('the more noise there is and the longer the gaps are, the less is understood', (t) => {
  const noisy = [0.01, 0.1, 0.5, 2].map((amount) => stoi(clear, withNoise(amount)));
  t.deepEqual(
    noisy,
    noisy.toSorted((a, b) => b - a),
  );
  const broken = [20, 60, 150].map((ms) => stoi(clear, withGaps(ms, 200)));
  t.deepEqual(
    broken,
    broken.toSorted((a, b) => b - a),
  );
  t.true((broken[0] ?? 0) - (broken[2] ?? 0) > 0.2, broken.join());
});

test('of noise alone next to nothing is understood', (t) => {
  t.true(stoi(clear, noise()) < 0.3, `${stoi(clear, noise())}`);
});

test('too little speech is no figure', (t) => {
  t.throws(() => stoi(clear.subarray(0, 1000), clear.subarray(0, 1000)), { instanceOf: RangeError });
});
