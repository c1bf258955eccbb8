import { join } from 'node:path';
import type { Middleware } from 'koa';
import type { Logger } from 'pino';
import { errorCodes } from '../protocol/errors.ts';
import { liveEverywhere } from './admin/everywhere.ts';
import { OtherServers } from './admin/OtherServers.ts';
import { openDownload } from './admin/records.ts';
import { daysOfRetention, keepRetention } from './admin/retention.ts';
import { createApi } from './api/router.ts';
import { clientsBehind } from './clients.ts';
import { systemClock } from './clock.ts';
import type { Config } from './config.ts';
import { lockDataDir } from './dataDirLock.ts';
import { networkNeeds } from './firewall.ts';
import { createApp, type PageFolder } from './http/app.ts';
import { keepDescriptors } from './http/descriptors.ts';
import { headersOfRequest, securityHeadersFor } from './http/headers.ts';
import { listen } from './listen.ts';
import { MediaRoom } from './media/MediaRoom.ts';
import { turnRelay } from './media/turn.ts';
import { WorkerPool } from './media/WorkerPool.ts';
import { createLogger } from './observe/logger.ts';
import { Metrics } from './observe/Metrics.ts';
import { takeSnapshot } from './observe/snapshot.ts';
import { type AboutServer, aboutServer, StatusReader } from './observe/status.ts';
import { packageRoot } from './packageRoot.ts';
import { LinkGuard } from './room/LinkGuard.ts';
import type { Relay } from './room/ports.ts';
import { Rooms } from './room/Rooms.ts';
import { Started } from './Started.ts';
import { openSecret, ticketKeyOf, webhookKeyOf } from './secret.ts';
import { assertNoOtherServer, writeServerFile } from './serverFile.ts';
import { keepStays, openStore, type ServerRecord, type Store } from './store/index.ts';
import { keepServer } from './store/serverKeeper.ts';
import { takeOver } from './takeOver.ts';
import { TicketCheck } from './tickets.ts';
import { certificateFilesOf } from './tls.ts';
import { DeliveryWorker } from './webhooks/DeliveryWorker.ts';
import { serveWebSockets } from './ws/upgrade.ts';

/** A server that serves; `drain` and `close` are the ways to its end. */
export type RunningServer = {
  /** Where it listens, e.g. http://127.0.0.1:3000. */
  url: string;
  port: number;
  /**
   * Takes no new rooms, tells people in calls, and resolves when no call is running any more, when the configured time
   * is over, or when `hurry` is aborted. `close` comes after it.
   */
  drain(hurry: AbortSignal): Promise<void>;
  /** Tells everyone who is connected, stores what is left, and lets everything go. */
  close(): Promise<void>;
};

/** Milliseconds that another server has to answer while people wait for this one to start. */
const STARTING_ANSWER_MS = 1000;

/**
 * Starts everything: database (with pending migrations), media workers, HTTP and WebSocket.
 * @throws {UserError} what the operator can mend; Node's own error when the address cannot be listened on
 */
export async function createServer(
  config: Config,
  { log = createLogger(config.log.level), page = builtPage() }: { log?: Logger; page?: PageFolder } = {},
): Promise<RunningServer> {
  // What may not be served is refused before anything is made.
  certificateFilesOf(config);
  const relay = turnRelay(config.turn);
  // It can say where the other one is.
  await assertNoOtherServer(config);
  const started = new Started();
  started.add(await lockDataDir(config.dataDir));
  const self = aboutServer();
  const metrics = new Metrics(self.version, errorCodes);
  try {
    const [store, pool] = await Promise.all([
      started.keep(openStore(config, { create: true }), (store) => store.close()),
      started.keep(startWorkers(config, { log, metrics }), (pool) => pool.close()),
    ]);
    return await serve(config, { store, pool, relay, page, self, metrics, log, started });
  } catch (error) {
    await started.stop();
    throw error;
  }
}

