/** A call over a line that is narrow, or loses much: the sound stays whole, the picture gives way and comes back. */
import test, { type ExecutionContext } from 'ava';
import { statistics } from '../helpers/fake-media.ts';
import { concealed, type Incoming, incoming } from '../helpers/incoming.ts';
import type { Person } from '../helpers/interview.ts';
import { noisySpeech } from '../helpers/noisy-speech.ts';
import { until } from '../helpers/until.ts';
import { meetOverLine } from '../helpers/weak-meeting.ts';

/** Below ava's three minutes, so that it is told what was waited for. */
const PATIENCE_MS = 120_000;

type Both = [interviewer: Person, applicant: Person];
const isOn = (person: Person) => person.button('カメラ').getAttribute('aria-pressed');

/** What comes to each of them in so many milliseconds. */
async function during(people: Both, ms: number): Promise<{ before: Incoming; after: Incoming }[]> {
  const look = () => Promise.all(people.map(({ page }) => incoming(page)));
  const before = await look();
  await people[0].page.waitForTimeout(ms);
  const after = await look();
  return before.map((earlier, i) => ({ before: earlier, after: after[i] as Incoming }));
}

const framesPerSecond = ({ before, after }: { before: Incoming; after: Incoming }) =>
  ((after.video.framesDecoded ?? 0) - (before.video.framesDecoded ?? 0)) / ((after.at - before.at) / 1000);

/** Waits until both get a picture of so many rows that moves, for two looks in a row. */
async function untilBothSee(t: ExecutionContext, people: Both, rows: number): Promise<void> {
  const start = Date.now();
  let steady = 0;
  const isSteady = async () => {
    const seen = await during(people, 1000);
    const isSo = seen.every((one) => one.after.video.frameHeight === rows && framesPerSecond(one) >= 5);
    steady = isSo ? steady + 1 : 0;
    return steady === 2;
  };
  await until(`both see ${rows} rows that move`, isSteady, { withinMs: PATIENCE_MS });
  t.log(`${rows} rows after ${((Date.now() - start) / 1000).toFixed(0)} s`);
}

/** Waits until both have had the other's sound whole for 5 s, beside a picture that moves. */
async function untilBothHear(t: ExecutionContext, people: Both): Promise<void> {
  const isWhole = async () => {
    const heard = await during(people, 5_000);
    const shares = heard.map(({ before, after }) => concealed(before, after));
    t.log(`made up: ${shares.map((share) => `${(100 * share).toFixed(1)} %`).join(', ')}`);
    return heard.every((one, i) => (shares[i] as number) < 0.03 && framesPerSecond(one) >= 5);
  };
  await until('both hear the whole sound beside a picture that moves', isWhole, { withinMs: PATIENCE_MS });
}

test.serial(
  'on a line of 300 kbps the sound is whole beside a smaller picture, and wide again it has the whole picture',
  async (t) => {
    const { line, interviewer, applicant } = await meetOverLine(t, { wav: noisySpeech() });
    const both: Both = [interviewer, applicant];
    await untilBothSee(t, both, 360);
    line.narrow({ down: 300, up: 300 });
    const still = [0, 0];
    for (let second = 0; second < 20; second++) {
      for (const [i, one] of (await during(both, 1_000)).entries())
        if (framesPerSecond(one) < 5) still[i] = (still[i] ?? 0) + 1;
    }
    t.log(`stood still: ${still.join(' and ')} s of 20`);
    t.true(Math.max(...still) < 12, 'the picture gives way, and does not stop');
    await untilBothSee(t, both, 180);
    await untilBothHear(t, both);
    t.deepEqual(await Promise.all(both.map(isOn)), ['true', 'true'], 'no camera is turned off');
    line.mend();
    await untilBothSee(t, both, 360);
  },
);

test.serial(
  'of sound of which a fifth is lost nearly all is sent again, and no camera is turned off',
  async (t) => {
    const { line, interviewer, applicant } = await meetOverLine(t, { wav: noisySpeech() });
    const both: Both = [interviewer, applicant];
    await untilBothSee(t, both, 360);
    line.lose({ down: 20, up: 20 });
    for (const { before, after } of await during(both, 9_000)) {
      const grown = (key: string) => (after.audio[key] ?? 0) - (before.audio[key] ?? 0);
      const share = grown('packetsLost') / (grown('packetsLost') + grown('packetsReceived'));
      t.log(`${(100 * share).toFixed(1)} % of the packets did not come after all`);
      t.true(share < 0.1, `${share}`);
      t.true(framesPerSecond({ before, after }) >= 5, 'the picture goes on');
    }
    const sent = (await statistics(applicant.page)).filter(
      ({ type, kind }) => type === 'outbound-rtp' && kind === 'audio',
    );
    t.true(
      sent.some(({ retransmittedPacketsSent }) => Number(retransmittedPacketsSent) > 0),
      'it was lost indeed',
    );
    t.deepEqual(await Promise.all(both.map(isOn)), ['true', 'true']);
  },
);
