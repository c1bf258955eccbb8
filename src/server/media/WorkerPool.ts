import { networkInterfaces } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import type { types } from 'mediasoup';
import { type Announced, listenAddresses, resolveAnnounced } from '../announced.ts';
import { AppError, UserError } from '../errors.ts';
import { soon } from './soon.ts';
import { WorkerLoad } from './WorkerLoad.ts';
import { endProcess, kill, startWorker } from './workerProcess.ts';

/** What `media` of the configuration says, and who hears of faults. */
export type WorkerPoolOptions = {
  /** How many worker processes; each takes one CPU core. */
  workers: number;
  /** Path of the mediasoup-worker executable; undefined: mediasoup's own. */
  workerBin: string | undefined;
  /** Addresses to listen on; empty: every IPv4 address of this machine. */
  listenIps: string[];
  /** What browsers are told instead of the listening address, behind NAT: see `resolveAnnounced`. */
  announcedAddress: string | null;
  /** Each worker takes one UDP and one TCP port of this range. */
  portMin: number;
  portMax: number;
  onError: (error: Error) => void;
  /** A worker has died and is being replaced. */
  onDied?: () => void;
};

/** A worker process, and the ports that all its rooms share. */
export type MediaWorker = { worker: types.Worker; webRtcServer: types.WebRtcServer };

type Member = MediaWorker & {
  load: WorkerLoad;
  /** Looks at it since it was asked how it is, while it has not answered; null: it has. */
  unanswered: number | null;
  /** Why it was given up, once it was. */
  fault: unknown;
};

/** A room's place in a worker. */
export type Place = MediaWorker & {
  /** Gives the place back. */
  release(): void;
  /** Whether the worker can be asked anything at all; one that cannot is given up. */
  isWell(): Promise<boolean>;
  /** Kills the worker, in which something cannot be ended that must be; all its rooms go on in others. */
  giveUp(fault: unknown): void;
  /** Closes something in the worker, and never throws: where that cannot even be said to it, the worker is given up. */
  end(media: { close(): void }): void;
  /** Whether people talk in the room, from now on. */
  talks(talking: boolean): void;
  /** Whether one more call in this worker would make all others in it stumble. */
  isFull(): boolean;
};

/** What a worker does; `cpuMs` since it was started. */
export type WorkerUsage = { pid: number; rooms: number; cpuMs: number };

/** The worker processes, each with one WebRtcServer for all its rooms. A worker that dies is replaced. */
export class WorkerPool {
  readonly #options: WorkerPoolOptions;
  readonly #workers: Member[] = [];
  readonly #measuring: NodeJS.Timeout;
  #closed = false;

  #announced: Announced | null = null;

  private constructor(options: WorkerPoolOptions) {
    this.#options = options;
    this.#measuring = setInterval(() => this.#lookAtAll(), LOOK_MS).unref();
  }

  /** @throws {UserError} a worker does not start, or no port is free */
  static async start(options: WorkerPoolOptions): Promise<WorkerPool> {
    const pool = new WorkerPool(options);
    try {
      await Promise.all(Array.from({ length: options.workers }, () => pool.#add()));
    } catch (error) {
      await pool.close();
      throw error;
    }
    return pool;
  }

  get pids(): number[] {
    return this.#workers.map(({ worker }) => worker.pid);
  }

  /** Each worker with its rooms and the CPU time it has used so far, in milliseconds. */
  async usage(): Promise<WorkerUsage[]> {
    const usages = this.#workers.map(async ({ worker, load: { rooms } }) => {
      const used = await soon(worker.getResourceUsage());
      return used ? [{ pid: worker.pid, rooms, cpuMs: used.ru_utime + used.ru_stime }] : [];
    });
    // One that dies just now, or hangs, is not told of.
    return (await Promise.all(usages)).flat();
  }

