import type { ServerStatus } from '../../protocol/status.ts';
import { askServer } from '../ask.ts';
import type { OtherServersSeen } from '../room/ports.ts';
import { ticketKeyOf } from '../secret.ts';
import { isOverdue, type ServerRecord, type Store } from '../store/index.ts';
import { ticketFor } from '../tickets.ts';
import type { LiveRooms, Silent } from './live.ts';

/** Milliseconds that a server has to answer, where nothing else is said. */
const ANSWER_MS = 5000;

/** `answerMs`: how long a server may take for one answer. */
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

/** answer: null where there was none in time; refused: as nobody takes connections at that address. */
type Asked<T> = { server: ServerRecord; answer: T | null; refused: boolean };

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
    const asked = await this.#ask<ServerStatus>('GET', 'status');
    const silent = asked.filter(({ answer }) => answer === null).map(({ server }) => server);
    return {
      servers: answersOf(asked),
      silent: silent.map(({ url }) => url),
      silentIds: silent.map(({ id }) => id),
    };
  }

  /**
   * Which of them are there.
   * @param named these too, however long ago they said so. Gone is who refuses the connection, has another in their place, or was not
   *   seen for long and does not answer.
   */
  async look(named: string[]): Promise<OtherServersSeen> {
    const asked = await this.#ask<ServerStatus>('GET', 'status', named);
    const now = this.#options.now();
    const living = asked.filter(({ answer }) => answer !== null).map(({ server }) => server);
    const isReplaced = ({ url }: ServerRecord) => living.some((other) => other.url === url);
    const silent = asked.filter(
      ({ server, answer, refused }) =>
        answer === null && !refused && !isOverdue(server, now) && !isReplaced(server),
    );
    return {
      living: living.map(({ id }) => id),
      silent: silent.map(({ server }) => server.id),
      liveRooms: answersOf(asked).flatMap(({ rooms }) => rooms.map(({ id }) => id)),
    };
  }

  #toldAllBut(silent: string[]): void {
    for (const url of silent) this.#options.onUntold?.(url);
  }

  async #all<T>(method: string, path: string): Promise<{ answers: T[] } & Silent> {
    const asked = await this.#ask<T>(method, path);
    const silent = asked.filter(({ answer }) => answer === null).map(({ server }) => server.url);
    return { answers: answersOf(asked), silent };
  }

  async #ask<T>(method: string, path: string, named: string[] = []): Promise<Asked<T>[]> {
    const { store, now, except, onSilent } = this.#options;
    const servers = (await store.servers.list(now(), named)).filter(({ id }) => id !== except);
    return Promise.all(
      servers.map(async (server) => {
        try {
          return { server, answer: await this.#askOne<T>(server, method, path), refused: false };
        } catch (error) {
          onSilent?.(server, error);
          return { server, answer: null, refused: isRefused(error) };
        }
      }),
    );
  }

  async #askOne<T>(server: ServerRecord, method: string, what: string): Promise<T> {
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

function answersOf<T>(asked: Asked<T>[]): T[] {
  return asked.map(({ answer }) => answer).filter((answer) => answer !== null);
}

/** At every address that the name of a host has. */
function isRefused(error: unknown): boolean {
  const errors: unknown[] = error instanceof AggregateError ? error.errors : [error];
  return errors.every((each) => (each as NodeJS.ErrnoException).code === 'ECONNREFUSED');
}
