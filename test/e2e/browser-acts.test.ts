/** What a browser and an input method do by themselves: it takes nobody out of a call, and is no shortcut. */
import test from 'ava';
import type { Page } from 'playwright-core';
import { meet, openChat } from '../helpers/meeting.ts';
import { shareBrowsers } from '../helpers/shared-browsers.ts';
import { becomes, until } from '../helpers/until.ts';

shareBrowsers(test);

type Key = Pick<KeyboardEventInit, 'key' | 'code' | 'altKey' | 'ctrlKey' | 'isComposing' | 'keyCode'>;

/** Dispatches a key as an input method or a keyboard does; whether the page took it. */
function key(page: Page, selector: string, init: Key): Promise<boolean> {
  return page.evaluate(
    ([where, event]) => {
      const pressed = new KeyboardEvent('keydown', { bubbles: true, cancelable: true, ...event });
      document.querySelector(where)?.dispatchEvent(pressed);
      return pressed.defaultPrevented;
    },
    [selector, init] as const,
  );
}

test.serial('keys of typing and of an input method are no shortcuts; elsewhere they are', async (t) => {
  const { interviewer } = await meet(t);
  const { page } = interviewer;
  const microphone = page.getByRole('button', { name: 'マイク', exact: true });
  const altA: Key = { key: 'å', code: 'KeyA', altKey: true };
  t.true(await key(page, 'body', altA));
  await page
    .locator('button[aria-pressed=false]')
    .filter({ has: page.getByText('マイク') })
    .waitFor();
  t.true(await key(page, 'body', altA));
  await openChat(interviewer);
  const field = page.getByRole('textbox', { name: 'メッセージを入力' });
  await field.fill('へんかんちゅう');
  t.false(await key(page, 'textarea', altA));
  t.false(await key(page, 'body', { ...altA, isComposing: true }));
  t.false(await key(page, 'body', { ...altA, keyCode: 229 }));
  await page.evaluate(() => {
    const made = (html: string) => document.querySelector('main')?.insertAdjacentHTML('beforeend', html);
    made('<div id="note" contenteditable>a</div><select id="choice"><option>a</option></select>');
  });
  t.false(await key(page, '#note', altA));
  t.false(await key(page, '#choice', altA));

  // Escape drops what the input method suggests, and Ctrl+Enter may be its own; by themselves they close and send.
  const drops = { key: 'Escape', code: 'Escape' };
  const send = { key: 'Enter', code: 'Enter', ctrlKey: true };
  for (const composing of [{ isComposing: true }, { keyCode: 229 }]) {
    await key(page, 'textarea', { ...drops, ...composing });
    t.false(await key(page, 'textarea', { ...send, ...composing }));
  }
  await interviewer.button('詳細アクション').click();
  await key(page, 'body', { ...drops, isComposing: true });
  await becomes(t, () => page.getByRole('list', { name: '詳細アクション' }).count(), 1);
  await key(page, 'body', drops);
  await page.getByRole('list', { name: '詳細アクション' }).waitFor({ state: 'detached' });
  t.is(await field.inputValue(), 'へんかんちゅう');
  t.true(await key(page, 'textarea', send));
  await page.getByRole('log').getByText('へんかんちゅう').waitFor();
  await key(page, 'textarea', drops);
  await field.waitFor({ state: 'detached' });

  // While a dialog is open the rest of the page waits.
  await interviewer.button('退出').click();
  await page.getByRole('dialog').waitFor();
  t.false(await key(page, 'dialog', altA));
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  t.is(await microphone.getAttribute('aria-pressed'), 'true');
});

test.serial('a page or a list that is pulled down too far loads nothing anew', async (t) => {
  const { interviewer } = await meet(t);
  const { page } = interviewer;
  const overscrolled = (selector: string) =>
    page.evaluate((where) => {
      const element = document.querySelector(where);
      return element && getComputedStyle(element).overscrollBehaviorY;
    }, selector);
  t.is(await overscrolled('html'), 'none', 'the page');
  await openChat(interviewer);
  t.is(await overscrolled('[role=log]'), 'contain', 'the chat');
  // Whoever waits would lose the request that was made, and starts from the check.
  await interviewer.button('退出').click();
  await interviewer.button('退出する').click();
  await interviewer.button('再接続').click();
  await page.getByRole('heading', { name: '待機画面' }).waitFor();
  t.is(await overscrolled('html'), 'none', 'the waiting room');
});

