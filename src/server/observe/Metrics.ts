import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** How the server is at the moment of a scrape. No ids and no names: they would be personal, and without end. */
export type Snapshot = {
  rooms: number;
  /** Rooms in which somebody is in the call, and whether no call may begin any more. */
  calls: number;
  isFull: boolean;
  /** How many people of each role are in each state. */
  people: { role: string; state: string; count: number }[];
  /** For how long the one has asked who has waited longest; 0: nobody has. */
  longestRequestSeconds: number;
  /** How many lines are ok, bad or lost. */
  lines: { line: string; count: number }[];
  /** The share of packets lost from people (in) and to them (out), their mean; null: nobody's is known. */
  loss: { in: number | null; out: number | null };
  /** Bits per second, from people and to them. */
  sentBps: number;
  receivedBps: number;
  /** CPU of each media worker, as a share of one core. */
  workerCpu: number[];
  databaseUp: boolean;
  /** Webhook deliveries by state; null while the database does not answer. */
  deliveries: Record<string, number> | null;
};

const SECONDS = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
/** Until an applicant who has asked is let in. */
const WAIT_SECONDS = [1, 5, 15, 30, 60, 120, 300, 600, 1800];

/** What Prometheus asks for. Counters are raised as things happen; gauges are read when it asks. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #join: Histogram;
  readonly #wait: Histogram;
  readonly #requests: Histogram<'method'>;
  readonly #errors: Counter<'code'>;
  readonly #responses: Counter<'status'>;
  readonly #workerDeaths: Counter;
  readonly #slow: Counter;
  #read = async () => {};

  /**
   * @param version of the program, told as a label of webinterview_build_info
   * @param errorCodes told as 0 until there is one: Prometheus sees no increase in what begins at 1
   */
  constructor(version: string, errorCodes: readonly string[] = []) {
    const registers = [this.#registry];
    this.#join = new Histogram({
      name: 'webinterview_join_seconds',
      help: 'From the opening of a socket until its person has a place in the room',
      buckets: SECONDS,
      registers,
    });
    this.#wait = new Histogram({
      name: 'webinterview_admission_wait_seconds',
      help: 'From the request to join until somebody allows it',
      buckets: WAIT_SECONDS,
      registers,
    });
    this.#requests = new Histogram({
      name: 'webinterview_request_seconds',
      help: 'Answering a request over the WebSocket, by its method',
      labelNames: ['method'],
      buckets: SECONDS,
      registers,
    });
    this.#errors = new Counter({
      name: 'webinterview_errors_total',
      help: 'Requests over the WebSocket that were answered with an error, by its code',
      labelNames: ['code'],
      registers,
    });
    for (const code of errorCodes) this.#errors.inc({ code }, 0);
    this.#responses = new Counter({
      name: 'webinterview_http_responses_total',
      help: 'Answers over HTTP, by their status',
      labelNames: ['status'],
      registers,
    });
    // There from the start, so that the first fault is an increase.
    this.#responses.inc({ status: 500 }, 0);
    this.#workerDeaths = new Counter({
      name: 'webinterview_worker_deaths_total',
      help: 'Media workers that died and were replaced',
      registers,
    });
    this.#slow = new Counter({
      name: 'webinterview_slow_sockets_total',
      help: 'WebSockets that were closed because their other end did not read what it was sent',
      registers,
    });
    const info = { name: 'webinterview_build_info', help: 'The version that runs' };
    new Gauge({ ...info, labelNames: ['version'], registers }).set({ version }, 1);
  }

  joined(seconds: number): void {
    this.#join.observe(seconds);
  }

  admitted(seconds: number): void {
    this.#wait.observe(seconds);
  }

  /** @param code of the error; null: it was answered */
  answered(method: string, seconds: number, code: string | null): void {
    this.#requests.observe({ method }, seconds);
    if (code !== null) this.#errors.inc({ code });
  }

  responded(status: number): void {
    this.#responses.inc({ status });
  }

  tooSlow(): void {
    this.#slow.inc();
  }

  workerDied(): void {
    this.#workerDeaths.inc();
  }

  /** Reads the gauges by `snapshot` from now on, and what Node tells of its own process. */
  expose(snapshot: () => Promise<Snapshot>): void {
    collectDefaultMetrics({ register: this.#registry });
    const gauges = gaugesOf(this.#registry);
    this.#read = async () => setAll(gauges, await snapshot());
  }

  /** The text that Prometheus reads, and its content type. */
  async render(): Promise<{ text: string; type: string }> {
    await this.#read();
    return { text: await this.#registry.metrics(), type: this.#registry.contentType };
  }
}

type Gauges = ReturnType<typeof gaugesOf>;

function gaugesOf(registry: Registry) {
  const registers = [registry];
  const gauge = (name: string, help: string) => new Gauge({ name: `webinterview_${name}`, help, registers });
  const gaugeBy = <L extends string>(name: string, help: string, ...labelNames: L[]) =>
    new Gauge({ name: `webinterview_${name}`, help, labelNames, registers });
  return {
    rooms: gauge('rooms', 'Rooms where people are'),
    calls: gauge('calls', 'Rooms where people are in the call'),
    full: gauge('full', 'Whether no new call may begin as there are too many: 1 or 0'),
    people: gaugeBy('people', 'People in rooms, by role and state', 'role', 'state'),
    longestRequest: gauge(
      'longest_request_seconds',
      'For how long the applicant has asked who has waited longest; 0: nobody waits',
    ),
    lines: gaugeBy('lines', 'Lines of people: ok, bad (much is lost) or lost', 'line'),
    bitrate: gaugeBy('media_bytes_per_second', 'Media from people (in) and to them (out)', 'direction'),
    loss: gaugeBy(
      'packet_loss_ratio',
      'Share of packets lost on the way from people (in) and to them (out), the mean of all',
      'direction',
    ),
    workers: gauge('workers', 'Media workers that run'),
    workerCpu: gaugeBy('worker_cpu_ratio', 'CPU of a media worker, as a share of one core', 'worker'),
    databaseUp: gauge('database_up', 'Whether the database answers: 1 or 0'),
    deliveries: gaugeBy('webhook_deliveries', 'Webhook deliveries that wait or failed', 'state'),
  };
}

/** What is not there any more must not stay at its last value. */
function setAll(gauges: Gauges, now: Snapshot): void {
  for (const gauge of [gauges.people, gauges.lines, gauges.loss, gauges.workerCpu, gauges.deliveries])
    gauge.reset();
  gauges.rooms.set(now.rooms);
  gauges.calls.set(now.calls);
  gauges.full.set(now.isFull ? 1 : 0);
  for (const { role, state, count } of now.people) gauges.people.set({ role, state }, count);
  gauges.longestRequest.set(now.longestRequestSeconds);
  for (const { line, count } of now.lines) gauges.lines.set({ line }, count);
  for (const [direction, share] of Object.entries(now.loss)) {
    if (share !== null) gauges.loss.set({ direction }, share);
  }
  gauges.bitrate.set({ direction: 'in' }, now.sentBps / 8);
  gauges.bitrate.set({ direction: 'out' }, now.receivedBps / 8);
  gauges.workers.set(now.workerCpu.length);
  for (const [worker, share] of now.workerCpu.entries()) gauges.workerCpu.set({ worker }, share);
  gauges.databaseUp.set(now.databaseUp ? 1 : 0);
  for (const [state, count] of Object.entries(now.deliveries ?? {})) gauges.deliveries.set({ state }, count);
}
