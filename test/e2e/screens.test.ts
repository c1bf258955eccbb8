/** Every screen in both languages, wide and on phones: to be looked at in test/screenshots, and checked for what can be. */
import test, { type ExecutionContext } from 'ava';
import type { Browser, Page } from 'playwright-core';
import { en } from '../../src/web/i18n/en.ts';
import { ja, type Words } from '../../src/web/i18n/ja.ts';
import { launchBrowser, newContext, openPage, shoot } from '../helpers/browser.ts';
import { startServer, type TestServer } from '../helpers/server.ts';

const sizes = {
  wide: { width: 1280, height: 800 },
  phone: { width: 390, height: 844 },
  landscape: { width: 844, height: 390 },
  narrow: { width: 320, height: 640 },
};
const hour = 60 * 60 * 1000;
const fromNow = (ms: number) => new Date(Date.now() + ms);

type World = {
  t: ExecutionContext;
  server: TestServer;
  browser: Browser;
  words: Words;
  language: string;
  look(page: Page, name: string): Promise<void>;
  open(token: string): Promise<Page>;
};

for (const [language, words] of [
  ['ja', ja],
  ['en', en],
] as const) {
  const locale = language === 'ja' ? 'ja-JP' : 'en-US';

  const enter = async (t: ExecutionContext): Promise<World> => {
    const server = await startServer(t);
    const { browser } = await launchBrowser(t);
    return {
      ...{ t, server, browser, words, language },
      look: (page, name) => lookAt(t, page, `${language}-${name}`),
      async open(token) {
        const context = await newContext(browser, { context: { locale, timezoneId: 'Asia/Tokyo' } });
        return openPage(t, context, `${server.url}/room#${token}`);
      },
    };
  };

  test.serial(`${language}: what people see who cannot come in`, async (t) => {
    const world = await enter(t);
    const { server, open, look } = world;
    const heading = (page: Page, name: string) => page.getByRole('heading', { name }).waitFor();
    const none = await open('');
    await heading(none, words.problem.noLink.title);
    await look(none, 'no-link');
    const early = await server.room({ from: fromNow(hour), until: fromNow(2 * hour) });
    const expired = await server.room({ from: fromNow(-2 * hour), until: fromNow(-hour) });
    const revoked = await server.room();
    await server.store.revokeLink(revoked.links.applicant.id, new Date());
    const refused = {
      unknown: 'A'.repeat(44),
      early: early.tokens.applicant,
      expired: expired.tokens.applicant,
      revoked: revoked.tokens.applicant,
    };
    for (const [name, token] of Object.entries(refused)) {
      const page = await open(token);
      await heading(page, words.problem.closed);
      await look(page, `refused-${name}`);
    }
  });

  test.serial(`${language}: the way of both from the check to the end`, async (t) => {
    const world = await enter(t);
    const { server, open, look } = world;
    const { tokens } = await server.room();
    const [interviewer, applicant] = await Promise.all([open(tokens.interviewer), open(tokens.applicant)]);
    const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();

    await applicant.getByText(words.check.passed).waitFor();
    await look(applicant, 'check');
    for (const page of [interviewer, applicant]) await press(page, words.check.proceed);
    await interviewer.getByRole('heading', { name: words.waiting.title }).waitFor();
    await look(interviewer, 'waiting-interviewer');
    await look(applicant, 'waiting-applicant');
    await applicant.getByLabel(words.waiting.name).fill('あ'.repeat(65));
    await applicant.getByText(words.waiting.names.long).waitFor();
    await look(applicant, 'waiting-name-too-long');

    await interviewer.getByLabel(words.waiting.company).fill('株式会社エントリーポケット');
    await interviewer.getByLabel(words.waiting.name).fill('毎日太郎');
    await press(interviewer, words.waiting.connect);
    await interviewer.getByText(words.call.present(1)).waitFor();
    await look(interviewer, 'call-alone');

    await applicant.getByLabel(words.waiting.name).fill('佐藤花子');
    await press(applicant, words.waiting.request);
    await interviewer.getByText(words.call.request('佐藤花子')).waitFor();
    await look(interviewer, 'call-request');
    await look(applicant, 'waiting-requested');

    const third = await open(tokens.applicant);
    await press(third, words.check.proceed);
    await third.getByText(words.waiting.taken).waitFor();
    await look(third, 'waiting-seat-taken');
    await third.close();

    await press(interviewer, words.call.allow);
    await applicant.getByRole('button', { name: words.call.leave, exact: true }).waitFor();
    await Promise.all([interviewer, applicant].map(untilPictures));
    await look(interviewer, 'call-interviewer');
    await look(applicant, 'call-applicant');
    await press(applicant, words.device.camera);
    await press(applicant, words.device.microphone);
    await interviewer.getByRole('img', { name: words.call.off.camera }).waitFor();
    await look(interviewer, 'call-camera-off');

    await press(interviewer, words.call.chat);
    const field = interviewer.getByRole('textbox');
    await field.fill('本日はよろしくお願いいたします。');
    await field.press('Control+Enter');
    await applicant.getByRole('button', { name: words.call.unread(1) }).waitFor();
    await look(applicant, 'call-unread');
    await applicant.getByRole('button', { name: words.call.unread(1) }).click();
    await applicant.getByRole('textbox').fill('よろしくお願いします。<b>太字</b> https://example.com');
    await press(applicant, words.chat.send);
    await interviewer.getByText('<b>太字</b>').waitFor();
    await field.fill('長'.repeat(256));
    await look(interviewer, 'chat-too-long');
    await look(applicant, 'chat');
    await field.fill('');

    const chatCloses = interviewer.getByRole('button', { name: words.close });
    await chatCloses.click();
    await press(interviewer, words.call.leave);
    await interviewer.getByRole('dialog').waitFor();
    await look(interviewer, 'call-leaving');
    const dialog = interviewer.getByRole('dialog');
    await dialog.getByRole('button', { name: words.call.leaving.confirm, exact: true }).click();
    await applicant.getByRole('heading', { name: words.end.titles.interviewer_left }).waitFor();
    await interviewer.getByRole('heading', { name: words.end.titles.left }).waitFor();
    await look(interviewer, 'end-interviewer');
    await look(applicant, 'end-applicant');
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
      await lookAt(t, page, `${language}-check-${name}`);
    }
    const { context } = situations.denied;
    const [page] = context.pages() as [Page];
    t.true(await page.getByText(words.device.allow.chromium).isVisible());
    await page.getByRole('button', { name: words.check.withoutCamera }).click();
    await page.getByText(words.device.title(['camera'])).waitFor();
    await lookAt(t, page, `${language}-waiting-denied`);
  });
}

