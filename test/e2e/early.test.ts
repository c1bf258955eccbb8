/** Before the room opens: when that is, the check that can be run meanwhile, and the room that opens by itself. */
import test from 'ava';
import type { WebSocket } from 'playwright-core';
import { updateRoom } from '../../src/server/admin/rooms.ts';
import { en as earlyEn } from '../../src/web/i18n/early/en.ts';
import { ja as earlyJa } from '../../src/web/i18n/early/ja.ts';
import { newContext, openPage } from '../helpers/browser.ts';
import { enterWorld, press } from '../helpers/screens.ts';
import { adminOf } from '../helpers/server.ts';
import { shareBrowsers } from '../helpers/shared-browsers.ts';
import { collect } from '../helpers/store.ts';
import { becomes } from '../helpers/until.ts';

shareBrowsers(test);

const MINUTE = 60_000;
const fromNow = (ms: number) => new Date(Date.now() + ms);

/** Runs in the page, before its own scripts: a phone whose clock is an hour fast. */
function anHourFast(): void {
  const Right = Date;
  const hour = 3_600_000;
  globalThis.Date = class extends Right {
    constructor(...given: unknown[]) {
      if (given.length === 0) super(Right.now() + hour);
      else super(...(given as [number]));
    }

    static override now = () => Right.now() + hour;
  } as DateConstructor;
}

/** Runs in the page, before its own scripts: the person thinks before allowing the camera, until `allow` is called. */
function hesitate(): void {
  // A blank page has no devices.
  if (!navigator.mediaDevices) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  (globalThis as { allow?: () => void }).allow = resolve;
  navigator.mediaDevices.getUserMedia = async (wanted) => {
    await promise;
    return open(wanted);
  };
}

for (const language of ['ja', 'en'] as const) {
  test.serial(
    `${language}: an hour early the check can be run and nothing else; then the room opens by itself`,
    async (t) => {
      const { server, browser, words, look } = await enterWorld(t, language);
      const early = language === 'ja' ? earlyJa : earlyEn;
      const admin = await adminOf(server);
      const { record, tokens } = await server.room({
        from: fromNow(60 * MINUTE),
        until: fromNow(120 * MINUTE),
      });
      const locale = language === 'ja' ? 'ja-JP' : 'en-US';
      const context = await newContext(browser, { context: { locale, timezoneId: 'Asia/Tokyo' } });
      await context.addInitScript(anHourFast);
      const page = await openPage(t, context, `${server.url}/room#${tokens.applicant}`);
      await page.getByRole('heading', { name: early.title }).waitFor();
      t.true((await page.locator('main').innerText()).includes(words.refused.closed));
      // By the server's clock, though this phone's says that it is time.
      await becomes(t, async () => /4[45]( min|分)/.test(await page.getByRole('timer').innerText()), true);
      t.true(
        (await page.locator('main').innerText()).includes(
          early.beginsAt(record.from.toISOString(), 'Asia/Tokyo', false),
        ),
      );
      await look(page, 'early');

      await press(page, early.checkOnly);
      await page.getByRole('heading', { name: words.check.title }).waitFor();
      const passed = page.getByRole('status').filter({ hasText: early.passed('').slice(0, 10) });
      await passed.waitFor({ timeout: 60_000 });
      t.is(await page.getByText(words.check.states.ok, { exact: true }).count(), 6);
      t.is(await page.getByRole('button', { name: words.check.proceed }).count(), 0);
      await look(page, 'early-checked');
      t.deepEqual(await collect(server.store.audit.entries()), []);
      await press(page, early.back);
      await page.getByText(early.checked).waitFor();
      await look(page, 'early-done');

      // The time comes.
      await updateRoom(admin, record, { from: fromNow(15 * MINUTE + 4000) });
      await page.getByRole('heading', { name: words.waiting.title }).waitFor();
      await page.getByLabel(words.waiting.name).fill('応募花子');
      await press(page, words.waiting.request);
      await page.getByRole('button', { name: words.waiting.requested }).waitFor();
    },
  );
}

test.serial('the room opens while the check is still shown: it goes on by itself', async (t) => {
  const { server, words, open } = await enterWorld(t, 'ja');
  const admin = await adminOf(server);
  const { record, tokens } = await server.room({ from: fromNow(60 * MINUTE), until: fromNow(120 * MINUTE) });
  const page = await open(tokens.interviewer, { checked: false });
  await press(page, earlyJa.checkOnly);
  await page.getByRole('status').filter({ hasText: 'すべて問題ありません' }).waitFor({ timeout: 60_000 });
  await updateRoom(admin, record, { openEarlyMinutes: 120 });
  await page.getByRole('heading', { name: words.waiting.title }).waitFor();
  await t.notThrowsAsync(page.getByRole('button', { name: '接続', exact: true }).waitFor());
});

test.serial('the room opens in the middle of the check, which comes to its end first', async (t) => {
  const { server, browser, words } = await enterWorld(t, 'ja');
  const context = await newContext(browser);
  await context.addInitScript(hesitate);
  const page = await openPage(t, context, 'about:blank');
  const sockets: WebSocket[] = [];
  let isTold = false;
  page.on('websocket', (socket) => {
    sockets.push(socket);
    socket.on('framereceived', ({ payload }) => {
      isTold ||= String(payload).includes('"opened"');
    });
  });
  const { tokens } = await server.room({
    from: fromNow(15 * MINUTE + 30_000),
    until: fromNow(120 * MINUTE),
  });
  await page.goto(`${server.url}/room#${tokens.applicant}`);
  await press(page, earlyJa.checkOnly);
  await becomes(t, () => isTold, true);
  t.is(sockets.length, 1, 'the check goes on where it began');
  await page.evaluate(() => (globalThis as { allow?: () => void }).allow?.());
  await page.getByRole('heading', { name: words.waiting.title }).waitFor({ timeout: 60_000 });
  t.is(sockets.length, 2);
});

test.serial(
  'who waits in a room that is given a later time keeps the place, and who has none is told when it is',
  async (t) => {
    const { server, words, open } = await enterWorld(t, 'ja');
    const admin = await adminOf(server);
    const { record, tokens } = await server.room({ from: fromNow(0), until: fromNow(120 * MINUTE) });
    const page = await open(tokens.applicant);
    await page.getByRole('heading', { name: words.waiting.title }).waitFor();
    const moved = await updateRoom(admin, record, { from: fromNow(60 * MINUTE) });
    await page.reload();
    await page.getByRole('heading', { name: words.waiting.title }).waitFor();
    // Whoever has no place any more, as the key of it is lost.
    await page.evaluate(() => localStorage.clear());
    await page.reload();
    await page.getByRole('heading', { name: earlyJa.title }).waitFor();
    t.is(await page.getByRole('heading', { name: words.waiting.title }).count(), 0);
    await updateRoom(admin, moved, { from: fromNow(0) });
    await page.getByRole('heading', { name: words.waiting.title }).waitFor();
  },
);
