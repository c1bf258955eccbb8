import { setTimeout as delay } from 'node:timers/promises';
import { auditEntry } from '../room/audit.ts';
import type { Delivery, DeliveryOutcome, Store } from '../store/index.ts';
import { LruMap } from '../util/LruMap.ts';
import type { Resolve } from './addresses.ts';
import { type Answer, post, TIMEOUT_MS } from './post.ts';
import { nextAttempt, retryAfter } from './schedule.ts';
import { signedHeaders } from './signature.ts';

/** Deliveries that one server makes at once; of one webhook it is one. */
const AT_ONCE = 16;
/** Webhooks of which the turn is remembered: more than anybody has, however many were made and deleted. */
const REMEMBERED = 1000;
/** Milliseconds between two looks at the database. */
const POLL_MS = 1000;
/** The same, after the database did not answer. */
const FAILED_MS = 10_000;
/** Milliseconds that a server has a delivery to itself; the clocks of several may differ by what is beyond the timeout. */
const LEASE_MS = 60_000;
/** Milliseconds that attempts under way have to end when the server stops. */
const STOP_MS = 2000;
/** Milliseconds that what was delivered or given up is kept: 30 days; and between two looks for what is older. */
const KEPT_MS = 30 * 24 * 3_600_000;
const PRUNE_MS = 3_600_000;

export type DeliveryWorkerOptions = {
  store: Pick<Store, 'deliveries' | 'webhooks'>;
  /** What is sent to a webhook is signed with. */
  keyOf: (webhookId: string) => Buffer;
  allowPrivate: boolean;
  now: () => Date;
  onError: (error: unknown) => void;
  /** For tests that cannot wait so long. */
  timeoutMs?: number;
  pollMs?: number;
  atOnce?: number;
  resolve?: Resolve;
};

/**
 * Posts what waits in the database. Several servers may do it at once. A webhook's deliveries go one after the other,
 * and who was served longest ago comes first: a slow receiver delays none but itself.
 */
export class DeliveryWorker {
  readonly #options: DeliveryWorkerOptions;
  /** By webhook: its delivery under way. */
  readonly #busy = new Map<string, Promise<void>>();
  /** By webhook: the number of the turn in which it was last served. */
  readonly #served = new LruMap(REMEMBERED, () => ({ turn: 0 }));
  readonly #stopping = new AbortController();
  readonly #running: Promise<void>;
  #turns = 0;
  #prunedAt = 0;
  #closed = false;
  #wake: () => void = () => undefined;

  constructor(options: DeliveryWorkerOptions) {
    this.#options = options;
    this.#running = this.#run();
  }

  /** Takes nothing new; what cannot end in time is given back, and posted by whoever comes next. */
  async stop(): Promise<void> {
    const wait = new AbortController();
    this.#closed = true;
    this.#wake();
    await this.#running;
    const ended = Promise.all(this.#busy.values());
    await Promise.race([ended, delay(STOP_MS, undefined, { signal: wait.signal }).catch(() => undefined)]);
    wait.abort();
    this.#stopping.abort();
    await ended;
  }

  async #run(): Promise<void> {
    while (!this.#closed) {
      const woken = new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      const ms = await this.#turn().then(
        () => this.#options.pollMs ?? POLL_MS,
        (error: unknown) => {
          this.#options.onError(error);
          return FAILED_MS;
        },
      );
      const timer = setTimeout(this.#wake, ms);
      await woken;
      clearTimeout(timer);
    }
  }

  async #turn(): Promise<void> {
    const { store, now, atOnce = AT_ONCE } = this.#options;
    await this.#prune();
    const free = atOnce - this.#busy.size;
    if (free <= 0) return;
    const due = await store.deliveries.due(now(), [...this.#busy.keys()]);
    const last = ({ webhookId }: Delivery) => this.#served.peek(webhookId)?.turn ?? 0;
    due.sort((a, b) => last(a) - last(b) || a.seq - b.seq);
    const turn = ++this.#turns;
    for (const delivery of due.slice(0, free)) {
      this.#served.get(delivery.webhookId).turn = turn;
      this.#begin(delivery);
    }
  }

  #begin(delivery: Delivery): void {
    const { webhookId } = delivery;
    const done = this.#deliver(delivery).then(
      () => {
        this.#busy.delete(webhookId);
        this.#wake();
      },
      // The next look comes in its time: a database that takes no writes is not asked without end.
      (error: unknown) => {
        this.#busy.delete(webhookId);
        this.#options.onError(error);
      },
    );
    this.#busy.set(webhookId, done);
  }

  async #deliver(delivery: Delivery): Promise<void> {
    const { store, now, keyOf, allowPrivate, timeoutMs = TIMEOUT_MS, resolve } = this.#options;
    const { seq, webhookId, eventId, payload, url } = delivery;
    const at = now();
    const lease = new Date(at.getTime() + LEASE_MS);
    if (!(await store.deliveries.claim(seq, at, lease))) return;
    const answer = await post({
      url,
      body: payload,
      allowPrivate,
      timeoutMs,
      resolve,
      signal: this.#stopping.signal,
      headers: signedHeaders(keyOf(webhookId), eventId, at, payload),
    });
    if (answer.status === null && this.#stopping.signal.aborted) return store.deliveries.giveBack(seq, lease);
    await store.deliveries.settle(seq, lease, outcomeOf(answer, delivery.attempts + 1, now()));
    if (answer.status === 410) await this.#disable(webhookId);
  }

  /** The receiver has said that it wants nothing more. */
  async #disable(webhookId: string): Promise<void> {
    const at = this.#options.now();
    const context = { at, roomId: null, actor: 'server' };
    await this.#options.store.webhooks.setDisabled(webhookId, at, [
      auditEntry('webhook.disabled', context, { subject: webhookId }),
    ]);
  }

  async #prune(): Promise<void> {
    const { store, now } = this.#options;
    const at = now().getTime();
    if (at - this.#prunedAt < PRUNE_MS) return;
    // One batch in each turn, so that deliveries do not wait.
    if ((await store.deliveries.prune(new Date(at - KEPT_MS))) === 0) this.#prunedAt = at;
  }
}

function outcomeOf(
  { status, error, retryAfter: asked }: Answer,
  attempts: number,
  now: Date,
): DeliveryOutcome {
  if (error === null) return { deliveredAt: now, nextAt: null, status, error };
  const nextAt = status === 410 ? null : nextAttempt(now, { attempts, retryAfterMs: retryAfter(asked, now) });
  return { deliveredAt: null, nextAt, status, error };
}
