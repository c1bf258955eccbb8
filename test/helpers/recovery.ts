/**
 * How soon two people in a call see and hear each other again after a fault. Tests say that they do, on the page that
 * they had; `npm run bench -- recovery` says how soon.
 */
import { isDeepStrictEqual } from 'node:util';
import type { ExecutionContext } from 'ava';
import { before, hasAgain, isSamePage } from './again.ts';
import { green, type Meeting, violet } from './meeting.ts';
import { type Back, GOES_ON, noteMoments, type Steady, untilBoth } from './moments.ts';

type People = Pick<Meeting, 'interviewer' | 'applicant'>;

/** Of each person, milliseconds until the other was there again. */
export type Recovery = { interviewer: Back; applicant: Back };

/** Notes what both see and hear from now on; `isAsBefore` tells whether both are on the pages of now. */
export async function watch({ interviewer, applicant }: People) {
  await Promise.all([interviewer, applicant].map(noteMoments));
  const [mine, theirs] = [await before(interviewer), await before(applicant)];
  return {
    isAsBefore: async () => (await isSamePage(interviewer, mine)) && (await isSamePage(applicant, theirs)),
    /** Whether each of them is shown by the streams of then. */
    areSamePictures: async () =>
      isDeepStrictEqual(
        [mine.tracks, theirs.tracks],
        [(await before(interviewer)).tracks, (await before(applicant)).tracks],
      ),
  };
}

/** As `bothBack`, on a busy core too: for tests, which say that they are, and not how soon. */
export const bothAgain = (t: ExecutionContext, people: People, from: number): Promise<Recovery> =>
  bothBack(t, people, from, GOES_ON);

/** Milliseconds from a moment until each has a new picture and sound of the other. */
export async function bothBack(
  t: ExecutionContext,
  { interviewer, applicant }: People,
  from: number,
  steady?: Steady,
): Promise<Recovery> {
  const [one, other] = await Promise.all([
    untilBoth(interviewer, { colour: violet, hertz: 660 }, from, steady),
    untilBoth(applicant, { colour: green, hertz: 440 }, from, steady),
  ]);
  const found = { interviewer: one, applicant: other };
  t.log('back after ms', JSON.stringify(found));
  return found;
}

/**
 * Does something to the server; resolves when both see and hear each other again by new tracks, on the page that they
 * had, with the milliseconds that this took once `fault` had resolved.
 * @throws Error where a page was loaded anew
 */
export async function survive(
  t: ExecutionContext,
  { interviewer, applicant }: People,
  fault: () => Promise<void>,
): Promise<number> {
  const [mine, theirs] = [await before(interviewer), await before(applicant)];
  await fault();
  const from = performance.now();
  await Promise.all([
    hasAgain(interviewer, mine, { colour: violet, hertz: 660 }),
    hasAgain(applicant, theirs, { colour: green, hertz: 440 }),
  ]);
  const ms = performance.now() - from;
  t.log(`picture and sound again after ${(ms / 1000).toFixed(1)} s`);
  if (!(await isSamePage(interviewer, mine)) || !(await isSamePage(applicant, theirs)))
    throw new Error('a page was loaded anew');
  return ms;
}
