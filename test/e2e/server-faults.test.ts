/** What goes wrong with the server while two people are in a call, as their pages show it. */
import test, { type ExecutionContext } from 'ava';
import type { ServerStatus } from '../../src/protocol/status.ts';
import { before, hasAgain, isSamePage } from '../helpers/again.ts';
import { buildAnotherVersion } from '../helpers/another-version.ts';
import { cli } from '../helpers/cli.ts';
import { type Person, person } from '../helpers/interview.ts';
import { green, type Meeting, meetAt, violet } from '../helpers/meeting.ts';
import { type MortalServer, startMortal } from '../helpers/restart.ts';
import { becomes } from '../helpers/until.ts';

const opensChat = ({ page }: Person) => page.getByRole('button', { name: /^チャット/ }).click();
const says = ({ page }: Person, text: string | RegExp) => page.getByText(text).first().waitFor();

/** What a browser logs of a server that is away. */
const expected = /WebSocket connection|ERR_CONNECTION|Failed to load resource/;

/** Both in a call at a server that can die. */
async function meet(t: ExecutionContext, settings: NodeJS.ProcessEnv = {}) {
  const server = await startMortal(t, { settings });
  const people = await meetAt(t, server, { interviewer: { expected }, applicant: { expected } });
  await Promise.all([people.interviewer.sees(violet), people.applicant.sees(green)]);
  return { server, ...people };
}

type People = Pick<Meeting, 'interviewer' | 'applicant'>;

/** Does something to the server; resolves when both see and hear each other again, on the page that they had. */
async function survive(t: ExecutionContext, { interviewer, applicant }: People, fault: () => Promise<void>) {
  const [mine, theirs] = [await before(interviewer), await before(applicant)];
  await fault();
  const from = performance.now();
  await Promise.all([
    hasAgain(interviewer, mine, { colour: violet, hertz: 660 }),
    hasAgain(applicant, theirs, { colour: green, hertz: 440 }),
  ]);
  t.log(`picture and sound again after ${((performance.now() - from) / 1000).toFixed(1)} s`);
  t.true(await isSamePage(interviewer, mine));
  t.true(await isSamePage(applicant, theirs));
}

async function workersOf({ config }: MortalServer): Promise<number[]> {
  const { stdout } = await cli(config, ['status', '--json']);
  const { servers } = JSON.parse(stdout) as { servers: ServerStatus[] };
  return servers.flatMap(({ workers }) => workers.map(({ pid }) => pid));
}

test.serial('a worker killed with -9 in a call: picture and sound are back, without a reload', async (t) => {
  const { server, ...people } = await meet(t);
  const pids = await workersOf(server);
  t.is(pids.length, 1);
  await survive(t, people, async () => {
    for (const pid of pids) process.kill(pid, 'SIGKILL');
  });
  t.notDeepEqual(await workersOf(server), pids);
});

test.serial('the server killed with -9 and started again: the call goes on, without a reload', async (t) => {
  const { server, ...people } = await meet(t);
  const { interviewer, applicant } = people;
  await opensChat(interviewer);
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

test.serial('the server stopped and started again, twice: the call goes on, without a reload', async (t) => {
  const { server, ...people } = await meet(t);
  for (let i = 0; i < 2; i++) {
    await survive(t, people, async () => {
      t.is((await server.stop('SIGTERM')).code, 0);
      await server.start();
    });
  }
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
  const { server, interviewer, applicant } = await meet(t, { WEBINTERVIEW_CALL_DRAIN_SECONDS: '600' });
  const stopped = server.stop('SIGTERM');
  for (const person of [interviewer, applicant])
    await says(person, /^サーバーの再起動を予定しています。通話はこのままお続けください。\d+:\d\dまでに/);
  await interviewer.shows('server-stopping');
  await opensChat(interviewer);
  await applicant.writes('このまま続けましょう');
  await says(interviewer, 'このまま続けましょう');
  await Promise.all([interviewer.sees(violet), applicant.sees(green)]);
  await interviewer.button('退出').click();
  await interviewer.page.getByRole('dialog').getByRole('button', { name: '退出する' }).click();
  await says(applicant, '通話が終了しました');
  t.is((await stopped).code, 0);
});

test.serial(
  'another version with another protocol: open pages say so, and are back in the call when reloaded',
  async (t) => {
    const [another, { server, ...people }] = await Promise.all([buildAnotherVersion(t), meet(t)]);
    const { interviewer, applicant } = people;
    await server.stop('SIGTERM');
    await server.start(another);
    for (const person of [interviewer, applicant]) await says(person, '新しいバージョンがあります');
    await interviewer.shows('another-version');
    for (const person of [interviewer, applicant]) await person.button('再読み込み').click();
    await Promise.all([interviewer.sees(violet), applicant.sees(green)]);
    t.pass();
  },
);
