/** Backgrounds as people use them in the call. */
import test from 'ava';
import type { Page } from 'playwright-core';
import { centreColour, isNear } from '../helpers/fake-media.ts';
import type { Person } from '../helpers/interview.ts';
import { meet, more, violet } from '../helpers/meeting.ts';
import { shareBrowsers } from '../helpers/shared-browsers.ts';
import { becomes, until } from '../helpers/until.ts';

shareBrowsers(test);

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
