/** Webhooks on both databases, to real receivers: nothing lost, nothing twice at once, nobody delayed by others. */
import { randomUUID } from 'node:crypto';
import type { ExecutionContext } from 'ava';
import { auditEntry } from '../../src/server/room/audit.ts';
import type { Store } from '../../src/server/store/index.ts';
import { stateOfDelivery } from '../../src/server/store/index.ts';
import { retryDelays } from '../../src/server/webhooks/schedule.ts';
import { onBothDatabases } from '../helpers/databases.ts';
import { answer, complaint, type Received, startReceiver } from '../helpers/receiver.ts';
import { aRoom, putRoom, testConfig, testStore } from '../helpers/store.ts';
import { until } from '../helpers/until.ts';
import { opened, putWebhook, secretFor, startWorker, stoppedClock } from '../helpers/webhooks.ts';

const all = (store: Store) => store.webhooks.deliveries({ limit: 1000 });
const states = async (store: Store) => (await all(store)).map(stateOfDelivery);
const latest = async (store: Store) => (await all(store))[0];

/** `again` opens the same database once more, as another server does. */
const on = (
  title: string,
  run: (t: ExecutionContext, store: Store, again: () => Promise<Store>) => Promise<void>,
) =>
  onBothDatabases(title, async (t, url) => {
    const config = await testConfig(t, url);
    await run(t, await testStore(t, config), () => testStore(t, config));
  });

on(
  'what happens is put on its way with the audit entry, once for each webhook that wants it',
  async (t, store) => {
    const room = aRoom();
    await putRoom(store, room);
    const both = await putWebhook(store, 'https://one.example.com/');
    const ended = await putWebhook(store, 'https://two.example.com/', ['call.ended']);
    const entry = opened(room.id);
    const end = auditEntry('call.ended', { at: new Date(), roomId: room.id, actor: 'server' });
    const quiet = auditEntry('room.updated', { at: new Date(), roomId: room.id, actor: 'cli:test' });
    await store.audit.record([entry, quiet]);
    // Once more, as after a lost answer.
    await store.audit.record([entry, end]);
    const deliveries = (await all(store)).reverse();
    const expected = [`${both.id} ${entry.id}`, ...[both, ended].map(({ id }) => `${id} ${end.id}`).sort()];
    t.deepEqual(
      deliveries.map(({ webhookId, eventId }) => `${webhookId} ${eventId}`),
      expected,
    );
    t.deepEqual(JSON.parse(deliveries[0]?.payload ?? ''), {
      id: entry.id,
      type: 'room.opened',
      timestamp: entry.at.toISOString(),
      data: { roomId: room.id, roomName: room.name },
    });
    t.deepEqual((await store.audit.verify()).problems, []);
  },
);

on('nothing is announced that was not stored', async (t, store) => {
  await putWebhook(store, 'https://one.example.com/');
  const room = aRoom();
  await putRoom(store, room);
  const taken = { ...aRoom(), name: room.name };
  await t.throwsAsync(store.rooms.create([{ room: taken, links: [] }], [opened(taken.id)]));
  t.deepEqual(await all(store), []);
});

on('what arrives is signed, in order, and the receiver’s own', async (t, store) => {
  const receiver = await startReceiver(t);
  const webhook = await putWebhook(store, receiver.url);
  const entries = Array.from({ length: 5 }, () => opened());
  await store.audit.record(entries);
  startWorker(t, store);
  const received = await receiver.got(5);
  t.deepEqual(
    received.map(({ headers }) => headers['webhook-id']),
    entries.map(({ id }) => id),
  );
  const secret = secretFor(webhook);
  t.deepEqual(
    received.map((one) => complaint(secret, one)),
    entries.map(() => null),
  );
  t.is(complaint(secretFor({ ...webhook, id: 'wh_another' }), received[0] as never), 'no signature is right');
  t.is(received[0]?.headers['content-type'], 'application/json');
  await until('all are delivered', async () => (await states(store)).every((state) => state === 'delivered'));
  t.like(await latest(store), {
    attempts: 1,
    lastStatus: 200,
    lastError: null,
    nextAt: null,
    leasedUntil: null,
  });
});

