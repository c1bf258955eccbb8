/** `webinterview webhook` as a person or a script runs it, with the server down and up; on both databases. */
import test, { type ExecutionContext } from 'ava';
import type { Config } from '../../src/server/config.ts';
import { auditEntry } from '../../src/server/room/audit.ts';
import { openSecret } from '../../src/server/secret.ts';
import { retryDelays } from '../../src/server/webhooks/schedule.ts';
import { cli } from '../helpers/cli.ts';
import { mariadbDatabase, onBothDatabases } from '../helpers/databases.ts';
import { takePort } from '../helpers/ports.ts';
import { answer, complaint, startReceiver } from '../helpers/receiver.ts';
import { startServer } from '../helpers/server.ts';
import { openTerminal, shellHome } from '../helpers/shell.ts';
import { selfMadeCertificate } from '../helpers/smtp.ts';
import { aRoom, collect, putRoom, testConfig, testStore } from '../helpers/store.ts';
import { until } from '../helpers/until.ts';
import { opened, putWebhook, secretFor } from '../helpers/webhooks.ts';

// Each look is a command, which takes a core for as long as it runs.
const everySecond = { everyMs: 1_000 };

const inside = { WEBINTERVIEW_WEBHOOKS_ALLOW_PRIVATE: 'true' };