const builtPage = (): PageFolder => ({ folder: join(packageRoot(), 'dist', 'web') });

type Parts = {
  store: Store;
  pool: WorkerPool;
  relay: Relay;
  page: PageFolder;
  self: AboutServer;
  metrics: Metrics;
  log: Logger;
  started: Started;
};

async function serve(config: Config, parts: Parts): Promise<RunningServer> {
  const { store, pool, relay, page, self, metrics, log, started } = parts;
  const clock = systemClock;
  const onError = (error: unknown, room?: string) =>
    log.error({ err: error, room }, 'something failed in the background');
  const secret = await openSecret(config, store);
  const clientOf = clientsBehind(config.http.trustedProxies, (address) =>
    log.warn({ address }, 'X-Forwarded-For came from an address that http.trustedProxies does not name'),
  );
  const rooms = new Rooms({
    store,
    serverId: self.id,
    clock,
    openMedia: (room, events) => MediaRoom.open(pool, events, (error) => onError(error, room)),
    openEarlyMinutes: config.room.openEarlyMinutes,
    graceMs: config.call.graceSeconds * 1000,
    maxCalls: config.call.maxCalls,
    isMediaFull: () => pool.isFull,
    relay,
    onChanged: (room) => liveEverywhere(rooms, others).refresh(room),
    onError,
    // Names people by id alone, as the audit does.
    onNoted: ({ roomId: room, actor, action, subject, details }) =>
      log.info({ room, actor, subject, ...details }, action),
    onAdmitted: (waitedMs) => metrics.admitted(waitedMs / 1000),
  });
  const linkInUse = (linkId: string) => rooms.linkInUse(linkId);
  const guard = new LinkGuard({
    store,
    secret,
    clock,
    openEarlyMinutes: config.room.openEarlyMinutes,
    linkInUse,
  });
  const keeper = await keepServer(store.servers, self, onError);
  started.add(() => keeper.stop());
  const others = otherServers(config, { store, secret, self });
  started.add(
    await takeOver({
      servers: () => store.seatServers(),
      look: (ids) => others.look(ids),
      onSilent: (servers) =>
        log.warn({ servers }, 'it is not known whether these servers still run: their seats remain theirs'),
      rooms,
      onError,
    }),
  );
  // Known when it listens; nobody asks before.
  const address = { url: '' };
  const statusReader = new StatusReader(self, { rooms, pool });
  if (config.metrics.token) metrics.expose(async () => takeSnapshot(await statusReader.read(), store));
  const api = startApi(config, { store, secret, rooms, self, log, url: () => address.url });
  const tickets = new TicketCheck(ticketKeyOf(secret), clock.now);
  const app = createApp({
    async problem() {
      if (rooms.draining) return 'the server is about to stop';
      if (pool.pids.length === 0) return 'no media worker is running';
      return (await store.isReachable()) ? null : 'the database does not answer';
    },
    isFull: () => rooms.isFull,
    openRecords: (kind, room, actor) => {
      const request = { kind, room, format: 'csv', timeZone: room.timeZone } as const;
      return openDownload({ store, now: clock.now, actor }, request, onError);
    },
    mayAsk: (ticket, asked) =>
      tickets.accepts(ticket, { ...asked, server: { id: self.id, url: address.url } }),
    status: () => statusReader.read(),
    openLink: (token, address) => guard.open(token, address),
    linkInUse,
    assertMayDownload: (linkId) => guard.assertMayDownload(linkId),
    networkNeeds: networkNeeds(config),
    metricsToken: config.metrics.token,
    onAnswer: (status) => metrics.responded(status),
    page,
    clientOf,
    api,
    clock,
    log,
    metrics,
    rooms,
    store,
  });
  for (const { what, remedy } of await store.settingProblems()) log.warn({ remedy }, what);
  started.add(keepStays(store, onError));
  started.add(startRetention(config, { store, log, onError }));
  started.add(startWebhooks(config, { store, secret, onError }));
  const { server, url, port } = await listen(config, {
    answer: app.callback(),
    headers: (secure) => securityHeadersFor({ path: null, host: undefined, secure }),
    onStarted: (stop) => started.add(stop),
    log,
  });
  address.url = url;
  const { publicUrl } = config.http;
  const ws = { rooms, publicUrl, guard, clientOf, headersOf: headersOfRequest, observer: metrics, log };
  // In the same turn in which it begins to listen: pages may be waiting for it.
  started.add(serveWebSockets(server, ws));
  started.add(await keepDescriptors(server, log));
  started.add(() => rooms.close());
  started.add(await writeServerFile(config.dataDir, url));
  await keeper.listensAt(url);
  log.debug({ url, workers: pool.pids.length }, 'ready');
  return { url, port, drain: (hurry) => drain(config, { rooms, hurry, log }), close: () => started.stop() };
}

