/** What goes wrong with the server while two people are in a call, as their pages show it. */
import test from 'ava';
import { person } from '../helpers/interview.ts';
import { green, openChat, violet } from '../helpers/meeting.ts';
import { expected, meetMortal, says } from '../helpers/mortal-meeting.ts';
import { survive } from '../helpers/recovery.ts';
import { startMortal } from '../helpers/restart.ts';
import { shareBrowsers } from '../helpers/shared-browsers.ts';
import { becomes } from '../helpers/until.ts';

shareBrowsers(test);

test.serial('the server killed with -9 and started again: the call goes on, without a reload', async (t) => {
  const { server, ...people } = await meetMortal(t);
  const { interviewer, applicant } = people;
  await openChat(interviewer);
  await applicant.writes('聞こえていますか');
  await says(interviewer, '聞こえていますか');
  await survive(t, people, async () => {
    await server.kill();
    await says(applicant, '接続が切れました。自動で再接続しています');
    // Written while nobody was there to hear it.
    await applicant.writes('切れたようです');
    await server.start();
  });
  await says(interviewer, '切れたようです');
  await becomes(t, () => applicant.page.getByText('聞こえていますか').count(), 1);
  await becomes(t, () => interviewer.page.getByText('切れたようです').count(), 1);
  await applicant.button('退出').click();
  await applicant.page.getByRole('dialog').getByRole('button', { name: '退出する' }).click();
  await says(applicant, '退出しました');
});

test.serial(
  'who asked to come in still does when the server is back, on both pages, and is let in',
  async (t) => {
    const server = await startMortal(t);
    const room = await server.room();
    const [interviewer, applicant] = await Promise.all([
      person(t, 'interviewer', { colour: green, hertz: 440 }, { checked: true, expected }),
      person(t, 'applicant', { colour: violet, hertz: 660 }, { checked: true, expected }),
    ]);
    await interviewer.arrive(`${server.url}/room#${room.tokens.interviewer}`);
    await interviewer.page.getByLabel('会社名').fill('株式会社エントリーポケット');
    await interviewer.page.getByLabel('お名前').fill('毎日太郎');
    await interviewer.button('接続').click();
    await applicant.arrive(`${server.url}/room#${room.tokens.applicant}`);
    await applicant.page.getByLabel('お名前').fill('佐藤花子');
    await applicant.button('参加をリクエストする').click();
    await interviewer.button('許可する').waitFor();
    // What was not acknowledged need not be there afterwards, and the other page is told first.
    await applicant.button('管理者の承認をお待ちください').waitFor();
    await server.kill();
    await says(interviewer, '接続が切れました。自動で再接続しています');
    await server.start();
    await interviewer.page.getByText('接続が切れました').waitFor({ state: 'detached' });
    await becomes(t, () => applicant.button('管理者の承認をお待ちください').isVisible(), true);
    await interviewer.button('許可する').click();
    await Promise.all([interviewer.sees(violet), applicant.sees(green)]);
  },
);

test.serial('a server that waits for the calls says so, and stops when the call has ended', async (t) => {
  const { server, interviewer, applicant } = await meetMortal(t, { WEBINTERVIEW_CALL_DRAIN_SECONDS: '600' });
  const stopped = server.stop('SIGTERM');
  for (const person of [interviewer, applicant])
    await says(person, /^サーバーの再起動を予定しています。通話はこのままお続けください。\d+:\d\dまでに/);
  await interviewer.shows('server-stopping');
  await openChat(interviewer);
  await applicant.writes('このまま続けましょう');
  await says(interviewer, 'このまま続けましょう');
  await Promise.all([interviewer.sees(violet), applicant.sees(green)]);
  await interviewer.button('退出').click();
  await interviewer.page.getByRole('dialog').getByRole('button', { name: '退出する' }).click();
  await says(applicant, '通話が終了しました');
  t.is((await stopped).code, 0);
});
