/** Restarts of the server while two people are in a call, as their pages show them. */
import test from 'ava';
import { buildAnotherVersion } from '../helpers/another-version.ts';
import { green, violet } from '../helpers/meeting.ts';
import { meetMortal, says } from '../helpers/mortal-meeting.ts';
import { survive } from '../helpers/recovery.ts';
import { shareBrowsers } from '../helpers/shared-browsers.ts';

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
