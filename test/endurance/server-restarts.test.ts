/** Restarts of the server, and of what it rests on, while two people are in a call, as their pages show them. */
import test from 'ava';
import { buildAnotherVersion } from '../helpers/another-version.ts';
import { startMariadb } from '../helpers/mariadb.ts';
import { green, openChat, violet } from '../helpers/meeting.ts';
import { meetMortal, says } from '../helpers/mortal-meeting.ts';
import { survive } from '../helpers/recovery.ts';
import { workersOf } from '../helpers/restart.ts';
import { shareBrowsers } from '../helpers/shared-browsers.ts';
import { becomes, until } from '../helpers/until.ts';

shareBrowsers(test);

test.serial('the server stopped and started again, twice: the call goes on, without a reload', async (t) => {
  const { server, ...people } = await meetMortal(t);
  for (let i = 0; i < 2; i++) {
    await survive(t, people, async () => {
      t.is((await server.stop('SIGTERM')).code, 0);
      await server.start();
    });
  }
});

test.serial(
  'another version with another protocol: open pages say so, and are back in the call when reloaded',
  async (t) => {
    const [another, { server, ...people }] = await Promise.all([buildAnotherVersion(t), meetMortal(t)]);
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

test.serial('a worker killed with -9 in a call: picture and sound are back, without a reload', async (t) => {
  const { server, ...people } = await meetMortal(t);
  let pids: number[] = [];
  await survive(t, people, async () => {
    pids = await workersOf(server);
    t.is(pids.length, 1);
    for (const pid of pids) process.kill(pid, 'SIGKILL');
  });
  t.notDeepEqual(await workersOf(server), pids);
});

test.serial(
  'a database that hangs: the call goes on, a message says that it was not sent, and is sent again by a button',
  async (t) => {
    const mariadb = await startMariadb();
    t.teardown(() => mariadb.stop());
    const { interviewer, applicant } = await meetMortal(t, {}, await mariadb.database(t));
    await openChat(interviewer);
    await applicant.writes('聞こえていますか');
    await says(interviewer, '聞こえていますか');
    mariadb.signal('SIGSTOP');
    const from = performance.now();
    await applicant.writes('これは届きますか');
    await applicant.button('もう一度送信').waitFor();
    t.log(`told that it was not sent after ${((performance.now() - from) / 1000).toFixed(1)} s`);
    await applicant.shows('message-not-sent');
    await applicant.button('手を挙げる').click();
    await says(interviewer, '佐藤花子さんが手を挙げています');
    await Promise.all([interviewer.sees(violet), applicant.sees(green)]);
    await becomes(t, () => interviewer.page.getByText('これは届きますか').count(), 0);
    mariadb.signal('SIGCONT');
    const isStored = async () => {
      if (await interviewer.page.getByText('これは届きますか').first().isVisible()) return true;
      // It goes when it was pressed, and comes back when the database was not ready yet.
      const again = applicant.button('もう一度送信');
      await again.click({ timeout: 500 }).catch(() => undefined);
      return false;
    };
    await until('what was not sent is stored, and seen by the other', isStored, { withinMs: 60_000 });
    await becomes(t, () => applicant.page.getByText('これは届きますか').count(), 1);
    await becomes(t, () => interviewer.page.getByText('これは届きますか').count(), 1);
  },
);
