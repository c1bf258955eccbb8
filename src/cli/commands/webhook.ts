/** `webinterview webhook`: parses and prints; the rules are those of server/admin/webhooks.ts. */
import {
  createWebhook,
  deleteWebhook,
  enableWebhook,
  findWebhook,
  retryAll,
  retryDeliveries,
  webhookSecret as secretOf,
  testWebhook,
} from '../../server/admin/webhooks.ts';
import { UserError } from '../../server/errors.ts';
import type { DeliveryState, WebhookCounts, WebhookRecord } from '../../server/store/index.ts';
import { type Confirming, confirm } from '../confirm.ts';
import { type CliAdmin, type CommonOptions, configOf, withAdmin } from '../context.ts';
import { DELIVERIES } from '../defaults.ts';
import { printJson, printLine } from '../output/print.ts';
import { deliveryJson, printDeliveries, printWebhooks, webhookJson } from '../output/webhooks.ts';

export type WebhookCreateOptions = CommonOptions & { url: string; event?: string[] };
export type WebhookDeliveriesOptions = CommonOptions & { state?: DeliveryState[]; limit: string };
export type WebhookRetryOptions = CommonOptions & { all?: boolean };

const MOST = 10_000;

/** Prints the secret too, with which its receiver verifies signatures. */
export async function webhookCreate(options: WebhookCreateOptions): Promise<void> {
  await withAdmin(configOf(options), { create: true }, async (admin) => {
    const { url, event: events } = options;
    const webhook = await createWebhook(admin, { url, events }, admin.config.webhooks);
    const secret = secretOf(admin.secret, webhook);
    if (options.json) return printJson({ ...webhookJson(webhook), secret });
    printLine(`Webhook ${webhook.id} for ${webhook.events.join(', ')}`);
    printLine(webhook.url);
    printLine();
    printLine('What its receiver verifies signatures with (docs/webhooks.md):');
    printLine(secret);
  });
}

/** All webhooks, and the deliveries that wait or were given up. */
export async function webhookList(options: CommonOptions): Promise<void> {
  await withAdmin(configOf(options), { create: false }, async ({ store, config }) => {
    const [webhooks, counts] = [await store.webhooks.list(), await store.webhooks.counts()];
    const states: DeliveryState[] = ['pending', 'retrying', 'failed'];
    const deliveries = await store.webhooks.deliveries({ states, limit: DELIVERIES });
    if (options.json) {
      printJson({
        webhooks: webhooks.map((webhook) => webhookJson(webhook, counts.get(webhook.id))),
        deliveries: deliveries.map(deliveryJson),
      });
      return;
    }
    if (webhooks.length === 0) return printLine('There are no webhooks.');
    printWebhooks(webhooks, counts);
    if (deliveries.length === 0) return;
    printLine();
    printLine('Not delivered yet, or given up:');
    printDeliveries(deliveries, config.room.timeZone);
  });
}

/** The latest deliveries, of one webhook or of all. */
export async function webhookDeliveries(
  id: string | undefined,
  options: WebhookDeliveriesOptions,
): Promise<void> {
  const limit = wholeNumber(options.limit, '--limit', MOST);
  await withAdmin(configOf(options), { create: false }, async (admin) => {
    const webhookId = id === undefined ? undefined : (await findWebhook(admin, id)).id;
    const found = await admin.store.webhooks.deliveries({ webhookId, states: options.state, limit });
    if (options.json) printJson({ deliveries: found.map(deliveryJson) });
    else if (found.length === 0) printLine('There are no such deliveries.');
    else printDeliveries(found, admin.config.room.timeZone);
  });
}

/** Makes deliveries due at once, those that were given up too. */
export async function webhookRetry(numbers: string[], options: WebhookRetryOptions): Promise<void> {
  if (numbers.length > 0 === Boolean(options.all)) {
    throw new UserError('Say which deliveries, by their numbers, or --all', {
      remedy: 'see webinterview webhook list.',
      usage: true,
    });
  }
  const seqs = numbers.map((text) => wholeNumber(text, 'a delivery', Number.MAX_SAFE_INTEGER));
  await withAdmin(configOf(options), { create: false }, async (admin) => {
    const retried = options.all ? await retryAll(admin) : await retryDeliveries(admin, seqs);
    if (options.json) printJson({ retried });
    else printLine(`${retried} ${retried === 1 ? 'delivery is' : 'deliveries are'} due now.`);
  });
}

/** Exit code 1 when it was not taken. */
export async function webhookTest(id: string, options: CommonOptions): Promise<void> {
  await withWebhook(id, options, async (webhook, admin) => {
    const { secret, config } = admin;
    const { status, error } = await testWebhook(admin, webhook, { secret, ...config.webhooks });
    if (error !== null) process.exitCode = 1;
    if (options.json) printJson({ id, url: webhook.url, status, error });
    else printLine(`${webhook.url}: ${error ?? `accepted (${status})`}`);
  });
}

/** What its receiver verifies signatures with, printed again. */
export async function webhookSecret(id: string, options: CommonOptions): Promise<void> {
  await withWebhook(id, options, async (webhook, admin) => {
    const secret = secretOf(admin.secret, webhook);
    if (options.json) printJson({ id, secret });
    else printLine(secret);
  });
}

/** Sends to a webhook again that was disabled, as its receiver wished. */
export async function webhookEnable(id: string, options: CommonOptions): Promise<void> {
  await withWebhook(id, options, async (webhook, admin) => {
    const enabled = await enableWebhook(admin, webhook);
    if (options.json) printJson(webhookJson(enabled));
    else printLine(`The webhook ${id} is enabled.`);
  });
}

/** Nothing is sent to it from now on, not even what waits. */
export async function webhookDelete(id: string, options: Confirming): Promise<void> {
  await withWebhook(id, options, async (webhook, admin) => {
    await confirm([deletionText(webhook, (await admin.store.webhooks.counts()).get(webhook.id))], options);
    await deleteWebhook(admin, webhook);
    if (options.json) printJson({ id, url: webhook.url, deleted: true });
    else printLine(`The webhook ${id} to ${webhook.url} was deleted.`);
  });
}

function deletionText({ id, url }: WebhookRecord, counts?: WebhookCounts): string {
  const waiting = (counts?.pending ?? 0) + (counts?.retrying ?? 0);
  const them = waiting === 1 ? '1 that waits is not delivered' : `${waiting} that wait are not delivered`;
  const left = waiting === 0 ? '' : ` Of its deliveries ${them} any more.`;
  return `This deletes the webhook ${id} to ${url} with its deliveries; another one will have another secret.${left}`;
}

async function withWebhook(
  id: string,
  options: CommonOptions,
  work: (webhook: WebhookRecord, admin: CliAdmin) => Promise<void>,
): Promise<void> {
  await withAdmin(configOf(options), { create: false }, async (admin) =>
    work(await findWebhook(admin, id), admin),
  );
}

function wholeNumber(text: string, what: string, most: number): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= 1 && number <= most) return number;
  throw new UserError(`${what} ${text} is not a number: expected one from 1 to ${most}.`, { usage: true });
}
