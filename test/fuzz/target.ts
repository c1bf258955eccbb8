/** A server that is fuzzed, wherever it runs, and an innocent call in it that must not notice. */
import { once } from 'node:events';
import type { ExecutionContext } from 'ava';
import type { Store } from '../../src/server/store/index.ts';
import { type Client, connect } from '../helpers/client.ts';
import { dtlsParameters, kindOf, receivesAll, streamOf } from '../helpers/rtp.ts';
import type { TestRoom } from '../helpers/server.ts';

export type Target = {
  url: string;
  store: Store;
  /** What a server or a command would show with this request. */
  ticketFor: (method: string, path: string) => string;
  metricsToken: string;
  /** What the server logged as an error or worse, one line each. */
  errors(): string[];
  room(request?: { interviewerSeats?: number; applicantSeats?: number }): Promise<TestRoom>;
};

export const metricsToken = 'a-token-for-the-metrics';

/** Settings of a server to be fuzzed: requests may say whom they are from, so that no limit per address ends the test. */
export const settings = { 'http.trustedProxies': ['127.0.0.1'], 'metrics.token': metricsToken };

/** Two people in a call, with media, in a room of their own. */
export class InnocentCall {
  readonly #clients: Client[];

  private constructor(clients: Client[]) {
    this.#clients = clients;
  }

  static async begin(t: ExecutionContext, target: Target): Promise<InnocentCall> {
    const room = await target.room();
    const host = await connect(t, target, { token: room.tokens.interviewer });
    await host.request('join', { keepMedia: false });
    const guest = await connect(t, target, { token: room.tokens.applicant });
    const { peerId } = await guest.request('join', { keepMedia: false });
    for (const client of [host, guest]) await warmUp(client);
    await host.request('enter', { company: '会社', name: '毎日太郎' });
    await guest.request('requestAdmission', { name: '応募花子' });
    await host.request('admit', { peerId });
    await guest.next('admitted');
    return new InnocentCall([host, guest]);
  }

  /** Throws when the call is not as it was: a socket was closed, the media was lost, or a message does not arrive. */
  async assertWell(): Promise<void> {
    const [host, guest] = this.#clients as [Client, Client];
    for (const { socket, told } of this.#clients) {
      if (socket.readyState !== socket.OPEN) throw new Error('a socket of the innocent call was closed');
      if (told.some(({ event }) => event === 'mediaLost')) throw new Error('the media worker was lost');
    }
    const sent = await host.request('sendChat', { clientId: crypto.randomUUID(), text: 'まだ聞こえますか' });
    const { message } = await guest.next('chatMessage');
    if (message.id !== sent.id) throw new Error('another message arrived in the innocent call');
    await guest.request('ping', {});
  }
}

/** All that a page does to be ready to send and hear. @returns the transports */
export async function warmUp(client: Client): Promise<{ send: string; receive: string }> {
  await client.request('openMedia', { rtpCapabilities: receivesAll });
  const { id: send } = await client.request('createTransport', { direction: 'send' });
  const { id: receive } = await client.request('createTransport', { direction: 'receive' });
  await client.request('connectTransport', { transportId: send, dtlsParameters });
  for (const source of ['microphone', 'camera'] as const) {
    const stream = { source, kind: kindOf(source), rtpParameters: streamOf(source) };
    await client.request('produce', { transportId: send, ...stream });
  }
  return { send, receive };
}

/** Throws when the server has logged an error since the last time, or does not answer. */
export async function assertHealthy(target: Target): Promise<void> {
  const answer = await fetch(`${target.url}/readyz`);
  if (answer.status !== 200) throw new Error(`/readyz answers ${answer.status}: ${await answer.text()}`);
  await answer.text();
  // By now it has noticed whatever broke off.
  const errors = target.errors();
  if (errors.length > 0) throw new Error(`the server logged:\n${errors.join('\n').slice(0, 4000)}`);
}

/** Resolves when the socket is closed, or soon. */
export const closedSoon = (client: Client) =>
  Promise.race([client.closed, once(AbortSignal.timeout(2000), 'abort')]);
