/** Looks into the media workers of a server in this process, past the program: mediasoup tells of all that it makes. */
import type { ExecutionContext } from 'ava';
import { observer, type types } from 'mediasoup';
import { packetOf } from './rtp.ts';
import { until } from './until.ts';

/** A stream as the worker has it. */
export type Seen = { id: string; transportId: string; source: string; paused: boolean };
export type SeenConsumer = Seen & { producerId: string };
export type Look = { transports: string[]; producers: Seen[]; consumers: SeenConsumer[] };

/** A packet that came out of a consumer: into which transport, and what it says. */
export type Arrived = { transportId: string; text: string };

type Made<T> = { made: T; transportId: string };

export class MediaWatch {
  readonly producers = new Map<string, Made<types.Producer>>();
  readonly consumers = new Map<string, Made<types.Consumer>>();
  /** What arrived since it was last taken. */
  #arrived: Arrived[] = [];
  readonly #workers = new Set<types.Worker>();
  readonly #routers = new Set<types.Router>();
  readonly #transports = new Map<string, types.Transport>();
  readonly #direct: boolean;
  #sequence = 0;

  /**
   * Begin before the server starts.
   * @param direct people's transports end in this process instead of at a socket, so that the test can send packets as
   *   a browser does and see which come out; everything between the two is the worker's own
   */
  constructor(t: ExecutionContext, { direct }: { direct: boolean }) {
    this.#direct = direct;
    const onWorker = (worker: types.Worker) => this.#watchWorker(worker);
    observer.on('newworker', onWorker);
    t.teardown(() => observer.off('newworker', onWorker));
  }

  isReceiving = (transportId: string) => this.#transports.get(transportId)?.appData.direction === 'receive';

  /** Resolves when the workers have done all that they were asked for until now, and what that led to. */
  async settled(): Promise<void> {
    for (let i = 0; i < 3; i++)
      await Promise.all([...this.#workers].map((worker) => worker.getResourceUsage()));
  }

  /** People's transports, as the workers say. */
  async transports(): Promise<string[]> {
    const dumps = await this.#dumps();
    return dumps.flatMap(({ transportIds }) => transportIds).filter((id) => this.#isOfAPerson(id));
  }

  /** What is there now, as the workers say; the server's own silence is left out, and what goes meanwhile. */
  async look(): Promise<Look> {
    const dumps = await this.#dumps();
    const producers = dumps.flatMap((dump) => dump.mapProducerIdConsumerIds.map(({ key }) => key));
    const consumers = dumps.flatMap((dump) => dump.mapConsumerIdProducerId);
    const found = await Promise.all(
      producers.filter((id) => this.#isPersonsProducer(id)).map((id) => this.#producer(id)),
    );
    const foundConsumers = await Promise.all(
      consumers
        .filter(({ value }) => this.#isPersonsProducer(value))
        .map(({ key, value }) => this.#consumer(key, value)),
    );
    return {
      transports: dumps.flatMap(({ transportIds }) => transportIds).filter((id) => this.#isOfAPerson(id)),
      producers: found.flatMap((each) => each ?? []),
      consumers: foundConsumers.flatMap((each) => each ?? []),
    };
  }

  /** Sends a packet into every producer that is open; each says whose it is. Only with `direct`. */
  send(textOf: (producer: Seen) => string): void {
    for (const [id, { made, transportId }] of this.producers) {
      if (made.closed || !this.#isOfAPerson(transportId)) continue;
      const source = String(made.appData.source);
      made.send(packetOf(made, textOf({ id, transportId, source, paused: made.paused }), this.#sequence++));
    }
  }

  takeArrived(): Arrived[] {
    return this.#arrived.splice(0);
  }

  /** What was there is over. */
  forget(): void {
    this.producers.clear();
    this.consumers.clear();
    this.#transports.clear();
    this.#arrived = [];
  }

  async #dumps() {
    const dumps = await Promise.all([...this.#routers].map((router) => dumpOf(router)));
    return dumps.flatMap((dump) => dump ?? []);
  }

  // What the observers were not told of would be a hole in this test.
  async #producer(id: string): Promise<Seen | null> {
    const { made, transportId } = present(this.producers.get(id), id);
    const dump = await dumpOf(made);
    return dump && { id, transportId, source: String(made.appData.source), paused: dump.paused };
  }

  async #consumer(id: string, producerId: string): Promise<SeenConsumer | null> {
    const { made, transportId } = present(this.consumers.get(id), id);
    const dump = await dumpOf(made);
    return dump && { id, producerId, transportId, source: String(made.appData.source), paused: dump.paused };
  }

  #isOfAPerson = (transportId: string) => this.#transports.get(transportId)?.appData.direction !== undefined;

  #isPersonsProducer = (id: string) => this.#isOfAPerson(present(this.producers.get(id), id).transportId);

  #watchWorker(worker: types.Worker): void {
    this.#workers.add(worker);
    worker.observer.once('close', () => this.#workers.delete(worker));
    worker.observer.on('newrouter', (router) => {
      this.#routers.add(router);
      router.observer.once('close', () => this.#routers.delete(router));
      if (this.#direct) endHere(router);
      router.observer.on('newtransport', (transport) => this.#watchTransport(transport));
    });
  }

  #watchTransport(transport: types.Transport): void {
    const { id: transportId, observer: told } = transport;
    this.#transports.set(transportId, transport);
    told.on('newproducer', (made) => this.producers.set(made.id, { made, transportId }));
    told.on('newconsumer', (made) => {
      this.consumers.set(made.id, { made, transportId });
      made.on('rtp', (packet) => this.#arrived.push({ transportId, text: packet.toString('latin1') }));
    });
  }
}

/** What the worker says of something; null: it has gone meanwhile. */
async function dumpOf<T>(made: { closed: boolean; dump(): Promise<T> }): Promise<T | null> {
  try {
    return await made.dump();
  } catch (error) {
    // The worker knows a moment before this process is told.
    await until('what the worker does not know is closed', () => made.closed).catch(() => {
      throw error;
    });
    return null;
  }
}

function present<T>(found: T | undefined, id: string): T {
  if (!found) throw new Error(`the worker has ${id}, of which nobody was told`);
  return found;
}

/** Has the router make transports of the same use that end in this process. */
function endHere(router: types.Router): void {
  const ice = { iceParameters: {}, iceCandidates: [], dtlsParameters: {} };
  const make = async ({ appData }: types.WebRtcTransportOptions) => {
    const transport = await router.createDirectTransport({ appData });
    // What concerns a line has no meaning here.
    const restartIce = async () => ice.iceParameters;
    return Object.assign(transport, { ...ice, restartIce, setMinOutgoingBitrate: async () => undefined });
  };
  Object.assign(router, { createWebRtcTransport: make });
}
