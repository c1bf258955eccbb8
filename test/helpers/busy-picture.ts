/** A camera's picture that is worth a video encoder's bits: a coloured pattern that moves, with the grain of a camera. */
import { open } from 'node:fs/promises';

const WIDTH = 640;
const HEIGHT = 360;
/** Frames until it repeats; at 30 frames a second. */
const FRAMES = 30;
/** Pixels from frame to frame. */
const STEP = 4;
const GRAIN = 6;

/** Writes a Y4M file of 640x360 at 30 frames/s. */
export async function writeBusyPicture(path: string): Promise<void> {
  const random = randomNumbers();
  const file = await open(path, 'w');
  await file.write(`YUV4MPEG2 W${WIDTH} H${HEIGHT} F30:1 Ip A1:1 C420\n`);
  for (let index = 0; index < FRAMES; index++) {
    await file.write('FRAME\n');
    // There and back, so that it can be repeated without a break.
    await file.write(frame(STEP * Math.min(index, FRAMES - index), random));
  }
  await file.close();
}

function frame(shift: number, random: () => number): Buffer {
  const luma = Buffer.alloc(WIDTH * HEIGHT);
  for (let y = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++) {
      const [u, v] = [x + shift, y + shift / 2];
      const pattern =
        45 * Math.sin(u / 31) * Math.cos(v / 23) + 25 * Math.sin((u + v) / 7) + 15 * Math.sin(u / 3 - v / 4);
      luma[y * WIDTH + x] = 126 + pattern + GRAIN * random();
    }
  }
  const chroma = Buffer.alloc((WIDTH / 2) * (HEIGHT / 2) * 2);
  for (let index = 0; index < chroma.length; index++) {
    const x = index % (WIDTH / 2);
    chroma[index] = 128 + 30 * Math.sin((x + shift / 2) / 40 + index / 28_800);
  }
  return Buffer.concat([luma, chroma]);
}

/** Between -1 and 1, the same in every run. */
function randomNumbers(): () => number {
  let state = 1;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 31 - 1;
  };
}
