import type { ExecutionContext } from 'ava';
import { launchBrowser, openPage } from '../helpers/browser.ts';
import { type EffectsPage, personOnCamera, startEffectsPage } from '../helpers/effects.ts';
import type { Figure } from './figures.ts';

// In the page.
declare const effects: EffectsPage['effects'];

const SETTLE_MS = 4_000;
const MEASURE_MS = 10_000;
const ROUNDS = 3;

/** Frames a second that come out of the background, of 30 that the camera gives at 640x360. */
export async function background(t: ExecutionContext): Promise<Figure[]> {
  const { url, stop } = await startEffectsPage();
  t.teardown(stop);
  const figures: Figure[] = [];
  for (const [mode, name] of [
    ['blur', 'blur'],
    ['office', 'a picture'],
  ] as const) {
    const values: number[] = [];
    for (let round = 0; round < ROUNDS; round++) values.push(await framesPerSecond(t, url, mode));
    const what = `Background at 640x360, ${name}`;
    figures.push({ what, unit: 'frames/s', values, goal: 'at least 24 frames/s', least: 24 });
  }
  return figures;
}

async function framesPerSecond(t: ExecutionContext, url: string, mode: string): Promise<number> {
  const { browser, context } = await launchBrowser(t, { camera: await personOnCamera() });
  const page = await openPage(t, context, url);
  await page.evaluate((wanted) => effects.showBackground(wanted), mode);
  await page.waitForTimeout(SETTLE_MS);
  const frames = await page.evaluate((ms) => {
    const video = document.querySelector('video') as HTMLVideoElement;
    let count = 0;
    const next = () => {
      count++;
      video.requestVideoFrameCallback(next);
    };
    video.requestVideoFrameCallback(next);
    return new Promise<number>((resolve) => setTimeout(() => resolve(count), ms));
  }, MEASURE_MS);
  await browser.close();
  return frames / (MEASURE_MS / 1000);
}