/** At every size: a picture to look at, no sideways scrolling, names and sizes of all that can be pressed. */
async function lookAt(t: ExecutionContext, page: Page, name: string): Promise<void> {
  for (const [size, viewport] of Object.entries(sizes)) {
    await page.setViewportSize(viewport);
    // The next frame has the new layout.
    await page.evaluate(
      () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
    );
    await shoot(page, `${name}-${size}`);
    t.deepEqual(await page.evaluate(faultsOfLayout), [], `${name} ${size}`);
  }
  await page.setViewportSize(sizes.wide);
}

// Runs in the page. 44 CSS pixels: WCAG 2.2, 2.5.5 (and look.md); links within text are exempt.
function faultsOfLayout(): string[] {
  const { scrollWidth, clientWidth } = document.documentElement;
  const faults = scrollWidth > clientWidth ? [`scrolls sideways: ${scrollWidth} > ${clientWidth}`] : [];
  if (document.querySelectorAll('h1').length !== 1) faults.push('there is not one h1');
  for (const element of document.querySelectorAll<HTMLElement>('button, input, textarea, a[href]')) {
    const labels = [...((element as HTMLInputElement).labels ?? [])].map(({ textContent }) => textContent);
    const name = element.getAttribute('aria-label') ?? [...labels, element.textContent].join('').trim();
    const { width, height } = element.getBoundingClientRect();
    if (name === '') faults.push(`${element.outerHTML.slice(0, 80)} has no name`);
    if (height < 44 || width < 44) faults.push(`${name} is ${Math.round(width)} x ${Math.round(height)}`);
  }
  return faults;
}

/** Every video of the page has a picture. */
async function untilPictures(page: Page): Promise<void> {
  await page.waitForFunction(() =>
    [...document.querySelectorAll('video')].every(
      ({ readyState, videoWidth }) => readyState >= 2 && videoWidth > 2,
    ),
  );
}
