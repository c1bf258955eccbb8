/** The whole interview, as two people and an administrator have it: from a command to two links to two CSVs. */
import test, { type ExecutionContext } from 'ava';
import type { ServerStatus } from '../../src/protocol/status.ts';
import type { StayRecord } from '../../src/server/room/records.ts';
import { type App, startApp } from '../helpers/app.ts';
import { mariadbDatabase } from '../helpers/databases.ts';
import { protocolsInUse, transportBytes } from '../helpers/fake-media.ts';
import { type PortRange, refuseUdp } from '../helpers/firewall.ts';
import { type Person, person } from '../helpers/interview.ts';
import { green, violet } from '../helpers/meeting.ts';
import { takePorts } from '../helpers/ports.ts';
import { shareBrowsers } from '../helpers/shared-browsers.ts';
import { until } from '../helpers/until.ts';

shareBrowsers(test);

/** A command takes half a core for as long as it runs. */
const EVERY_COMMAND_MS = 500;

const markup = '<img src=x onerror=alert(1)><b>太字</b>';

type Protocol = 'udp' | 'tcp';
const ways: { name: string; protocol: Protocol; ports: PortRange; onMariadb?: boolean }[] = [
  { name: 'over UDP', protocol: 'udp', ports: takePorts(20) },
  { name: 'with UDP refused, on MariaDB', protocol: 'tcp', ports: takePorts(20), onMariadb: true },
];

for (const { name, protocol, ports, onMariadb } of ways) {
  test.serial(`two people hold an interview ${name}`, async (t) => {
    const app = await startApp(t, { ports, databaseUrl: onMariadb ? await mariadbDatabase(t) : undefined });
    if (protocol === 'tcp') refuseUdp(t, ports);
    const room = await app.createRoom('9110-1-to');
    const interviewer = await person(t, 'interviewer', { colour: green, hertz: 440 });
    const applicant = await person(t, 'applicant', { colour: violet, hertz: 660 });

    await Promise.all([interviewer.arrive(room.interviewerUrl), applicant.arrive(room.applicantUrl)]);
    await enter(interviewer);
    await interviewer.writes('ようこそ');
    await knock(interviewer, applicant);

    await Promise.all([interviewer.sees(violet), applicant.sees(green)]);
    await Promise.all([interviewer.hears(660), applicant.hears(440)]);
    t.deepEqual(await protocolsInUse(applicant.page), [protocol]);
    t.deepEqual(await protocolsInUse(interviewer.page), [protocol]);
    await Promise.all([interviewer.shows('call'), applicant.shows('call')]);

    await flows(t, app);
    await turnOffAndOn(interviewer, applicant);
    await chat(interviewer, applicant);
    await applicant.page.reload();
    await Promise.all([interviewer.sees(violet), applicant.sees(green)]);
    // A picture of one colour is there after a kilobyte or two; the records are to have more of it to tell.
    await until('20 kB have gone each way since the reload', async () => {
      const { sent, received } = await transportBytes(applicant.page);
      return Math.min(sent, received) >= 20_000;
    });

    await leave(interviewer, applicant);
    const stays = await recordedStays(app, room.name);
    const people = await interviewer.downloads('参加者リスト');
    t.regex(people, /^\uFEFFルーム名,主催者・参加者,企業名,名前,接続開始時間,接続終了時間\r\n/);
    t.regex(people, /9110-1-to,主催者,株式会社例,面接太郎,/);
    t.regex(people, /9110-1-to,参加者,,応募花子,/);
    const messages = await interviewer.downloads('チャットダウンロード');
    t.regex(messages, /^\uFEFFタイプ,時刻,主催者・参加者,名前,メッセージ\r\n/);
    t.regex(messages, /全体,[^,]+,主催者,面接太郎,ようこそ\r\n/);
    t.true(messages.includes(`応募花子,${markup}`));
    t.is(await app.run('export', 'participants', room.name), people);
    t.is(await app.run('export', 'chat', room.name), messages);
    assertMeasured(t, stays, protocol);
  });
}

async function enter(interviewer: Person): Promise<void> {
  const { page, button } = interviewer;
  await button('接続').and(page.locator(':disabled')).waitFor();
  await page.getByLabel('会社名').fill('株式会社例');
  await page.getByLabel('お名前').fill('面接太郎');
  await interviewer.shows('waiting');
  await button('接続').click();
  await button('退出').waitFor();
}

