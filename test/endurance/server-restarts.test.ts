/** Restarts of the server while two people are in a call, as their pages show them. */
import test, { type ExecutionContext } from 'ava';
import { buildAnotherVersion } from '../helpers/another-version.ts';
import type { Person } from '../helpers/interview.ts';
import { green, meetAt, violet } from '../helpers/meeting.ts';
import { survive } from '../helpers/recovery.ts';
import { startMortal } from '../helpers/restart.ts';
import { shareBrowsers } from '../helpers/shared-browsers.ts';

shareBrowsers(test);

const says = ({ page }: Person, text: string | RegExp) => page.getByText(text).first().waitFor();

/** What a browser logs of a server that is away. */
const expected = /WebSocket connection|ERR_CONNECTION|Failed to load resource/;

/** Both in a call at a server that can die. */
async function meet(t: ExecutionContext, settings: NodeJS.ProcessEnv = {}, databaseUrl?: string) {
  const server = await startMortal(t, { settings, databaseUrl });
  const people = await meetAt(t, server, { interviewer: { expected }, applicant: { expected } });
  await Promise.all([people.interviewer.sees(violet), people.applicant.sees(green)]);
  return { server, ...people };
}

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
