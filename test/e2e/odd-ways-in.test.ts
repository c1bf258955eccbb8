/** Ways into the page that are not the usual one: from inside of an app, by a link that was changed, without storage. */
import test from 'ava';
import type { Page } from 'playwright-core';
import { launchBrowser, newContext, openPage, passCheck, shoot } from '../helpers/browser.ts';
import { person } from '../helpers/interview.ts';
import { green, violet } from '../helpers/meeting.ts';
import { startServer } from '../helpers/server.ts';
import { shareBrowsers } from '../helpers/shared-browsers.ts';
import { until } from '../helpers/until.ts';

shareBrowsers(test);

const phone = { width: 390, height: 844 };
const view = 'Mozilla/5.0 (Linux; Android 13; Pixel 7 Build/TQ; wv) AppleWebKit/537.36 (KHTML, like Gecko)';
const line = `${view} Version/4.0 Chrome/120.0.0.0 Mobile Safari/537.36 Line/13.21.0/IAB`;
const facebook = `${view} Version/4.0 Chrome/120.0.0.0 Mobile Safari/537.36 [FB_IAB/FB4A;FBAV/440.0.0;]`;

test.serial('inside of LINE: told, the ways out, and on as far as its browser can', async (t) => {
  const server = await startServer(t);
  const { tokens } = await server.room();
  const { browser } = await launchBrowser(t);
  const visit = (userAgent: string, locale = 'ja-JP') =>
    newContext(browser, { context: { locale, userAgent, viewport: phone, isMobile: true, hasTouch: true } });
  const context = await visit(line);
  await passCheck(context);
  const url = `${server.url}/room#${tokens.applicant}`;
  const page = await openPage(t, context, url);
  await page.getByRole('heading', { name: 'ブラウザで開き直してください' }).waitFor();
  t.truthy(await page.getByText('LINE の中のブラウザで開かれています').count());
  const out = page.getByRole('link', { name: 'ブラウザで開く' });
  t.is(await out.getAttribute('href'), `${server.url}/room?openExternalBrowser=1#${tokens.applicant}`);
  await shoot(page, 'in-line');
  // Nobody has given the clipboard to this page: the link is there to be copied by hand.
  await page.evaluate(() => {
    navigator.clipboard.writeText = () => Promise.reject(new DOMException('denied', 'NotAllowedError'));
  });
  await page.getByRole('button', { name: 'リンクをコピー' }).click();
  await page.getByText('下のリンクを長押ししてコピーしてください').waitFor();
  await page.evaluate(() => {
    navigator.clipboard.writeText = async (text) => void Object.assign(globalThis, { copied: text });
  });
  await page.getByRole('button', { name: 'リンクをコピー' }).click();
  await page.getByText('コピーしました').waitFor();
  t.is(await page.evaluate(() => (globalThis as { copied?: string }).copied), url);
  // Until then nobody has been asked for a camera, and the room has not been entered.
  await page.getByRole('button', { name: 'このまま続ける' }).click();
  await page.getByRole('heading', { name: '待機画面' }).waitFor();
  // Who has a place is not asked again.
  await page.reload();
  await page.getByRole('heading', { name: '待機画面' }).waitFor();

  const other = await visit(facebook, 'en-US');
  await other.addInitScript(() => {
    Object.defineProperty(navigator.mediaDevices, 'getUserMedia', { value: undefined });
  });
  const english = await openPage(t, other, url);
  await english.getByRole('heading', { name: 'Please open this in your browser' }).waitFor();
  const intent = await english.getByRole('link', { name: 'Open in browser' }).getAttribute('href');
  t.true(intent?.startsWith(`intent://${new URL(url).host}/room#${tokens.applicant}#Intent;scheme=http;`));
  await english.getByText('cannot be used inside this app').waitFor();
  t.is(await english.getByRole('button', { name: 'Continue here' }).count(), 0);
  await shoot(english, 'in-facebook-en');
  await english.setViewportSize({ width: 1280, height: 720 });
  await shoot(english, 'in-facebook-en-wide');
});