  /**
   * A place for a room in the worker that has the least to do, and power left where one has.
   * @throws {AppError} media_unavailable while no worker runs
   */
  take(): Place {
    const [least] = this.#workers.toSorted(
      (a, b) => Number(a.load.isFull) - Number(b.load.isFull) || a.load.expected - b.load.expected,
    );
    if (!least)
      throw new AppError('media_unavailable', 'no media worker is running; try again in a few seconds');
    return this.#placeIn(least);
  }

  /** Whether no worker can carry one more call. */
  get isFull(): boolean {
    return this.#workers.length > 0 && this.#workers.every(({ load }) => load.isFull);
  }

  /** Resolves when the worker processes are gone, also one that is stopped or broken. */
  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#measuring);
    await Promise.all(this.#workers.map(({ worker }) => endProcess(worker)));
  }

  async #add(): Promise<void> {
    const worker = await startWorker(this.#options.workerBin);
    try {
      const webRtcServer = await this.#listen(worker);
      const member = { worker, webRtcServer, load: new WorkerLoad(), unanswered: null, fault: null };
      this.#workers.push(member);
      worker.on('died', (error) => this.#died(member, error));
      if (this.#closed) await endProcess(worker);
    } catch (error) {
      await endProcess(worker);
      throw error;
    }
  }

  async #listen(worker: types.Worker): Promise<types.WebRtcServer> {
    const listenInfos = await this.#listenInfos();
    try {
      return await worker.createWebRtcServer({ listenInfos });
    } catch (cause) {
      const { portMin, portMax } = this.#options;
      const ips = [...new Set(listenInfos.map(({ ip }) => ip))].join(', ');
      throw new UserError(
        `No UDP and TCP port from ${portMin} to ${portMax} is free on ${ips} (${(cause as Error).message})`,
        { remedy: 'choose others with media.portMin, media.portMax and media.listenIps.', cause },
      );
    }
  }

  #lookAtAll(): void {
    for (const member of [...this.#workers]) this.#lookAt(member);
  }

  // By looks and not by a clock: a machine that slept wakes everyone at once.
  #lookAt(member: Member): void {
    if (member.unanswered === null) void this.#measure(member);
    else if (++member.unanswered >= PATIENT_LOOKS) this.#giveUp(member, new Error('it does not answer'));
  }

  // At each look alone: a page can have a worker asked at any moment, and between two of them there is nothing to measure.
  async #measure(member: Member): Promise<void> {
    const cpuMs = await this.#ask(member);
    if (cpuMs !== null) member.load.measured(cpuMs, performance.now());
  }

  /** Asks how much CPU time it has used, in milliseconds; null: it cannot be asked, and is given up. */
  async #ask(member: Member): Promise<number | null> {
    member.unanswered ??= 0;
    try {
      const { ru_utime, ru_stime } = await member.worker.getResourceUsage();
      member.unanswered = null;
      return ru_utime + ru_stime;
    } catch (fault) {
      this.#giveUp(member, fault);
      return null;
    }
  }

  // At once, so that nothing goes through it any more; that it died is told a moment later.
  #giveUp(member: Member, fault: unknown): void {
    if (this.#closed || !this.#forget(member)) return;
    member.fault = fault;
    kill(member.worker);
  }

  #forget(member: Member): boolean {
    const index = this.#workers.indexOf(member);
    if (index >= 0) this.#workers.splice(index, 1);
    return index >= 0;
  }

  #died(member: Member, error: Error): void {
    this.#forget(member);
    const { pid } = member.worker;
    const [what, cause] = member.fault ? ['was given up', member.fault] : ['died', error];
    void this.#report(new Error(`media worker ${pid} ${what}`, { cause }));
    void this.#replace();
  }

  // Ctrl+C reaches the workers as well, and a little before it reaches us: that is no fault.
  async #report(error: Error): Promise<void> {
    await delay(STOPPING_MS, undefined, { ref: false });
    if (this.#closed) return;
    this.#options.onError(error);
    this.#options.onDied?.();
  }

  // Until it succeeds: a server that lost a worker must not stay smaller for good.
  async #replace(): Promise<void> {
    for (let attempt = 0; !this.#closed; attempt++) {
      try {
        // Its ports are free only when the process is gone; the range has others meanwhile.
        return await this.#add();
      } catch (cause) {
        this.#options.onError(new Error('no new media worker could be started; trying again', { cause }));
        await delay(Math.min(MAX_RETRY_MS, 1000 * 2 ** attempt), undefined, { ref: false });
      }
    }
  }

  #placeIn(member: Member): Place {
    const { worker, webRtcServer, load } = member;
    const giveUp = (fault: unknown) => this.#giveUp(member, fault);
    let isTalking = false;
    const talks = (talking: boolean) => {
      if (talking === isTalking) return;
      isTalking = talking;
      if (talking) load.callBegan();
      else load.callEnded();
    };
    load.rooms++;
    return {
      worker,
      webRtcServer,
      talks,
      giveUp,
      release() {
        talks(false);
        load.rooms--;
      },
      isFull: () => load.isFull,
      isWell: async () => (await this.#ask(member)) !== null,
      end(media) {
        try {
          media.close();
        } catch (fault) {
          giveUp(fault);
        }
      },
    };
  }

  async #listenInfos(): Promise<types.TransportListenInfo[]> {
    const { listenIps, portMin, portMax } = this.#options;
    const ips = listenIps.length > 0 ? listenIps : ownAddresses();
    const portRange = { min: portMin, max: portMax };
    return listenAddresses(ips, await this.#announcedNow()).flatMap((address) =>
      (['udp', 'tcp'] as const).map((protocol) => ({ protocol, ...address, portRange })),
    );
  }

  /** Looked up for each worker: the address behind a name changes. While DNS is away a new worker is told the one before. */
  async #announcedNow(): Promise<Announced> {
    try {
      this.#announced = await resolveAnnounced(this.#options.announcedAddress);
    } catch (error) {
      if (!this.#announced) throw error;
    }
    return this.#announced;
  }
}

/** Milliseconds between two looks at how the workers are and how busy. */
const LOOK_MS = 2000;
/** Looks without an answer: six seconds. The busiest worker that still carries calls answers within one. */
const PATIENT_LOOKS = 3;

const MAX_RETRY_MS = 30_000;
/** Milliseconds in which a signal to stop reaches every process. */
const STOPPING_MS = 300;

const LOOPBACK = '127.0.0.1';

// Loopback is for a browser on this very machine; Firefox refuses it, so the interfaces' own come too.
function ownAddresses(): string[] {
  const all = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  const external = all
    .filter(({ family, internal }) => family === 'IPv4' && !internal)
    .map(({ address }) => address);
  return [LOOPBACK, ...external];
}
