/** What tests of webhooks share: webhooks as they stand in the database, things to announce, and the worker. */
import { randomBytes } from 'node:crypto';
import type { ExecutionContext } from 'ava';
import { auditEntry } from '../../src/server/room/audit.ts';
import { webhookEvents } from '../../src/server/room/events.ts';
import { webhookKeyOf } from '../../src/server/secret.ts';
import type { Store, WebhookRecord } from '../../src/server/store/index.ts';
import { DeliveryWorker, type DeliveryWorkerOptions } from '../../src/server/webhooks/DeliveryWorker.ts';
import { printedKey } from '../../src/server/webhooks/signature.ts';

export const testSecret = randomBytes(32);

/** What the receiver of a webhook is given, where `testSecret` is the server's. */
export const secretFor = ({ id }: Pick<WebhookRecord, 'id'>, secret: Buffer = testSecret) =>
  printedKey(webhookKeyOf(secret, id));

/** A webhook in the database, wherever it goes. */
export async function putWebhook(
  store: Store,
  url: string,
  events: WebhookRecord['events'] = [...webhookEvents],
): Promise<WebhookRecord> {
  const id = `wh_${randomBytes(12).toString('base64url')}`;
  const webhook = { id, url, events, createdAt: new Date(), disabledAt: null };
  await store.webhooks.create(webhook, []);
  return webhook;
}

/** Something happens that is announced. */
export const opened = (roomId: string | null = null, at = new Date()) =>
  auditEntry('room.opened', { at, roomId, actor: 'server' });

/**
 * A worker that looks often; stopped with the test, which fails when it reports an error. It waits as long as until() does, and longer:
 * an answer that a busy core kept too long would be asked for again, as the product promises. What is never answered sets its own
 * time.
 */
export function startWorker(
  t: ExecutionContext,
  store: Store,
  options: Partial<DeliveryWorkerOptions> = {},
): DeliveryWorker {
  const worker = new DeliveryWorker({
    store,
    keyOf: (id) => webhookKeyOf(testSecret, id),
    allowPrivate: true,
    now: () => new Date(),
    onError: (error) => t.fail(String(error)),
    pollMs: 20,
    timeoutMs: 60_000,
    ...options,
  });
  t.teardown(() => worker.stop());
  return worker;
}

/** A clock that stands still until it is put forward. */
export function stoppedClock(start = new Date('2030-01-01T00:00:00Z')) {
  let at = start.getTime();
  return {
    now: () => new Date(at),
    forward: (ms: number) => {
      at += ms;
    },
  };
}
