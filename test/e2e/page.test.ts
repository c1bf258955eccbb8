/** What a person's browser remembers and survives: coming again, reloading, two tabs, a server that goes away. */
import test, { type ExecutionContext } from 'ava';
import type { BrowserContext, Locator, Page } from 'playwright-core';
import { openStore } from '../../src/server/store/index.ts';
import { launchBrowser, newContext, openPage, passCheck, shoot } from '../helpers/browser.ts';
import { startServer, type TestRoom, type TestServer } from '../helpers/server.ts';
import { shareBrowsers } from '../helpers/shared-browsers.ts';
import { becomes } from '../helpers/until.ts';

shareBrowsers(test);

type World = {
  server: TestServer;
  room: TestRoom;
  context: BrowserContext;
  open(role?: 'interviewer'): Promise<Page>;
};

/** By default the environment check was passed in this browser at an earlier visit. */
async function start(t: ExecutionContext, { checked = true } = {}): Promise<World> {
  const server = await startServer(t);
  const room = await server.room();
  const { context } = await launchBrowser(t);
  if (checked) await passCheck(context);
  const open = (role: 'interviewer' | 'applicant' = 'applicant') =>
    openPage(t, context, `${server.url}/room#${room.tokens[role]}`, /WebSocket connection|ERR_CONNECTION/);
  return { server, room, context, open };
}

const button = (page: Page, name: string | RegExp) =>
  page.getByRole('button', { name, exact: typeof name === 'string' });

/** The applicant asks to join. */
async function ask(page: Page): Promise<void> {
  await page.getByLabel('お名前').fill('応募花子');
  await button(page, '参加をリクエストする').click();
  await button(page, '管理者の承認をお待ちください').waitFor();
}

/** The tab has, or soon gets, this title. */
async function titled(page: Page, title: string): Promise<void> {
  await page.waitForFunction((wanted) => document.title === wanted, title);
}

/** The interviewer is in the call. */
async function enter(page: Page): Promise<void> {
  await page.getByLabel('会社名').fill('株式会社例');
  await page.getByLabel('お名前').fill('面接太郎');
  await button(page, '接続').click();
  await button(page, '退出').waitFor();
}

test.serial('on a phone what comes next is in sight without scrolling', async (t) => {
  const { open } = await start(t, { checked: false });
  const page = await open();
  const height = 560;
  await page.setViewportSize({ width: 390, height });
  const isInSight = async (locator: Locator) => {
    const box = await locator.boundingBox();
    return box !== null && box.y >= 0 && box.y + box.height <= height;
  };
  const proceed = button(page, '待機画面へ進む');
  await proceed.and(page.locator(':enabled')).waitFor();
  await becomes(t, () => isInSight(proceed), true);
  await proceed.click();
  await ask(page);
  await becomes(t, () => isInSight(page.getByText('承認されると、自動で通話が始まります。')), true);
});

test.serial(
  'the second time goes straight to the waiting room, with the name, and the check can be run again',
  async (t) => {
    const { open } = await start(t, { checked: false });
    const first = await open();
    await first.getByText(/^下り [\d.]+ Mbps(?: 以上)?、上り [\d.]+ Mbps(?: 以上)? です。$/).waitFor();
    await button(first, '待機画面へ進む').click();
    await ask(first);
    await first.close();
    const second = await open();
    await second.getByRole('heading', { name: '待機画面' }).waitFor();
    await becomes(t, () => second.getByLabel('お名前').inputValue(), '応募花子');
    // The first tab's place is kept for a minute, and this is the same browser.
    await button(second, '管理者の承認をお待ちください').click();
    await button(second, '環境チェックをやり直す').click();
    await second.getByText('確認が完了しました。').waitFor();
    await button(second, '待機画面へ進む').click();
    await second.getByRole('heading', { name: '待機画面' }).waitFor();
  },
);

test.serial('the language is chosen by the browser, and by the person for good', async (t) => {
  const { context, open } = await start(t, { checked: false });
  const page = await open();
  await page.getByRole('heading', { name: '環境チェック' }).waitFor();
  await becomes(t, () => page.title(), 'Web面接');
  await button(page, 'English').click();
  await page.getByRole('heading', { name: 'Environment check' }).waitFor();
  await becomes(t, () => page.locator('html').getAttribute('lang'), 'en');
  await page.reload();
  await page.getByRole('heading', { name: 'Environment check' }).waitFor();
  const browser = context.browser();
  if (!browser) return t.fail();
  const english = await newContext(browser, { context: { locale: 'en-GB' } });
  const other = await english.newPage();
  await other.goto(page.url());
  await other.getByRole('heading', { name: 'Environment check' }).waitFor();
});

// Runs in the page, before its own scripts: the notes that are played are counted.
function countNotes(): void {
  const page = globalThis as { notes?: number };
  page.notes = 0;
  const start = OscillatorNode.prototype.start;
  OscillatorNode.prototype.start = function (when) {
    page.notes = (page.notes ?? 0) + 1;
    start.call(this, when);
  };
}

