/** Every screen in both languages, wide and on phones: to be looked at in test/screenshots, and checked for what can be. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { ExecutionContext } from 'ava';
import type { Browser, Page } from 'playwright-core';
import { en as callEn } from '../../src/web/i18n/call/en.ts';
import { ja as callJa } from '../../src/web/i18n/call/ja.ts';
import { en } from '../../src/web/i18n/en.ts';
import { ja } from '../../src/web/i18n/ja.ts';
import { en as refusedEn } from '../../src/web/i18n/refused/en.ts';
import { ja as refusedJa } from '../../src/web/i18n/refused/ja.ts';
import { en as settingsEn } from '../../src/web/i18n/settings/en.ts';
import { ja as settingsJa } from '../../src/web/i18n/settings/ja.ts';
import { launchBrowser, newContext, openPage, passCheck, shoot } from './browser.ts';
import { startServer, type TestServer } from './server.ts';

const japanese = { ...ja, call: callJa, settings: settingsJa, refused: refusedJa };
export type Words = typeof japanese;
const english: Words = { ...en, call: callEn, settings: settingsEn, refused: refusedEn };
export const languages = { ja: japanese, en: english };
export type LanguageName = keyof typeof languages;

/** The last one stays. */
export const sizes = {
  narrow: { width: 320, height: 640 },
  landscape: { width: 844, height: 390 },
  phone: { width: 390, height: 844 },
  wide: { width: 1280, height: 800 },
};

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export type World = {
  server: TestServer;
  browser: Browser;
  words: Words;
  look(page: Page, name: string): Promise<void>;
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
    look: (page, name) => lookAt(t, page, `${language}-${name}`),
    async open(token, { checked = true } = {}) {
      const context = await newContext(browser, { context: { locale, timezoneId: 'Asia/Tokyo' } });
      if (checked) await passCheck(context);
      return openPage(t, context, `${server.url}/room#${token}`);
    },
  };
}

/** At every size: a picture to look at, no sideways scrolling, names and sizes of all that can be pressed; and axe. */
export async function lookAt(t: ExecutionContext, page: Page, name: string): Promise<void> {
  for (const [size, viewport] of Object.entries(sizes)) {
    await page.setViewportSize(viewport);
    // The next frame has the new layout.
    await page.evaluate(
      () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
    );
    await shoot(page, `${name}-${size}`);
    t.deepEqual(await page.evaluate(faultsOfLayout), [], `${name} ${size}`);
    if (size === 'phone' || size === 'wide') t.deepEqual(await axeFaults(page), [], `${name} ${size}`);
  }
  await page.emulateMedia({ colorScheme: 'dark' });
  await shoot(page, `${name}-dark`);
  t.deepEqual(await axeFaults(page), [], `${name} dark`);
  await page.emulateMedia({ colorScheme: 'light' });
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

// Runs in the page. 44 CSS pixels: WCAG 2.2, 2.5.5 (and look.md); links within text are exempt.
function faultsOfLayout(): string[] {
  const { scrollWidth, clientWidth } = document.documentElement;
  const faults = scrollWidth > clientWidth ? [`scrolls sideways: ${scrollWidth} > ${clientWidth}`] : [];
  if (document.querySelectorAll('h1').length !== 1) faults.push('there is not one h1');
  const pressable = 'button, input:not([aria-hidden]), select, summary, textarea, a[href]';
  for (const element of document.querySelectorAll<HTMLElement>(pressable)) {
    const labels = [...((element as HTMLInputElement).labels ?? [])];
    const said = labels.map(({ textContent }) => textContent);
    const name = element.getAttribute('aria-label') ?? [...said, element.textContent].join('').trim();
    // A box or a circle is pressed by its label as well.
    const around = element.closest('label') ?? element;
    const { width, height } = around.getBoundingClientRect();
    if (name === '') faults.push(`${element.outerHTML.slice(0, 80)} has no name`);
    const isWithinText =
      element.matches('p a') &&
      getComputedStyle(element).display === 'inline' &&
      element.closest('p')?.textContent !== element.textContent;
    if (!isWithinText && (height < 44 || width < 44))
      faults.push(`${name} is ${Math.round(width)} x ${Math.round(height)}`);
  }
  return faults;
}

/** Every video of the page has a picture. */
export async function untilPictures(page: Page): Promise<void> {
  await page.waitForFunction(() =>
    [...document.querySelectorAll('video')].every(
      ({ readyState, videoWidth }) => readyState >= 2 && videoWidth > 2,
    ),
  );
}

export const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();