test.serial(
  'a link that was changed opens its room, a cut one says so, and what is not there helps',
  async (t) => {
    const server = await startServer(t);
    const { tokens } = await server.room();
    const { context } = await launchBrowser(t, { context: { viewport: phone } });
    await passCheck(context);
    const sockets: string[] = [];
    const page = await openPage(t, context, 'about:blank', /status of 404/);
    page.on('websocket', (socket) => sockets.push(socket.url()));
    for (const changed of [
      `/room%23${tokens.applicant}`,
      `/room/#${tokens.applicant}。`,
      `/rooom#${tokens.applicant}%20`,
    ]) {
      await page.goto('about:blank');
      await page.goto(server.url + changed);
      await page.getByRole('heading', { name: '待機画面' }).waitFor();
      t.is(page.url(), `${server.url}/room#${tokens.applicant}`);
    }
    // Another link in the same tab, and a cut one: nothing is tried with that.
    await page.goto('about:blank');
    const before = sockets.length;
    await page.goto(`${server.url}/room%23${tokens.applicant.slice(0, 30)}`);
    await page.getByRole('heading', { name: 'リンクが途中で切れています' }).waitFor();
    await shoot(page, 'cut-link');
    t.is(sockets.length, before);
    await page.goto(`${server.url}/nothing/here`);
    await page.getByRole('heading', { name: 'リンクからお入りください' }).waitFor();
    await shoot(page, 'nothing-here');
    await page.evaluate((hash) => {
      location.hash = hash;
    }, `${tokens.interviewer}.`);
    await page.getByLabel('会社名').waitFor();
  },
);

// Runs in the page, before its own scripts.
function refuseStorage(): void {
  Object.defineProperty(globalThis, 'localStorage', {
    get() {
      throw new DOMException('denied', 'SecurityError');
    },
  });
  const sockets: WebSocket[] = [];
  Object.assign(globalThis, {
    sockets,
    WebSocket: class extends WebSocket {
      constructor(url: string, protocols: string[]) {
        super(url, protocols);
        sockets.push(this);
      }
    },
  });
}

/** The line is lost, and is there again. */
async function blip(page: Page): Promise<void> {
  const count = () => page.evaluate(() => (globalThis as unknown as { sockets: WebSocket[] }).sockets.length);
  const before = await count();
  await page.evaluate(() => (globalThis as unknown as { sockets: WebSocket[] }).sockets.at(-1)?.close());
  await until('the page has another socket', async () => (await count()) > before);
}

test.serial('where storage is refused, a blip keeps the request, and then the seat', async (t) => {
  const server = await startServer(t);
  const { tokens } = await server.room();
  const [interviewer, applicant] = await Promise.all([
    person(t, 'interviewer', { colour: green, hertz: 440 }, { checked: true }),
    person(t, 'applicant', { colour: violet, hertz: 660 }),
  ]);
  await applicant.context.addInitScript(refuseStorage);
  await interviewer.arrive(`${server.url}/room#${tokens.interviewer}`);
  await interviewer.page.getByLabel('会社名').fill('株式会社例');
  await interviewer.page.getByLabel('お名前').fill('面接太郎');
  await interviewer.button('接続').click();
  await applicant.arrive(`${server.url}/room#${tokens.applicant}`);
  await applicant.page.getByLabel('お名前').fill('応募花子');
  await applicant.button('参加をリクエストする').click();
  await applicant.button('管理者の承認をお待ちください').waitFor();
  await blip(applicant.page);
  // Of a place that was lost there would be a request as well, of which nobody is let in.
  await interviewer.button('許可する').click();
  await applicant.button('退出').waitFor();
  await blip(applicant.page);
  await applicant.writes('まだここにいます');
  await interviewer.page.getByRole('button', { name: /^チャット 未読1件/ }).waitFor();
  await Promise.all([interviewer.sees(violet), applicant.sees(green)]);
  t.is(await applicant.button('退出').count(), 1);
});
