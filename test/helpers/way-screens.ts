/** Every screen but the call's own: to be looked at in test/screenshots, and checked for what can be. */
import type { TestFn } from 'ava';
import type { Page } from 'playwright-core';
import { launchBrowser, openPage } from './browser.ts';
import { enterCall, join } from './client.ts';
import { isOnTop } from './is-on-top.ts';
import { lockOut } from './lock-out.ts';
import {
  button,
  enterWorld,
  type LanguageName,
  languages,
  lookAt,
  press,
  untilPictures,
  type Words,
} from './screens.ts';
import { startServer } from './server.ts';
import { becomes } from './until.ts';

const hour = 60 * 60 * 1000;
const fromNow = (ms: number) => new Date(Date.now() + ms);

/**
 * Asks to be let in and takes it back until the page says that this is too often. In the page itself, as fast as it lets
 * anybody: by hand, on a busy core, it might never be too often.
 */
async function askUntilTold(page: Page, words: Words['waiting']): Promise<void> {
  const { request, requested, tooFast } = words;
  await page.evaluate(
    async (texts) => {
      const find = (name: string) =>
        [...document.querySelectorAll('button')].find(
          ({ disabled, textContent }) => !disabled && textContent?.trim() === name,
        );
      const end = performance.now() + 60_000;
      while (!document.body.innerText.includes(texts.tooFast)) {
        if (performance.now() > end) throw new Error('not within 60 s: it is told that this is too often');
        // What would be the second half of a double press does nothing.
        (find(texts.requested) ?? find(texts.request))?.click();
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    },
    { request, requested, tooFast },
  );
}

/** The tests of a file: the way from the link to the end, and what stops people on it, in one language. */
export function testWayScreens(test: TestFn, language: LanguageName): void {
  const words = languages[language];
  const locale = language === 'ja' ? 'ja-JP' : 'en-US';

  test.serial(`${language}: what people see who cannot come in`, async (t) => {
    const { server, open, look } = await enterWorld(t, language);
    const heading = (page: Page, name: string) => page.getByRole('heading', { name }).waitFor();
    const none = await open('');
    await heading(none, words.problem.noLink.title);
    await look(none, 'no-link', [none.getByText(words.problem.noLink.body)]);
    const called = { company: '株式会社サンプル', title: '一次面接' };
    const later = await server.room({ ...called, from: fromNow(2 * hour), until: fromNow(3 * hour) });
    const early = await open(later.tokens.applicant);
    await heading(early, words.early.title);
    await look(early, 'early', [early.getByRole('button', { name: words.early.checkAgain })]);
    const expired = await server.room({ from: fromNow(-2 * hour), until: fromNow(-hour) });
    const revoked = await server.room();
    await server.store.rooms.revokeLink(revoked.links.applicant.id, new Date(), []);
    const refused = {
      unknown: 'A'.repeat(44),
      expired: expired.tokens.applicant,
      revoked: revoked.tokens.applicant,
    };
    for (const [name, token] of Object.entries(refused)) {
      const page = await open(token);
      await heading(page, words.refused.closed);
      await look(page, `refused-${name}`, [page.getByRole('heading', { name: words.refused.closed })]);
    }
    const small = await server.room({ capacity: 2 });
    const first = await join(t, server, small.tokens.applicant);
    const second = await open(small.tokens.applicant);
    await heading(second, words.refused.full.title);
    await look(second, 'refused-full');
    await first.client.request('leave', {});
    // By itself.
    await heading(second, words.waiting.title);
    await lockOut(t, server);
    const locked = await open('A'.repeat(44));
    await heading(locked, words.refused.locked.title);
    await locked.getByText(/\d{1,2}:\d{2}/).waitFor();
    await look(locked, 'refused-locked');
  });

  test.serial(`${language}: the way of both from the check to the end`, async (t) => {
    const { server, open, look } = await enterWorld(t, language);
    const { tokens } = await server.room();
    const [interviewer, applicant] = (await Promise.all(
      [tokens.interviewer, tokens.applicant].map((token) => open(token, { checked: false })),
    )) as [Page, Page];

    await applicant.getByText(words.check.passed).waitFor();
    await look(applicant, 'check');
    for (const page of [interviewer, applicant]) await press(page, words.check.proceed);
    await interviewer.getByRole('heading', { name: words.waiting.title }).waitFor();
    await look(interviewer, 'waiting-interviewer');
    await look(applicant, 'waiting-applicant');
    await applicant.getByLabel(words.waiting.name).fill('あ'.repeat(65));
    await applicant.getByText(words.waiting.names.long).waitFor();
    t.is(await applicant.getByText(words.waiting.requestHint).count(), 0, 'what is wrong is another thing');
    await look(applicant, 'waiting-name-too-long');

    await interviewer.getByLabel(words.waiting.company).fill('株式会社エントリーポケット');
    await interviewer.getByLabel(words.waiting.name, { exact: true }).fill('毎日太郎');
    await press(interviewer, words.waiting.connect);
    await interviewer.getByText(words.waiting.applicants(1, [])).waitFor();
    await look(interviewer, 'call-alone');

    await applicant.getByLabel(words.waiting.name).fill('佐藤花子');
    await press(applicant, words.waiting.request);
    await interviewer.getByText(words.call.request('佐藤花子')).waitFor();
    await look(interviewer, 'call-request');
    await look(applicant, 'waiting-requested');

    const third = await open(tokens.applicant);
    await third.getByText(words.waiting.taken).waitFor();
    await look(third, 'waiting-seat-taken');
    await third.close();

    await press(interviewer, words.call.allow);
    await applicant.getByRole('button', { name: words.call.bar.leave, exact: true }).waitFor();
    await Promise.all([interviewer, applicant].map(untilPictures));
    await look(interviewer, 'call-interviewer');
    await look(applicant, 'call-applicant');
    await press(applicant, words.device.short.camera);
    await press(applicant, words.device.short.microphone);
    const off = interviewer.getByRole('img', { name: words.call.off.camera });
    await off.waitFor();
    t.true(await off.evaluate(isOnTop), 'one’s own picture does not cover what is off');
    await look(interviewer, 'call-camera-off');

    await press(interviewer, words.call.bar.chat);
    const field = interviewer.getByRole('textbox');
    await field.fill('本日はよろしくお願いいたします。');
    await field.press('Control+Enter');
    await applicant.getByRole('button', { name: words.call.bar.unread(1) }).waitFor();
    await look(applicant, 'call-unread');
    await applicant.getByRole('button', { name: words.call.bar.unread(1) }).click();
    await applicant.getByRole('textbox').fill('よろしくお願いします。<b>太字</b> https://example.com');
    await press(applicant, words.call.chat.send);
    await interviewer.getByText('<b>太字</b>').waitFor();
    await field.fill('長'.repeat(256));
    await look(interviewer, 'chat-too-long');
    await look(applicant, 'chat');
    await field.fill('');

    const chat = interviewer.getByRole('region', { name: words.call.chat.title });
    const chatCloses = chat.getByRole('button', { name: words.close });
    await chatCloses.click();
    await press(interviewer, words.call.bar.leave);
    await interviewer.getByRole('dialog').waitFor();
    const dialog = interviewer.getByRole('dialog');
    const confirms = dialog.getByRole('button', { name: words.call.leaving.confirm, exact: true });
    await look(interviewer, 'call-leaving');
    await confirms.click();
    await applicant.getByRole('heading', { name: words.call.end.titles.interviewer_left }).waitFor();
    await interviewer.getByRole('heading', { name: words.call.end.titles.left }).waitFor();
    await look(interviewer, 'end-interviewer');
    await look(applicant, 'end-applicant');
  });

  test.serial(`${language}: an interviewer who comes while the server is full`, async (t) => {
    const { server, open, look } = await enterWorld(t, language, { 'call.maxCalls': 1 });
    const running = await enterCall(t, server, (await server.room()).tokens.interviewer);
    const page = await open((await server.room()).tokens.interviewer);
    await page.getByLabel(words.waiting.company).fill('株式会社エントリーポケット');
    await page.getByLabel(words.waiting.name, { exact: true }).fill('毎日太郎');
    await press(page, words.waiting.connect);
    await page.getByText(words.waiting.full).waitFor();
    await look(page, 'waiting-full', [
      page.getByText(words.waiting.full),
      button(page, words.waiting.connect),
    ]);
    await running.client.request('leave', {});
    await running.client.closed;
    await press(page, words.waiting.connect);
    await page.getByRole('button', { name: words.call.bar.leave, exact: true }).waitFor();
    t.pass();
  });

  test.serial(`${language}: an applicant who asks again and again`, async (t) => {
    const { server, open, look } = await enterWorld(t, language);
    const page = await open((await server.room()).tokens.applicant);
    await page.getByLabel(words.waiting.name, { exact: true }).fill('佐藤花子');
    // A phone on which the button is the last thing to be seen.
    const asks = button(page, words.waiting.request);
    const told = page.getByText(words.waiting.tooFast);
    await page.setViewportSize({ width: 390, height: 500 });
    const { y = 0, height = 0 } = (await asks.boundingBox()) ?? {};
    await page.evaluate((by) => scrollBy(0, by), y + height - 500);
    await askUntilTold(page, words.waiting);
    const isSeenWhole = async () => {
      const box = await told.boundingBox();
      return box !== null && box.y >= 0 && box.y + box.height <= 500;
    };
    await becomes(t, isSeenWhole, true, 'it is seen whole');
    await look(page, 'waiting-too-fast', [told, asks]);
    await becomes(t, () => asks.isEnabled(), true);
  });

  test.serial(`${language}: a browser without camera and microphone, and one that denies them`, async (t) => {
    const server = await startServer(t);
    const { tokens } = await server.room();
    const situations = {
      missing: await launchBrowser(t, {
        noDevices: true,
        permissions: ['camera', 'microphone'],
        context: { locale },
      }),
      denied: await launchBrowser(t, { permissions: ['microphone'], context: { locale } }),
    };
    for (const [name, { context }] of Object.entries(situations)) {
      const page = await openPage(t, context, `${server.url}/room#${tokens.applicant}`);
      await page.getByRole('button', { name: words.tryAgain }).waitFor();
      await lookAt(t, page, `${language}-check-${name}`, [button(page, words.tryAgain)]);
    }
    const { context } = situations.denied;
    const [page] = context.pages() as [Page];
    await becomes(t, () => page.getByText(words.device.allow.chromium).isVisible(), true);
    await page.getByRole('button', { name: words.check.withoutCamera }).click();
    await page.getByText(words.device.title(['camera'])).waitFor();
    await lookAt(t, page, `${language}-waiting-denied`, [button(page, words.waiting.request)]);
  });
}
