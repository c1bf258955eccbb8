/**
 * Browsers that the tests of one file hand on to one another, as to start one takes longer than most of what is done in
 * it: Chromium's headless shell, the same engine without the windows around it, which takes half the time of Chromium
 * itself. Nothing of a person is handed on, as each test has contexts of its own.
 */
import type { ExecutionContext, TestFn } from 'ava';
import { type Browser, chromium } from 'playwright-core';

type Launch = { executablePath: string; args: string[] };

/** With HEADED=1 in the environment: the browsers are seen, for whoever wants to look on. */
export const isHeaded = Boolean(process.env.HEADED);

const launch = (options: Launch) => chromium.launch({ ...options, headless: !isHeaded });

/** Browsers kept at most: those of the last tests. */
const MOST_IDLE = 4;

let sharing = false;
const idle: { key: string; browser: Browser }[] = [];

/** Once, at the top of a file of browser tests: without it each test starts Chromium itself, and ends it. */
export function shareBrowsers(test: TestFn): void {
  sharing = true;
  test.after.always(async () => {
    for (const { browser } of idle.splice(0)) await browser.close();
  });
}

export const isSharing = () => sharing;

/** A browser of the test's own, which ends with it. */
export async function startBrowser(t: ExecutionContext, options: Launch): Promise<Browser> {
  const browser = await launch(options);
  t.teardown(() => browser.close());
  return browser;
}

/** A browser that was started in just this way, for this test alone until it ends. */
export async function takeBrowser(t: ExecutionContext, options: Launch): Promise<Browser> {
  const key = JSON.stringify(options);
  const index = idle.findIndex((each) => each.key === key);
  const [kept] = index < 0 ? [] : idle.splice(index, 1);
  const browser = kept?.browser ?? (await launch(options));
  t.teardown(() => giveBack(t, key, browser));
  return browser;
}

async function giveBack(t: ExecutionContext, key: string, browser: Browser): Promise<void> {
  // What a failed test leaves behind is nobody else's trouble.
  if (!t.passed || !browser.isConnected()) return browser.close();
  for (const context of browser.contexts()) await context.close();
  idle.push({ key, browser });
  if (idle.length > MOST_IDLE) await idle.shift()?.browser.close();
}