test.serial(
  'a knock is heard until it is answered, and in the title; a reload keeps it standing',
  async (t) => {
    const { context, open } = await start(t);
    await context.addInitScript(countNotes);
    const interviewer = await open('interviewer');
    await enter(interviewer);
    const applicant = await open();
    await ask(applicant);
    await button(interviewer, '許可する').waitFor();
    await titled(interviewer, '(1) Web面接');
    // Two notes at once, and again after four seconds.
    await interviewer.waitForFunction(() => ((globalThis as { notes?: number }).notes ?? 0) >= 4);
    await applicant.reload();
    await button(applicant, '管理者の承認をお待ちください').waitFor();
    await becomes(t, () => button(interviewer, '許可する').count(), 1);
    await button(interviewer, '許可する').click();
    await button(applicant, '退出').waitFor();
    await titled(interviewer, 'Web面接');
    t.pass();
  },
);

test.serial('another tab takes the seat over, and the first can take it back', async (t) => {
  const { open } = await start(t);
  const first = await open();
  await ask(first);
  const second = await open();
  await button(second, '管理者の承認をお待ちください').waitFor();
  await first.getByRole('heading', { name: '別のタブまたは端末で開かれました' }).waitFor();
  await button(first, 'このタブで続ける').click();
  await button(first, '管理者の承認をお待ちください').waitFor();
  await second.getByRole('heading', { name: '別のタブまたは端末で開かれました' }).waitFor();
  await becomes(t, () => button(second, 'このタブで続ける').count(), 1);
});

test.serial('an applicant who left by mistake comes back to the waiting room and in again', async (t) => {
  const { open } = await start(t);
  const interviewer = await open('interviewer');
  await enter(interviewer);
  const applicant = await open();
  await ask(applicant);
  await button(interviewer, '許可する').click();
  await button(applicant, '退出').click();
  await button(applicant, '退出する').click();
  await applicant.getByRole('heading', { name: '退出しました' }).waitFor();
  await becomes(t, () => button(applicant, '参加者リスト').count(), 0);
  await interviewer.getByText('参加者を待っています').waitFor();
  await button(applicant, '再接続').click();
  await ask(applicant);
  await button(interviewer, '許可する').click();
  await button(applicant, '退出').waitFor();
});

test.serial(
  'a server that stops is told; when it is back the request stands, and can be granted',
  async (t) => {
    const { server, open } = await start(t);
    const applicant = await open();
    await ask(applicant);
    await server.close();
    await applicant.getByText('接続が切れました。自動で再接続しています').waitFor();
    await becomes(t, () => button(applicant, '管理者の承認をお待ちください').isDisabled(), true);
    await startServer(t, { dataDir: server.config.dataDir, 'http.port': server.port });
    await applicant.getByText('接続が切れました。自動で再接続しています').waitFor({ state: 'detached' });
    await becomes(t, () => button(applicant, '管理者の承認をお待ちください').isEnabled(), true);
    const interviewer = await open('interviewer');
    await enter(interviewer);
    await button(interviewer, '許可する').click();
    await button(applicant, '退出').waitFor();
  },
);

test.serial(
  'a server that comes back without the seats is told of: the request is to be made anew',
  async (t) => {
    const { server, open } = await start(t);
    const applicant = await open();
    await ask(applicant);
    await server.close();
    const store = await openStore(server.config, { create: false });
    const seats = await store.readSeats();
    await store.writeSeats(
      String(seats[0]?.serverId),
      [],
      seats.map(({ peerId }) => peerId),
    );
    await store.close();
    await startServer(t, { dataDir: server.config.dataDir, 'http.port': server.port });
    await applicant.getByText('リクエストが取り消されました').waitFor();
    await ask(applicant);
    await becomes(t, () => applicant.getByText('リクエストが取り消されました').count(), 0);
  },
);

test.serial(
  'messages of markup are text, links of the web are links, and a message of 256 characters is not sent',
  async (t) => {
    const { open } = await start(t);
    const page = await open('interviewer');
    await enter(page);
    await button(page, 'チャット').click();
    const field = page.getByRole('textbox');
    await field.fill('x'.repeat(256));
    await becomes(t, () => button(page, '送信').isDisabled(), true);
    await field.press('Control+Enter');
    await field.fill('<img src=x onerror="document.title=1"> javascript:alert(1) https://example.com/a。');
    await button(page, '送信').click();
    await page.getByText('<img src=x').waitFor();
    await becomes(t, () => page.locator('[role=log] img').count(), 0);
    await becomes(t, () => page.locator('[role=log] p').count(), 1);
    const links = page.getByRole('log').getByRole('link');
    t.is(await links.count(), 1);
    const of = (name: string) => links.getAttribute(name);
    t.deepEqual(
      [await of('href'), await of('target'), await of('rel')],
      ['https://example.com/a', '_blank', 'noopener noreferrer nofollow'],
    );
  },
);

test.serial('where a script does not come the page says what to do', async (t) => {
  const { server, room, context } = await start(t, { checked: false });
  const failed = /Failed to load resource|ERR_FAILED/;
  const page = await openPage(t, context, 'about:blank', failed);
  await page.route('**/assets/*.js', (route) => route.abort());
  await page.goto(`${server.url}/room#${room.tokens.applicant}`);
  const said = page.getByText(
    'ページを読み込んでいます。表示されない場合は、ページを再読み込みしてください。',
  );
  await said.waitFor();
  await shoot(page, 'not-loaded');
  await page.setViewportSize({ width: 390, height: 844 });
  await shoot(page, 'not-loaded-phone');
  await page.unroute('**/assets/*.js');
  await page.reload();
  await button(page, '待機画面へ進む').waitFor();
  t.false(await said.isVisible());
});
