/** What the page says of the interview itself, and what it has for who wants to know more. */
import test, { type ExecutionContext } from 'ava';
import type { Page } from 'playwright-core';
import { closeRoom } from '../../src/server/admin/rooms.ts';
import { en as earlyEn } from '../../src/web/i18n/early/en.ts';
import { ja as earlyJa } from '../../src/web/i18n/early/ja.ts';
import { launchBrowser, newContext, openPage, passCheck } from '../helpers/browser.ts';
import { enterCall } from '../helpers/client.ts';
import { enterWorld, type LanguageName, languages, press } from '../helpers/screens.ts';
import { adminOf, startServer } from '../helpers/server.ts';
import { shareBrowsers } from '../helpers/shared-browsers.ts';
import { becomes } from '../helpers/until.ts';

shareBrowsers(test);

const COMPANY = '株式会社サンプル人材開発センター';
const TITLE = '新卒採用 一次面接';
const HOUR = 3_600_000;
const fromNow = (ms: number) => new Date(Date.now() + ms);
const inAnHour = () => ({ from: fromNow(HOUR), until: fromNow(2 * HOUR) });

/** Whether nothing of the header is cut off. */
const isWhole = (page: Page) =>
  page
    .locator('header span span')
    .evaluateAll((spans) =>
      spans.every(
        ({ scrollWidth, clientWidth }) => scrollWidth <= Math.max(clientWidth, 1) || clientWidth === 0,
      ),
    );

for (const language of ['ja', 'en'] as const) {
  test.serial(
    `${language}: the interview is called by company, title, day and time, never by its room`,
    async (t) => {
      const { server, words, look, open } = await enterWorld(t, language);
      const { record, tokens } = await server.room({
        company: COMPANY,
        title: TITLE,
        applicants: ['佐藤花子'],
      });
      const called = words.room.together([COMPANY, TITLE]);
      const when = words.room.when(record.from.toISOString(), 'Asia/Tokyo', false);
      const page = await open(tokens.applicant);
      await page.getByRole('heading', { name: words.waiting.title }).waitFor();
      await becomes(t, () => page.title(), `${called} | ${words.title}`);
      const header = page.locator('header');
      t.true((await header.innerText()).includes(called));
      t.true((await header.innerText()).includes(when));
      t.false((await page.locator('body').innerText()).includes(record.name));

      // The name is there, and can be changed.
      const name = page.getByLabel(words.waiting.name);
      t.is(await name.inputValue(), '佐藤花子');
      t.true(await page.getByRole('button', { name: words.waiting.request, exact: true }).isEnabled());
      await page.getByText(words.waiting.guide.title).click();
      await page.getByText(words.waiting.guide.request[1] ?? '').waitFor();
      await look(page, 'room-words-waiting');
      await page.setViewportSize({ width: 390, height: 844 });
      t.true(await isWhole(page), 'nothing is cut on a phone');
      await page.setViewportSize({ width: 1280, height: 800 });
      await name.fill('佐藤はなこ');
      await press(page, words.waiting.request);

      const colleague = await open(tokens.interviewer);
      t.is(await colleague.getByLabel(words.waiting.company).inputValue(), COMPANY);
      await colleague.getByRole('textbox', { name: words.waiting.name }).fill('毎日太郎');
      await press(colleague, words.waiting.connect);
      await colleague.getByText(words.call.request('佐藤はなこ')).waitFor();
      await press(colleague, words.call.allow);
      const heading = words.room.together([called, words.call.title]);
      await page.getByRole('heading', { level: 1, name: heading }).waitFor({ state: 'attached' });
      await page.reload();
      await page.getByRole('heading', { level: 1, name: heading }).waitFor({ state: 'attached' });
      t.false((await page.content()).includes(record.name));
    },
  );

  test.serial(
    `${language}: before it opens the interview is told whole, and what was called off is no end`,
    async (t) => {
      const { server, words, look, open } = await enterWorld(t, language);
      const early = { ja: earlyJa, en: earlyEn }[language];
      const { record, tokens } = await server.room({ ...inAnHour(), company: COMPANY, title: TITLE });
      const page = await open(tokens.applicant);
      await page.getByRole('heading', { name: early.title }).waitFor();
      const told = await page.locator('main').innerText();
      for (const text of [COMPANY, TITLE, early.beginsAt(record.from.toISOString(), 'Asia/Tokyo', false)])
        t.true(told.includes(text), `${text} in ${told}`);
      t.false(told.includes(record.name));
      await look(page, 'room-words-early');
      await closeRoom(await adminOf(server), record);
      await page.getByText(words.refused.calledOff).waitFor();
      t.false((await page.locator('main').innerText()).includes('終了しました'));
    },
  );
}

test.serial('an interviewer knows a room without a title by its name', async (t) => {
  const { server, words, open } = await enterWorld(t, 'ja');
  const { record, tokens } = await server.room();
  const page = await open(tokens.interviewer);
  await page.locator('header').getByText(record.name).waitFor();
  await becomes(t, () => page.title(), words.title);
});

/** An applicant's page in the call with an interviewer who is a program. */
async function inCall(t: ExecutionContext, language: LanguageName) {
  const server = await startServer(t);
  const { tokens } = await server.room();
  const { client } = await enterCall(t, server, tokens.interviewer);
  const { browser } = await launchBrowser(t);
  const context = await newContext(browser, { context: { locale: language === 'ja' ? 'ja-JP' : 'en-US' } });
  await passCheck(context);
  const page = await openPage(t, context, `${server.url}/room#${tokens.applicant}`);
  const { waiting, call } = languages[language];
  await page.getByLabel(waiting.name).fill('佐藤花子');
  await press(page, waiting.request);
  await client.request('admit', { peerId: (await client.next('peerUpdated')).peer.id });
  await page.getByRole('button', { name: call.bar.leave, exact: true }).waitFor();
  return { client, page, call };
}

for (const language of ['ja', 'en'] as const)
  test.serial(
    `${language}: with sound only a shared screen is told of, and the way to it works`,
    async (t) => {
      const { client, page, call } = await inCall(t, language);
      await press(page, call.bar.more);
      await press(page, call.menu.quality);
      await page.getByRole('radio', { name: call.quality.names.audio }).check();
      await page.keyboard.press('Escape');
      const notice = page.getByText(call.sharing.hidden);
      t.is(await notice.count(), 0);
      await client.request('setSharing', { sharing: true });
      await notice.waitFor();
      await press(page, call.sharing.change);
      await page.getByRole('dialog', { name: call.menu.quality }).waitFor();
      t.is(await notice.count(), 0);
      await page.keyboard.press('Escape');
      await notice.waitFor();
      await press(page, call.sharing.change);
      await page.getByRole('radio', { name: call.quality.hints.high }).check();
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      t.is(await notice.count(), 0);
    },
  );
