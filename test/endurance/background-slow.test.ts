/** The background on a machine that is too slow for it. */
import test from 'ava';
import { type EffectsPage, openEffects, showBackground, startEffectsPage } from '../helpers/effects.ts';
import { shareBrowsers } from '../helpers/shared-browsers.ts';
import { slowDown } from '../helpers/slow-down.ts';

shareBrowsers(test);

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
  const page = await openEffects(t, server.url);
  await showBackground(page, green);
  t.is(await page.evaluate(() => state.slow), 0);
  const undo = await slowDown(t, page);
  await page.waitForFunction(() => state.slow > 0, null, { timeout: 90_000 });
  undo();
  t.is(await page.evaluate(() => state.slow), 1);
});
