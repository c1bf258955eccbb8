/** Device settings as people use them, in the waiting room and in the call. */
import test from 'ava';
import { launchBrowser, openPage, passCheck } from '../helpers/browser.ts';
import { meet } from '../helpers/meeting.ts';
import { startServer } from '../helpers/server.ts';
import { becomes } from '../helpers/until.ts';

// The browsers are not shared: in the headless shell a device has another id after each reload, so none can be found again.

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
