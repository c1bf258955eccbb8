/** What can be measured, in the order of docs/benchmarks.md. */
import type { ExecutionContext } from 'ava';
import { background } from './background.ts';
import { call } from './call.ts';
import type { Figure } from './figures.ts';
import { firstLoad } from './first-load.ts';
import { firstVisit } from './first-visit.ts';
import { interviews } from './load/interviews.ts';
import { joins } from './load/joins.ts';
import { restart } from './load/restart.ts';
import { soak } from './load/soak.ts';
import { waiting } from './load/waiting.ts';
import { pageCpu } from './page-cpu.ts';
import { recovery } from './recovery.ts';
import { startup } from './startup.ts';

/** A section of docs/benchmarks.md: `about` says under its title how it was measured. */
export type Part = {
  name: string;
  title: string;
  about: string;
  measure: (t: ExecutionContext) => Promise<Figure[]>;
};

export const parts: Part[] = [
  { name: 'startup', title: 'Starting', about: '`serve` as a child process.', measure: startup },
  {
    name: 'first-load',
    title: 'First load',
    about: 'Chromium that was never here, from the link to the waiting room.',
    measure: firstLoad,
  },
  {
    name: 'first-visit',
    title: 'First visit',
    about:
      'The same, with the clock of the page: on this machine’s loopback, and with the line (20 / 5 Mbit/s, 85 ms) and the processor (4 times slower) of a phone, as Chromium throttles them.',
    measure: firstVisit,
  },
  { name: 'call', title: 'Being let in', about: 'Two Chromiums in one call.', measure: call },
  {
    name: 'page-cpu',
    title: 'The page in a call',
    about: 'Two Chromiums in our call and on a bare page with the same streams, by turns.',
    measure: pageCpu,
  },
  {
    name: 'background',
    title: 'Backgrounds',
    about: 'One Chromium with a camera of 30 frames/s.',
    measure: background,
  },
  {
    name: 'waiting',
    title: 'Waiting',
    about:
      'People without a browser, who open the page’s WebSocket and send what it sends; interviewer and applicant of a room each, 10 s after the last has come.',
    measure: waiting,
  },
  {
    name: 'joins',
    title: 'Joining',
    about:
      'The same people, who come evenly over one second, whether those before them were answered or not.',
    measure: joins,
  },
  {
    name: 'interviews',
    title: 'Interviews',
    about:
      'People without a browser, with real ICE, DTLS (OpenSSL) and SRTP (AEAD_AES_256_GCM). Each sends Opus at 32 kbit/s and both layers of a camera of 640x360 at the most that the page lets them have; the server chooses by their feedback what each gets, which is the upper layer. Packets hold noise in place of pictures. CPU is what Linux counts for the processes of the server; the people run on the same machine, on a core of their own.',
    measure: interviews,
  },
  {
    name: 'soak',
    title: 'Coming and going',
    about:
      'People as above, in 6 rooms at once: they wait, talk for 5 to 15 s, write, and leave; every third pair vanishes without a word. Memory is what no other process shares, after a collection of garbage, with everybody gone; before it there were six minutes of the same.',
    measure: soak,
  },
  {
    name: 'restart',
    title: 'Killed and started again',
    about:
      'Two people in each room: of four rooms one has both in the call, one the applicant on hold, one the applicant asking, one both waiting. They are pages without a browser: the page’s own code decides when it tries again, and nobody’s role or state may have changed. The server is killed with -9, on SQLite.',
    measure: restart,
  },
  {
    name: 'recovery',
    title: 'Faults in a call',
    about:
      'Two Chromiums in one call, and a fault that is injected for real, in a new call each time. From the moment at which the line, the tab or the server is there again (of an address, UDP and a worker: from the fault) until the last of both has the other’s film and voice again, on the page that they had. Everything runs on the machine’s cores together.',
    measure: recovery,
  },
];
