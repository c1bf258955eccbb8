/** A call of which one has a line of the test's own, and what happens to such lines. */
import { setTimeout as delay } from 'node:timers/promises';
import type { ExecutionContext } from 'ava';
import { loseAt } from './firewall.ts';
import { green, type Meeting, meetAt, violet } from './meeting.ts';
import { type Line, makeLine } from './netns.ts';
import { watch } from './recovery.ts';
import { changeNetwork, enterNetwork, leaveNetwork, sleep, wake } from './roaming.ts';
import { startServer } from './server.ts';

/** What a browser logs of a server that is away, and of a page at plain http. */
const expected = /WebSocket|ERR_|Failed to load resource|Cross-Origin-Opener-Policy/;

export type LineMeeting = Meeting & { line: Line } & Awaited<ReturnType<typeof watch>>;

type Options = { away?: 'applicant' | 'interviewer'; settings?: object };

/** Both in a call; the machine of `away` is at the other end of a line. */
export async function meetOnLine(
  t: ExecutionContext,
  { away = 'applicant', settings = {} }: Options = {},
): Promise<LineMeeting> {
  const line = await makeLine(t);
  const server = await startServer(t, {
    'http.host': '0.0.0.0',
    'http.allowPlain': true,
    'media.listenIps': [line.hostAddress],
    ...settings,
  });
  const url = `http://${line.hostAddress}:${server.port}`;
  const options = { expected, args: [`--unsafely-treat-insecure-origin-as-secure=${url}`] };
  const people = await meetAt(
    t,
    { url, room: server.room },
    {
      interviewer: options,
      applicant: options,
      [away]: { ...options, executablePath: line.chromium },
    },
  );
  await Promise.all([people.interviewer.sees(violet), people.applicant.sees(green)]);
  return { line, server, ...people, ...(await watch(people)) };
}

/** What is done and seen meanwhile. */
type Meanwhile = () => Promise<unknown>;
const nothing: Meanwhile = async () => undefined;

/** Nothing comes through for so long, of which nobody is told. @returns when it was over, as the others here */
export async function loseAll(
  t: ExecutionContext,
  { line }: LineMeeting,
  ms: number,
  meanwhile = nothing,
): Promise<number> {
  const began = Date.now();
  const mend = loseAt(t, line.near);
  await meanwhile();
  await delay(began + ms - Date.now());
  mend();
  return Date.now();
}

/** The WebSocket alone is lost for so long. */
export async function loseSocket(
  t: ExecutionContext,
  { line, server }: LineMeeting,
  ms: number,
  meanwhile = nothing,
): Promise<number> {
  const began = Date.now();
  const mends = ['sport', 'dport'].map((end) => loseAt(t, line.near, `tcp ${end} ${server.port}`));
  await meanwhile();
  await delay(began + ms - Date.now());
  for (const mend of mends) mend();
  return Date.now();
}

/** No network for so long, and then another one. */
export async function roam({ line }: LineMeeting, ms: number): Promise<number> {
  leaveNetwork(line);
  await delay(ms);
  enterNetwork(line, 1);
  return Date.now();
}

/**
 * Another network at once, of which the browser is told nothing.
 * @returns when what was on its way has arrived, and how long that takes
 */
export function exchangeNetwork({ line }: LineMeeting): { from: number; onItsWayMs: number } {
  changeNetwork(line, 1);
  const onItsWayMs = 500;
  return { from: Date.now() + onItsWayMs, onItsWayMs };
}

/** The machine sleeps for so long, and wakes up in another network. */
export async function sleepAndWake(
  t: ExecutionContext,
  { line }: LineMeeting,
  ms: number,
  meanwhile = nothing,
): Promise<number> {
  t.teardown(() => wake(line));
  sleep(line);
  await meanwhile();
  await delay(ms);
  leaveNetwork(line);
  enterNetwork(line, 1);
  wake(line);
  return Date.now();
}

/** UDP is blocked from now on. @returns as above, and what ends it */
export function blockUdp(t: ExecutionContext, { line }: LineMeeting) {
  const mend = loseAt(t, line.near, 'meta l4proto udp');
  const onItsWayMs = 300;
  return { mend, from: Date.now() + onItsWayMs, onItsWayMs };
}
