/** Every screen in both languages, wide and on phones: to be looked at in test/screenshots, and checked for what can be. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { ExecutionContext } from 'ava';
import type { Browser, Locator, Page } from 'playwright-core';
import { en as callEn } from '../../src/web/i18n/call/en.ts';
import { ja as callJa } from '../../src/web/i18n/call/ja.ts';
import { en as earlyEn } from '../../src/web/i18n/early/en.ts';
import { ja as earlyJa } from '../../src/web/i18n/early/ja.ts';
import { en } from '../../src/web/i18n/en.ts';
import { ja } from '../../src/web/i18n/ja.ts';
import { en as refusedEn } from '../../src/web/i18n/refused/en.ts';
import { ja as refusedJa } from '../../src/web/i18n/refused/ja.ts';
import { en as settingsEn } from '../../src/web/i18n/settings/en.ts';
import { ja as settingsJa } from '../../src/web/i18n/settings/ja.ts';
import { launchBrowser, newContext, openPage, passCheck, shoot } from './browser.ts';
import { faultsOfControls, faultsOfPlaceholders, faultsOfText } from './layout-faults.ts';
import { startServer, type TestServer } from './server.ts';

const japanese = { ...ja, early: earlyJa, call: callJa, settings: settingsJa, refused: refusedJa };
export type Words = typeof japanese;
const english: Words = { ...en, early: earlyEn, call: callEn, settings: settingsEn, refused: refusedEn };
export const languages = { ja: japanese, en: english };
export type LanguageName = keyof typeof languages;

/** The last one stays. */
export const sizes = {
  narrow: { width: 320, height: 640 },
  landscape: { width: 844, height: 390 },
  phone: { width: 390, height: 844 },
  laptop: { width: 1366, height: 650 },
  wide: { width: 1280, height: 720 },
};

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export type World = {
  server: TestServer;
  browser: Browser;
  words: Words;
  look(page: Page, name: string, inSight?: Locator[]): Promise<void>;
  /** A page of its own person; by default one who has passed the check at an earlier visit. */
  open(token: string, options?: { checked?: boolean }): Promise<Page>;
};

/** A server, and a browser whose people all speak this language; `settings` are the server's by dotted key. */
export async function enterWorld(
  t: ExecutionContext,
  language: LanguageName,
  settings: Record<string, unknown> = {},
): Promise<World> {
  const server = await startServer(t, settings);
  const { browser } = await launchBrowser(t);
  const locale = language === 'ja' ? 'ja-JP' : 'en-US';
  return {
    server,
    browser,
    words: languages[language],
    look: (page, name, inSight) => lookAt(t, page, `${language}-${name}`, inSight),
    async open(token, { checked = true } = {}) {
      const context = await newContext(browser, { context: { locale, timezoneId: 'Asia/Tokyo' } });
      if (checked) await passCheck(context);
      return openPage(t, context, `${server.url}/room#${token}`);
    },
  };
}

/**
 * At every size: a picture to look at; no sideways scrolling, names and sizes of all that can be pressed. Where it is named, the next
 * step and what became of the last one are in sight without scrolling, and text fits where it stands and is covered by nothing.
 * Axe, and the contrast of placeholders, in light and in dark.
 */
export async function lookAt(
  t: ExecutionContext,
  page: Page,
  name: string,
  inSight: Locator[] = [],
): Promise<void> {
  const faults: string[] = [];
  const note = (where: string, found: string[]) =>
    void faults.push(...found.filter(Boolean).map((each) => `${where}: ${each}`));
  for (const [size, viewport] of Object.entries(sizes)) {
    await page.setViewportSize(viewport);
    await untilLaidOut(page);
    await shoot(page, `${name}-${size}`);
    note(size, await page.evaluate(faultsOfControls));
    note(size, await page.evaluate(faultsOfText));
    note(size, await Promise.all(inSight.map(faultOfSight)));
    if (size === 'phone' || size === 'wide') note(size, await coloursAndMore(page));
  }
  await page.emulateMedia({ colorScheme: 'dark' });
  await shoot(page, `${name}-dark`);
  note('dark', await coloursAndMore(page));
  await page.emulateMedia({ colorScheme: 'light' });
  t.deepEqual(faults, [], name);
}

/** The next frame has the new layout. */
const untilLaidOut = (page: Page) =>
  page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));

const coloursAndMore = async (page: Page): Promise<string[]> => [
  ...(await axeFaults(page)),
  ...(await page.evaluate(faultsOfPlaceholders)),
];

/** Why it is not seen as it stands; empty: it is. */
function faultOfSight(what: Locator): Promise<string> {
  return what.evaluate((element) => {
    const { left, top, right, bottom } = element.getBoundingClientRect();
    const name = (element.textContent || element.outerHTML).trim().slice(0, 40);
    if (left < 0 || top < 0 || right > innerWidth + 1 || bottom > innerHeight + 1)
      return `${name} is out of sight: ${Math.round(top)} to ${Math.round(bottom)} of ${innerHeight}`;
    const seen = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
    return seen && (element.contains(seen) || seen.contains(element)) ? '' : `${name} is covered`;
  });
}

type AxeResult = { id: string; nodes: { html: string; failureSummary?: string }[] };
type Axe = { run(context: Document, options: object): Promise<{ violations: AxeResult[] }> };

/** What axe-core finds against WCAG 2.2 A and AA and its own best practices. */
async function axeFaults(page: Page): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axeSource);
  const violations = await page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: Axe };
    return (await axe.run(document, { resultTypes: ['violations'] })).violations;
  });
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)} ${failureSummary ?? ''}`),
  );
}

/** Every video of the page has a picture. */
export async function untilPictures(page: Page): Promise<void> {
  await page.waitForFunction(() =>
    [...document.querySelectorAll('video')].every(
      ({ readyState, videoWidth }) => readyState >= 2 && videoWidth > 2,
    ),
  );
}

export const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });

export const press = (page: Page, name: string) => button(page, name).click();