async function drain(
  { call: { drainSeconds } }: Config,
  { rooms, hurry, log }: { rooms: Rooms; hurry: AbortSignal; log: Logger },
): Promise<void> {
  if (drainSeconds === 0) return;
  log.info({ seconds: drainSeconds }, 'waiting for calls to end; no new rooms are opened');
  await rooms.drain(drainSeconds * 1000, hurry);
}

/** The other servers of this database, for as long as people wait for this one to start. */
function otherServers(
  { http: { publicUrl } }: Config,
  { store, secret, self }: Pick<Parts, 'store' | 'self'> & { secret: Buffer },
): OtherServers {
  const { now } = systemClock;
  const options = { store, secret, now, publicUrl, except: self.id, answerMs: STARTING_ANSWER_MS };
  return new OtherServers(options);
}

type ApiParts = {
  store: Store;
  secret: Buffer;
  rooms: Rooms;
  self: AboutServer;
  log: Logger;
  url: () => string;
};

function startApi(config: Config, { store, secret, rooms, self, log, url }: ApiParts): Middleware {
  const { now } = systemClock;
  const onSilent = (server: ServerRecord, err: unknown) =>
    log.warn({ err, server: server.url }, 'another server does not answer');
  const asked = { store, secret, now, publicUrl: config.http.publicUrl };
  const others = new OtherServers({ ...asked, except: self.id, onSilent });
  const publicUrl = () => config.http.publicUrl ?? url();
  return createApi(
    {
      store,
      secret,
      publicUrl,
      rooms: config.room,
      clock: systemClock,
      live: liveEverywhere(rooms, others),
    },
    { log, version: self.version },
  );
}

function startWorkers(
  { media }: Config,
  { log, metrics }: { log: Logger; metrics: Metrics },
): Promise<WorkerPool> {
  return WorkerPool.start({
    ...media,
    workerBin: media.workerBin ?? undefined,
    onError: (error) => log.error({ err: error }, 'media'),
    onDied: () => metrics.workerDied(),
  });
}

/** @returns what stops it */
function startRetention(
  { records }: Config,
  { store, log, onError }: { store: Store; log: Logger; onError: (error: unknown) => void },
): () => void {
  const admin = { store, now: () => new Date(), actor: 'server' };
  return keepRetention(admin, daysOfRetention(records.retention), {
    onPruned: ({ room: { id }, ...counts }) =>
      log.info({ room: id, ...counts }, 'expired records were erased'),
    onError,
  });
}

/** @returns what stops it */
function startWebhooks(
  { webhooks }: Config,
  { store, secret, onError }: { store: Store; secret: Buffer; onError: (error: unknown) => void },
): () => Promise<void> {
  const keyOf = (webhookId: string) => webhookKeyOf(secret, webhookId);
  const worker = new DeliveryWorker({ store, keyOf, ...webhooks, now: systemClock.now, onError });
  return () => worker.stop();
}