/** Asks, takes it back, is refused, asks again and is let in. */
async function knock(interviewer: Person, applicant: Person): Promise<void> {
  const ask = applicant.button('参加をリクエストする');
  const allow = interviewer.button('許可する');
  await ask.and(applicant.page.locator(':disabled')).waitFor();
  await applicant.page.getByLabel('お名前').fill('応募花子');
  await ask.click();
  await interviewer.page.getByText('応募花子').first().waitFor();
  await allow.waitFor();
  await applicant.shows('asking');
  await interviewer.shows('asked');
  // At once it would be taken for the second half of a double press.
  await applicant.page.waitForTimeout(1_100);
  await applicant.button('管理者の承認をお待ちください').click();
  await allow.waitFor({ state: 'hidden' });
  await ask.click();
  await interviewer.button('拒否する').click();
  await ask.click();
  await allow.click();
  await applicant.button('退出').waitFor();
}

/** Who was there, once it is recorded that they have gone: a moment after they have, for which nobody waits. */
async function recordedStays(app: App, room: string): Promise<StayRecord[]> {
  const read = async () => {
    const lines = (await app.run('export', 'participants', room, '--json')).trim().split('\n');
    return lines.map((line) => JSON.parse(line) as StayRecord);
  };
  const bothGone = async () => {
    const found = await read();
    return found.length > 0 && found.every(({ leftAt }) => leftAt) ? found : null;
  };
  return until('both are recorded as gone', bothGone, { everyMs: EVERY_COMMAND_MS });
}

/** What support reads of the call: the way that the media went, and how much of it there was since the reload. */
function assertMeasured(t: ExecutionContext, stays: StayRecord[], protocol: Protocol): void {
  t.is(stays.length, 2);
  for (const { media } of stays) {
    t.is(media?.protocol, protocol);
    t.true((media?.sentBytes ?? 0) > 5_000 && (media?.receivedBytes ?? 0) > 5_000, JSON.stringify(media));
    t.true((media?.sentLoss ?? 1) < 0.5, JSON.stringify(media));
  }
}

/** The operator sees in `status` that something flows between them; its figures are of the last seconds. */
async function flows(t: ExecutionContext, app: App): Promise<void> {
  const isSaid = async () => {
    const { servers } = JSON.parse(await app.run('status', '--json')) as { servers: ServerStatus[] };
    const room = servers[0]?.rooms[0];
    return Math.min(room?.sentBps ?? 0, room?.receivedBps ?? 0) >= 50_000;
  };
  await until('50 kbps are said to flow each way', isSaid, { everyMs: EVERY_COMMAND_MS });
  t.regex(await app.run('status'), / [1-9][\d.]* [kM]bps +[1-9][\d.]* [kM]bps/);
}

/** Both see an icon while the other's microphone or camera is off. */
async function turnOffAndOn(interviewer: Person, applicant: Person): Promise<void> {
  for (const device of ['マイク', 'カメラ']) {
    const icon = interviewer.page.getByRole('img', { name: new RegExp(`${device}.*オフ`) });
    await applicant.button(device).click();
    await icon.first().waitFor();
    await interviewer.shows(device === 'マイク' ? 'muted' : 'camera-off');
    await applicant.button(device).click();
    await icon.first().waitFor({ state: 'hidden' });
  }
  await interviewer.sees(violet);
  await interviewer.hears(660);
}

/** The badge counts what was not read; markup is text; what was said before is there. */
async function chat(interviewer: Person, applicant: Person): Promise<void> {
  const closedChat = applicant.page.getByRole('button', { name: /^チャット.*1/ });
  await closedChat.waitFor();
  await closedChat.click();
  await applicant.page.getByText('ようこそ').waitFor();
  await applicant.writes(markup);
  await interviewer.page.getByText(markup).waitFor();
  await interviewer.shows('chat');
}

/** The interviewer's leaving is asked about and ends it for both. */
async function leave(interviewer: Person, applicant: Person): Promise<void> {
  await interviewer.button('退出').click();
  await interviewer.page.getByRole('dialog').getByRole('button', { name: /退出/ }).click();
  await interviewer.button('再接続').waitFor();
  await applicant.button('再接続').waitFor();
  await Promise.all([interviewer.shows('end'), applicant.shows('end')]);
}
