/** `webinterview webhook`: where other systems are told what happens. */
import { type Command, Option } from 'commander';
import { webhookEvents } from '../../server/room/events.ts';
import type {
  WebhookCreateOptions,
  WebhookDeliveriesOptions,
  WebhookRetryOptions,
} from '../commands/webhook.ts';
import type { CommonOptions } from '../context.ts';
import { DELIVERIES } from '../defaults.ts';
import { asking, common, examples, notes, usual } from '../define.ts';

const ID = 'wh_3q2-7wAAAAB1c2Vy';

/** `webhook create`, `list`, `deliveries` and all else that is done with webhooks. */
export function addWebhook(program: Command): void {
  const webhook = program.command('webhook').description('tell other systems what happens, over HTTP');
  addCreate(webhook);
  addList(webhook);
  addDeliveries(webhook);
  addRetry(webhook);
  ofWebhook(webhook, 'test', 'post a test from this machine and say what is answered', 'webhookTest');
  ofWebhook(webhook, 'secret', 'print what the receiver verifies signatures with', 'webhookSecret');
  ofWebhook(webhook, 'enable', 'post again to one whose receiver said 410 Gone', 'webhookEnable');
  asking(ofWebhook(webhook, 'delete', 'delete it with all its deliveries', 'webhookDelete'));
}

function addCreate(webhook: Command): void {
  common(webhook.command('create'))
    .description('post what happens to an address, and print what the receiver verifies it with')
    .requiredOption('--url <url>', 'where to post, https://')
    .addOption(usual('--event <name...>', 'only these events', 'all'))
    .addHelpText(
      'after',
      `
Events:
${webhookEvents.map((event) => `  ${event}\n`).join('')}${notes('docs/webhooks.md says when each comes and what it tells.')}${examples(
  [
    'webhook create --url https://hr.example.com/hooks/interviews',
    'webhook create --url https://hr.example.com/ --event call.ended',
  ],
)}`,
    )
    .action(async (options: WebhookCreateOptions) =>
      (await import('../commands/webhook.ts')).webhookCreate(options),
    );
}

function addList(webhook: Command): void {
  common(webhook.command('list'))
    .description('print the webhooks, and the latest deliveries that wait or failed')
    .addHelpText('after', examples(['webhook list', 'webhook list --json']))
    .action(async (options: CommonOptions) => (await import('../commands/webhook.ts')).webhookList(options));
}

function addDeliveries(webhook: Command): void {
  common(webhook.command('deliveries'))
    .description('print deliveries, the latest first')
    .argument('[webhook]', 'id of a webhook; without it of all')
    .addOption(
      new Option('--state <state...>', 'only these').choices(['pending', 'retrying', 'delivered', 'failed']),
    )
    .addOption(
      new Option('--limit <number>', 'how many at most').default(String(DELIVERIES), String(DELIVERIES)),
    )
    .addHelpText(
      'after',
      examples([
        'webhook deliveries',
        'webhook deliveries --state failed --limit 100',
        `webhook deliveries ${ID} --json`,
      ]),
    )
    .action(async (id: string | undefined, options: WebhookDeliveriesOptions) =>
      (await import('../commands/webhook.ts')).webhookDeliveries(id, options),
    );
}

function addRetry(webhook: Command): void {
  common(webhook.command('retry'))
    .description('try deliveries again now that were not taken, also those that were given up')
    .argument('[delivery...]', 'their numbers')
    .option('--all', 'all of them')
    .addHelpText('after', examples(['webhook retry 17', 'webhook retry 17 18', 'webhook retry --all']))
    .action(async (numbers: string[], options: WebhookRetryOptions) =>
      (await import('../commands/webhook.ts')).webhookRetry(numbers, options),
    );
}

type Work = 'webhookTest' | 'webhookSecret' | 'webhookEnable' | 'webhookDelete';

function ofWebhook(webhook: Command, name: string, description: string, work: Work): Command {
  return common(webhook.command(name))
    .description(description)
    .argument('<webhook>', 'its id')
    .addHelpText('after', examples([`webhook ${name} ${ID}`]))
    .action(async (id: string, options: CommonOptions) =>
      (await import('../commands/webhook.ts'))[work](id, options),
    );
}
