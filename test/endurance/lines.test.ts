/**
 * Lines that break in a call, for real: packets are lost, addresses change, a machine sleeps. Both people see and hear each
 * other again on the page that they had, and each message arrives once. How soon: `npm run bench -- recovery`.
 */
import { setTimeout as delay } from 'node:timers/promises';
import test from 'ava';
import { ja as call } from '../../src/web/i18n/call/ja.ts';
import { ja } from '../../src/web/i18n/ja.ts';
import { protocolsInUse } from '../helpers/fake-media.ts';
import { loseAt } from '../helpers/firewall.ts';
import type { Person } from '../helpers/interview.ts';
import {
  blockUdp,
  exchangeNetwork,
  loseAll,
  loseSocket,
  meetOnLine,
  roam,
  sleepAndWake,
} from '../helpers/line-faults.ts';
import { green, violet } from '../helpers/meeting.ts';
import { bothAgain } from '../helpers/recovery.ts';
import { becomes, until } from '../helpers/until.ts';

const says = ({ page }: Person, text: string | RegExp) => page.getByText(text).first().waitFor();
const saysNoMore = ({ page }: Person, text: string) => page.getByText(text).waitFor({ state: 'detached' });
const opensChat = ({ page }: Person) => page.getByRole('button', { name: /^チャット/ }).click();

/** The texts of the chat as a page shows them. */
const messages = ({ page }: Person, text: string) => page.getByText(text, { exact: true }).count();

test.serial('nothing comes through for 20 s: the page says so, and the call goes on', async (t) => {
  const meeting = await meetOnLine(t);
  const { interviewer, applicant } = meeting;
  await Promise.all([interviewer, applicant].map(opensChat));
  const from = await loseAll(t, meeting, 20_000, async () => {
    await applicant.writes('聞こえますか');
    await interviewer.writes('聞こえません');
    await says(applicant, ja.lines.lost);
    await applicant.writes('切れたようです');
    await applicant.shows('line-lost');
    await says(interviewer, call.reconnecting);
    await interviewer.shows('line-of-other-lost');
  });
  await bothAgain(t, meeting, from);
  for (const person of [interviewer, applicant])
    for (const text of ['聞こえますか', '聞こえません', '切れたようです']) {
      await says(person, text);
      await becomes(t, () => messages(person, text), 1, text);
    }
  await saysNoMore(applicant, ja.lines.lost);
  await becomes(t, () => applicant.button('カメラ').getAttribute('aria-pressed'), 'true');
  t.true(await meeting.isAsBefore());
});

test.serial('the WebSocket is dropped for 20 s: sound and picture are not touched by it', async (t) => {
  const meeting = await meetOnLine(t);
  const { interviewer, applicant } = meeting;
  await Promise.all([interviewer, applicant].map(opensChat));
  const from = await loseSocket(t, meeting, 20_000, async () => {
    await applicant.writes('聞こえますか');
    await says(applicant, ja.lines.lost);
    await interviewer.writes('聞こえます');
    await applicant.writes('切れたようです');
    // Picture and sound go on while there is no socket.
    await bothAgain(t, meeting, Date.now());
  });
  await Promise.all([says(interviewer, '切れたようです'), says(applicant, '聞こえます')]);
  t.log('chat ms after the return', Date.now() - from);
  for (const person of [interviewer, applicant])
    for (const text of ['聞こえますか', '聞こえます', '切れたようです']) {
      await says(person, text);
      await becomes(t, () => messages(person, text), 1, text);
    }
  await saysNoMore(applicant, ja.lines.lost);
  await bothAgain(t, meeting, Date.now());
  t.true(await meeting.isAsBefore());
});

test.serial('another network: four seconds without any, then another address', async (t) => {
  const meeting = await meetOnLine(t);
  await bothAgain(t, meeting, await roam(meeting, 4_000));
  // The camera goes on as a new stream; the old one may be seen for a moment before.
  const isNewStream = async () => !(await meeting.areSamePictures());
  await until('the camera goes on as a new stream', isNewStream, { withinMs: 60_000 });
  await saysNoMore(meeting.applicant, ja.lines.lost);
  await becomes(t, () => meeting.applicant.button('カメラ').getAttribute('aria-pressed'), 'true');
  t.true(await meeting.isAsBefore());
});

test.serial('another network at once: the address is exchanged within a moment', async (t) => {
  const meeting = await meetOnLine(t);
  await bothAgain(t, meeting, exchangeNetwork(meeting).from);
  await saysNoMore(meeting.applicant, ja.lines.lost);
  t.true(await meeting.isAsBefore());
});

test.serial('a laptop that slept, and woke up in another network', async (t) => {
  const meeting = await meetOnLine(t);
  const { interviewer, applicant } = meeting;
  const from = await sleepAndWake(t, meeting, 10_000, async () => {
    await says(interviewer, call.reconnecting);
    await interviewer.writes('お戻りをお待ちします');
  });
  await bothAgain(t, meeting, from);
  await opensChat(applicant);
  await says(applicant, 'お戻りをお待ちします');
  await becomes(t, () => messages(applicant, 'お戻りをお待ちします'), 1);
  await becomes(t, () => applicant.button('カメラ').getAttribute('aria-pressed'), 'true');
  t.true(await meeting.isAsBefore());
});

test.serial(
  'UDP is blocked in the call: sound and picture go by TCP, and go on when it is free again',
  async (t) => {
    const meeting = await meetOnLine(t);
    const { applicant } = meeting;
    t.deepEqual(await protocolsInUse(applicant.page), ['udp']);
    const { mend, from } = blockUdp(t, meeting);
    await bothAgain(t, meeting, from);
    t.deepEqual(await protocolsInUse(applicant.page), ['tcp']);
    mend();
    await delay(3_000);
    await bothAgain(t, meeting, Date.now());
    t.true(await meeting.isAsBefore());
  },
);

test.serial(
  'the interviewer’s line is lost for good: the applicant is told, and the call waits',
  async (t) => {
    const meeting = await meetOnLine(t, { away: 'interviewer', settings: { 'call.graceSeconds': 1 } });
    const { line, interviewer, applicant } = meeting;
    const mend = loseAt(t, line.near);
    await says(applicant, call.interviewerAway.gone);
    await says(applicant, call.popups.lost('毎日太郎'));
    await applicant.shows('interviewer-lost');
    mend();
    await says(interviewer, ja.waiting.lostPlace);
    await interviewer.button('接続').click();
    await Promise.all([interviewer.sees(violet), applicant.sees(green)]);
    await becomes(t, () => applicant.page.getByText(call.interviewerAway.gone).count(), 0);
    t.true(await meeting.isAsBefore());
  },
);