on('a receiver that refuses is asked again, later each time, with the same id', async (t, store) => {
  const clock = stoppedClock();
  const receiver = await startReceiver(t, {
    answering: (response, count) => answer(count < 3 ? 500 : 200)(response, count),
  });
  const webhook = await putWebhook(store, receiver.url);
  const entry = opened(null, clock.now());
  await store.audit.record([entry]);
  startWorker(t, store, { now: clock.now });
  await until('the newest delivery has failed', async () => Boolean((await latest(store))?.lastError));
  t.like(await latest(store), { attempts: 1, lastStatus: 500, lastError: 'answered 500' });
  clock.forward(4900);
  await new Promise((resolve) => setTimeout(resolve, 200));
  t.is(receiver.received.length, 1);
  clock.forward(1200);
  await receiver.got(2);
  await until(
    'the second attempt is over',
    async () => (await latest(store))?.attempts === 2 && !(await latest(store))?.leasedUntil,
  );
  const next = (await latest(store))?.nextAt?.getTime() ?? 0;
  t.true(next >= clock.now().getTime() + 300_000 && next <= clock.now().getTime() + 360_000);
  clock.forward(360_000);
  await receiver.got(3);
  await until('the newest is delivered', async () => (await states(store))[0] === 'delivered');
  const [first, , third] = receiver.received;
  t.is(first?.headers['webhook-id'], third?.headers['webhook-id']);
  t.is(first?.body, third?.body);
  t.not(first?.headers['webhook-timestamp'], third?.headers['webhook-timestamp']);
  t.is(complaint(secretFor(webhook), third as never, clock.now()), null);
});

on('what nobody takes is given up after three days, and can be tried again', async (t, store) => {
  const clock = stoppedClock();
  const receiver = await startReceiver(t, { answering: (response) => answer(status)(response, 0) });
  let status = 503;
  await putWebhook(store, receiver.url);
  await store.audit.record([opened(null, clock.now())]);
  startWorker(t, store, { now: clock.now });
  for (let attempts = 1; attempts <= retryDelays.length + 1; attempts++) {
    await receiver.got(attempts);
    await until('the newest is not under way', async () => (await latest(store))?.leasedUntil === null);
    clock.forward((retryDelays[attempts - 1] ?? 0) * 1.2);
  }
  t.deepEqual(await states(store), ['failed']);
  t.like(await latest(store), { attempts: 10, nextAt: null, lastStatus: 503, lastError: 'answered 503' });
  status = 204;
  t.is(await store.webhooks.retry(clock.now(), [(await latest(store))?.seq ?? 0]), 1);
  await until('the newest is delivered', async () => (await states(store))[0] === 'delivered');
  t.is((await latest(store))?.attempts, 1);
  t.is(await store.webhooks.retry(clock.now()), 0);
});

on('Retry-After is heeded', async (t, store) => {
  const clock = stoppedClock();
  const receiver = await startReceiver(t, { answering: answer(429, { 'retry-after': '3600' }) });
  await putWebhook(store, receiver.url);
  await store.audit.record([opened(null, clock.now())]);
  startWorker(t, store, { now: clock.now });
  await until('the newest delivery has failed', async () => Boolean((await latest(store))?.lastError));
  t.is((await latest(store))?.nextAt?.getTime(), clock.now().getTime() + 3_600_000);
});

on('slow receivers delay nobody else', async (t, store) => {
  const slow = await startReceiver(t, { answering: () => undefined });
  const fast = await startReceiver(t);
  for (let i = 0; i < 4; i++) await putWebhook(store, slow.url);
  await putWebhook(store, fast.url);
  await store.audit.record(Array.from({ length: 10 }, () => opened()));
  const worker = startWorker(t, store);
  await Promise.all([fast.got(10), slow.got(4)]);
  t.true((await all(store)).every(({ lastError }) => lastError === null));
  await worker.stop();
  startWorker(t, store, { timeoutMs: 300 });
  await until('one delivery has failed', async () => (await all(store)).some(({ lastError }) => lastError));
  const failed = (await all(store)).find(({ lastError }) => lastError);
  t.like(failed, { lastStatus: null, lastError: 'no answer within 0.3 s', attempts: 1 });
});

on('when more are slow than can be asked at once, who was not served yet comes next', async (t, store) => {
  const slow = await startReceiver(t, { answering: () => undefined });
  const fast = await startReceiver(t);
  for (let i = 0; i < 4; i++) await putWebhook(store, slow.url);
  await store.audit.record(Array.from({ length: 10 }, () => opened()));
  startWorker(t, store, { atOnce: 2, timeoutMs: 500 });
  await slow.got(6);
  await putWebhook(store, fast.url);
  await store.audit.record([opened()]);
  const announcedAt = Date.now();
  const [{ at }] = (await fast.got(1)) as [Received];
  // Those that were under way, and those that were chosen at the same moment.
  const before = slow.received.filter((one) => one.at >= announcedAt && one.at < at);
  t.true(before.length <= 4, `${before.length} went before`);
});

