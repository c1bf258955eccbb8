import { lookup } from 'node:dns/promises';
import { connect, type LookupFunction, type Socket } from 'node:net';
import { performance } from 'node:perf_hooks';

/** Milliseconds in which a database server that is well answers what a running interview asks of it. */
export const ANSWER_MS = 4000;
/** The same for what may take long: a migration, or a room that is deleted with all its files. */
export const PATIENT_MS = 10 * 60_000;
/** Milliseconds until the next host is tried while one does not even take the connection. */
const ATTEMPT_MS = 1000;
/** Milliseconds in which nobody waits for a host that has just failed. */
const REST_MS = 1000;

type Host = {
  name: string;
  sockets: Set<Socket>;
  /** Until when it is left alone after it has failed; null: it is well as far as is known. */
  restsUntil: number | null;
  answeredAt: number;
};

/**
 * The database servers of one address: `connect` gives mysql2 its sockets. The host that was used last is tried first,
 * the others after it. A server that takes what is asked and does not answer is given up with all its connections, so
 * that nobody waits for it a second time: while none is well, one attempt at a time is made and all else fails at once.
 */
export class DatabaseHosts {
  readonly #hosts: Host[];
  readonly #port: number;
  readonly #byAddress = new Map<string, Host>();
  readonly #isSecure: boolean;
  readonly #trying = new Set<Socket>();
  #first = 0;
  #answerMs = ANSWER_MS;

