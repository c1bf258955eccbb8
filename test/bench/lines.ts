/** Two people in a call while the applicant's line goes bad, and good again: what arrives meanwhile. See docs/lines.md. */
import { setTimeout as delay } from 'node:timers/promises';
import type { ExecutionContext } from 'ava';
import { concealed, type Incoming, incoming, recordSound } from '../helpers/incoming.ts';
import { speech } from '../helpers/speech.ts';
import type { WeakLine } from '../helpers/weak-line.ts';
import { meetOverLine } from '../helpers/weak-meeting.ts';
import { inContext } from './context.ts';
import { shown } from './figures.ts';
import { intelligibility } from './lines/intelligibility.ts';
import { type Moment, pictureOf, stoodStill, toldAfter, type Way, watch } from './lines/watch.ts';

/** The rows of the whole picture, which is to be there before the line goes bad. */
const WHOLE = 360;
const SETTLE_MS = 8_000;
const BAD_MS = 25_000;
/** The longest wait for the picture to be as it was. */
const BACK_MS = 45_000;
/** So many looks in a row, a second apart, make a picture that is as before. */
const STEADY = 3;
/** Of the bad time, the part at its end from which the picture's figures are. */
const LAST_MS = 12_000;

type Condition = { what: string; spoil: (line: WeakLine) => void; long?: boolean };

/** By the name under which `npm run bench:lines -- NAME` runs one alone. */
export const conditions: Record<string, Condition> = Object.fromEntries(
  [
    { what: 'good', spoil: () => undefined },
    { what: '5 % lost', spoil: (line: WeakLine) => line.lose({ down: 5, up: 5 }) },
    { what: '20 % lost', spoil: (line: WeakLine) => line.lose({ down: 20, up: 20 }) },
    { what: '300 ms more round trip', spoil: (line: WeakLine) => line.delay(150), long: true },
    { what: '1 Mbps', spoil: (line: WeakLine) => line.narrow({ down: 1000, up: 1000 }) },
    { what: '300 kbps', spoil: (line: WeakLine) => line.narrow({ down: 300, up: 300 }) },
  ].map((condition) => [condition.what.replaceAll(/[^a-z0-9]+/gi, '-'), condition]),
);

export const heading = [
  'line',
  'direction',
  'sound made up',
  'STOI, mean (worst sentence)',
  'jitter buffer',
  'picture at the end',
  `stood still, of ${BAD_MS / 1000} s`,
  'smaller after',
  'camera turned off after',
  'as before, after the line was',
];

/** Measures one condition, as the cells of a row for each direction: about a minute and a half. */
export function measure(name: string): Promise<string[][]> {
  const condition = conditions[name];
  if (!condition) throw new Error(`no line ${name}; there are ${Object.keys(conditions).join(', ')}`);
  return inContext((t) => measured(t, condition));
}

async function measured(t: ExecutionContext, { what, spoil, long }: Condition): Promise<string[][]> {
  const said = speech();
  const { line, interviewer, applicant } = await meetOverLine(t, { wav: said.wav, long });
  const ways: Way[] = [
    { direction: 'up', sender: applicant, receiver: interviewer },
    { direction: 'down', sender: interviewer, receiver: applicant },
  ];
  await settle(ways);
  const ends = await Promise.all(ways.map(({ receiver }) => recordSound(receiver.page)));
  spoil(line);
  const bad = await watch(t, ways, (moments) => last(moments).sinceMs >= BAD_MS);
  const sounds = await Promise.all(ends.map((end) => end()));
  const told = await Promise.all(ways.map(({ sender }) => toldAfter(sender)));
  line.mend();
  for (const [i, { sender }] of ways.entries())
    if (told[i] !== null) await sender.button('カメラをオンにする').click();
  const isEnough = (moments: Moment[]) => backAfter(moments) !== null || last(moments).sinceMs > BACK_MS;
  const after = await watch(t, ways, isEnough);
  return ways.map(({ direction }, i) => {
    const scores = intelligibility(said, sounds[i] as Float32Array);
    t.log(direction, scores.map((score) => score.toFixed(2)).join(' '));
    const backMs = backAfter(after[i] as Moment[]);
    return [what, direction, ...cellsOf({ bad: bad[i] as Moment[], told: told[i] ?? null, scores, backMs })];
  });
}

/** Until both have the whole picture. */
async function settle(ways: Way[]): Promise<void> {
  for (const { receiver } of ways) {
    do await delay(SETTLE_MS / 2);
    while ((await incoming(receiver.page)).video.frameHeight !== WHOLE);
  }
}

/** When the picture was as before, in so many looks in a row; null: not yet. */
function backAfter(moments: Moment[]): number | null {
  const back = moments.findIndex((_, i) => {
    const steady = moments.slice(i, i + STEADY);
    return steady.length === STEADY && steady.every(isWhole);
  });
  return moments[back]?.sinceMs ?? null;
}

const isWhole = ({ height, framesPerSecond }: Moment) => height >= WHOLE && framesPerSecond >= 20;

type Measured = { bad: Moment[]; told: number | null; scores: number[]; backMs: number | null };

function cellsOf({ bad, told, scores, backMs }: Measured): string[] {
  const [before, counters] = [(bad[0] as Moment).before, last(bad).counters];
  const smaller = bad.find(({ height }) => height < WHOLE);
  return [
    `${shown(100 * concealed(before, counters))} %`,
    `${mean(scores).toFixed(2)} (${Math.min(...scores).toFixed(2)})`,
    `${jitterBufferMs(before, counters).toFixed(0)} ms`,
    pictureOf(bad.filter(({ sinceMs }) => sinceMs > BAD_MS - LAST_MS)),
    seconds(stoodStill(bad)),
    smaller ? seconds(smaller.sinceMs) : '–',
    told === null ? '–' : seconds(told),
    backMs === null ? `not within ${BACK_MS / 1000} s` : seconds(backMs),
  ];
}

const seconds = (ms: number) => `${shown(ms / 1000)} s`;
const last = <T>(values: T[]) => values.at(-1) as T;
const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

function jitterBufferMs({ audio: a }: Incoming, { audio: b }: Incoming): number {
  const grown = (key: string) => (b[key] ?? 0) - (a[key] ?? 0);
  return (1000 * grown('jitterBufferDelay')) / Math.max(1, grown('jitterBufferEmittedCount'));
}
