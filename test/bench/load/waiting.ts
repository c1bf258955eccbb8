import { setInterval } from 'node:timers';
import { setTimeout as delay } from 'node:timers/promises';
import type { ExecutionContext } from 'ava';
import type { CheckReport } from '../../../src/protocol/messages.ts';
import { join } from '../../helpers/client.ts';
import type { TestRoom } from '../../helpers/server.ts';
import { inContext } from '../context.ts';
import type { Figure } from '../figures.ts';
import { Crowd } from './Crowd.ts';
import { inTurn } from './inTurn.ts';
import { type LoadedServer, type Memory, startLoaded } from './server.ts';

const PEOPLE = 2000;
/** Each has a handshake of DTLS for either transport, which costs whoever plays them more than the server. */
const WARM_PEOPLE = 200;
const AT_ONCE = 20;
/** Milliseconds until memory is read. */
const SETTLE_MS = 10_000;
/** As src/web/connection/connection.ts. */
const PING_MS = 5_000;

/** What one who waits takes of the server: connected and idle, and having asked to come in, with the page's media standing by. */
export async function waiting(): Promise<Figure[]> {
  const idle = await inContext((t) => perPerson(t, PEOPLE, (server, token) => wait(t, server, token)));
  const warm = await inContext(async (t) => {
    let crowd: Promise<Crowd> | null = null;
    return perPerson(t, WARM_PEOPLE, async (server, token) => {
      crowd ??= Crowd.start(t, server);
      const peer = await (await crowd).warm(token);
      t.teardown(() => peer.close());
    });
  });
  const kb = 'kB';
  return [
    {
      what: `${PEOPLE} people waiting, connected and idle: server memory each, node and worker (RSS)`,
      unit: kb,
      values: [idle.node.residentKb + idle.workers.residentKb],
      goal: 'at most 60 kB',
      limit: 60,
    },
    { what: 'of which node', unit: kb, values: [idle.node.residentKb], goal: '' },
    { what: 'of which the worker', unit: kb, values: [idle.workers.residentKb], goal: '' },
    {
      what: `${WARM_PEOPLE} people who have asked to come in, with both transports connected and all producers standing by: node`,
      unit: kb,
      values: [warm.node.residentKb],
      goal: '',
    },
    { what: 'the same: the worker', unit: kb, values: [warm.workers.residentKb], goal: '' },
  ];
}

/** Comes, tells what the page tells at once, and asks as it does whether the server is there. */
async function wait(t: ExecutionContext, server: LoadedServer, token: string): Promise<void> {
  const { client } = await join(t, server, token);
  await client.request('setDevices', { microphone: true, camera: true });
  await client.request('reportCheck', { report });
  const pinging = setInterval(() => void client.request('ping', {}).catch(() => undefined), PING_MS);
  t.teardown(() => clearInterval(pinging));
}

const report: CheckReport = {
  at: '2030-04-01T01:00:00Z',
  browser: 'Chrome 140',
  downMbps: 90.5,
  upMbps: 21.3,
  roundTripMs: 12,
  route: 'udp',
  outcomes: { browser: 'ok', camera: 'ok', microphone: 'ok', audio: 'ok', speed: 'ok', security: 'ok' },
};

/** Interviewer and applicant of as many rooms as it takes. */
async function perPerson(
  t: ExecutionContext,
  people: number,
  come: (server: LoadedServer, token: string) => Promise<void>,
): Promise<{ node: Memory; workers: Memory }> {
  const server = await startLoaded(t);
  const rooms = await server.rooms(people / 2);
  await delay(SETTLE_MS);
  const before = server.memory();
  const tokens = rooms.flatMap(bothTokens);
  await inTurn(tokens, AT_ONCE, (token) => come(server, token));
  await delay(SETTLE_MS);
  const after = server.memory();
  const share = (kind: 'node' | 'workers') => ({
    residentKb: (after[kind].residentKb - before[kind].residentKb) / people,
    privateKb: (after[kind].privateKb - before[kind].privateKb) / people,
  });
  return { node: share('node'), workers: share('workers') };
}

const bothTokens = ({ tokens: { interviewer, applicant } }: TestRoom) => [interviewer, applicant];
