/** What goes wrong in a call for a while: a line that loses packets, a tab that is frozen. */
import test from 'ava';
import type { ServerStatus } from '../../src/protocol/status.ts';
import { ja } from '../../src/web/i18n/ja.ts';
import { cli } from '../helpers/cli.ts';
import { cutLine, losePackets } from '../helpers/firewall.ts';
import type { Person } from '../helpers/interview.ts';
import { green, meet, violet } from '../helpers/meeting.ts';
import { whenShown } from '../helpers/moments.ts';
import { takePorts } from '../helpers/ports.ts';
import { bothAgain, watch } from '../helpers/recovery.ts';
import { freezeTab, renderersOf } from '../helpers/renderers.ts';
import { shareBrowsers } from '../helpers/shared-browsers.ts';
import { becomes, until } from '../helpers/until.ts';

shareBrowsers(test);

const says = ({ page }: Person, text: string | RegExp) => page.getByText(text).first().waitFor();
const ports = takePorts(60);
const settings = { 'media.portMin': ports.portMin, 'media.portMax': ports.portMax };

test.serial('on a bad line the page turns the camera off, says so, and offers the way back', async (t) => {
  const { server, interviewer, applicant } = await meet(t, { settings });
  await interviewer.sees(violet);
  const lines = async () => {
    const { stdout } = await cli(server.config, ['status', '--json']);
    const [status] = (JSON.parse(stdout) as { servers: ServerStatus[] }).servers;
    return status?.rooms.flatMap(({ people }) => people.map(({ line }) => line)) ?? [];
  };
  await becomes(t, lines, ['ok', 'ok']);
  const mend = losePackets(t, ports, 40);
  await until('a line is said to be bad', async () => (await lines()).includes('bad'), { withinMs: 90_000 });
  await says(applicant, /^通信が不安定なため、カメラをオフにしました/);
  await becomes(t, () => applicant.button('カメラ').getAttribute('aria-pressed'), 'false');
  await interviewer.page.getByRole('img', { name: 'カメラはオフです' }).first().waitFor();
  mend();
  await applicant.button('カメラをオンにする').click();
  await interviewer.sees(violet);
});

test.serial('a tab that slept has what was said meanwhile, and the call goes on', async (t) => {
  const { interviewer, applicant } = await meet(t, { settings: { 'call.graceSeconds': 60 } });
  const { isAsBefore } = await watch({ interviewer, applicant });
  await applicant.page.getByRole('button', { name: /^チャット/ }).click();
  const text = 'お戻りになったらお知らせください';
  const shownAt = whenShown(applicant, text);
  const from = await freezeTab(t, applicant, 12_000, () => interviewer.writes(text));
  await bothAgain(t, { interviewer, applicant }, from);
  t.true((await shownAt) >= from, 'nothing moved before');
  await applicant.writes('戻りました');
  await says(interviewer, '戻りました');
  t.true(await isAsBefore());
});

test.serial('a tab that slept longer than its place is kept says so, in the waiting room', async (t) => {
  // The browser says that sockets could not be opened.
  const expected = /WebSocket|Failed to load resource/;
  const { server, interviewer, applicant } = await meet(t, {
    interviewer: { expected },
    applicant: { expected },
    settings: { 'call.graceSeconds': 1 },
  });
  const renderers = await renderersOf(t, applicant.page);
  renderers.stop();
  // The server misses two of its pings, and then the place is kept for a second.
  const mend = cutLine(t, server.port);
  const isKept = async () => (await server.store.readSeats()).length > 0;
  await until('no place is kept any more', async () => !(await isKept()), { withinMs: 120_000 });
  mend();
  renderers.continue();
  await applicant.page.getByText(ja.waiting.lostPlace).waitFor({ timeout: 60_000 });
  await applicant.button('参加をリクエストする').click();
  await interviewer.page.getByText(ja.waiting.lostPlace).waitFor({ timeout: 60_000 });
  await interviewer.button('接続').click();
  await interviewer.button('許可する').click();
  await Promise.all([applicant.sees(green), interviewer.sees(violet)]);
  t.pass();
});