on('of one webhook one delivery is under way at a time', async (t, store) => {
  let [open, most] = [0, 0];
  const receiver = await startReceiver(t, {
    answering: (response, count) => {
      most = Math.max(most, ++open);
      setTimeout(() => {
        open--;
        answer(200)(response, count);
      }, 20);
    },
  });
  await putWebhook(store, receiver.url);
  await store.audit.record(Array.from({ length: 10 }, () => opened()));
  startWorker(t, store);
  await receiver.got(10);
  t.is(most, 1);
});

on('a redirect to an inside address is a failure, and never followed', async (t, store) => {
  const inside = await startReceiver(t);
  const receiver = await startReceiver(t, { answering: answer(307, { location: `${inside.url}?key=1` }) });
  await putWebhook(store, receiver.url);
  await store.audit.record([opened()]);
  startWorker(t, store);
  await until('the newest delivery has failed', async () => Boolean((await latest(store))?.lastError));
  t.is(
    (await latest(store))?.lastError,
    `answered 307, a redirect to ${new URL(inside.url).origin}; redirects are not followed`,
  );
  t.is((await latest(store))?.lastStatus, 307);
  t.is(inside.received.length, 0);
});

on('a name that leads inside is refused where the connection is made', async (t, store) => {
  const inside = await startReceiver(t);
  const { port } = new URL(inside.url);
  await putWebhook(store, `https://hr.example.com:${port}/`);
  const asked: string[] = [];
  startWorker(t, store, {
    allowPrivate: false,
    resolve: (host, _options, done) => {
      asked.push(host);
      done(null, [{ address: '127.0.0.1', family: 4 }]);
    },
  });
  await store.audit.record([opened()]);
  await until('the newest delivery has failed', async () => Boolean((await latest(store))?.lastError));
  t.deepEqual(asked, ['hr.example.com']);
  t.is(
    (await latest(store))?.lastError,
    'hr.example.com is 127.0.0.1, which is inside this network (see webhooks.allowPrivate)',
  );
  t.is(inside.received.length, 0);
});

on('a name that leads elsewhere all of a sudden is refused, and found again', async (t, store) => {
  const clock = stoppedClock();
  const receiver = await startReceiver(t);
  const { port } = new URL(receiver.url);
  await putWebhook(store, `http://hr.localhost:${port}/`);
  let address = '10.0.0.1';
  startWorker(t, store, {
    now: clock.now,
    // To http on this machine alone, whatever is allowed beside it.
    resolve: (_host, _options, done) => done(null, [{ address, family: 4 }]),
  });
  await store.audit.record([opened(null, clock.now())]);
  await until('the newest delivery has failed', async () => Boolean((await latest(store))?.lastError));
  t.regex((await latest(store))?.lastError ?? '', /^hr\.localhost is 10\.0\.0\.1, which is not this machine/);
  address = '127.0.0.1';
  clock.forward(6000);
  await receiver.got(1);
  t.is(receiver.received[0]?.headers.host, `hr.localhost:${port}`);
  await until('the newest is delivered', async () => (await states(store))[0] === 'delivered');
});

on('an inside address that was allowed once is refused when it is no more', async (t, store) => {
  const inside = await startReceiver(t);
  await putWebhook(store, inside.url);
  await putWebhook(store, 'https://127.0.0.1:9/');
  startWorker(t, store, { allowPrivate: false });
  await store.audit.record([opened()]);
  await until('all deliveries have failed', async () =>
    (await all(store)).every(({ lastError }) => lastError !== null),
  );
  const errors = (await all(store)).map(({ lastError }) => lastError);
  t.true(errors.some((error) => error?.includes('is not encrypted')));
  t.true(errors.some((error) => error?.includes('is inside this network')));
  t.is(inside.received.length, 0);
});

on('an answer without end counts by its status and is cut', async (t, store) => {
  let written = 0;
  const receiver = await startReceiver(t, {
    answering: (response) => {
      response.writeHead(200);
      const more = () => {
        if (response.destroyed || written > 50_000_000) return;
        written += 65_536;
        response.write(Buffer.alloc(65_536), more);
      };
      more();
    },
  });
  await putWebhook(store, receiver.url);
  await store.audit.record([opened()]);
  startWorker(t, store);
  await until('the newest is delivered', async () => (await states(store))[0] === 'delivered');
  t.true(written < 20_000_000, `${written} bytes`);
});

