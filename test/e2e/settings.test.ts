/** Device settings and backgrounds as people use them, in the waiting room and in the call. */
import test from 'ava';
import type { Page } from 'playwright-core';
import { launchBrowser, openPage, passCheck } from '../helpers/browser.ts';
import { centreColour, isNear } from '../helpers/fake-media.ts';
import type { Person } from '../helpers/interview.ts';
import { meet, more, violet } from '../helpers/meeting.ts';
import { startServer } from '../helpers/server.ts';
import { becomes, until } from '../helpers/until.ts';

const KB = 1024;
const gif = Buffer.from('R0lGODlhAQABAIAAAAAAAP///ywAAAAAAQABAAACAUwAOw==', 'base64');
const says = ({ page }: Person, text: string) => page.getByText(text).first().waitFor();

/** A picture made by a browser: one colour, or noise that compresses badly. */
const jpeg = (page: Page, size: number, noisy: boolean) =>
  page.evaluate(
    async ([side, rough]) => {
      const canvas = document.createElement('canvas');
      Object.assign(canvas, { width: side, height: side });
      const context = canvas.getContext('2d') as CanvasRenderingContext2D;
      context.fillStyle = 'rgb(20, 40, 200)';
      context.fillRect(0, 0, Number(side), Number(side));
      if (rough) {
        const noise = context.getImageData(0, 0, Number(side), Number(side));
        for (let i = 0; i < noise.data.length; i++) noise.data[i] = Math.random() * 256;
        context.putImageData(noise, 0, 0);
      }
      const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/jpeg', 1));
      return [...new Uint8Array((await blob?.arrayBuffer()) ?? new ArrayBuffer(0))];
    },
    [size, noisy] as const,
  );

test.serial(
  'a background is chosen in the call, seen by the other, kept over a reload, and turned off',
  async (t) => {
    const { interviewer, applicant } = await meet(t);
    await interviewer.sees(violet);
    await more(applicant, '背景を選択');
    await applicant.page.getByRole('radio', { name: '白い壁' }).check();
    const seen = interviewer.page.getByLabel('佐藤花子の映像', { exact: true });
    const untilWall = () =>
      until('the wall is seen in place of the room', async () => !isNear(await centreColour(seen), violet), {
        withinMs: 60_000,
      });
    await untilWall();
    await applicant.page.reload();
    await untilWall();
    t.false(isNear(await centreColour(seen), violet), 'nobody sees the room behind, not for a moment');
    await more(applicant, '背景を選択');
    await applicant.page.getByRole('radio', { name: 'なし' }).check();
    await interviewer.sees(violet);
  },
);

test.serial('one’s own picture: what cannot be one is told, what can is used and removed', async (t) => {
  const { interviewer, applicant } = await meet(t);
  await more(applicant, '背景を選択');
  const input = applicant.page.locator('dialog input[type=file]');
  const plain = Buffer.from(await jpeg(applicant.page, 64, false));
  const rough = Buffer.from(await jpeg(applicant.page, 640, true));
  t.true(rough.length > 512 * KB);
  const faulty: [string, Buffer, string][] = [
    ['大.jpg', rough, '画像が大きすぎます。512KBまでの画像を選んでください。'],
    ['動く.png', gif, 'jpg または png の画像を選んでください。'],
    [
      '欠け.jpg',
      plain.subarray(0, plain.length / 2),
      '画像を読み込めませんでした。ファイルが壊れている可能性があります。',
    ],
  ];
  for (const [name, buffer, told] of faulty) {
    await input.setInputFiles({ name, mimeType: 'image/jpeg', buffer });
    await says(applicant, told);
    await becomes(t, () => applicant.page.getByRole('radio', { name: 'なし' }).isChecked(), true);
  }
  await input.setInputFiles({ name: '青.jpg', mimeType: 'image/jpeg', buffer: plain });
  await interviewer.sees([20, 40, 200]);
  await applicant.button('追加した背景を削除').click();
  await interviewer.sees(violet);
  await becomes(t, () => applicant.page.getByRole('radio', { name: '追加した背景' }).count(), 0);
});

test.serial(
  'another microphone and loudspeaker in the call, the test sound, and noise suppression',
  async (t) => {
    const { interviewer, applicant } = await meet(t);
    const { page, button } = applicant;
    await button('デバイス設定').click();
    const dialog = page.getByRole('dialog', { name: 'デバイス設定' });
    const choice = (label: string) => dialog.getByRole('combobox', { name: label });
    await choice('マイク').selectOption({ label: 'Fake Audio Input 1' });
    await choice('オーディオ').selectOption({ label: 'Fake Audio Output 1' });
    await dialog.getByRole('button', { name: 'テストサウンドを再生' }).click();
    await dialog.getByRole('checkbox', { name: '周囲の雑音を抑える' }).check();
    await page.waitForFunction(() => localStorage.getItem('webinterview.settings.noise') === 'true');
    const isHeardThere = () =>
      page.evaluate(() =>
        [...document.querySelectorAll('video')].some((video) => (video as { sinkId?: string }).sinkId),
      );
    await becomes(t, isHeardThere, true, 'the other is heard through the chosen loudspeaker');
    await dialog.getByRole('button', { name: '閉じる' }).click();
    await interviewer.page.locator('[data-speaking]').waitFor();
    await page.reload();
    await button('デバイス設定').click();
    await choice('マイク').waitFor();
    const chosen = (label: string) =>
      choice(label).evaluate((select: HTMLSelectElement) => select.selectedOptions[0]?.text);
    await becomes(t, () => chosen('マイク'), 'Fake Audio Input 1');
    await becomes(t, () => chosen('オーディオ'), 'Fake Audio Output 1');
  },
);

test.serial('another camera in the waiting room', async (t) => {
  const server = await startServer(t);
  const { tokens } = await server.room();
  const { context } = await launchBrowser(t, { args: ['--use-fake-device-for-media-stream=device-count=2'] });
  await passCheck(context);
  const page = await openPage(t, context, `${server.url}/room#${tokens.applicant}`);
  await page.getByRole('button', { name: 'デバイス設定' }).click();
  const choice = page.getByRole('combobox', { name: 'カメラ' });
  const untilShown = (camera: string) =>
    page.waitForFunction((label) => {
      const stream = document.querySelector<HTMLVideoElement>('dialog video')
        ?.srcObject as MediaStream | null;
      return stream?.getVideoTracks()[0]?.label === label;
    }, camera);
  await choice.waitFor();
  await untilShown('fake_device_0');
  await choice.selectOption({ label: 'fake_device_1' });
  await untilShown('fake_device_1');
  await page.reload();
  await page.getByRole('button', { name: 'デバイス設定' }).click();
  await choice.waitFor();
  await untilShown('fake_device_1');
  t.pass();
});
