import { BLUR_HEIGHT, BLUR_WIDTH, blurBehind } from './blur.ts';
import type { BackgroundMode } from './messages.ts';
import { MASK_HEIGHT, MASK_WIDTH, type Segmenter } from './segmenter.ts';

// Below the first all background, above the second all person, soft between. Rather high: a rim of the real
// background around the hair is what people notice.
const [NONE, ALL] = [0.4, 0.85];

type Picture = VideoFrame | ImageBitmap;
type Scenery = OffscreenCanvas | ImageBitmap;

/** Puts what `setMode` says behind the person of each frame. */
export class Compositor {
  /** The finished frame. */
  readonly canvas = new OffscreenCanvas(MASK_WIDTH, MASK_HEIGHT);
  readonly #context = contextOf(this.canvas);
  // Read back for every frame, which is faster when it never goes to the graphics card.
  readonly #small = contextOf(new OffscreenCanvas(MASK_WIDTH, MASK_HEIGHT), { willReadFrequently: true });
  readonly #mask = contextOf(new OffscreenCanvas(MASK_WIDTH, MASK_HEIGHT), { willReadFrequently: true });
  readonly #blurred = contextOf(new OffscreenCanvas(BLUR_WIDTH, BLUR_HEIGHT), { willReadFrequently: true });
  readonly #alpha = new ImageData(MASK_WIDTH, MASK_HEIGHT);
  readonly #behind = new ImageData(BLUR_WIDTH, BLUR_HEIGHT);
  readonly #segment: Segmenter;
  #image: ImageBitmap | null = null;

  constructor(segment: Segmenter) {
    this.#segment = segment;
  }

  /** @throws the picture cannot be decoded; what was before stays */
  async setMode(mode: BackgroundMode): Promise<void> {
    const image = mode.kind === 'image' ? await createImageBitmap(mode.image) : null;
    this.#image?.close();
    this.#image = image;
  }

  /** Draws the frame with its new background onto `canvas`. */
  async draw(frame: Picture, width: number, height: number): Promise<void> {
    this.#small.drawImage(frame, 0, 0, MASK_WIDTH, MASK_HEIGHT);
    const pixels = this.#small.getImageData(0, 0, MASK_WIDTH, MASK_HEIGHT).data;
    toAlpha(await this.#segment(pixels), this.#alpha.data);
    this.#mask.putImageData(this.#alpha, 0, 0);
    this.#compose(frame, width, height, this.#image ?? this.#blur(pixels));
  }

  #blur(pixels: Uint8ClampedArray): OffscreenCanvas {
    blurBehind(pixels, this.#alpha.data, this.#behind.data);
    this.#blurred.putImageData(this.#behind, 0, 0);
    return this.#blurred.canvas;
  }

  #compose(frame: Picture, width: number, height: number, scenery: Scenery): void {
    const context = this.#context;
    if (this.canvas.width !== width || this.canvas.height !== height)
      Object.assign(this.canvas, { width, height });
    context.globalCompositeOperation = 'copy';
    context.drawImage(this.#mask.canvas, 0, 0, width, height);
    context.globalCompositeOperation = 'source-in';
    context.drawImage(frame, 0, 0, width, height);
    context.globalCompositeOperation = 'destination-over';
    cover(context, scenery, width, height);
  }
}

function toAlpha(mask: Float32Array, rgba: Uint8ClampedArray): void {
  for (let i = 0; i < mask.length; i++) {
    const share = Math.min(Math.max(((mask[i] as number) - NONE) / (ALL - NONE), 0), 1);
    rgba[4 * i + 3] = 255 * share * share * (3 - 2 * share);
  }
}

/** Fills the canvas without distortion; what juts out is cut off on both sides alike. */
function cover(
  context: OffscreenCanvasRenderingContext2D,
  scenery: Scenery,
  width: number,
  height: number,
): void {
  const scale = Math.max(width / scenery.width, height / scenery.height);
  const [shownWidth, shownHeight] = [width / scale, height / scale];
  const [left, top] = [(scenery.width - shownWidth) / 2, (scenery.height - shownHeight) / 2];
  context.drawImage(scenery, left, top, shownWidth, shownHeight, 0, 0, width, height);
}

function contextOf(canvas: OffscreenCanvas, settings?: CanvasRenderingContext2DSettings) {
  const context = canvas.getContext('2d', settings);
  if (!context) throw new Error('no 2D canvas in a worker');
  return context;
}
