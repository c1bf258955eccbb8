/** Whether a page that lost its media has them again, by itself: what it shows is not a picture of before. */
import type { Page } from 'playwright-core';
import { type Colour, isNear } from './fake-media.ts';
import type { Person } from './interview.ts';

export type Before = { mark: string | undefined; tracks: string[] };

type Marked = { mark?: string };

/** Marks the page, if it is not yet, and notes the pictures that it shows. */
export async function before({ page }: Person): Promise<Before> {
  const tracks = await page.evaluate(() => {
    (globalThis as Marked).mark ??= Math.random().toString(36);
    return [...document.querySelectorAll('video')].flatMap((video) =>
      ((video.srcObject as MediaStream | null)?.getTracks() ?? []).map(({ id }) => id),
    );
  });
  return { mark: await page.evaluate(() => (globalThis as Marked).mark), tracks };
}

/** Waits for a moving picture of this colour that is none of before, and for this tone. */
export async function hasAgain(
  { page, hears }: Person,
  { tracks }: Before,
  { colour, hertz }: { colour: Colour; hertz: number },
): Promise<void> {
  await untilNewPicture(page, tracks, colour);
  await hears(hertz);
}

/** Whether it was not loaded anew meanwhile. */
export const isSamePage = async ({ page }: Person, { mark }: Before): Promise<boolean> =>
  (await page.evaluate(() => (globalThis as Marked).mark)) === mark;

/** How long anybody waits for it. */
const PATIENCE_MS = 60_000;

async function untilNewPicture(page: Page, known: string[], colour: Colour): Promise<void> {
  for (const end = Date.now() + PATIENCE_MS; ; ) {
    if (Date.now() > end) throw new Error('no new picture within a minute');
    const shown = await page.evaluate(newPictures, known);
    if (shown.some((each) => isNear(each, colour))) return;
    await page.waitForTimeout(20);
  }
}

/** Runs in the page: the colours at the centres of what has a track of its own by now, each of a new frame. */
async function newPictures(known: string[]): Promise<Colour[]> {
  const videos = [...document.querySelectorAll('video')].filter((video) => {
    const [track] = (video.srcObject as MediaStream | null)?.getVideoTracks() ?? [];
    return track && !known.includes(track.id) && track.readyState === 'live';
  });
  const colours = videos.map(async (video): Promise<Colour[]> => {
    const late = new Promise<null>((resolve) => setTimeout(resolve, 500, null));
    const frame = new Promise<number>((resolve) => video.requestVideoFrameCallback(resolve));
    if ((await Promise.race([frame, late])) === null) return [];
    const context = new OffscreenCanvas(1, 1).getContext('2d') as OffscreenCanvasRenderingContext2D;
    context.drawImage(video, video.videoWidth / 2, video.videoHeight / 2, 1, 1, 0, 0, 1, 1);
    const [red = 0, green = 0, blue = 0] = context.getImageData(0, 0, 1, 1).data;
    return [[red, green, blue]];
  });
  return (await Promise.all(colours)).flat();
}
