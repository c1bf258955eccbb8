/** Real Chromium in tests: Debian's, headless, with fake devices. */
import { execFileSync } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from 'playwright-core';
import { collectFaults } from './faults.ts';

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

const screenshots = join(import.meta.dirname, '../screenshots');

const always = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--autoplay-policy=no-user-gesture-required',
];

/** A browser of its own with one context, both closed with the test. */
export async function launchBrowser(t: ExecutionContext, options: LaunchOptions = {}) {
  const browser = await chromium.launch({
    executablePath: options.executablePath ?? chromiumPath(),
    args: flagsFor(options),
  });
  t.teardown(() => browser.close());
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
  const faults = collectFaults(t);
  faults.expected = expected ?? null;
  page.on('pageerror', faults.add);
  page.on('console', (message) => {
    if (message.type() === 'error') faults.add(message.text());
  });
  await page.goto(url);
  return page;
}

/** As if the environment check had been passed here at an earlier visit. */
export function passCheck(context: BrowserContext): Promise<unknown> {
  return context.addInitScript(() => {
    // A blank page has no storage.
    if (location.protocol !== 'about:') localStorage.setItem('webinterview.check', '2');
  });
}

/** Writes test/screenshots/NAME.png, to be looked at. */
export async function shoot(page: Page, name: string): Promise<void> {
  await mkdir(screenshots, { recursive: true });
  await page.screenshot({ path: join(screenshots, `${name}.png`) });
}

function flagsFor({ camera, microphone, permissions, noDevices, args = [] }: LaunchOptions): string[] {
  return [
    ...always,
    ...(noDevices ? [] : ['--use-fake-device-for-media-stream']),
    ...(permissions ? ['--deny-permission-prompts'] : ['--use-fake-ui-for-media-stream']),
    ...(camera ? [`--use-file-for-fake-video-capture=${camera}`] : []),
    ...(microphone ? [`--use-file-for-fake-audio-capture=${microphone}`] : []),
    ...args,
  ];
}

function chromiumPath(): string {
  try {
    return execFileSync('which', ['chromium'], { encoding: 'utf8' }).trim();
  } catch (cause) {
    throw new Error('chromium is missing: run `node bin/setup.js test`, or apt-get install chromium', {
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
