import type { ServerStatus } from '../../protocol/status.ts';
import { adminTokenOf } from '../secret.ts';
import type { ServerRecord, Store } from '../store/index.ts';
import type { LiveRooms } from './live.ts';

/** Milliseconds that a server has to answer. */
const ANSWER_MS = 5000;

export type OtherServersOptions = {
  store: Pick<Store, 'servers'>;
  secret: Buffer;
  now: () => Date;
  /** A server that is not to be asked: the one that asks. */
  except?: string;
  /** Hears of servers that could not be told. */
  onUnreachable: (server: ServerRecord, error: unknown) => void;
};

/** The servers that run on this database, asked over HTTP. One that does not answer keeps nobody from the others. */
export class OtherServers implements LiveRooms {
  readonly #options: OtherServersOptions;
  readonly #token: string;

  constructor(options: OtherServersOptions) {
    this.#options = options;
    this.#token = adminTokenOf(options.secret);
  }

  async refresh(roomId: string): Promise<void> {
    await this.#all('POST', `rooms/${roomId}/refresh`);
  }

  async end(roomId: string): Promise<boolean> {
    const answers = await this.#all<{ ended: boolean }>('POST', `rooms/${roomId}/end`);
    return answers.some(({ ended }) => ended);
  }

  async isLive(roomId: string): Promise<boolean> {
    const answers = await this.#all<{ live: boolean }>('GET', `rooms/${roomId}`);
    return answers.some(({ live }) => live);
  }

  async liveIds(): Promise<string[]> {
    const statuses = await this.statuses();
    return statuses.flatMap(({ rooms }) => rooms.map(({ id }) => id));
  }

  /** How those servers are that answer, the oldest first. */
  statuses(): Promise<ServerStatus[]> {
    return this.#all<ServerStatus>('GET', 'status');
  }

  async #all<T>(method: string, path: string): Promise<T[]> {
    const { store, now, except, onUnreachable } = this.#options;
    const servers = (await store.servers.list(now())).filter(({ id }) => id !== except);
    const answers = await Promise.all(
      servers.map((server) =>
        this.#ask<T>(server, method, path).catch((error: unknown) => {
          onUnreachable(server, error);
          return null;
        }),
      ),
    );
    return answers.filter((answer) => answer !== null);
  }

  async #ask<T>({ url }: ServerRecord, method: string, path: string): Promise<T> {
    const response = await fetch(`${url}/api/internal/${path}`, {
      method,
      headers: { Authorization: `Bearer ${this.#token}` },
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    if (!response.ok) throw new Error(`${url} answered ${response.status}`);
    return (await response.json()) as T;
  }
}
