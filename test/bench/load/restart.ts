import { setTimeout as delay } from 'node:timers/promises';
import type { JoinResult } from '../../../src/protocol/messages.ts';
import type { ConnectionEnvironment } from '../../../src/web/browser/network.ts';
import { type Connection, createConnection } from '../../../src/web/connection/connection.ts';
import { type MortalServer, startMortal } from '../../helpers/restart.ts';
import type { TestRoom } from '../../helpers/server.ts';
import { inContext } from '../context.ts';
import type { Figure } from '../figures.ts';
import { inTurn } from './inTurn.ts';

/** Twice as many as a core of worker carries as calls (see interviews), and more. */
const ROOMS = 300;
const MORE_ROOMS = 500;
const AT_ONCE = 20;
const WITHIN_MS = 5_000;
/** Milliseconds without a server; the second is longer than the pages' longest pause between two attempts. */
const AWAY_MS = [0, 30_000];
/** Milliseconds in which what was changed last is written: nobody waits for it. */
const SETTLE_MS = 2_000;
/** Milliseconds until everybody must be back, so that the bench ends. */
const LIMIT_MS = 60_000;

type Back = { joinedMs: number; mediaMs: number };

/** Everybody is in a room, and the server is killed. How long after the start of the next one are they in it again? */
export async function restart(): Promise<Figure[]> {
  const goal = { goal: `at most ${WITHIN_MS} ms`, limit: WITHIN_MS };
  return [...(await figures(ROOMS, goal)), ...(await figures(MORE_ROOMS, { goal: '' }))];
}

async function figures(count: number, goal: { goal: string; limit?: number }): Promise<Figure[]> {
  const [soon, late] = await inContext(async (t) => {
    const server = await startMortal(t);
    const visitors: Visitor[] = [];
    t.teardown(() => visitors.forEach((visitor) => void visitor.leave()));
    const rooms: TestRoom[] = [];
    while (rooms.length < count) rooms.push(await server.room());
    await inTurn([...rooms.entries()], AT_ONCE, async ([i, room]) => {
      visitors.push(...(await fill(server, room, stages[i % stages.length] as Stage)));
    });
    const runs: Back[][] = [];
    for (const awayMs of AWAY_MS) runs.push(await killAndStart(server, visitors, awayMs));
    return runs as [Back[], Back[]];
  });
  const last = (what: string, times: Back[], key: keyof Back) => ({
    what: `${what}: the last, after the server is ready`,
    unit: 'ms',
    values: [Math.max(...times.map((each) => each[key]))],
    ...goal,
  });
  const people = 2 * count;
  return [
    last(`${people} people are back in their places, the server started again at once`, soon, 'joinedMs'),
    last('The same, with both transports of those in the call', soon, 'mediaMs'),
    { what: 'Half of them', unit: 'ms', values: [median(soon.map((each) => each.joinedMs))], goal: '' },
    last(`${people} people are back, after 30 s without a server`, late, 'joinedMs'),
    last('The same, with both transports of those in the call', late, 'mediaMs'),
    { what: 'Half of them', unit: 'ms', values: [median(late.map((each) => each.joinedMs))], goal: '' },
  ];
}

const median = (values: number[]) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] as number;

type Stage = 'call' | 'held' | 'requesting' | 'waiting';
const stages: Stage[] = ['call', 'held', 'requesting', 'waiting'];

/** Two people in a room, as far as `stage`. */
async function fill(server: MortalServer, { tokens }: TestRoom, stage: Stage): Promise<Visitor[]> {
  const interviewer = await Visitor.come(server, tokens.interviewer);
  const applicant = await Visitor.come(server, tokens.applicant);
  const { peerId } = applicant.joined;
  const host = interviewer.connection;
  if (stage !== 'waiting') {
    await host.request('enter', { company: '株式会社例', name: '面接太郎' });
    await applicant.connection.request('requestAdmission', { name: '応募花子' });
  }
  if (stage === 'call' || stage === 'held') await host.request('admit', { peerId });
  if (stage === 'held') await host.request('setHold', { peerId, held: true });
  interviewer.state = stage === 'waiting' ? 'waiting' : 'inCall';
  applicant.state = stage === 'call' ? 'inCall' : stage;
  return [interviewer, applicant];
}

async function killAndStart(server: MortalServer, visitors: Visitor[], awayMs: number): Promise<Back[]> {
  await delay(SETTLE_MS);
  const coming = visitors.map((visitor) => visitor.comesBack());
  await server.kill();
  await delay(awayMs);
  await server.start();
  const readyAt = performance.now();
  const tooLate = delay(LIMIT_MS, null, { ref: false }).then(() => {
    throw new Error(`not everybody is back ${LIMIT_MS / 1000} s after the server was ready`);
  });
  const back = await Promise.race([Promise.all(coming), tooLate]);
  return back.map(({ joinedAt, mediaAt }) => ({
    joinedMs: Math.max(0, joinedAt - readyAt),
    mediaMs: Math.max(0, mediaAt - readyAt),
  }));
}

/** A page without its views: the page's own connection, and what the page asks for when it is back. */
class Visitor {
  readonly connection: Connection;
  joined!: JoinResult;
  state: JoinResult['state'] = 'waiting';
  #onJoined: (resumed: boolean) => void = () => undefined;

  private constructor(server: { url: string }, token: string, onFirst: () => void) {
    this.#onJoined = onFirst;
    this.connection = createConnection(
      {
        token,
        resumeKey: () => this.joined?.resumeKey ?? null,
        keepMedia: () => false,
        onJoined: (result, resumed) => {
          this.joined = result;
          this.#onJoined(resumed);
        },
        onClosed: ({ code }) => {
          throw new Error(`a page was closed with ${code}`);
        },
      },
      outsideABrowser(server.url),
    );
  }

  static come(server: { url: string }, token: string): Promise<Visitor> {
    return new Promise((resolve) => {
      const visitor: Visitor = new Visitor(server, token, () => resolve(visitor));
    });
  }

  /** The next time that the server takes them in. @throws when they are not who and where they were */
  async comesBack(): Promise<{ joinedAt: number; mediaAt: number }> {
    const { role } = this.joined;
    const resumed = await new Promise<boolean>((resolve) => {
      this.#onJoined = resolve;
    });
    const joinedAt = performance.now();
    const { state } = this.joined;
    if (!resumed || state !== this.state || this.joined.role !== role)
      throw new Error(`${role}, ${this.state}, came back as ${this.joined.role}, ${state}`);
    if (state === 'inCall' || state === 'held') await this.#openMedia();
    return { joinedAt, mediaAt: performance.now() };
  }

  leave(): void {
    this.connection.close();
  }

  async #openMedia(): Promise<void> {
    const { rtpCapabilities } = this.joined;
    await Promise.all([
      this.connection.request('openMedia', { rtpCapabilities }),
      this.connection.request('createTransport', { direction: 'send' }),
      this.connection.request('createTransport', { direction: 'receive' }),
    ]);
  }
}

/** As `browser` of src/web/browser/network.ts, where nothing sleeps or changes networks. */
const outsideABrowser = (url: string): ConnectionEnvironment => ({
  openSocket: (subprotocols) => new WebSocket(`${url.replace(/^http/, 'ws')}/ws`, subprotocols),
  onWake: () => () => undefined,
  onGoing: () => () => undefined,
  async isThere() {
    const answer = await fetch(`${url}/healthz`, { method: 'HEAD' }).catch(() => null);
    return answer !== null && answer.status < 500;
  },
});