/** Drops something on an element; whether the browser is kept from opening it. */
function drop(page: Page, selector: string, what: 'file' | 'link'): Promise<boolean> {
  return page.evaluate(
    ([where, kind]) => {
      const dataTransfer = new DataTransfer();
      if (kind === 'file') dataTransfer.items.add(new File(['abc'], 'dropped.txt', { type: 'text/plain' }));
      else dataTransfer.setData('text/uri-list', 'https://example.com/');
      const init = { bubbles: true, cancelable: true, dataTransfer };
      const events = ['dragover', 'drop'].map((name) => new DragEvent(name, init));
      for (const event of events) document.querySelector(where)?.dispatchEvent(event);
      return events.every(({ defaultPrevented }) => defaultPrevented);
    },
    [selector, what] as const,
  );
}

test.serial(
  'a drop, a step back, a closing tab and another link take nobody out of a call unasked',
  async (t) => {
    const { interviewer, applicant, server, room } = await meet(t);
    const { page } = interviewer;
    const isStill = () => becomes(t, () => interviewer.button('退出').isVisible(), true);
    for (const what of ['file', 'link'] as const) t.true(await drop(page, 'main', what), what);
    await openChat(interviewer);
    t.false(await drop(page, 'textarea', 'link'));
    t.true(await drop(page, 'textarea', 'file'));
    await applicant.page.getByRole('button', { name: /^チャット 未読1件/ }).waitFor();
    t.is(await page.getByRole('log').getByText('dropped.txt').count(), 1);

    await page.goBack();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('退出しますか').waitFor();
    await interviewer.shows('asked-at-a-step-back');
    await dialog.getByRole('button', { name: '通話に戻る' }).click();
    await dialog.waitFor({ state: 'detached' });
    await page.goBack();
    await dialog.getByText('退出しますか').waitFor();
    await page.keyboard.press('Escape');
    await isStill();

    const asked: string[] = [];
    page.on('dialog', (native) => {
      asked.push(native.type());
      void native.dismiss();
    });
    await page.close({ runBeforeUnload: true });
    await until('the browser has asked', () => asked.length === 1);
    await page.evaluate(() => location.reload());
    await until('the browser has asked again', () => asked.length === 2);
    t.deepEqual(asked, ['beforeunload', 'beforeunload']);
    await isStill();

    const own = page.url();
    const open = (hash: string) =>
      page.evaluate((wanted) => {
        location.hash = wanted;
      }, hash);
    await open(`${room.tokens.interviewer}.`);
    await becomes(t, () => page.url(), own);
    await open(room.tokens.applicant);
    await dialog.getByText('別のリンクを開きますか').waitFor();
    await interviewer.shows('asked-for-another-link');
    t.is(page.url(), own);
    await dialog.getByRole('button', { name: '通話に戻る' }).click();
    await dialog.waitFor({ state: 'detached' });
    await isStill();
    await open((await server.room()).tokens.interviewer);
    await dialog.getByRole('button', { name: 'リンクを開く' }).click();
    await page.getByRole('heading', { name: '待機画面' }).waitFor();
    t.not(page.url(), own);

    // A page that was loaded anew in the call knows it as well.
    await applicant.page.reload();
    await applicant.button('退出').waitFor();
    await applicant.page.goBack();
    await applicant.page.getByRole('dialog').getByText('退出しますか').waitFor();
    await applicant.page.keyboard.press('Escape');
    await applicant.page.getByRole('dialog').waitFor({ state: 'detached' });

    // Who leaves on purpose is not asked by the browser.
    await applicant.button('退出').click();
    await applicant.button('退出する').click();
    await applicant.page.getByRole('heading', { name: '退出しました' }).waitFor();
    applicant.page.on('dialog', (native) => {
      asked.push(native.type());
      void native.accept();
    });
    await applicant.page.reload();
    await applicant.page.getByRole('heading', { name: '待機画面' }).waitFor();
    t.is(asked.length, 2);
  },
);
