/** Everything works with the keyboard alone, and the focus is never lost. */
import test from 'ava';
import type { Page } from 'playwright-core';
import { launchBrowser, newContext, openPage, passCheck } from '../helpers/browser.ts';
import { startServer } from '../helpers/server.ts';
import { shareBrowsers } from '../helpers/shared-browsers.ts';
import { becomes } from '../helpers/until.ts';

shareBrowsers(test);

/** Presses Tab until what has this name has the focus; no more often than a page has controls. */
async function tabTo(page: Page, name: string | RegExp, key = 'Tab'): Promise<void> {
  for (let pressed = 0; pressed < 60; pressed++) {
    const focused = await nameInFocus(page);
    if (typeof name === 'string' ? focused === name : name.test(focused)) return;
    await page.keyboard.press(key);
  }
  throw new Error(`${name} is not reached by ${key}; the focus is on ${await nameInFocus(page)}`);
}

/** The accessible name of what has the focus, as far as buttons and fields are concerned; empty: nothing has. */
function nameInFocus(page: Page): Promise<string> {
  return page.evaluate(() => {
    const element = document.activeElement;
    if (!element || element === document.body) return '';
    const label = (element as HTMLInputElement).labels?.[0]?.innerText;
    return (
      (element.getAttribute('aria-label') ?? label ?? (element as HTMLElement).innerText)
        .trim()
        .split('\n')[0] ?? ''
    );
  });
}

/** Something on the page has the focus, at the latest when what is new is there. */
async function focused(page: Page): Promise<void> {
  await page.waitForFunction(() => document.activeElement && document.activeElement !== document.body);
}

async function press(page: Page, name: string | RegExp, key = 'Enter'): Promise<void> {
  await tabTo(page, name);
  await page.keyboard.press(key);
}

async function fill(page: Page, name: RegExp, text: string): Promise<void> {
  await tabTo(page, name);
  await page.keyboard.insertText(text);
}

/** Opened by key, the dialog has the focus and keeps it; Escape closes it, and the focus is where it was. */
async function throughDialog(page: Page, opener: string, title: string): Promise<string[]> {
  await press(page, opener);
  const dialog = page.getByRole('dialog', { name: title });
  await dialog.waitFor();
  const faults: string[] = [];
  for (let pressed = 0; pressed < 25; pressed++) {
    const inside = await dialog.evaluate((node) => node.contains(document.activeElement));
    const onPage = await page.evaluate(() => document.activeElement !== document.body);
    // Between the last and the first, the browser's own controls have the focus for one press.
    if (!inside && onPage)
      faults.push(`${title}: the focus has left the dialog for ${await nameInFocus(page)}`);
    await page.keyboard.press('Tab');
  }
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  return faults;
}

test.serial('a whole interview by keyboard, with every dialog on the way', async (t) => {
  const server = await startServer(t);
  const room = await server.room();
  const { browser } = await launchBrowser(t);
  const visit = async (role: 'interviewer' | 'applicant', checked: boolean) => {
    const context = await newContext(browser, { context: { locale: 'ja-JP', timezoneId: 'Asia/Tokyo' } });
    if (checked) await passCheck(context);
    return openPage(t, context, `${server.url}/room#${room.tokens[role]}`);
  };
  const interviewer = await visit('interviewer', true);
  await interviewer.getByRole('heading', { name: '待機画面' }).waitFor();
  const dialogs = ['ヘルプ', 'デバイス設定', '背景を選択'];
  for (const name of dialogs) {
    t.deepEqual(await throughDialog(interviewer, name, name), []);
    await becomes(t, () => nameInFocus(interviewer), name);
  }
  // Backwards: forwards there is a switch of this name for the participants first.
  await tabTo(interviewer, 'カメラ', 'Shift+Tab');
  await interviewer.keyboard.press('Space');
  await interviewer.locator('button[aria-pressed=false]').filter({ hasText: 'カメラ' }).waitFor();
  await fill(interviewer, /^会社名/, '株式会社例');
  await fill(interviewer, /^お名前/, '面接太郎');
  await press(interviewer, '接続');
  await interviewer.getByRole('button', { name: '退出' }).waitFor();
  await focused(interviewer);

  const applicant = await visit('applicant', false);
  await applicant.getByRole('button', { name: '待機画面へ進む' }).waitFor();
  await applicant.waitForFunction(() =>
    [...document.querySelectorAll('button')].some(
      ({ innerText, disabled, ariaDisabled }) =>
        innerText.includes('待機画面へ進む') && !disabled && ariaDisabled !== 'true',
    ),
  );
  await press(applicant, '待機画面へ進む');
  await applicant.getByRole('heading', { name: '待機画面' }).waitFor();
  await focused(applicant);
  await fill(applicant, /^お名前/, '応募花子');
  await press(applicant, '参加をリクエストする');
  await interviewer.getByRole('button', { name: '許可する' }).waitFor();
  await press(interviewer, '許可する');
  await applicant.getByRole('button', { name: '退出' }).waitFor();
  await focused(applicant);
  // What was pressed is gone; the focus is somewhere on the page all the same.
  await interviewer.getByRole('button', { name: '許可する' }).waitFor({ state: 'detached' });
  await focused(interviewer);

  await press(applicant, /^チャット/);
  await tabTo(applicant, /メッセージ/);
  await applicant.keyboard.insertText('よろしくお願いします');
  await applicant.keyboard.press('Control+Enter');
  await interviewer.getByRole('button', { name: /^チャット.*1/ }).waitFor();
  await press(applicant, '手を挙げる', 'Space');
  await applicant.getByRole('button', { name: '手を下げる' }).waitFor();

  // The menu: opened, walked by arrows, closed by Escape, back at its button.
  await press(interviewer, '詳細アクション');
  await interviewer
    .getByRole('button', { name: 'フルスクリーン表示' })
    .or(interviewer.getByRole('menuitem', { name: 'フルスクリーン表示' }))
    .first()
    .waitFor();
  await interviewer.keyboard.press('Escape');
  await becomes(t, () => nameInFocus(interviewer), '詳細アクション');

  await press(interviewer, '退出');
  await interviewer.getByRole('dialog').waitFor();
  await press(interviewer, '退出する');
  await interviewer.getByRole('heading', { name: '退出しました' }).waitFor();
  await focused(interviewer);
  await applicant.getByRole('heading', { name: '通話が終了しました' }).waitFor();
  await focused(applicant);
  await press(applicant, '再接続');
  await applicant.getByRole('heading', { name: '待機画面' }).waitFor();
  t.pass();
});
