/** Small things that people ask for everywhere: of one's own picture, the chat's history, notifications, a small window. */
import test from 'ava';
import { waitForTone } from '../helpers/fake-media.ts';
import { person } from '../helpers/interview.ts';
import { green, meet, more, openChat, violet } from '../helpers/meeting.ts';
import { shareBrowsers } from '../helpers/shared-browsers.ts';
import { becomes, until } from '../helpers/until.ts';

shareBrowsers(test);

test.serial('one’s own picture is hidden from oneself alone, also after a reload', async (t) => {
  const { interviewer, applicant } = await meet(t);
  const own = interviewer.page.getByLabel('毎日太郎の映像');
  await own.waitFor();
  await more(interviewer, '自分の映像を隠す');
  await own.waitFor({ state: 'detached' });
  await applicant.sees(green);
  await interviewer.shows('without-self');
  await interviewer.page.reload();
  await interviewer.sees(violet);
  t.is(await own.count(), 0);
  await more(interviewer, '自分の映像を表示');
  await own.waitFor();
});

test.serial('the history stays where one reads, and says that there is something new', async (t) => {
  const { interviewer, applicant } = await meet(t);
  const { page } = interviewer;
  await openChat(interviewer);
  const long = (text: string) => `${text}${'\n…'.repeat(60)}`;
  await interviewer.writes(long('一'));
  await applicant.writes('二');
  const history = page.getByRole('log');
  await history.getByText('二').waitFor();
  const end = () => history.evaluate((e) => Math.abs(e.scrollHeight - e.clientHeight - e.scrollTop) < 2);
  await becomes(t, end, true, 'who is at the end is brought to what is new');
  await history.evaluate((element) => element.scrollTo({ top: 0 }));
  await applicant.writes('三');
  const button = page.getByRole('button', { name: '新しいメッセージ' });
  await button.waitFor();
  t.is(await history.evaluate(({ scrollTop }) => scrollTop), 0);
  await interviewer.shows('new-messages');
  await button.click();
  await becomes(t, end, true);
  await button.waitFor({ state: 'detached' });
  await history.evaluate((element) => element.scrollTo({ top: 0 }));
  await interviewer.writes('四');
  await becomes(t, end, true, 'what one has written oneself is seen');
});

declare const notified: { text: string; closed: boolean }[];

test.serial('a knock while nobody looks is told by the system, once that was wished', async (t) => {
  const { interviewer, applicant } = await meet(t, {
    prepare: ({ context }) =>
      context.addInitScript(() => {
        const told: { text: string; closed: boolean }[] = [];
        class FakeNotification {
          static permission = 'default';
          static async requestPermission() {
            FakeNotification.permission = 'granted';
            return 'granted';
          }
          readonly entry: { text: string; closed: boolean };
          constructor(text: string) {
            this.entry = { text, closed: false };
            told.push(this.entry);
          }
          close() {
            this.entry.closed = true;
          }
        }
        Object.assign(globalThis, { Notification: FakeNotification, notified: told });
      }),
  });
  const { page } = interviewer;
  await more(interviewer, '参加リクエスト通知音量');
  await page.getByRole('checkbox', { name: /デスクトップ通知/ }).check();
  await interviewer.shows('notify');
  await page.getByRole('dialog').getByRole('button', { name: '閉じる' }).click();
  await page.evaluate(() => Object.defineProperty(document, 'hidden', { value: true, configurable: true }));
  await applicant.button('退出').click();
  await applicant.button('退出する').click();
  await applicant.button('再接続').click();
  await applicant.button('参加をリクエストする').click();
  await until('the system was told', () => page.evaluate(() => notified.length));
  t.deepEqual(await page.evaluate(() => notified.map(({ text }) => text)), [
    '佐藤花子さんが参加をリクエストしています',
  ]);
  await interviewer.button('許可する').click();
  await becomes(t, () => page.evaluate(() => notified[0]?.closed), true, 'answered, it is taken away');
});

