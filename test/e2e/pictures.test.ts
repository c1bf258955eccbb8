/** Cameras of every shape in windows of every shape; devices that are refused, lost and silenced. */
import test from 'ava';
import type { Page } from 'playwright-core';
import { openPage } from '../helpers/browser.ts';
import { fakeDevices } from '../helpers/fake-media.ts';
import { type Person, person } from '../helpers/interview.ts';
import { green, meet, violet } from '../helpers/meeting.ts';
import { startServer } from '../helpers/server.ts';
import { shareBrowsers } from '../helpers/shared-browsers.ts';
import { becomes } from '../helpers/until.ts';

shareBrowsers(test);

const upright = () => fakeDevices({ colour: violet, hertz: 660, size: { width: 360, height: 640 } });
const phone = { viewport: { width: 390, height: 844 }, hasTouch: true };

/** How the picture of this person is fitted. */
const fitOf = (page: Page, name: string) =>
  page
    .getByLabel(`${name}の映像`)
    .first()
    .evaluate((video) => getComputedStyle(video).objectFit);

test.serial(
  'an upright phone and a wide camera see each other whole; each may choose otherwise',
  async (t) => {
    const { interviewer, applicant } = await meet(t, {
      applicant: { devices: await upright(), context: phone },
    });
    await Promise.all([interviewer.sees(violet), applicant.sees(green)]);
    await becomes(t, () => fitOf(interviewer.page, '佐藤花子'), 'contain');
    await interviewer.page.getByLabel('佐藤花子の映像').hover();
    await interviewer.button('拡大して表示').click();
    await becomes(t, () => fitOf(interviewer.page, '佐藤花子'), 'cover');
    await interviewer.button('全体を表示').click();
    await becomes(t, () => fitOf(interviewer.page, '佐藤花子'), 'contain');
    await interviewer.shows('upright');
    // In the upper part of an upright window a wide picture would lose its sides.
    await becomes(t, () => fitOf(applicant.page, '毎日太郎'), 'contain');
    await applicant.shows('upright');
    await interviewer.button('タイルビュー').click();
    await becomes(
      t,
      () => fitOf(interviewer.page, '毎日太郎'),
      'contain',
      'a wide camera in an upright half',
    );
    await applicant.page.setViewportSize({ width: 844, height: 390 });
    await becomes(t, () => fitOf(applicant.page, '毎日太郎'), 'cover', 'the phone is turned');
    t.pass();
  },
);

/** From now on a tracks' events can be sent by `fire`, and getUserMedia refuses what `refuse` says. */
function control(): void {
  const tracks: MediaStreamTrack[] = [];
  const { mediaDevices } = navigator;
  // Not on about:blank, where each begins.
  if (!mediaDevices) return;
  const ask = mediaDevices.getUserMedia.bind(mediaDevices);
  mediaDevices.getUserMedia = async (constraints) => {
    const refused = sessionStorage.getItem('refused');
    if (refused) throw new DOMException(refused, 'NotAllowedError');
    const stream = await ask(constraints);
    tracks.push(...stream.getTracks());
    return stream;
  };
  Object.assign(globalThis, {
    fire(kind: string, event: string) {
      for (const track of tracks)
        if (track.kind === kind && track.readyState === 'live') track.dispatchEvent(new Event(event));
    },
  });
}

declare const fire: (kind: string, event: string) => void;

test.serial(
  'a phone call silences the microphone and pauses the other: both know, and all comes back',
  async (t) => {
    const { interviewer, applicant } = await meet(t, {
      prepare: (each: Person) => each.context.addInitScript(control),
    });
    await applicant.hears(440);
    const off = interviewer.page.getByRole('img', { name: 'マイクはオフです' });
    await applicant.page.evaluate(() => {
      fire('audio', 'mute');
      for (const video of document.querySelectorAll('video')) video.pause();
    });
    await applicant.page.getByText(/マイクが一時的に止まっています/).waitFor();
    await off.waitFor();
    await becomes(
      t,
      () =>
        applicant.page.evaluate(() => [...document.querySelectorAll('video')].some(({ paused }) => paused)),
      false,
      'the system’s pause is ended',
    );
    await applicant.page.evaluate(() => fire('audio', 'unmute'));
    await off.waitFor({ state: 'detached' });
    await applicant.page.getByText(/マイクが一時的に止まっています/).waitFor({ state: 'detached' });
    await applicant.page.evaluate(() => fire('audio', 'mute'));
    await off.waitFor();
    await applicant.page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
    await off.waitFor({ state: 'detached' });
    await interviewer.hears(660);
    t.pass();
  },
);

const systems = {
  macOS: ['Macintosh; Intel Mac OS X 10_15_7', /システム設定/],
  Windows: ['Windows NT 10.0; Win64; x64', /Windows の「設定」/],
  Android: ['Linux; Android 14; Pixel 8', /クイック設定パネル/],
} as const;

test.serial(
  'what the system itself refuses is told for each system, and one may come to listen only',
  async (t) => {
    const server = await startServer(t);
    const { tokens } = await server.room();
    const applicant = await person(t, 'applicant', { colour: violet, hertz: 660 });
    const { context, page, button } = applicant;
    await context.addInitScript(control);
    const url = `${server.url}/room#${tokens.applicant}`;
    for (const [system, [platform, words]] of Object.entries(systems)) {
      const other = await openPage(t, context, 'about:blank');
      await other.addInitScript((agent) => {
        sessionStorage.setItem('refused', 'Permission denied by system');
        Object.defineProperty(navigator, 'userAgent', { value: agent });
      }, `Mozilla/5.0 (${platform}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36`);
      await other.goto(url);
      await other.getByText(words).first().waitFor();
      t.is(await other.getByText('アドレスバー').count(), 0, system);
      await other.close();
    }
    await page.addInitScript(() => sessionStorage.setItem('refused', 'Permission denied by system'));
    await page.goto(url);
    await button('聞くだけで参加する').click();
    await page.getByText(/こちらの声は相手に届きません/).waitFor();
    await applicant.shows('listen-only');
    await page.getByLabel('お名前').fill('佐藤花子');
    await button('参加をリクエストする').click();
    const interviewer = await person(t, 'interviewer', { colour: green, hertz: 440 }, { checked: true });
    await interviewer.arrive(`${server.url}/room#${tokens.interviewer}`);
    await interviewer.page.getByLabel('会社名').fill('株式会社エントリーポケット');
    await interviewer.page.getByLabel('お名前').fill('毎日太郎');
    await interviewer.button('接続').click();
    await interviewer.button('許可する').click();
    await applicant.hears(440);
    await interviewer.page.getByRole('img', { name: 'マイクはオフです' }).waitFor();

    // What is told meanwhile does not lie over why there is no microphone, and how to get it.
    await page.setViewportSize({ width: 390, height: 844 });
    await button('マイク').click();
    const why = page.getByRole('alert').filter({ hasText: 'カメラとマイクを使用できません' });
    await why.waitFor();
    await interviewer.button('手を挙げる').click();
    const raised = page.getByRole('status').getByText(/毎日太郎さんが手を挙げ/);
    await raised.waitFor();
    const edges = async () => {
      const [above, below] = [await why.boundingBox(), await raised.boundingBox()];
      return above !== null && below !== null && above.y + above.height <= below.y;
    };
    await becomes(t, edges, true, 'one below the other');
    await applicant.shows('listen-only-told');
  },
);
