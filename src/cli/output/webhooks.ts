/** How webhooks and their deliveries are told on the terminal and to programs. */
import { recordTime } from '../../server/records/times.ts';
import {
  type Store,
  stateOfDelivery,
  type WebhookCounts,
  type WebhookRecord,
} from '../../server/store/index.ts';
import { printLine, screenWidth } from './print.ts';
import { printTable } from './printTable.ts';
import { cut, tableLines } from './table.ts';

type DeliveryRecord = Awaited<ReturnType<Store['webhooks']['deliveries']>>[number];

const none: WebhookCounts = { pending: 0, retrying: 0, delivered: 0, failed: 0 };

/** A webhook as one JSON object, with how many of its deliveries are in which state. */
export function webhookJson(webhook: WebhookRecord, deliveries?: WebhookCounts): object {
  const { id, url, events, createdAt, disabledAt } = webhook;
  return { id, url, events, createdAt, disabledAt, deliveries: deliveries ?? none };
}

/** Without the payload, but for what it names. */
export function deliveryJson(delivery: DeliveryRecord): object {
  const { seq: number, webhookId, eventId, event, attempts, createdAt, nextAt } = delivery;
  const { deliveredAt, lastStatus, lastError } = delivery;
  const { data } = JSON.parse(delivery.payload) as { data: object };
  return {
    number,
    webhookId,
    eventId,
    event,
    data,
    state: stateOfDelivery(delivery),
    attempts,
    createdAt,
    nextAt,
    deliveredAt,
    lastStatus,
    lastError,
  };
}

/** A line for each. */
export function printWebhooks(webhooks: WebhookRecord[], counts: Map<string, WebhookCounts>): void {
  const columns = [
    { heading: 'Webhook' },
    { heading: 'Address', flexible: true },
    { heading: 'State' },
    ...['Waiting', 'Delivered', 'Failed'].map((heading) => ({ heading, right: true })),
  ];
  const rows = webhooks.map(({ id, url, disabledAt }) => {
    const { pending, retrying, delivered, failed } = counts.get(id) ?? none;
    const numbers = [pending + retrying, delivered, failed].map(String);
    return [id, url, disabledAt ? 'disabled' : 'on', ...numbers];
  });
  printTable(columns, rows);
}

/** A line for each, and below it what went wrong with its last attempt. */
export function printDeliveries(deliveries: DeliveryRecord[], timeZone: string): void {
  const columns = [
    { heading: 'Number', right: true },
    { heading: 'Event' },
    { heading: 'Room', flexible: true },
    { heading: 'State' },
    { heading: 'Tries', right: true },
    { heading: 'Next' },
  ];
  const rows = deliveries.map((delivery) => {
    const { seq, event, attempts, nextAt } = delivery;
    const next = nextAt ? recordTime(nextAt, timeZone) : '-';
    return [String(seq), event, roomOf(delivery), stateOfDelivery(delivery), String(attempts), next];
  });
  const [heading = '', ...lines] = tableLines(columns, rows, screenWidth());
  printLine(heading);
  lines.forEach((line, i) => {
    printLine(line);
    const { lastError } = deliveries[i] as DeliveryRecord;
    if (lastError) printLine(cut(`     ${lastError}`, screenWidth() ?? Number.POSITIVE_INFINITY));
  });
}

function roomOf({ payload }: DeliveryRecord): string {
  const { data } = JSON.parse(payload) as { data: { roomName: string | null } };
  return data.roomName ?? '-';
}
