/** A person in Debian's Firefox, driven over WebDriver BiDi. */
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { networkInterfaces } from 'node:os';
import type { ExecutionContext } from 'ava';
import puppeteer, { type Page } from 'puppeteer-core';
import { recordPeerConnections } from './browser.ts';
import { type Colour, untilColour } from './fake-media.ts';
import { collectFaults } from './faults.ts';
import { keepOnFailure } from './kept.ts';
import { until } from './until.ts';

/** What Firefox's fake microphone sounds like. */
export const FIREFOX_HERTZ = 660;

export type FirefoxPerson = {
  page: Page;
  /** Presses the button of exactly this name, once it is there and can be pressed. */
  press(name: string): Promise<void>;
  /** Fills the field of this label. */
  fill(label: string, text: string): Promise<void>;
  /** Waits until this stands on the page. */
  says(text: string): Promise<void>;
  /** Waits until one of the pictures has this colour at its centre. */
  sees(colour: Colour): Promise<void>;
  /** Waits until a sound as loud as a voice arrives. */
  hears(): Promise<void>;
};

/** Opens a page in a browser of its own, with Firefox's fake devices; both are gone with the test. `says`: the version it says it is. */
export async function firefoxPerson(
  t: ExecutionContext,
  url: string,
  { says }: { says?: number } = {},
): Promise<FirefoxPerson> {
  const browser = await puppeteer.launch({
    browser: 'firefox',
    executablePath: '/usr/bin/firefox-esr',
    headless: true,
    extraPrefsFirefox: {
      'intl.accept_languages': 'ja',
      'media.navigator.streams.fake': true,
      'media.navigator.permission.disabled': true,
      'media.navigator.audio.fake_frequency': FIREFOX_HERTZ,
      'media.autoplay.default': 0,
      ...(says && {
        'general.useragent.override': `Mozilla/5.0 (X11; Linux x86_64; rv:${says}.0) Gecko/20100101 Firefox/${says}.0`,
      }),
    },
  });
  t.teardown(() => browser.close());
  const page = await browser.newPage();
  keepOnFailure(t, 'firefox.png', async () => Buffer.from(await page.screenshot()));
  const faults = collectFaults(t);
  page.on('pageerror', (error) => faults.add(error as Error));
  await page.setViewport({ width: 1280, height: 800 });
  page.setDefaultTimeout(60_000);
  await page.evaluateOnNewDocument(recordPeerConnections);
  await page.goto(url);
  return {
    page,
    press: (name) => pressButton(page, name),
    async fill(label, text) {
      const field = await page.waitForSelector(`::-p-aria([name="${label}"][role="textbox"])`);
      await field?.type(text);
    },
    async says(text) {
      await page.waitForFunction((wanted) => document.body.innerText.includes(wanted), {}, text);
    },
    sees: (colour) => untilSeen(page, colour),
    hears: () => untilHeard(page),
  };
}

async function pressButton(page: Page, name: string): Promise<void> {
  const found = await page.waitForFunction(
    (wanted) => {
      const nameOf = (button: HTMLButtonElement) => {
        const copy = button.cloneNode(true) as HTMLButtonElement;
        for (const unheard of copy.querySelectorAll('[aria-hidden="true"]')) unheard.remove();
        return (button.getAttribute('aria-label') ?? copy.textContent ?? '').trim();
      };
      const buttons = [...document.querySelectorAll('button')];
      return buttons.find((button) => !button.disabled && nameOf(button) === wanted);
    },
    {},
    name,
  );
  await (found.asElement() as Awaited<ReturnType<Page['$']>>)?.click();
}

async function untilSeen(page: Page, colour: Colour): Promise<void> {
  const look = () =>
    page.evaluate(() =>
      [...document.querySelectorAll('video')]
        .filter(({ readyState, videoWidth }) => readyState >= 2 && videoWidth > 2)
        .map((video) => {
          const canvas = document.createElement('canvas');
          Object.assign(canvas, { width: 8, height: 8 });
          const context = canvas.getContext('2d') as CanvasRenderingContext2D;
          context.drawImage(video, 0, 0, 8, 8);
          return [...context.getImageData(4, 4, 1, 1).data].slice(0, 3) as Colour;
        }),
    );
  await untilColour(look, colour);
}

/** By what each packet says of its loudness (RFC 6464): this Firefox has no loudspeaker to play anything at. */
async function untilHeard(page: Page): Promise<void> {
  await until('a voice arrives at Firefox', async () => (await loudest(page)) >= 0.02, { withinMs: 60_000 });
}

function loudest(page: Page): Promise<number> {
  return page.evaluate(() => {
    const { peerConnections } = globalThis as unknown as { peerConnections: RTCPeerConnection[] };
    const levels = peerConnections
      .filter(({ connectionState }) => connectionState === 'connected')
      .flatMap((connection) => connection.getReceivers())
      .flatMap((receiver) => receiver.getSynchronizationSources())
      .map(({ audioLevel }) => audioLevel ?? 0);
    return Math.max(0, ...levels);
  });
}

/** Firefox takes no candidates at 127.0.0.1: another address of this machine, made for the test where there is none. */
export function ownAddress(t: ExecutionContext): string {
  const known = Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .find(({ family, internal }) => family === 'IPv4' && !internal);
  if (known) return known.address;
  const name = `wid${randomBytes(4).toString('hex')}`;
  const address = '10.199.99.1';
  execFileSync('ip', ['link', 'add', name, 'type', 'dummy']);
  t.teardown(() => execFileSync('ip', ['link', 'delete', name]));
  execFileSync('ip', ['address', 'add', `${address}/32`, 'dev', name]);
  execFileSync('ip', ['link', 'set', name, 'up']);
  return address;
}