on('a receiver that is gone for good (410) is posted to no more, until it is enabled', async (t, store) => {
  let status = 410;
  const receiver = await startReceiver(t, { answering: (response) => answer(status)(response, 0) });
  const { id } = await putWebhook(store, receiver.url);
  await store.audit.record([opened(), opened()]);
  startWorker(t, store);
  await until('the webhook is disabled', async () => Boolean((await store.webhooks.find(id))?.disabledAt));
  await store.audit.record([opened()]);
  await new Promise((resolve) => setTimeout(resolve, 200));
  t.is(receiver.received.length, 1);
  t.deepEqual(await states(store), ['pending', 'failed']);
  t.is(await store.webhooks.retry(new Date()), 0);
  status = 200;
  await store.webhooks.setDisabled(id, null, []);
  await until('the newest is delivered', async () => (await states(store))[0] === 'delivered');
  t.is(await store.webhooks.retry(new Date()), 1);
  await until('all are delivered', async () => (await states(store)).every((state) => state === 'delivered'));
  const audit: string[] = [];
  for await (const { action, actor } of store.audit.entries()) audit.push(`${actor} ${action}`);
  t.true(audit.includes('server webhook.disabled'));
});

on('several servers on one database post everything once', async (t, store, again) => {
  const receivers = await Promise.all(
    Array.from({ length: 3 }, () =>
      startReceiver(t, { answering: (response) => setTimeout(() => answer(200)(response, 0), 5) }),
    ),
  );
  for (const { url } of receivers) await putWebhook(store, url);
  const others = [await again(), await again()];
  // No lease runs out, and nothing is due a second time: whatever came twice was posted by two servers.
  const { now } = stoppedClock();
  for (const each of [store, ...others]) startWorker(t, each, { now });
  const entries = Array.from({ length: 20 }, () => opened(null, now()));
  for (const entry of entries) await store.audit.record([entry]);
  for (const receiver of receivers) await receiver.got(20);
  await until('all are delivered', async () => (await states(store)).every((state) => state === 'delivered'));
  for (const { received } of receivers)
    t.deepEqual(
      received.map(({ headers }) => headers['webhook-id']).sort(),
      entries.map(({ id }) => id).sort(),
    );
  t.true((await all(store)).every(({ attempts }) => attempts === 1));
});

on('what a server was at when it died is taken up by another after its lease', async (t, store) => {
  const clock = stoppedClock();
  const receiver = await startReceiver(t);
  await putWebhook(store, receiver.url);
  await store.audit.record([opened(null, clock.now())]);
  const [due] = await store.deliveries.due(clock.now(), []);
  const lease = new Date(clock.now().getTime() + 60_000);
  t.true(await store.deliveries.claim(due?.seq ?? 0, clock.now(), lease));
  t.false(await store.deliveries.claim(due?.seq ?? 0, clock.now(), lease));
  t.is(await store.webhooks.retry(clock.now()), 0);
  startWorker(t, store, { now: clock.now });
  await new Promise((resolve) => setTimeout(resolve, 200));
  t.is(receiver.received.length, 0);
  clock.forward(60_000);
  await receiver.got(1);
  await until('the newest is delivered', async () => (await states(store))[0] === 'delivered');
  // The first, if it lives after all, has nothing to say any more.
  await store.deliveries.settle(due?.seq ?? 0, lease, {
    deliveredAt: null,
    nextAt: clock.now(),
    status: 500,
    error: 'late',
  });
  t.deepEqual(await states(store), ['delivered']);
});

on('a worker that is stopped gives back what it is at', async (t, store) => {
  const slow = await startReceiver(t, { answering: () => undefined });
  await putWebhook(store, slow.url);
  await store.audit.record([opened()]);
  const worker = startWorker(t, store, { timeoutMs: 60_000 });
  await slow.got(1);
  const started = Date.now();
  await worker.stop();
  t.true(Date.now() - started < 5000);
  t.like(await latest(store), { attempts: 0, leasedUntil: null, lastError: null });
  t.deepEqual(await states(store), ['pending']);
});

on('what is done with is kept for 30 days, what waits for as long as it takes', async (t, store) => {
  const clock = stoppedClock();
  const receiver = await startReceiver(t);
  await putWebhook(store, receiver.url);
  const [old, young] = [opened(null, clock.now()), randomUUID()];
  await store.audit.record([old]);
  const worker = startWorker(t, store, { now: clock.now });
  await until('the newest is delivered', async () => (await states(store))[0] === 'delivered');
  await worker.stop();
  await receiver.close();
  await store.audit.record([{ ...opened(null, clock.now()), id: young }]);
  clock.forward(30 * 24 * 3_600_000 + 1);
  startWorker(t, store, { now: clock.now });
  await until('the old one is forgotten', async () => (await all(store)).length === 1);
  t.is((await latest(store))?.eventId, young);
});

on('deleting a webhook takes its deliveries along', async (t, store) => {
  const { id } = await putWebhook(store, 'https://one.example.com/');
  await store.audit.record([opened()]);
  await store.webhooks.delete(id, []);
  t.deepEqual(await all(store), []);
});