async function json(config: Config, ...args: string[]) {
  const { code, stdout, stderr } = await cli(config, ['webhook', ...args, '--json'], inside);
  if (code !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

async function refusal(config: Config, args: string[], env: NodeJS.ProcessEnv = inside) {
  const { code, stdout, stderr } = await cli(config, ['webhook', ...args], env);
  return { code, stdout, stderr: stderr.replace(/^webinterview: |\n$/g, '') };
}

const on = (title: string, run: (t: ExecutionContext, config: Config) => Promise<void>) =>
  onBothDatabases(title, async (t, url) => run(t, await testConfig(t, url)));

on('a webhook is made, listed, shown its secret, and deleted; the audit knows', async (t, config) => {
  const made = await json(
    ...([config, 'create', '--url', 'https://hr.example.com/hooks'] as const),
    '--event',
    'call.ended',
    'room.opened',
  );
  t.like(made, {
    url: 'https://hr.example.com/hooks',
    events: ['room.opened', 'call.ended'],
    disabledAt: null,
  });
  t.regex(made.secret, /^whsec_[A-Za-z0-9+/]{43}=$/);
  const all = await json(config, 'create', '--url', 'https://hr.example.com/all');
  t.is(all.events.length, 5);
  t.not(all.secret, made.secret);
  const { secret, ...webhook } = made;
  t.deepEqual((await json(config, 'list')).webhooks[0], webhook);
  t.deepEqual(await json(config, 'secret', made.id), { id: made.id, secret });
  const store = await testStore(t, config);
  t.is(secretFor(made, await openSecret(config, store)), secret);
  t.like(await json(config, 'delete', made.id), { id: made.id, deleted: true });
  t.deepEqual(
    (await json(config, 'list')).webhooks.map(({ id }: { id: string }) => id),
    [all.id],
  );
  const entries = await collect(store.audit.entries());
  t.deepEqual(
    entries.map(({ action, subject }) => `${action} ${subject}`),
    [`webhook.created ${made.id}`, `webhook.created ${all.id}`, `webhook.deleted ${made.id}`],
  );
  t.regex(entries[0]?.actor ?? '', /^cli:/);
});

on(
  'deliveries are kept while the server is down, listed with their fault, and retried',
  async (t, config) => {
    const settings = {
      dataDir: config.dataDir,
      'database.url': config.database.url,
      'webhooks.allowPrivate': true,
    };
    const port = takePort();
    const first = await startServer(t, settings);
    const { id, secret } = await json(config, 'create', '--url', `http://127.0.0.1:${port}/hooks`);
    const room = aRoom({ name: '9110-1-to' });
    await putRoom(first.store, room);
    await first.store.audit.record([opened(room.id)]);
    await until(
      'a delivery has failed',
      async () => (await json(config, 'list')).deliveries[0]?.lastError,
      everySecond,
    );
    const { webhooks, deliveries } = await json(config, 'list');
    t.deepEqual(webhooks[0].deliveries, { pending: 0, retrying: 1, delivered: 0, failed: 0 });
    t.like(deliveries[0], {
      number: 1,
      webhookId: id,
      event: 'room.opened',
      state: 'retrying',
      attempts: 1,
      lastStatus: null,
      lastError: 'connection refused',
      deliveredAt: null,
      data: { roomId: room.id, roomName: '9110-1-to' },
    });
    t.true(Date.parse(deliveries[0].nextAt) > Date.parse(deliveries[0].createdAt) + 4000);
    await first.close();

    const shown = await cli(config, ['webhook', 'list'], inside);
    t.regex(shown.stdout, /room\.opened +9110-1-to +retrying +1 +\d{4}\/\d/);
    t.regex(shown.stdout, /^ {5}connection refused$/m);
    await first.store.audit.record([
      auditEntry('call.ended', { at: new Date(), roomId: room.id, actor: 'server' }),
    ]);
    t.deepEqual(await json(config, 'retry', '1'), { retried: 1 });
    t.deepEqual(await json(config, 'retry', '--all'), { retried: 2 });
    const receiver = await startReceiver(t, { port });
    await startServer(t, settings);
    const received = await receiver.got(2);
    t.deepEqual(
      received.map((one) => complaint(secret, one)),
      [null, null],
    );
    await until(
      'nothing is on its way',
      async () => (await json(config, 'list')).deliveries.length === 0,
      everySecond,
    );
    const done = (await json(config, 'deliveries', id, '--state', 'delivered')).deliveries;
    t.deepEqual(
      done.map(({ number, event, lastStatus }: Record<string, unknown>) => [number, event, lastStatus]),
      [
        [2, 'call.ended', 200],
        [1, 'room.opened', 200],
      ],
    );
    t.regex((await refusal(config, ['retry', '1'])).stderr, /already accepted by its receiver/);
  },
);

onBothDatabases('of several deliveries all are retried, or none', async (t, url) => {
  const config = await testConfig(t, url);
  const store = await testStore(t, config);
  await putWebhook(store, 'https://hr.example.com/');
  const later = new Date(Date.now() + 3_600_000);
  const give = async (seq: number, outcome: { deliveredAt: Date | null; nextAt: Date | null }) => {
    await store.audit.record([opened()]);
    await store.deliveries.claim(seq, new Date(), later);
    await store.deliveries.settle(seq, later, { ...outcome, status: null, error: null });
  };
  await give(1, { deliveredAt: null, nextAt: later });
  await give(2, { deliveredAt: null, nextAt: null });
  await give(3, { deliveredAt: new Date(), nextAt: null });
  await store.audit.record([opened()]);
  await store.deliveries.claim(4, new Date(), later);
  const before = await store.webhooks.deliveries({ limit: 9 });
  const cannot: [string, RegExp][] = [
    ['3', /The delivery 3 was already accepted by its receiver/],
    ['4', /The delivery 4 is in progress right now/],
    ['99999', /There is no delivery 99999: see webinterview webhook deliveries/],
  ];
  for (const [number, why] of cannot) {
    const { code, stdout, stderr } = await refusal(config, ['retry', '1', '2', number]);
    t.deepEqual([code, stdout], [1, '']);
    t.regex(stderr, why);
    t.deepEqual(await store.webhooks.deliveries({ limit: 9 }), before);
  }
  t.deepEqual(await json(config, 'retry', '1', '2', '1'), { retried: 2 });
  const due = (await store.webhooks.deliveries({ limit: 9 })).filter(
    ({ nextAt, leasedUntil }) => nextAt && nextAt <= new Date() && !leasedUntil,
  );
  t.deepEqual(
    due.map(({ seq }) => seq),
    [2, 1],
  );
});

test('two servers on one MariaDB deliver everything once', async (t) => {
  const receiver = await startReceiver(t);
  const settings = { 'database.url': await mariadbDatabase(t), 'webhooks.allowPrivate': true };
  const first = await startServer(t, settings);
  const second = await startServer(t, { ...settings, secretFile: first.config.secretFile });
  await json(first.config, 'create', '--url', receiver.url);
  const entries = Array.from({ length: 12 }, () => opened());
  for (const [i, entry] of entries.entries()) await (i % 2 ? first : second).store.audit.record([entry]);
  await receiver.got(12);
  await until(
    'nothing is on its way',
    async () => (await json(first.config, 'list')).deliveries.length === 0,
    everySecond,
  );
  const times = Map.groupBy(receiver.received, ({ headers }) => headers['webhook-id']);
  t.deepEqual([...times.keys()].sort(), entries.map(({ id }) => id).sort());
  // Whose answer a busy core kept too long comes again, but not at once: then two servers have posted it.
  for (const [{ at: first = 0 } = {}, ...again] of times.values())
    t.true(again.every(({ at }) => at - first >= (retryDelays[0] as number)));
});

test('a test is posted at once, over TLS that is verified', async (t) => {
  const config = await testConfig(t);
  const tls = await selfMadeCertificate(t);
  const receiver = await startReceiver(t, { tls });
  const { id, secret } = await json(config, 'create', '--url', receiver.url);
  const distrusted = await refusal(config, ['test', id]);
  t.is(distrusted.code, 1);
  t.regex(distrusted.stdout, /certificate/);
  t.is(receiver.received.length, 0);
  const trusting = { ...inside, NODE_EXTRA_CA_CERTS: tls.certFile };
  const { code, stdout } = await cli(config, ['webhook', 'test', id], trusting);
  t.is(stdout, `${receiver.url}: accepted (200)\n`);
  t.is(code, 0);
  t.is(complaint(secret, receiver.received[0] as never), null);
  t.like(JSON.parse(receiver.received[0]?.body ?? ''), { type: 'webhook.test', data: { webhookId: id } });
  const refused = await cli(config, ['webhook', 'test', id, '--json'], { NODE_EXTRA_CA_CERTS: tls.certFile });
  t.is(refused.code, 1);
  t.regex(JSON.parse(refused.stdout).error, /inside this network/);
  t.is(receiver.received.length, 1);
});

test('what cannot be is refused in one line', async (t) => {
  const config = await testConfig(t);
  await (await testStore(t, config)).close();
  const cases: [string[], number, RegExp][] = [
    [['create', '--url', 'http://hr.example.com/'], 2, /is not encrypted: expected https/],
    [['create', '--url', 'https://10.0.0.1/'], 2, /is inside this network/],
    [['create', '--url', 'hr.example.com'], 2, /is not an address/],
    [
      ['create', '--url', 'https://hr.example.com/', '--event', 'room.left'],
      2,
      /There is no event room.left/,
    ],
    [['create'], 2, /--url/],
    [['retry'], 2, /or --all/],
    [['retry', '1', '--all'], 2, /or --all/],
    [['retry', 'x'], 2, /a delivery x is not a number/],
    [['deliveries', '--limit', '0'], 2, /--limit 0 is not a number/],
    [['deliveries', '--state', 'lost'], 2, /pending, retrying, delivered, failed/],
  ];
  for (const [args, code, message] of cases) {
    const refused = await refusal(config, args, {});
    t.is(refused.code, code, refused.stderr);
    t.regex(refused.stderr, message);
    t.false(refused.stderr.includes('\n'));
  }
  t.deepEqual(await json(config, 'list'), { webhooks: [], deliveries: [] });
  for (const command of ['test', 'secret', 'enable', 'delete', 'deliveries']) {
    const refused = await refusal(config, [command, 'wh_none']);
    t.is(refused.code, 1);
    t.regex(refused.stderr, /There is no webhook wh_none/);
  }
  t.regex((await refusal(config, ['retry', '1'])).stderr, /There is no delivery 1/);
});

test('a disabled webhook says so, and is enabled by a command', async (t) => {
  const config = await testConfig(t);
  const store = await testStore(t, config);
  const { id } = await putWebhook(store, 'https://hr.example.com/');
  await store.audit.record([opened()]);
  await store.webhooks.setDisabled(id, new Date(), []);
  t.regex((await cli(config, ['webhook', 'list'])).stdout, /disabled +1 +0 +0/);
  t.regex((await refusal(config, ['retry', '1'])).stderr, /is disabled, because its receiver asked for that/);
  t.is((await json(config, 'enable', id)).disabledAt, null);
  t.deepEqual(await json(config, 'retry', '1'), { retried: 1 });
  const actions = (await collect(store.audit.entries())).map(({ action }) => action);
  t.deepEqual(actions, ['room.opened', 'webhook.enabled']);
});

test('lists fit a terminal of 80 columns, with wide characters', async (t) => {
  const home = await shellHome(t);
  const config = await testConfig(t);
  const store = await testStore(t, config);
  const receiver = await startReceiver(t, { answering: answer(500) });
  await putWebhook(store, `${receiver.url}/${'a-long-way/'.repeat(10)}`);
  const room = aRoom({ name: '二次面接（東京本社・第一会議室）2030年4月採用 9110-1-to' });
  await putRoom(store, room);
  const context = { at: new Date(), roomId: room.id, actor: 'peer:p' };
  await store.audit.record([auditEntry('admission.requested', context), opened(room.id)]);
  await store.deliveries.claim(1, new Date(), new Date(0));
  await store.deliveries.settle(1, new Date(0), {
    deliveredAt: null,
    nextAt: new Date('2030-12-31T14:59:00Z'),
    status: 307,
    error: 'answered 307, a redirect to http://169.254.169.254; redirects are not followed, not even here',
  });
  const env = { ...home.env, WEBINTERVIEW_DATA_DIR: config.dataDir };
  const terminal = openTerminal(t, { ...home, env }, ['webinterview', 'webhook', 'list']);
  const screen = await terminal.shows(/room\.opened[^\n]+\n[^\n]+\n[^\n]+redirect/);
  const lines = screen.trimEnd().split('\n');
  t.is(lines.length, 8, screen);
  t.regex(lines[1] ?? '', /^wh_\S{16} {2}http:\/\/127\S+… +on +2 +0 +0$/);
  t.regex(screen, /admission\.requested {2}二次面接\S*… +retrying +1 {2}2030\/12\/31 23:59/);
  t.regex(lines[7] ?? '', /^ {5}answered 307, a redirect to .+ not foll…$/);
});
