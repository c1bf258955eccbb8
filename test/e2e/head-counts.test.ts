/** How many wait and who asks, as interviewers are told: in the waiting room and in the call, with the sound of a request. */
import test from 'ava';
import { person } from '../helpers/interview.ts';
import { green, violet } from '../helpers/meeting.ts';
import { startServer } from '../helpers/server.ts';
import { shareBrowsers } from '../helpers/shared-browsers.ts';
import { becomes } from '../helpers/until.ts';

shareBrowsers(test);

declare const notes: number[];

test.serial(
  'interviewers are told who waits and who asks, in the waiting room and in the call',
  async (t) => {
    const server = await startServer(t);
    const room = await server.room({
      applicantSeats: undefined,
      applicants: ['佐藤花子'],
      interviewerSeats: 2,
    });
    const [interviewer, second, applicant, phone] = await Promise.all([
      person(t, 'interviewer', { colour: green, hertz: 440 }, { checked: true }),
      person(t, 'second', { colour: green, hertz: 550 }, { checked: true }),
      person(t, 'applicant', { colour: violet, hertz: 660 }),
      person(t, 'phone', { colour: violet, hertz: 770 }, { checked: true }),
    ]);
    await interviewer.context.addInitScript(() => {
      const started: number[] = [];
      Object.assign(globalThis, { notes: started });
      const start = OscillatorNode.prototype.start;
      OscillatorNode.prototype.start = function (when) {
        started.push(this.frequency.value);
        start.call(this, when);
      };
    });
    const { page } = interviewer;
    const waiting = page.locator('dd').first();
    const link = `${server.url}/room#${room.tokens.interviewer}`;
    await Promise.all([interviewer.arrive(link), second.arrive(link)]);
    await second.page.getByLabel('お名前').waitFor();
    await applicant.page.goto(`${server.url}/room#${room.tokens.applicant}`);
    await applicant.button('待機画面へ進む').waitFor();
    await becomes(
      t,
      () => waiting.innerText(),
      '0人',
      'neither oneself, nor another interviewer, nor who is at the check',
    );
    await applicant.button('待機画面へ進む').click();
    await page.getByText('応募者 1名（リクエストはまだありません）').waitFor();
    await phone.arrive(`${server.url}/room#${room.tokens.applicant}`);
    await phone.page.getByLabel('お名前').waitFor();
    await becomes(t, () => waiting.innerText(), '1人', 'one person with two devices is one');

    await page.getByLabel('会社名').click();
    await page.getByLabel('会社名').fill('株式会社エントリーポケット');
    await page.getByLabel('お名前').fill('毎日太郎');
    t.is(await page.evaluate(() => notes.length), 0);
    await applicant.page.getByLabel('お名前').fill('佐藤花子');
    await applicant.button('参加をリクエストする').click();
    const asks = page.getByText('応募者 1名（リクエスト中：佐藤花子）');
    await asks.waitFor();
    await becomes(
      t,
      () => page.evaluate(() => notes.includes(880)),
      true,
      'the request is heard in the waiting room',
    );
    t.regex(await page.title(), /^\(1\) /);
    await interviewer.shows('counts-waiting');
    t.is(await phone.page.getByText(/応募者 \d+名/).count(), 0, 'applicants are told nothing of it');

    await interviewer.button('接続').click();
    await asks.waitFor();
    await page.getByText('佐藤花子さんが参加をリクエストしています').waitFor();
    await interviewer.shows('counts-call');
    await page.setViewportSize({ width: 390, height: 844 });
    await interviewer.shows('counts-call-phone');
    await page.setViewportSize({ width: 1280, height: 720 });

    await second.page.getByRole('checkbox', { name: '名前表示' }).click();
    await page.getByText('応募者 1名（リクエスト中：1名）').waitFor();
    await second.page.getByText('応募者 1名（リクエスト中：1名）').waitFor();
    t.is(await page.getByText('佐藤花子').count(), 0, 'with names hidden nothing names the applicant');
    await second.shows('counts-waiting-nameless');
    await second.page.setViewportSize({ width: 390, height: 844 });
    await second.button('English').click();
    await second.page.getByText('1 applicant (asking to join: 1)').waitFor();
    await second.shows('counts-waiting-phone');

    await interviewer.button('許可する').click();
    await page.getByText('参加者さんが参加しました').waitFor();
    await applicant.button('手を挙げる').click();
    await applicant.page.getByRole('img', { name: '手を挙げています', exact: true }).waitFor();
    await page.getByText('参加者さんが手を挙げています').waitFor();
    t.is(await page.getByText('佐藤花子').count(), 0);
    await becomes(
      t,
      () => page.getByText(/^応募者 /).count(),
      0,
      'a second device of who is in the call waits for nothing',
    );
  },
);
