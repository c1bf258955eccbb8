/** Every screen but the call's own: to be looked at in test/screenshots, and checked for what can be. */
import test from 'ava';
import type { Page } from 'playwright-core';
import { launchBrowser, openPage } from '../helpers/browser.ts';
import { lockOut } from '../helpers/lock-out.ts';
import {
  enterWorld,
  type LanguageName,
  languages,
  lookAt,
  press,
  untilPictures,
} from '../helpers/screens.ts';
import { startServer } from '../helpers/server.ts';
import { becomes } from '../helpers/until.ts';

const hour = 60 * 60 * 1000;
const fromNow = (ms: number) => new Date(Date.now() + ms);

for (const language of Object.keys(languages) as LanguageName[]) {
  const words = languages[language];
  const locale = language === 'ja' ? 'ja-JP' : 'en-US';

  test.serial(`${language}: what people see who cannot come in`, async (t) => {
    const { server, open, look } = await enterWorld(t, language);
    const heading = (page: Page, name: string) => page.getByRole('heading', { name }).waitFor();
    const none = await open('');
    await heading(none, words.problem.noLink.title);
    await look(none, 'no-link');
    const early = await server.room({ from: fromNow(hour), until: fromNow(2 * hour) });
    const expired = await server.room({ from: fromNow(-2 * hour), until: fromNow(-hour) });
    const revoked = await server.room();
    await server.store.rooms.revokeLink(revoked.links.applicant.id, new Date(), []);
    const refused = {
      unknown: 'A'.repeat(44),
      early: early.tokens.applicant,
      expired: expired.tokens.applicant,
      revoked: revoked.tokens.applicant,
    };
    for (const [name, token] of Object.entries(refused)) {
      const page = await open(token);
      await heading(page, words.refused.closed);
      await look(page, `refused-${name}`);
    }
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
    await look(applicant, 'waiting-name-too-long');

    await interviewer.getByLabel(words.waiting.company).fill('株式会社エントリーポケット');
    await interviewer.getByLabel(words.waiting.name, { exact: true }).fill('毎日太郎');
    await press(interviewer, words.waiting.connect);
    await interviewer.getByText(words.call.present(1)).waitFor();
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
    await interviewer.getByRole('img', { name: words.call.off.camera }).waitFor();
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
    await look(interviewer, 'call-leaving');
    const dialog = interviewer.getByRole('dialog');
    await dialog.getByRole('button', { name: words.call.leaving.confirm, exact: true }).click();
    await applicant.getByRole('heading', { name: words.call.end.titles.interviewer_left }).waitFor();
    await interviewer.getByRole('heading', { name: words.call.end.titles.left }).waitFor();
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
    await becomes(t, () => page.getByText(words.device.allow.chromium).isVisible(), true);
    await page.getByRole('button', { name: words.check.withoutCamera }).click();
    await page.getByText(words.device.title(['camera'])).waitFor();
    await lookAt(t, page, `${language}-waiting-denied`);
  });
}
