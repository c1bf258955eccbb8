/** One whole interview between Chromium and Firefox, each in each role. */
import test, { type ExecutionContext } from 'ava';
import { FIREFOX_HERTZ, firefoxPerson, ownAddress } from '../helpers/firefox.ts';
import { type Person, person } from '../helpers/interview.ts';
import { green } from '../helpers/meeting.ts';
import { startServer } from '../helpers/server.ts';
import { shareBrowsers } from '../helpers/shared-browsers.ts';
import { until } from '../helpers/until.ts';

shareBrowsers(test);

async function start(t: ExecutionContext) {
  const server = await startServer(t, { 'media.listenIps': [ownAddress(t)] });
  const { tokens } = await server.room();
  const url = (role: 'interviewer' | 'applicant') => `${server.url}/room#${tokens[role]}`;
  return { server, url };
}

const says = ({ page }: Person, text: string) => page.getByText(text).first().waitFor();

/** Every picture of the page moves. */
async function picturesMove({ page }: Person): Promise<void> {
  const doTheyMove = async () => {
    const times = () => [...document.querySelectorAll('video')].map(({ currentTime }) => currentTime);
    const before = times();
    await new Promise((resolve) => setTimeout(resolve, 500));
    return before.length >= 2 && times().every((time, i) => time > (before[i] ?? 0));
  };
  await until('every picture moves', () => page.evaluate(doTheyMove), { withinMs: 60_000 });
}

test.serial('the interviewer in Chromium, the applicant in Firefox', async (t) => {
  const { url } = await start(t);
  const interviewer = await person(t, 'interviewer', { colour: green, hertz: 440 }, { checked: true });
  await interviewer.arrive(url('interviewer'));
  await interviewer.page.getByLabel('会社名').fill('会社');
  await interviewer.page.getByLabel('お名前').fill('毎日太郎');
  await interviewer.button('接続').click();

  // The oldest of the manual, by its name.
  const applicant = await firefoxPerson(t, url('applicant'), { says: 118 });
  await applicant.says('Firefox 118 をお使いです。');
  await applicant.press('待機画面へ進む');
  await applicant.fill('お名前', '佐藤花子');
  await applicant.press('参加をリクエストする');
  await interviewer.button('許可する').click();
  await Promise.all([applicant.sees(green), applicant.hears()]);
  await Promise.all([picturesMove(interviewer), interviewer.hears(FIREFOX_HERTZ)]);

  await interviewer.writes('聞こえますか');
  await applicant.press('チャット 未読1件');
  await applicant.says('聞こえますか');
  await applicant.fill('メッセージを入力', 'はい、聞こえます');
  await applicant.press('送信');
  await says(interviewer, 'はい、聞こえます');
  await applicant.press('マイク');
  await interviewer.page.getByRole('img', { name: 'マイクはオフです' }).waitFor();
  await applicant.press('マイク');
  await interviewer.hears(FIREFOX_HERTZ);
  await interviewer.button('退出').click();
  await interviewer.button('退出する').click();
  await applicant.says('通話が終了しました');
  await says(interviewer, '退出しました');
  t.regex(await interviewer.downloads('チャットダウンロード'), /はい、聞こえます/);
});

test.serial('the interviewer in Firefox, the applicant in Chromium', async (t) => {
  const { url } = await start(t);
  const interviewer = await firefoxPerson(t, url('interviewer'));
  await interviewer.press('待機画面へ進む');
  await interviewer.fill('会社名', '会社');
  await interviewer.fill('お名前', '毎日太郎');
  await interviewer.press('接続');

  const applicant = await person(t, 'applicant', { colour: green, hertz: 440 }, { checked: true });
  await applicant.arrive(url('applicant'));
  await applicant.page.getByLabel('お名前').fill('佐藤花子');
  await applicant.button('参加をリクエストする').click();
  await interviewer.press('許可する');
  await Promise.all([interviewer.sees(green), interviewer.hears()]);
  await Promise.all([picturesMove(applicant), applicant.hears(FIREFOX_HERTZ)]);
  await interviewer.press('参加者');
  await interviewer.press('保留');
  await says(applicant, '管理者によって保留中に設定されました');
  await interviewer.press('保留を解除');
  await Promise.all([interviewer.sees(green), applicant.hears(FIREFOX_HERTZ)]);
  await interviewer.press('退出');
  await interviewer.press('退出する');
  await says(applicant, '通話が終了しました');
  await interviewer.says('退出しました');
  t.pass();
});
