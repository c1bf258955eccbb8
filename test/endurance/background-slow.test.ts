/** The background on a machine that is too slow for it. */
import test, { type ExecutionContext } from 'ava';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { launchBrowser, openPage } from '../helpers/browser.ts';
import { type EffectsPage, personOnCamera, startEffectsPage } from '../helpers/effects.ts';
import { waitForFrames } from '../helpers/fake-media.ts';
import { shareBrowsers } from '../helpers/shared-browsers.ts';
import { slowDown } from '../helpers/slow-down.ts';

shareBrowsers(test);

type OpenOptions = { context?: BrowserContextOptions; expected?: RegExp; before?: () => void };

// The test's own page has them; see test/helpers/effects-page.ts.
declare const effects: EffectsPage['effects'];
declare const state: EffectsPage['state'];

const green = '#00ff00';

let server: Awaited<ReturnType<typeof startEffectsPage>>;
test.before(async () => {
  server = await startEffectsPage();
});
test.after.always(() => server?.stop());

test.serial('a machine that is too slow is told so, once', async (t) => {
  const page = await open(t);
  await show(page, green);
  t.is(await page.evaluate(() => state.slow), 0);
  const undo = await slowDown(t, page);
  await page.waitForFunction(() => state.slow > 0, null, { timeout: 90_000 });
  undo();
  t.is(await page.evaluate(() => state.slow), 1);
});

async function open(t: ExecutionContext, { context: settings, expected, before }: OpenOptions = {}) {
  const camera = await personOnCamera(t);
  const { context } = await launchBrowser(t, { camera, context: settings });
  if (before) await context.addInitScript(before);
  return openPage(t, context, server.url, expected);
}

async function show(page: Page, mode: string): Promise<void> {
  await page.evaluate((wanted) => effects.showBackground(wanted), mode);
  await waitForFrames(page.locator('video'));
}
