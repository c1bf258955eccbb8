import type { ExecutionContext } from 'ava';
import type { Person } from '../helpers/interview.ts';
import {
  blockUdp,
  exchangeNetwork,
  type LineMeeting,
  loseAll,
  loseSocket,
  meetOnLine,
  roam,
  sleepAndWake,
} from '../helpers/line-faults.ts';
import { green, meet, meetAt, violet } from '../helpers/meeting.ts';
import { whenShown } from '../helpers/moments.ts';
import { bothBack, type Recovery, survive, watch } from '../helpers/recovery.ts';
import { freezeTab } from '../helpers/renderers.ts';
import { type MortalServer, startMortal, workersOf } from '../helpers/restart.ts';
import { inContext } from './context.ts';
import type { Figure } from './figures.ts';

const RUNS = 3;

/** What somebody waits for; `both` where sound and picture are not told apart. */
const parts = {
  sound: 'sound',
  picture: 'picture',
  both: 'sound and picture',
  chat: 'what was written meanwhile',
} as const;

/** Milliseconds until the last of both had it again. */
type Times = Partial<Record<keyof typeof parts, number>>;

type Fault = { what: string; limitMs: number; measure: (t: ExecutionContext) => Promise<Times> };

const faults: Fault[] = [
  onLine('nothing comes through for 20 s', 3_000, async (t, meeting) =>
    timesOf(await bothBack(t, meeting, await loseAll(t, meeting, 20_000))),
  ),
  onLine('the WebSocket alone is lost for 20 s', 3_000, async (t, meeting) => {
    const { interviewer, applicant } = meeting;
    const read = await reads(interviewer);
    const from = await loseSocket(t, meeting, 20_000, () => applicant.writes(TEXT));
    return { chat: (await read()) - from };
  }),
  onLine('no network for 4 s, then another address', 3_000, async (t, meeting) =>
    timesOf(await bothBack(t, meeting, await roam(meeting, 4_000))),
  ),
  onLine('the address is exchanged at once', 3_000, async (t, meeting) => {
    const { from, onItsWayMs } = exchangeNetwork(meeting);
    return timesOf(await bothBack(t, meeting, from), onItsWayMs);
  }),
  onLine('a laptop sleeps for 10 s, and wakes up in another network', 3_000, async (t, meeting) =>
    timesOf(await bothBack(t, meeting, await sleepAndWake(t, meeting, 10_000))),
  ),
  onLine('UDP is blocked', 10_000, async (t, meeting) => {
    const { from, onItsWayMs } = blockUdp(t, meeting);
    return timesOf(await bothBack(t, meeting, from), onItsWayMs);
  }),
  {
    what: 'a tab stands still for 12 s',
    limitMs: 3_000,
    async measure(t) {
      const people = await meet(t);
      const { interviewer, applicant } = people;
      await watch(people);
      const read = await reads(applicant);
      const from = await freezeTab(t, applicant, 12_000, () => interviewer.writes(TEXT));
      return { ...timesOf(await bothBack(t, people, from)), chat: (await read()) - from };
    },
  },
  {
    what: 'a media worker is killed with -9',
    limitMs: 3_000,
    measure: (t) => atServer(t, async (server) => (await workersOf(server)).forEach(kill)),
  },
  {
    what: 'the server is killed with -9 and started again',
    limitMs: 5_000,
    measure: (t) =>
      atServer(t, async (server) => {
        await server.kill();
        await server.start();
      }),
  },
];

/**
 * How long two people in a call are without each other, from the moment at which the line, the tab or the server is there
 * again; where the fault is the moment itself (the address, UDP, the worker), from the fault.
 */
export async function recovery(): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const { what, limitMs, measure } of faults) {
    const runs: Times[] = [];
    for (let run = 0; run < RUNS; run++) runs.push(await inContext(measure));
    for (const [part, name] of Object.entries(parts)) {
      const values = runs.flatMap((times) => times[part as keyof Times] ?? []);
      if (values.length > 0) figures.push(figureOf(`${what}: ${name}`, values, limitMs));
    }
  }
  return figures;
}

const TEXT = '切れたようです';

/** With the chat open: resolves with when the text is there. */
async function reads(person: Person): Promise<() => Promise<number>> {
  await person.page.getByRole('button', { name: /^チャット/ }).click();
  const shown = whenShown(person, TEXT);
  return () => shown;
}

const figureOf = (what: string, values: number[], limit: number): Figure => ({
  what,
  unit: 'ms',
  values,
  goal: `at most ${limit / 1000} s`,
  limit,
});

function onLine(
  what: string,
  limitMs: number,
  measure: (t: ExecutionContext, meeting: LineMeeting) => Promise<Times>,
): Fault {
  return { what, limitMs, measure: async (t) => measure(t, await meetOnLine(t)) };
}

function timesOf({ interviewer, applicant }: Recovery, onItsWayMs = 0): Times {
  return {
    sound: onItsWayMs + Math.max(interviewer.sound, applicant.sound),
    picture: onItsWayMs + Math.max(interviewer.picture, applicant.picture),
  };
}

/** Both are in a call at a server that can die. */
async function atServer(t: ExecutionContext, fault: (server: MortalServer) => Promise<void>): Promise<Times> {
  const expected = /WebSocket connection|ERR_CONNECTION|Failed to load resource/;
  const server = await startMortal(t);
  const people = await meetAt(t, server, { interviewer: { expected }, applicant: { expected } });
  await Promise.all([people.interviewer.sees(violet), people.applicant.sees(green)]);
  return { both: await survive(t, people, () => fault(server)) };
}

const kill = (pid: number) => process.kill(pid, 'SIGKILL');
