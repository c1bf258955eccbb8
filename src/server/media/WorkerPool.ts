import { networkInterfaces } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { createWorker, type types } from 'mediasoup';
import { AppError, UserError } from '../errors.ts';

export type WorkerPoolOptions = {
  /** How many worker processes; each takes one CPU core. */
  workers: number;
  /** Path of the mediasoup-worker executable; undefined: mediasoup's own. */
  workerBin: string | undefined;
  /** Addresses to listen on; empty: every IPv4 address of this machine. */
  listenIps: string[];
  /** What browsers are told instead of the listening address, behind NAT. */
  announcedAddress: string | null;
  /** Each worker takes one UDP and one TCP port of this range. */
  portMin: number;
  portMax: number;
  onError: (error: Error) => void;
  /** A worker has died and is being replaced. */
  onDied?: () => void;
};

export type MediaWorker = { worker: types.Worker; webRtcServer: types.WebRtcServer };

export type WorkerUsage = { pid: number; rooms: number; cpuMs: number };

/** The worker processes, each with one WebRtcServer for all its rooms. A worker that dies is replaced. */
export class WorkerPool {
  readonly #options: WorkerPoolOptions;
  readonly #workers: MediaWorker[] = [];
  readonly #rooms = new Map<MediaWorker, number>();
  #closed = false;

  private constructor(options: WorkerPoolOptions) {
    this.#options = options;
  }

  /** @throws {UserError} a worker does not start, or no port is free */
  static async start(options: WorkerPoolOptions): Promise<WorkerPool> {
    const pool = new WorkerPool(options);
    try {
      await Promise.all(Array.from({ length: options.workers }, () => pool.#add()));
    } catch (error) {
      pool.close();
      throw error;
    }
    return pool;
  }

  get pids(): number[] {
    return this.#workers.map(({ worker }) => worker.pid);
  }

  /** Each worker with its rooms and the CPU time it has used so far, in milliseconds. */
  async usage(): Promise<WorkerUsage[]> {
    const usages = await Promise.allSettled(
      this.#workers.map(async (member) => {
        const { ru_utime, ru_stime } = await member.worker.getResourceUsage();
        return { pid: member.worker.pid, rooms: this.#rooms.get(member) ?? 0, cpuMs: ru_utime + ru_stime };
      }),
    );
    // One that dies just now is not told of.
    return usages.filter((usage) => usage.status === 'fulfilled').map(({ value }) => value);
  }

  /**
   * The worker with the fewest rooms; `release` gives its place back.
   * @throws {AppError} media_unavailable while no worker runs
   */
  take(): MediaWorker & { release: () => void } {
    const [least] = [...this.#workers].sort((a, b) => (this.#rooms.get(a) ?? 0) - (this.#rooms.get(b) ?? 0));
    if (!least)
      throw new AppError('media_unavailable', 'no media worker is running; try again in a few seconds');
    this.#rooms.set(least, (this.#rooms.get(least) ?? 0) + 1);
    const release = () => {
      const count = this.#rooms.get(least);
      // A worker that has died meanwhile has no places any more.
      if (count !== undefined) this.#rooms.set(least, count - 1);
    };
    return { ...least, release };
  }

  close(): void {
    this.#closed = true;
    for (const { worker } of this.#workers) worker.close();
  }

  async #add(): Promise<void> {
    const { workerBin } = this.#options;
    const worker = await createWorker({ logLevel: 'error', ...(workerBin && { workerBin }) }).catch(
      (cause) => {
        const which = workerBin ?? 'of mediasoup’s own package';
        throw new UserError(`The media worker ${which} does not start: run webinterview setup.`, { cause });
      },
    );
    leaveSignalsToUs(worker);
    try {
      const webRtcServer = await this.#listen(worker);
      const member = { worker, webRtcServer };
      this.#workers.push(member);
      worker.on('died', (error) => this.#died(member, error));
      if (this.#closed) worker.close();
    } catch (error) {
      worker.close();
      throw error;
    }
  }

  async #listen(worker: types.Worker): Promise<types.WebRtcServer> {
    const listenInfos = this.#listenInfos();
    try {
      return await worker.createWebRtcServer({ listenInfos });
    } catch (cause) {
      const { portMin, portMax } = this.#options;
      const ips = [...new Set(listenInfos.map(({ ip }) => ip))].join(', ');
      throw new UserError(
        `No UDP and TCP port from ${portMin} to ${portMax} is free on ${ips} (${(cause as Error).message}): choose others with media.portMin, media.portMax and media.listenIps.`,
        { cause },
      );
    }
  }

  #died(member: MediaWorker, error: Error): void {
    this.#workers.splice(this.#workers.indexOf(member), 1);
    this.#rooms.delete(member);
    void this.#report(new Error(`media worker ${member.worker.pid} died`, { cause: error }));
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

  #listenInfos(): types.TransportListenInfo[] {
    const { listenIps, announcedAddress, portMin, portMax } = this.#options;
    const ips = listenIps.length > 0 ? listenIps : ownAddresses();
    const portRange = { min: portMin, max: portMax };
    return ips.flatMap((ip) =>
      (['udp', 'tcp'] as const).map((protocol) => ({
        protocol,
        ip,
        portRange,
        ...(announcedAddress && ip !== LOOPBACK && { announcedAddress }),
      })),
    );
  }
}

/**
 * mediasoup closes a worker at the first SIGTERM or SIGINT. We end calls in order first: people are told, what is
 * left is stored, and only then the media goes.
 */
function leaveSignalsToUs(worker: types.Worker): void {
  const { onSignal } = worker as unknown as { onSignal: () => void };
  for (const signal of ['SIGINT', 'SIGTERM']) process.off(signal, onSignal);
}

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
