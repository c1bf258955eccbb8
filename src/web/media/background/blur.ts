import { MASK_HEIGHT, MASK_WIDTH } from './segmenter.ts';

/** Blurred at half the mask's size; scaling it up again hides that. */
export const BLUR_WIDTH = MASK_WIDTH / 2;
export const BLUR_HEIGHT = MASK_HEIGHT / 2;
const RADIUS = 4;
// Three boxes in a row come close to a bell curve.
const PASSES = 3;
// Colour seen through the person counts a little, so that a picture full of person has a background as well.
const LEAST_WEIGHT = 1 / 256;

const plane = () => new Float32Array(BLUR_WIDTH * BLUR_HEIGHT);
const planes = [plane(), plane(), plane(), plane()] as const;
const spare = plane();

/**
 * Blurs what is behind the person into `out`. The person's own pixels are left out of the mean: they would shine
 * around the person like a halo.
 */
export function blurBehind(rgba: Uint8ClampedArray, alpha: Uint8ClampedArray, out: Uint8ClampedArray): void {
  gather(rgba, alpha);
  for (const values of planes) blurPlane(values);
  const [red, green, blue, weight] = planes;
  for (let i = 0, to = 0; i < weight.length; i++) {
    const share = weight[i] as number;
    out[to++] = (red[i] as number) / share;
    out[to++] = (green[i] as number) / share;
    out[to++] = (blue[i] as number) / share;
    out[to++] = 255;
  }
}

/** Halves the picture, each pixel weighing as much as it is background. `alpha` is RGBA as well; only its A counts. */
function gather(rgba: Uint8ClampedArray, alpha: Uint8ClampedArray): void {
  const [red, green, blue, weight] = planes;
  for (let y = 0, to = 0; y < BLUR_HEIGHT; y++) {
    for (let x = 0; x < BLUR_WIDTH; x++, to++) {
      let [r, g, b, sum] = [0, 0, 0, 0];
      const first = (2 * y * MASK_WIDTH + 2 * x) * 4;
      for (const from of [first, first + 4, first + MASK_WIDTH * 4, first + MASK_WIDTH * 4 + 4]) {
        const share = 1 - (alpha[from + 3] as number) / 255 + LEAST_WEIGHT;
        r += share * (rgba[from] as number);
        g += share * (rgba[from + 1] as number);
        b += share * (rgba[from + 2] as number);
        sum += share;
      }
      [red[to], green[to], blue[to], weight[to]] = [r, g, b, sum];
    }
  }
}

function blurPlane(values: Float32Array): void {
  for (let pass = 0; pass < PASSES; pass++) {
    for (let y = 0; y < BLUR_HEIGHT; y++) blurLine(values, spare, y * BLUR_WIDTH, 1, BLUR_WIDTH);
    for (let x = 0; x < BLUR_WIDTH; x++) blurLine(spare, values, x, BLUR_WIDTH, BLUR_HEIGHT);
  }
}

/** A running mean along one row or column; its ends go on beyond the edge. */
function blurLine(from: Float32Array, to: Float32Array, start: number, step: number, length: number): void {
  const at = (i: number) => from[start + Math.min(Math.max(i, 0), length - 1) * step] as number;
  let sum = 0;
  for (let i = -RADIUS; i <= RADIUS; i++) sum += at(i);
  for (let i = 0; i < length; i++) {
    to[start + i * step] = sum / (2 * RADIUS + 1);
    sum += at(i + RADIUS + 1) - at(i - RADIUS);
  }
}
