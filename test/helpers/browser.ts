/** Real Chromium in tests: Debian's, with fake devices. */
import { execFileSync } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { ExecutionContext } from 'ava';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { collectFaults } from './faults.ts';
import { keepOnFailure } from './kept.ts';
import { isHeaded, isSharing, startBrowser, takeBrowser } from './shared-browsers.ts';

export type Permission = 'camera' | 'microphone';

export type LaunchOptions = {
  /** Files for the fake devices, as `fakeDevices` makes them; Chromium's own pattern and beep without. */
  camera?: string;
  microphone?: string;
  /** Which permissions are given without asking; those left out are denied. Both when not given. */
  permissions?: Permission[];
  /** No camera and no microphone at all. */
  noDevices?: boolean;
  args?: string[];
  /** Another program that starts Chromium. */
  executablePath?: string;
  context?: BrowserContextOptions;
};

/** A page that has not answered for so long, in milliseconds, stands still. */
const STANDS_STILL_MS = 2_000;

const screenshots = join(import.meta.dirname, '../screenshots');

const always = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--autoplay-policy=no-user-gesture-required',
];

/** A browser for this test alone with one context, which is closed with the test. */
export async function launchBrowser(t: ExecutionContext, options: LaunchOptions = {}) {
  const args = flagsFor(options);
  // What another program starts is where no other test is, in a network of one test's own for example; and the shell
  // has no window in which a permission could be asked for.
  const isSpecial = options.executablePath || options.permissions;
  const browser =
    isSharing() && !isSpecial && !isHeaded
      ? await takeBrowser(t, { executablePath: pathOf('chromium-headless-shell'), args })
      : await startBrowser(t, { executablePath: options.executablePath ?? pathOf('chromium'), args });
  return { browser, context: await newContext(browser, options) };
}

/** Another person in the same browser: nothing is shared but the process. */
export async function newContext(browser: Browser, { permissions, context: settings }: LaunchOptions = {}) {
  const context = await browser.newContext({ locale: 'ja-JP', ...settings });
  if (permissions?.length) await context.grantPermissions(permissions);
  await context.addInitScript(recordPeerConnections);
  return context;
}

/**
 * Opens a page in the context. What the page throws or logs as an error fails the test at its end, but for
 * messages that match `expected`.
 */
export async function openPage(
  t: ExecutionContext,
  context: BrowserContext,
  url: string,
  expected?: RegExp,
): Promise<Page> {
  const page = await context.newPage();
  keepSight(t, page);
  const faults = collectFaults(t);
  faults.expected = expected ?? null;
  page.on('pageerror', faults.add);
  page.on('console', (message) => {
    if (message.type() === 'error') faults.add(message.text());
  });
  await page.goto(url);
  return page;
}

/** The page as it was when the test failed: a picture, its words, and its console from the beginning. */
function keepSight(t: ExecutionContext, page: Page): void {
  const said: string[] = [];
  const note = (what: string) => said.push(`${new Date().toISOString()} ${what}`);
  page.on('console', (message) => note(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => note(`thrown: ${error.stack ?? error.message}`));
  page.on('requestfailed', (request) => note(`failed: ${request.url()} (${request.failure()?.errorText})`));
  page.on('framenavigated', (frame) => note(`at: ${frame.url().replace(/#.*/, '')}`));
  keepOnFailure(t, 'page.png', () => page.screenshot({ timeout: STANDS_STILL_MS }));
  keepOnFailure(t, 'console.log', () => `${said.join('\n')}\n`);
  t.teardown(async () => {
    if (!t.passed) t.log(await lastSight(page));
  });
}

/** What somebody at a page has before them, for whoever wonders why the test failed there. */
async function lastSight(page: Page): Promise<string> {
  const text = await Promise.race([
    page.evaluate(() => document.body.innerText).catch((error) => String(error)),
    delay(STANDS_STILL_MS, 'nothing that could be read'),
  ]);
  return `${page.url().replace(/#.*/, '')} shows: ${text.replaceAll(/\s*\n\s*/g, ' | ').slice(0, 1_000)}`;
}

/** As if the environment check had been passed here at an earlier visit. */
export function passCheck(context: BrowserContext): Promise<unknown> {
  return context.addInitScript(() => {
    // A blank page has no storage.
    if (location.protocol !== 'about:') localStorage.setItem('webinterview.check', '2');
  });
}

/** With SCREENSHOTS=1 in the environment: writes test/screenshots/NAME.png, to be looked at. Nobody looks in CI. */
export async function shoot(page: Page, name: string): Promise<void> {
  if (!process.env.SCREENSHOTS) return;
  await mkdir(screenshots, { recursive: true });
  await page.screenshot({ path: join(screenshots, `${name}.png`) });
}

function flagsFor({ camera, microphone, permissions, noDevices, args = [] }: LaunchOptions): string[] {
  return [
    ...always,
    ...(isHeaded ? [] : ['--headless']),
    // Enough of Chromium's own picture, of which nobody counts the frames: encoding more of it takes the time of all.
    ...(noDevices ? [] : ['--use-fake-device-for-media-stream=fps=5']),
    ...(permissions ? ['--deny-permission-prompts'] : ['--use-fake-ui-for-media-stream']),
    ...(camera ? [`--use-file-for-fake-video-capture=${camera}`] : []),
    ...(microphone ? [`--use-file-for-fake-audio-capture=${microphone}`] : []),
    ...args,
  ];
}

function pathOf(program: string): string {
  try {
    return execFileSync('which', [program], { encoding: 'utf8' }).trim();
  } catch (cause) {
    throw new Error(`${program} is missing: run \`node bin/setup.js test\`, or apt-get install ${program}`, {
      cause,
    });
  }
}

// Runs in the page, before its own scripts: `statistics` in fake-media.ts reads the list.
export function recordPeerConnections(): void {
  const made: RTCPeerConnection[] = [];
  Object.assign(globalThis, {
    peerConnections: made,
    RTCPeerConnection: class extends RTCPeerConnection {
      constructor(configuration?: RTCConfiguration) {
        super(configuration);
        made.push(this);
      }
    },
  });
}