  /**
   * @param url one or several hosts, separated by commas, with one port for all
   * @param isSecure whether each connection goes over to TLS; `secured` has to be called for it then
   */
  constructor({ hostname, port }: URL, { isSecure = false } = {}) {
    this.#isSecure = isSecure;
    this.#hosts = hostsOf(hostname).map((name) => ({
      name,
      sockets: new Set<Socket>(),
      restsUntil: null,
      answeredAt: 0,
    }));
    this.#port = Number(port || 3306);
  }

  /** From now on, on connections that are there too: how long an answer may take. */
  expectAnswersWithin(ms: number): void {
    this.#answerMs = ms;
    for (const { sockets } of this.#hosts) for (const socket of sockets) socket.setTimeout(ms);
  }

  /** A socket for mysql2, of the first host that takes the connection. */
  connect(): Socket {
    const order = this.#mayBeTried();
    const socket = connect({
      // No address, so that `lookup` is asked.
      host: 'database',
      port: this.#port,
      lookup: lookupOf(order, this.#byAddress),
      noDelay: true,
      keepAlive: true,
      autoSelectFamily: true,
      autoSelectFamilyAttemptTimeout: ATTEMPT_MS,
    });
    if (order.length > 0) this.#watchBeginning(socket, order);
    return socket;
  }

  /** What is asked over TLS has a socket of its own, which is watched in place of the one below. */
  secured(socket: Socket): void {
    if (this.#isSecure) this.#watchAnswers(socket, this.#byAddress.get(socket.remoteAddress ?? ''));
  }

  /** The one that was used last first. */
  #mayBeTried(): Host[] {
    const isWell = this.#hosts.some(({ restsUntil }) => restsUntil === null);
    if (!isWell && this.#trying.size > 0) return [];
    const now = performance.now();
    const turned = [...this.#hosts.slice(this.#first), ...this.#hosts.slice(0, this.#first)];
    return turned.filter(({ restsUntil }) => restsUntil === null || restsUntil <= now);
  }

  /** Until the server has said its first word. */
  #watchBeginning(socket: Socket, order: Host[]): void {
    let host: Host | undefined;
    let isHeard = false;
    this.#trying.add(socket);
    socket.setTimeout(this.#answerMs);
    socket.once('connect', () => {
      host = this.#byAddress.get(socket.remoteAddress ?? '');
      host?.sockets.add(socket);
    });
    const onSilence = () => {
      if (host) this.#giveUpIfSilent(host);
      socket.destroy(noAnswer());
    };
    socket.on('timeout', onSilence);
    socket.once('data', () => {
      isHeard = true;
      this.#isWell(socket, host);
      socket.off('timeout', onSilence);
      if (this.#isSecure) {
        // From here on the socket below hears nothing of what goes over it.
        host?.sockets.delete(socket);
        socket.setTimeout(0);
      } else this.#watchAnswers(socket, host);
    });
    socket.once('close', () => {
      this.#trying.delete(socket);
      host?.sockets.delete(socket);
      if (!isHeard) for (const each of host ? [host] : order) rest(each);
    });
  }

  /** From now on, when nothing is asked. */
  #watchAnswers(socket: Socket, host: Host | undefined): void {
    /** How much had been asked when the last answer came. */
    let answered = socket.bytesWritten;
    if (host) host.answeredAt = performance.now();
    host?.sockets.add(socket);
    socket.setTimeout(this.#answerMs);
    socket.on('data', (data) => {
      const isFirst = socket.bytesWritten !== answered;
      answered = socket.bytesWritten;
      if (!host) return;
      host.answeredAt = performance.now();
      // Who asked is to hear it first.
      if (isFirst && isOutOfCluster(data)) setImmediate(() => this.#giveUp(host));
    });
    socket.on('timeout', () => {
      if (socket.bytesWritten === answered) return;
      if (host) this.#giveUpIfSilent(host);
      socket.destroy(noAnswer());
    });
    socket.once('close', () => void host?.sockets.delete(socket));
  }

  #giveUpIfSilent(host: Host): void {
    if (performance.now() - host.answeredAt >= this.#answerMs) this.#giveUp(host);
  }

  #isWell(socket: Socket, host: Host | undefined): void {
    this.#trying.delete(socket);
    if (!host) return;
    host.restsUntil = null;
    this.#first = this.#hosts.indexOf(host);
  }

  /** It is the same for all of its connections: those that are idle now would only be found out one by one. */
  #giveUp(host: Host): void {
    rest(host);
    for (const socket of host.sockets) if (socket.timeout === this.#answerMs) socket.destroy(noAnswer());
  }
}

/** The hosts of an address's authority: one, or several with commas between them. */
export function hostsOf(hostname: string): string[] {
  return hostname.split(',').map((name) => decodeURIComponent(name.replace(/^\[|\]$/g, '')));
}

function rest(host: Host): void {
  host.restsUntil = performance.now() + REST_MS;
}

/**
 * Whether a node of a Galera cluster says that it has lost the others, or has not caught up with them: an answer that is one packet
 * with error 1047 (https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_basic_err_packet.html). What a longer answer
 * brings later may be anything that somebody has written or sent.
 */
export function isOutOfCluster(answer: Buffer): boolean {
  const isOnePacket = answer.length > 7 && answer.readUIntLE(0, 3) === answer.length - 4;
  return isOnePacket && answer[4] === 0xff && answer.readUInt16LE(5) === 1047;
}

/** Names every address of the hosts, in their order; Node tries one after the other. */
function lookupOf(hosts: Host[], byAddress: Map<string, Host>): LookupFunction {
  return (_name, _options, answer) => {
    void Promise.allSettled(hosts.map(({ name }) => lookup(name, { all: true }))).then((found) => {
      const addresses = found.flatMap((result, i) => {
        if (result.status === 'rejected') return [];
        for (const { address } of result.value) byAddress.set(address, hosts[i] as Host);
        return result.value;
      });
      const failed = found.find((result) => result.status === 'rejected');
      if (addresses.length > 0) answer(null, addresses);
      else answer(failed ? failed.reason : resting(), []);
    });
  };
}

const noAnswer = () => problem('ETIMEDOUT', 'the database server does not answer');
const resting = () => problem('EHOSTDOWN', 'the database server has not answered a moment ago');
const problem = (code: string, message: string) => Object.assign(new Error(message), { code });
