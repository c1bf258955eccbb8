/** Serves `effects-page.ts` as the product serves its page, with what backgrounds and noise suppression load. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { build } from 'esbuild';
import Koa from 'koa';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { securityHeaders } from '../../src/server/http/headers.ts';
import { servePage } from '../../src/server/http/page.ts';
import { launchBrowser, openPage } from './browser.ts';
import type { EffectsPage } from './effects-page.ts';
import { type Colour, deviceFile, waitForFrames } from './fake-media.ts';

export type { EffectsPage } from './effects-page.ts';

type MediaAssets = { define: Record<string, string> };

const helpers = import.meta.dirname;
const person = join(helpers, '../fixtures/person.jpg');
const FRAMES = 30;
/** Of the person's picture. */
const WIDTH = 640;

// In the page.
declare const effects: EffectsPage['effects'];

/** Builds and serves the page. @returns its address, and what ends it */
export async function startEffectsPage(): Promise<{ url: string; stop(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'webinterview-effects-'));
  await buildPage(folder);
  const app = new Koa();
  app.use(securityHeaders);
  app.use(servePage(folder));
  const server = createServer(app.callback());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    async stop() {
      await new Promise((resolve) => server.close(resolve));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function buildPage(folder: string): Promise<void> {
  const module = '../../bin/build/media-assets.js';
  const { mediaAssets } = (await import(module)) as {
    mediaAssets(outdir: string, settings: { target: string; minify: boolean }): Promise<MediaAssets>;
  };
  const { define } = await mediaAssets(folder, { target: 'chrome117', minify: true });
  const outfile = join(folder, 'assets', 'page.js');
  await build({
    entryPoints: [join(helpers, 'effects-page.ts')],
    outfile,
    define,
    bundle: true,
    format: 'esm',
    logLevel: 'warning',
  });
  const html =
    '<!doctype html><link rel=icon href=data:,><body><script type=module src=/assets/page.js></script>';
  await writeFile(join(folder, 'index.html'), html);
}

/** A file for Chromium's fake camera: a person in front of a flag and a space shuttle, who does not move. */
export function personOnCamera(): Promise<string> {
  return deviceFile('person.mjpeg', async (path) => {
    const picture = await readFile(person);
    // Pictures in a row are what MJPEG is.
    await writeFile(path, Buffer.concat(new Array(FRAMES).fill(picture)));
  });
}

type Area = [left: number, top: number, right: number, bottom: number];

/** What a picture shows, read from its RGBA bytes. */
export class Pixels {
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  at(x: number, y: number): Colour {
    const [red = 0, green = 0, blue = 0] = this.#bytes.subarray((y * WIDTH + x) * 4);
    return [red, green, blue];
  }

  mean(area: Area): Colour {
    const all = [...points(area)].map(([x, y]) => this.at(x, y));
    const of = (part: 0 | 1 | 2) => all.reduce((sum, colour) => sum + colour[part], 0) / all.length;
    return [of(0), of(1), of(2)];
  }

  /** How sharp it is: by how much neighbours differ, squared. */
  detail(area: Area): number {
    const differences = [...points(area)].map(([x, y]) => this.at(x, y)[1] - this.at(x + 1, y)[1]);
    return differences.reduce((sum, difference) => sum + difference ** 2, 0);
  }
}

function* points([left, top, right, bottom]: Area): Generator<[number, number]> {
  for (let y = top; y < bottom; y++) for (let x = left; x < right; x++) yield [x, y];
}

/** What the camera shows and what is made of it; the person does not move. */
export async function pixels(page: Page): Promise<{ camera: Pixels; made: Pixels }> {
  const [camera, made] = await page.evaluate(() => effects.snapshots());
  return { camera: fromBase64(camera), made: fromBase64(made) };
}

const fromBase64 = (text: string) => new Pixels(Buffer.from(text, 'base64'));

export type EffectsOptions = { context?: BrowserContextOptions; expected?: RegExp; before?: () => void };

/** Opens the page with the person on the camera. */
export async function openEffects(
  t: ExecutionContext,
  url: string,
  { context: settings, expected, before }: EffectsOptions = {},
): Promise<Page> {
  const camera = await personOnCamera();
  const { context } = await launchBrowser(t, { camera, context: settings });
  if (before) await context.addInitScript(before);
  return openPage(t, context, url, expected);
}

/** Shows the camera before a background: a colour, a picture or blurred, as `modeOf` of the page takes it. */
export async function showBackground(page: Page, mode: string): Promise<void> {
  await page.evaluate((wanted) => effects.showBackground(wanted), mode);
  await waitForFrames(page.locator('video'));
}
