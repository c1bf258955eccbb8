/** What administrators do with webhooks: where other systems are told what happens, and what became of it. */
import { randomBytes, randomUUID } from 'node:crypto';
import { UserError } from '../errors.ts';
import { type AuditAction, auditEntry } from '../room/audit.ts';
import { type Announcement, type WebhookEvent, webhookEvents } from '../room/events.ts';
import { webhookKeyOf } from '../secret.ts';
import type { Store, WebhookRecord } from '../store/index.ts';
import { type Answer, post } from '../webhooks/post.ts';
import { printedKey, signedHeaders } from '../webhooks/signature.ts';
import { webhookTarget } from '../webhooks/url.ts';
import type { Admin } from './live.ts';

type WebhookAdmin = Omit<Admin<Pick<Store, 'webhooks'>>, 'live'>;
type Rules = { allowPrivate: boolean };

/**
 * @param events none: all
 * @throws {UserError} usage: an address where webhooks must not go, or an event that there is not
 */
export async function createWebhook(
  admin: WebhookAdmin,
  { url, events = [] }: { url: string; events?: string[] },
  rules: Rules,
): Promise<WebhookRecord> {
  const target = webhookTarget(url, rules);
  const webhook: WebhookRecord = {
    id: `wh_${randomBytes(12).toString('base64url')}`,
    url: target.url.href,
    events: events.length > 0 ? checkedEvents(events) : [...webhookEvents],
    createdAt: admin.now(),
    disabledAt: null,
  };
  await admin.store.webhooks.create(webhook, [entry(admin, 'webhook.created', webhook)]);
  return webhook;
}

/** @throws {UserError} not_found */
export async function findWebhook(
  { store }: Pick<WebhookAdmin, 'store'>,
  id: string,
): Promise<WebhookRecord> {
  const webhook = await store.webhooks.find(id);
  if (webhook) return webhook;
  throw new UserError(`There is no webhook ${id}`, {
    remedy: 'see webinterview webhook list.',
    code: 'not_found',
  });
}

/** With its deliveries, also those that are still to come. */
export async function deleteWebhook(admin: WebhookAdmin, webhook: WebhookRecord): Promise<void> {
  await admin.store.webhooks.delete(webhook.id, [entry(admin, 'webhook.deleted', webhook)]);
}

/** Posts again to one whose receiver said 410 Gone. What happened in between was not kept for it. */
export async function enableWebhook(admin: WebhookAdmin, webhook: WebhookRecord): Promise<WebhookRecord> {
  await admin.store.webhooks.setDisabled(webhook.id, null, [entry(admin, 'webhook.enabled', webhook)]);
  return { ...webhook, disabledAt: null };
}

/** What its receiver verifies announcements with: `whsec_…`. It is in no database; whoever has the secret makes it. */
export const webhookSecret = (secret: Buffer, { id }: Pick<WebhookRecord, 'id'>) =>
  printedKey(webhookKeyOf(secret, id));

/**
 * Tries deliveries again, now; none of them where one cannot be.
 * @returns how many they are: fewer than were named where a server has begun with the others meanwhile
 * @throws {UserError} not_found; or one cannot be: delivered already, under way, its webhook disabled
 */
export async function retryDeliveries({ store, now }: WebhookAdmin, seqs: number[]): Promise<number> {
  const at = now();
  for (const seq of seqs) await assertCanRetry(store, seq, at);
  return store.webhooks.retry(at, seqs);
}

async function assertCanRetry({ webhooks }: Pick<Store, 'webhooks'>, seq: number, at: Date): Promise<void> {
  const delivery = await webhooks.delivery(seq);
  if (!delivery) {
    throw new UserError(`There is no delivery ${seq}`, {
      remedy: 'see webinterview webhook deliveries.',
      code: 'not_found',
    });
  }
  if (delivery.deliveredAt)
    throw new UserError(
      `The delivery ${seq} was already accepted by its receiver: there is nothing to retry.`,
    );
  if ((await webhooks.find(delivery.webhookId))?.disabledAt) {
    throw new UserError(
      `The webhook ${delivery.webhookId} is disabled, because its receiver asked for that`,
      { remedy: 'enable it first.' },
    );
  }
  if (delivery.leasedUntil && delivery.leasedUntil > at)
    throw new UserError(`The delivery ${seq} is in progress right now`, { remedy: 'try again in a moment.' });
}

/** Tries all again, now, that were not delivered, but those of disabled webhooks. @returns how many */
export function retryAll({ store, now }: WebhookAdmin): Promise<number> {
  return store.webhooks.retry(now());
}

/** Posts an announcement of nothing, from here and at once, and says what was answered. It is not kept. */
export function testWebhook(
  { now }: Pick<WebhookAdmin, 'now'>,
  { id: webhookId, url }: WebhookRecord,
  { secret, allowPrivate }: Rules & { secret: Buffer },
): Promise<Answer> {
  const [id, at] = [randomUUID(), now()];
  const announced: Announcement = {
    id,
    type: 'webhook.test',
    timestamp: at.toISOString(),
    data: { webhookId },
  };
  const body = JSON.stringify(announced);
  const headers = signedHeaders(webhookKeyOf(secret, webhookId), id, at, body);
  return post({ url, body, headers, allowPrivate });
}

function checkedEvents(names: string[]): WebhookEvent[] {
  const unknown = names.find((name) => !webhookEvents.some((event) => event === name));
  if (unknown === undefined) return webhookEvents.filter((event) => names.includes(event));
  throw new UserError(`There is no event ${unknown}`, {
    remedy: `choose from ${webhookEvents.join(', ')}.`,
    usage: true,
  });
}

const entry = ({ now, actor }: WebhookAdmin, action: AuditAction, { id }: WebhookRecord) =>
  auditEntry(action, { at: now(), roomId: null, actor }, { subject: id });
