/** A tab that is closed gives its seat back in seconds; one that is loaded anew comes back into it. */
import test from 'ava';
import { person } from '../helpers/interview.ts';
import { meet, violet } from '../helpers/meeting.ts';
import { shareBrowsers } from '../helpers/shared-browsers.ts';
import { collect } from '../helpers/store.ts';
import { until } from '../helpers/until.ts';

shareBrowsers(test);

// The seat of a lost line would be kept for longer than a test runs.
const settings = { 'call.graceSeconds': 3600 };

test.serial(
  'a tab that is loaded anew is in its seat again, and a closed one is free for who comes',
  async (t) => {
    const { server, room, interviewer, applicant } = await meet(t, { settings });
    // Chromium asks before it leaves a call.
    applicant.page.on('dialog', (dialog) => void dialog.accept());
    await applicant.page.reload();
    await applicant.button('退出').waitFor();
    await interviewer.sees(violet);

    await applicant.page.close();
    await interviewer.page.getByText('佐藤花子さんが退出しました').waitFor();
    await interviewer.page.getByText('再接続中').waitFor({ state: 'detached' });
    const phone = await person(t, 'phone', { colour: violet, hertz: 660 }, { checked: true });
    await phone.arrive(`${server.url}/room#${room.tokens.applicant}`);
    await phone.page.getByLabel('お名前').fill('佐藤花子');
    await phone.button('参加をリクエストする').click();
    await interviewer.button('許可する').click();
    await phone.button('退出').waitFor();
    const stays = await until('the first stay has ended', async () => {
      const all = await collect(server.store.stays(room.record.id));
      const applicants = all.filter(({ role }) => role === 'applicant');
      return applicants.some(({ leftAt }) => leftAt) ? applicants : null;
    });
    t.deepEqual(
      stays.map(({ ending }) => ending),
      ['left', null],
    );
  },
);
