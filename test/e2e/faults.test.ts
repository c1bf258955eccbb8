/** What goes wrong in a call: a bad line, a device that goes, a tab that sleeps, a browser that lacks something, a phone. */
import test from 'ava';
import { devices } from 'playwright-core';
import type { Person } from '../helpers/interview.ts';
import { green, meet, violet } from '../helpers/meeting.ts';
import { shareBrowsers } from '../helpers/shared-browsers.ts';
import { becomes } from '../helpers/until.ts';

shareBrowsers(test);

const says = ({ page }: Person, text: string | RegExp) => page.getByText(text).first().waitFor();

test.serial(
  'a microphone that is unplugged in the call: another is taken, and what was muted stays so',
  async (t) => {
    const { interviewer, applicant } = await meet(t);
    await interviewer.hears(660);
    const unplug = () =>
      applicant.page.evaluate(() => {
        const { tracks } = globalThis as unknown as { tracks: MediaStreamTrack[] };
        for (const track of tracks.filter(
          ({ kind, readyState }) => kind === 'audio' && readyState === 'live',
        )) {
          track.stop();
          track.dispatchEvent(new Event('ended'));
        }
      });
    await applicant.context.addInitScript(() => {
      const tracks: MediaStreamTrack[] = [];
      Object.assign(globalThis, { tracks });
      const { mediaDevices } = navigator;
      const ask = mediaDevices.getUserMedia.bind(mediaDevices);
      mediaDevices.getUserMedia = async (constraints) => {
        const stream = await ask(constraints);
        tracks.push(...stream.getTracks());
        return stream;
      };
    });
    await applicant.page.reload();
    await interviewer.hears(660);
    await unplug();
    await interviewer.hears(660);
    await applicant.button('マイク').click();
    await unplug();
    await applicant.page.waitForTimeout(500);
    await becomes(t, () => applicant.button('マイク').getAttribute('aria-pressed'), 'false');
    await applicant.button('マイク').click();
    await interviewer.hears(660);
  },
);

test.serial(
  'a browser without screens to share, loudspeakers to choose, WebGL and WebAssembly holds the call',
  async (t) => {
    const { interviewer, applicant } = await meet(t);
    await applicant.context.addInitScript(() => {
      Reflect.deleteProperty(MediaDevices.prototype, 'getDisplayMedia');
      Reflect.deleteProperty(HTMLMediaElement.prototype, 'setSinkId');
      Reflect.deleteProperty(globalThis, 'WebAssembly');
      HTMLCanvasElement.prototype.getContext = new Proxy(HTMLCanvasElement.prototype.getContext, {
        apply: (get, canvas, [kind, options]) =>
          String(kind).startsWith('webgl') ? null : Reflect.apply(get, canvas, [kind, options]),
      });
    });
    await applicant.page.reload();
    await Promise.all([applicant.sees(green), interviewer.sees(violet)]);
    await becomes(t, () => applicant.button('画面共有').count(), 0);
    await applicant.button('デバイス設定').click();
    await applicant.page.getByRole('dialog').waitFor();
    await becomes(t, () => applicant.page.getByLabel('オーディオ').count(), 0);
    await becomes(t, () => applicant.page.getByText('周囲の雑音を抑える').count(), 0);
    await applicant.page.getByRole('dialog').getByRole('button', { name: '閉じる' }).click();
    await applicant.button('詳細アクション').click();
    await applicant.button('ビデオの品質を管理').waitFor();
    await becomes(t, () => applicant.button('背景を選択').count(), 0);
  },
);

test.serial(
  'on a phone what it cannot do is absent, and the rest is folded into 「詳細アクション」',
  async (t) => {
    const { userAgent, viewport, deviceScaleFactor, isMobile, hasTouch } = devices['Pixel 7'] as never as {
      [key: string]: never;
    };
    const phone = { userAgent, viewport, deviceScaleFactor, isMobile, hasTouch };
    const { interviewer, applicant } = await meet(t, { applicant: { context: phone } });
    await Promise.all([applicant.sees(green), interviewer.sees(violet)]);
    for (const name of ['チャット', 'マイク', 'カメラ', '退出'])
      await becomes(t, () => applicant.button(name).isVisible(), true);
    await becomes(t, () => applicant.button('手を挙げる').count(), 0);
    await applicant.button('詳細アクション').click();
    for (const name of ['タイルビュー', '手を挙げる', 'デバイス設定', 'ビデオの品質を管理', 'ヘルプ'])
      await becomes(t, () => applicant.button(name).isVisible(), true, name);
    for (const name of ['画面共有', '背景を選択', '全員をミュート', '参加者'])
      await becomes(t, () => applicant.button(name).count(), 0, name);
    await applicant.button('デバイス設定').click();
    await applicant.page.getByRole('dialog').waitFor();
    await becomes(t, () => applicant.page.getByLabel('オーディオ').count(), 0);
    await becomes(t, () => applicant.button('テストサウンドを再生').count(), 0);
    await applicant.page.getByRole('dialog').getByRole('button', { name: '閉じる' }).click();
    // They can watch a shared screen, upright and on its side.
    await interviewer.button('画面共有').click();
    await says(applicant, '毎日太郎さんの画面');
    await applicant.page.setViewportSize({ width: 915, height: 412 });
    await becomes(t, () => applicant.page.getByText('毎日太郎さんの画面').isVisible(), true);
    await applicant.shows('phone-landscape-screen');
  },
);
