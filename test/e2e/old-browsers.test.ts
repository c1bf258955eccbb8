/** A whole interview in browsers that have nothing of what the oldest browsers of the manual do not have. */
import test from 'ava';
import { meet, openChat } from '../helpers/meeting.ts';
import { newcomers, takeAway } from '../helpers/old-browser.ts';
import { shareBrowsers } from '../helpers/shared-browsers.ts';
import { becomes } from '../helpers/until.ts';

shareBrowsers(test);

test.serial('from the environment check to the end: rings, enlarged view, chat, and no error', async (t) => {
  const young = newcomers();
  t.true(young.length > 300);
  const { interviewer, applicant } = await meet(t, {
    applicant: { checked: false },
    prepare: ({ context }) => context.addInitScript(takeAway, young),
  });
  const left = await applicant.page.evaluate(() => [
    'groupBy' in Object,
    'any' in AbortSignal,
    'union' in Set.prototype,
    'find' in Object.getPrototypeOf(Object.getPrototypeOf(new Map().values())),
  ]);
  t.deepEqual(left, [false, false, false, false]);
  for (const { page } of [interviewer, applicant]) await page.locator('[data-speaking]').first().waitFor();
  await interviewer.button('タイルビュー').click();
  await interviewer.button('拡大表示').click();
  await interviewer.button('タイルビュー').waitFor();
  await becomes(t, () => interviewer.page.locator('[data-speaking]').count(), 1);
  await openChat(interviewer);
  await applicant.writes('よろしくお願いします https://example.com/');
  await interviewer.page.getByRole('link', { name: 'https://example.com/' }).waitFor();
  await interviewer.button('退出').click();
  await interviewer.button('退出する').click();
  await applicant.page.getByRole('heading', { name: '通話が終了しました' }).waitFor();
});
