/** A page that does not read what it is sent: the page's own connection at the real server. */
import test, { type ExecutionContext } from 'ava';
import { WebSocket } from 'ws';
import { closeCodes } from '../../src/protocol/errors.ts';
import { limits } from '../../src/protocol/limits.ts';
import type { JoinResult } from '../../src/protocol/messages.ts';
import { createConnection } from '../../src/web/connection/connection.ts';
import { type Client, enterCall } from '../helpers/client.ts';
import { writeMessages } from '../helpers/many-messages.ts';
import { startServer, type TestServer } from '../helpers/server.ts';
import { until } from '../helpers/until.ts';

/** A page of the chat's longest messages is 130 kB. */
const MESSAGES = 200;
const TEXT = '😀'.repeat(limits.chatCharacters - 3);
/** As many as may be asked for at once: 12 MB. The kernel's buffers and the server's queue hold some 14 MB together. */
const PAGES = limits.requests.burst - 5;
/** From one more to the next: fewer in a second than may be asked for. */
const MORE_MS = 60;
const LATER = '2099-01-01T00:00:00.000Z';

/** The page's connection; `sockets` are those that it opened, with the codes that they were closed with. */
function page(t: ExecutionContext, { url }: TestServer, token: string) {
  const joined: { result: JoinResult; resumed: boolean }[] = [];
  const sockets: { socket: WebSocket; code: Promise<number> }[] = [];
  const openSocket = (subprotocols: string[]) => {
    const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/ws`, subprotocols);
    sockets.push({ socket, code: new Promise((resolve) => socket.once('close', resolve)) });
    return socket as unknown as globalThis.WebSocket;
  };
  const connection = createConnection(
    {
      token,
      resumeKey: () => joined.at(-1)?.result.resumeKey ?? null,
      keepMedia: () => true,
      onJoined: (result, resumed) => joined.push({ result, resumed }),
      onClosed: ({ code }) => t.fail(`closed for good with ${code}`),
    },
    {
      openSocket,
      onWake: () => () => undefined,
      onGoing: () => () => undefined,
      isThere: async () => (await fetch(`${url}/healthz`)).ok,
    },
  );
  t.teardown(() => connection.close());
  return { connection, joined, sockets };
}

type Page = ReturnType<typeof page>;

/** Who asked, and stops to read, is let in, and asks for pages of the chat until the server has enough of it. */
async function stopsReading(
  { connection, joined, sockets }: Page,
  interviewer: Client,
  isEnough: () => boolean,
): Promise<WebSocket> {
  await until('the page has joined', () => joined.length > 0);
  await connection.request('requestAdmission', { name: '佐藤花子' });
  const socket = sockets.at(-1)?.socket as WebSocket;
  socket.pause();
  await interviewer.request('admit', { peerId: joined.at(-1)?.result.peerId ?? '' });
  const asks = () => void connection.request('readChat', { before: LATER }).catch(() => undefined);
  for (let i = 0; i < PAGES; i++) asks();
  const isTold = () => {
    if (isEnough()) return true;
    asks();
    return false;
  };
  await until('the log tells of what is not read', isTold, { everyMs: MORE_MS });
  return socket;
}

async function isBackInTheCall(t: ExecutionContext, { joined }: Page): Promise<void> {
  await until('the page has joined again', () => joined.length === 2, { withinMs: 90_000 });
  t.true(joined[1]?.resumed);
  t.is(joined[1]?.result.state, 'inCall');
  t.is(joined[1]?.result.call?.messages.length, limits.chatPage);
  t.true(joined[1]?.result.call?.peers.some(({ handRaised }) => handRaised));
}

for (const [title, readsAgain] of [
  ['who reads again hears why, comes back and knows everything', true],
  ['who never reads again is cut off, and comes back by another socket', false],
] as const) {
  test.serial(`a page that does not read: ${title}`, async (t) => {
    const server = await startServer(t);
    const room = await server.room();
    writeMessages(server.config, room.record.id, MESSAGES, TEXT);
    const { client: interviewer } = await enterCall(t, server, room.tokens.interviewer);
    const slow = page(t, server, room.tokens.applicant);
    // By its figure, whatever its words.
    const told = () => server.log.filter(({ waiting }) => waiting !== undefined);
    const socket = await stopsReading(slow, interviewer, () => told().length > 0);
    const from = performance.now();
    t.is(told().length, 1);
    t.true((told()[0]?.waiting as number) > limits.waitingBytes);
    // Nothing is added to its queue any more.
    for (let i = 0; i < 20; i++) await interviewer.request('setHand', { raised: i % 2 === 0 });
    await interviewer.request('setHand', { raised: true });
    t.is(told().length, 1);
    if (readsAgain) {
      socket.resume();
      t.is(await slow.sockets[0]?.code, closeCodes.tooSlow);
    } else {
      const { peerId } = slow.joined[0]?.result ?? {};
      const isCutOff = async () => {
        const { peer } = await interviewer.next('peerUpdated');
        return peer.id === peerId && !peer.connected;
      };
      await until('the page is cut off', isCutOff, { withinMs: 90_000 });
      t.log(`cut off after ${Math.round(performance.now() - from)} ms`);
      socket.resume();
    }
    await isBackInTheCall(t, slow);
    t.log(`back after ${Math.round(performance.now() - from)} ms`);
  });
}