test.serial('the other is shown in a small window in front, as in the call, and goes with it', async (t) => {
  const { interviewer, applicant } = await meet(t);
  const { page, context } = interviewer;
  await interviewer.sees(violet);
  const opening = context.waitForEvent('page');
  await more(interviewer, '小さいウィンドウで表示');
  const small = await opening;
  await until('the picture is in the small window', () =>
    small.evaluate(() => (document.querySelector('video')?.videoWidth ?? 0) > 0),
  );
  const isSeen = () =>
    small.evaluate(() => {
      const video = document.querySelector('video');
      return video !== null && getComputedStyle(video).visibility === 'visible';
    });
  t.true(await isSeen());
  await small.getByText('佐藤花子', { exact: true }).waitFor();
  await applicant.button('カメラ').click();
  await small.getByRole('img', { name: 'カメラはオフです' }).waitFor();
  await becomes(t, isSeen, false, 'no picture of before stands still');
  await applicant.button('カメラ').click();
  await becomes(t, isSeen, true);
  await more(interviewer, 'English');
  await small.getByLabel('佐藤花子’s picture').waitFor();
  await page.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('button', { name: '日本語' }).click();
  await page.getByRole('button', { name: '詳細アクション' }).click();
  await page.getByRole('button', { name: '小さいウィンドウを閉じる' }).waitFor();
  await page.keyboard.press('Escape');
  await interviewer.button('退出').click();
  await interviewer.button('退出する').click();
  await until('the small window is closed', () => small.isClosed());
  t.pass();
});

test.serial('the sound of a shared tab is heard beside the voice, and ends with it', async (t) => {
  const { interviewer, applicant } = await meet(t, {
    prepare: ({ context }) =>
      context.addInitScript(() => {
        if (!navigator.mediaDevices) return;
        navigator.mediaDevices.getDisplayMedia = async (wanted) => {
          const context = new AudioContext();
          const oscillator = new OscillatorNode(context, { frequency: 1500 });
          const played = new MediaStreamAudioDestinationNode(context);
          oscillator.connect(played);
          oscillator.start();
          const picture = document.createElement('canvas').captureStream(5);
          return new MediaStream([
            ...picture.getVideoTracks(),
            ...(wanted?.audio ? played.stream.getAudioTracks() : []),
          ]);
        };
      }),
  });
  await interviewer.hears(660);
  await applicant.button('画面共有').click();
  await applicant.page.getByText('画面と音声を共有しています').waitFor();
  await waitForTone(interviewer.page.getByLabel('佐藤花子さんの画面'), 1500);
  await waitForTone(interviewer.page.locator('[data-peer] video'), 660);
  await applicant.button('共有を停止').first().click();
  await interviewer.page.getByLabel('佐藤花子さんの画面').waitFor({ state: 'detached' });
  await interviewer.hears(660);
  t.pass();
});

test.serial('who waits reads what an interviewer writes, with its link', async (t) => {
  const { server, room, interviewer } = await meet(t);
  await more(interviewer, '待機中の方へのメッセージ');
  const dialog = interviewer.page.getByRole('dialog');
  const field = dialog.getByLabel('待機中の方へのメッセージ');
  const send = dialog.getByRole('button', { name: '待機画面に表示する' });
  await field.fill('長'.repeat(501));
  await dialog.getByRole('alert').getByText('500文字以内で入力してください。').waitFor();
  t.true(await send.isDisabled());
  await interviewer.shows('waiting-message-too-long');
  await field.fill('10分ほど遅れています。\nhttps://example.com/map をご覧ください。');
  await send.click();
  await dialog.getByText('表示しました。').waitFor();
  await interviewer.shows('waiting-message');
  const other = await person(t, 'other', { colour: violet, hertz: 880 }, { checked: true });
  await other.arrive(`${server.url}/room#${room.tokens.applicant}`);
  await other.page.getByText('10分ほど遅れています。').waitFor();
  const link = other.page.getByRole('link', { name: 'https://example.com/map' });
  t.is(await link.getAttribute('href'), 'https://example.com/map');
  await other.shows('waiting-message');
});
