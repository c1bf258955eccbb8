import type { ServerStatus } from '../../protocol/status.ts';
import { askServer } from '../ask.ts';
import type { OtherServersSeen } from '../room/ReservedSeats.ts';
import { ticketKeyOf } from '../secret.ts';
import type { ServerRecord, Store } from '../store/index.ts';
import { ticketFor } from '../tickets.ts';
import type { LiveRooms, Silent } from './live.ts';

/** Milliseconds that a server has to answer, where nothing else is said. */
const ANSWER_MS = 5000;

export type OtherServersOptions = {
  store: Pick<Store, 'servers'>;
  secret: Buffer;
  now: () => Date;
  /** http.publicUrl, which the certificates of all of them are for. */
  publicUrl: string | null;
  /** A server that is not to be asked: the one that asks. */
  except?: string;
  /** Hears of each server that does not answer, and why. */
  onSilent?: (server: ServerRecord, error: unknown) => void;
  /** Hears of each server that was not told of a change: people who are in the room there go on as before. */
  onUntold?: (url: string) => void;
  answerMs?: number;
};

/** refusedIds: of the silent ones those at whose address nobody takes connections. */
type Answers<T> = { answers: T[]; silentIds: string[]; refusedIds: string[] } & Silent;

/** The servers that run on this database, asked over HTTP. One that does not answer keeps nobody from the others. */
export class OtherServers implements LiveRooms {
  readonly #options: OtherServersOptions;
  readonly #key: Buffer;

  constructor(options: OtherServersOptions) {
    this.#options = options;
    this.#key = ticketKeyOf(options.secret);
  }

  async refresh(roomId: string): Promise<void> {
    const { silent } = await this.#all('POST', `rooms/${roomId}/refresh`);
    this.#toldAllBut(silent);
  }

  async end(roomId: string): Promise<{ ended: boolean } & Silent> {
    const { answers, silent } = await this.#all<{ ended: boolean }>('POST', `rooms/${roomId}/end`);
    const ended = answers.some((answer) => answer.ended);
    if (ended) this.#toldAllBut(silent);
    return { ended, silent };
  }

  async isLive(roomId: string): Promise<{ live: boolean } & Silent> {
    const { answers, silent } = await this.#all<{ live: boolean }>('GET', `rooms/${roomId}`);
    return { live: answers.some(({ live }) => live), silent };
  }

  async liveIds(): Promise<{ ids: string[] } & Silent> {
    const { servers, silent } = await this.statuses();
    return { ids: servers.flatMap(({ rooms }) => rooms.map(({ id }) => id)), silent };
  }

  /** How those servers are that answer, the oldest first; and which do not, by address and by id. */
  async statuses(): Promise<{ servers: ServerStatus[]; silentIds: string[] } & Silent> {
    const { answers: servers, silent, silentIds } = await this.#all<ServerStatus>('GET', 'status');
    return { servers, silent, silentIds };
  }

  /**
   * Which of them are there. silent: who may be, as nobody refuses the connection at their address; who refuses it has
   * died a moment ago.
   */
  async seen(): Promise<OtherServersSeen> {
    const { answers, silentIds, refusedIds } = await this.#all<ServerStatus>('GET', 'status');
    return {
      living: answers.map(({ id }) => id),
      silent: silentIds.filter((id) => !refusedIds.includes(id)),
      liveRooms: answers.flatMap(({ rooms }) => rooms.map(({ id }) => id)),
    };
  }

  #toldAllBut(silent: string[]): void {
    for (const url of silent) this.#options.onUntold?.(url);
  }

  async #all<T>(method: string, path: string): Promise<Answers<T>> {
    const { store, now, except, onSilent } = this.#options;
    const servers = (await store.servers.list(now())).filter(({ id }) => id !== except);
    const refusedIds: string[] = [];
    const answers = await Promise.all(
      servers.map((server) =>
        this.#ask<T>(server, method, path).catch((error: unknown) => {
          if ((error as NodeJS.ErrnoException).code === 'ECONNREFUSED') refusedIds.push(server.id);
          onSilent?.(server, error);
          return null;
        }),
      ),
    );
    const silent = servers.filter((_, i) => answers[i] === null);
    return {
      answers: answers.filter((answer) => answer !== null),
      silent: silent.map(({ url }) => url),
      silentIds: silent.map(({ id }) => id),
      refusedIds,
    };
  }

  async #ask<T>(server: ServerRecord, method: string, what: string): Promise<T> {
    const { url } = server;
    const path = `/api/internal/${what}`;
    const ticket = ticketFor(this.#key, { method, path, server }, this.#options.now());
    const { status, body } = await askServer(`${url}${path}`, {
      method,
      headers: { Authorization: `Bearer ${ticket}` },
      timeoutMs: this.#options.answerMs ?? ANSWER_MS,
      publicUrl: this.#options.publicUrl,
    });
    if (status !== 200) throw new Error(`${url} answered ${status}`);
    return JSON.parse(body) as T;
  }
}
