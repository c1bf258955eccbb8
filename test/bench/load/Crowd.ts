/** Everybody who is played in this process, and the one clock by which all of them send. */
import { performance } from 'node:perf_hooks';
import type { ExecutionContext } from 'ava';
import type { TestRoom } from '../../helpers/server.ts';
import { type Identity, makeIdentity } from './dtls.ts';
import { LoadPeer } from './LoadPeer.ts';

/** Milliseconds between two looks who has to send. */
const TICK_MS = 5;
/** In how many turns everybody's reports go out: every 100 ms each. */
const TURNS = 20;

export type Interview = {
  interviewer: LoadPeer;
  applicant: LoadPeer;
  /** Both leave, as pages do. */
  end(): Promise<void>;
  /** Both vanish, as a line does. */
  cut(): void;
};

export class Crowd {
  readonly #server: { url: string };
  readonly #identity: Identity;
  readonly #talking = new Set<LoadPeer>();
  #turn = 0;

  private constructor(server: { url: string }, identity: Identity) {
    this.#server = server;
    this.#identity = identity;
  }

  static async start(t: ExecutionContext, server: { url: string }): Promise<Crowd> {
    const crowd = new Crowd(server, await makeIdentity(t));
    const ticking = setInterval(() => crowd.#tick(), TICK_MS);
    t.teardown(() => {
      clearInterval(ticking);
      for (const peer of crowd.#talking) peer.close();
    });
    return crowd;
  }

  /** Somebody in the waiting room, who does nothing. */
  join(token: string): Promise<LoadPeer> {
    return LoadPeer.join(this.#server.url, token, this.#identity);
  }

  /** A person in the waiting room whose media stands by. */
  async warm(token: string): Promise<LoadPeer> {
    const peer = await this.join(token);
    await peer.warm();
    return peer;
  }

  /** Two people who come, wait, and then talk to each other. */
  async interview({ tokens }: TestRoom): Promise<Interview> {
    const [interviewer, applicant] = [await this.warm(tokens.interviewer), await this.warm(tokens.applicant)];
    const both = [interviewer, applicant];
    await interviewer.client.request('enter', { company: '株式会社例', name: '面接太郎' });
    await applicant.client.request('requestAdmission', { name: '応募花子' });
    await interviewer.client.request('admit', { peerId: applicant.joined.peerId });
    for (const peer of both) this.#talking.add(peer);
    const forget = () => both.forEach((peer) => void this.#talking.delete(peer));
    return {
      interviewer,
      applicant,
      async end() {
        forget();
        await applicant.leave();
        await interviewer.leave();
      },
      cut() {
        forget();
        for (const peer of both) peer.close();
      },
    };
  }

  /** Packets of media that were sent to the server, and that came from it, by those who talk now. */
  packets(): { sent: number; received: number } {
    const total = { sent: 0, received: 0 };
    for (const peer of this.#talking) {
      total.sent += peer.sending?.packets ?? 0;
      total.received += peer.received;
    }
    return total;
  }

  #tick(): void {
    const now = performance.timeOrigin + performance.now();
    this.#turn = (this.#turn + 1) % TURNS;
    let place = 0;
    for (const peer of this.#talking) {
      peer.send(now);
      if (place++ % TURNS === this.#turn) peer.report();
    }
  }
}
