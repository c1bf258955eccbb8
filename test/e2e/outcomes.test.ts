/** What became of what one did: where one looks, on every screen, and told to who does not look. */
import test, { type ExecutionContext } from 'ava';
import type { Locator, Page } from 'playwright-core';
import { launchBrowser, newContext, openPage, passCheck, shoot } from '../helpers/browser.ts';
import { enterCall, join } from '../helpers/client.ts';
import { type LanguageName, languages } from '../helpers/screens.ts';
import { startServer } from '../helpers/server.ts';
import { shareBrowsers } from '../helpers/shared-browsers.ts';
import { becomes } from '../helpers/until.ts';

shareBrowsers(test);

const screens = [
  { width: 1280, height: 720 },
  { width: 1366, height: 650 },
  { width: 390, height: 844 },
  { width: 844, height: 390 },
  { width: 320, height: 640 },
];

/** The interviewer is a program; applicants are pages, with a browser of their own each. */
async function start(t: ExecutionContext, language: LanguageName) {
  const server = await startServer(t);
  const { tokens } = await server.room();
  const { browser } = await launchBrowser(t);
  const { client } = await enterCall(t, server, tokens.interviewer);
  const locale = language === 'ja' ? 'ja-JP' : 'en-US';
  const { waiting } = languages[language];
  return {
    async open(prepare?: (page: Page) => Promise<unknown>): Promise<Page> {
      const context = await newContext(browser, { context: { locale } });
      await passCheck(context);
      const page = await openPage(t, context, 'about:blank');
      await prepare?.(page);
      await page.goto(`${server.url}/room#${tokens.applicant}`);
      return page;
    },
    /** @returns who asks */
    async ask(page: Page): Promise<string> {
      await page.getByRole('button', { name: waiting.request, exact: true }).click();
      return (await client.next('peerUpdated')).peer.id;
    },
    /** Another applicant is let in, by the same link. */
    async fillSeat(): Promise<void> {
      const other = await join(t, server, tokens.applicant);
      await other.client.request('requestAdmission', { name: '候補次郎' });
      await client.request('admit', { peerId: other.joined.peerId });
      await other.client.next('admitted');
    },
    client,
  };
}

const isInSight = async (page: Page, locator: Locator) => {
  const box = await locator.boundingBox();
  return box !== null && box.y >= 0 && box.y + box.height <= (page.viewportSize()?.height ?? 0);
};

for (const language of ['ja', 'en'] as const) {
  const { waiting } = languages[language];
  test.serial(`${language}: a refusal stands beside the button, on every screen`, async (t) => {
    const { open, ask, client } = await start(t, language);
    const page = await open();
    await page.getByLabel(waiting.name, { exact: true }).fill('佐藤花子');
    const button = page.getByRole('button', { name: waiting.request, exact: true });
    const denied = page.getByRole('status').getByText(waiting.denied);
    for (const screen of screens) {
      await page.setViewportSize(screen);
      await client.request('deny', { peerId: await ask(page) });
      const size = `${screen.width}x${screen.height}`;
      await becomes(t, () => isInSight(page, denied), true, `denied ${size}`);
      await becomes(t, () => isInSight(page, button), true, `the button ${size}`);
      await shoot(page, `outcome-${language}-denied-${size}`);
    }
  });

  test.serial(
    `${language}: a taken seat stands beside the way to move it here, on every screen`,
    async (t) => {
      const { open, fillSeat } = await start(t, language);
      await fillSeat();
      for (const screen of screens) {
        const other = await open((blank) => blank.setViewportSize(screen));
        const size = `${screen.width}x${screen.height}`;
        const taken = other.getByRole('status').getByText(waiting.takenHint);
        await becomes(t, () => isInSight(other, taken), true, `taken ${size}`);
        await becomes(t, () => isInSight(other, other.getByText(waiting.taken)), true, `taken ${size}`);
        const move = other.getByRole('button', { name: waiting.move.button, exact: true });
        await becomes(t, () => isInSight(other, move), true, `the button ${size}`);
        await shoot(other, `outcome-${language}-taken-${size}`);
        await other.close();
      }
    },
  );
}

test.serial('who is let in hears it, reads it, and sees it in the title until then', async (t) => {
  const { open, ask, client } = await start(t, 'ja');
  const page = await open((blank) =>
    blank.addInitScript(() => {
      const tones: number[] = [];
      Object.assign(globalThis, {
        tones,
        OscillatorNode: class extends OscillatorNode {
          constructor(context: BaseAudioContext, options?: OscillatorOptions) {
            super(context, options);
            tones.push(options?.frequency ?? 0);
          }
        },
      });
    }),
  );
  await page.getByLabel('お名前').fill('佐藤花子');
  const peerId = await ask(page);
  t.is(await page.title(), 'Web面接');
  // Looks at something else meanwhile.
  await page.evaluate(() => {
    Object.defineProperty(document, 'hidden', { configurable: true, value: true });
    document.dispatchEvent(new Event('visibilitychange'));
  });
  await client.request('admit', { peerId });
  await page.getByRole('button', { name: '退出', exact: true }).waitFor();
  await becomes(t, () => page.title(), '面接が始まりました | Web面接');
  const tones = () => page.evaluate(() => (globalThis as unknown as { tones: number[] }).tones);
  await becomes(t, tones, [523.25, 659.26, 783.99]);
  const told = page.getByRole('status').getByText('面接が始まりました');
  t.false(await told.isVisible());
  await page.evaluate(() => {
    Reflect.deleteProperty(document, 'hidden');
    document.dispatchEvent(new Event('visibilitychange'));
  });
  await told.waitFor();
  for (const screen of screens) {
    await page.setViewportSize(screen);
    await becomes(t, () => isInSight(page, told), true);
    await shoot(page, `outcome-begun-${screen.width}x${screen.height}`);
  }
  await told.waitFor({ state: 'detached' });
  t.is(await page.title(), 'Web面接');
  t.is((await tones()).length, 3);
});
