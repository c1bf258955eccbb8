/** The rules, the sockets and the media of a real server over a store in memory, with a bare page for each link. */
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { ExecutionContext } from 'ava';
import { build } from 'esbuild';
import { pino } from 'pino';
import type { Role } from '../../src/protocol/messages.ts';
import { clientsBehind } from '../../src/server/clients.ts';
import { MediaRoom } from '../../src/server/media/MediaRoom.ts';
import { WorkerPool } from '../../src/server/media/WorkerPool.ts';
import { Metrics } from '../../src/server/observe/Metrics.ts';
import { LinkGuard } from '../../src/server/room/LinkGuard.ts';
import { linkToken } from '../../src/server/room/links.ts';
import type { Clock, Relay, RoomStore } from '../../src/server/room/ports.ts';
import { Rooms } from '../../src/server/room/Rooms.ts';
import type { MessageRecord } from '../../src/server/room/records.ts';
import { serveWebSockets } from '../../src/server/ws/upgrade.ts';
import { collectFaults } from './faults.ts';
import type { PortRange } from './firewall.ts';
import { takePorts } from './ports.ts';
import { aLink, aRoom } from './store.ts';

const clock: Clock = {
  now: () => new Date(),
  elapsed: () => performance.now(),
  after(ms, callback) {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};

export type MediaServer = {
  /** Where `test/helpers/media-page.ts` runs. */
  pageUrl(role: Role, search?: string): string;
  ports: PortRange;
  /** Breaks every WebSocket without a goodbye. */
  cutSockets(): void;
  killWorker(): void;
};

export type MediaServerOptions = { relay?: Relay };

const noRelay: Relay = { ttlMs: 60_000, serversFor: () => [] };

/** Starts it with one media worker. */
export async function startMediaServer(
  t: ExecutionContext,
  { relay = noRelay }: MediaServerOptions = {},
): Promise<MediaServer> {
  const { store, tokens } = memoryStore();
  const faults = collectFaults(t);
  const onError = faults.add;
  const ports = takePorts(20);
  const pool = await WorkerPool.start({
    workers: 1,
    workerBin: process.env.MEDIASOUP_WORKER_BIN || undefined,
    listenIps: ['127.0.0.1'],
    announcedAddress: null,
    ...ports,
    onError,
  });
  t.teardown(() => pool.close());
  const rooms = new Rooms({
    store,
    serverId: 'this-server',
    clock,
    openMedia: (_roomId, events) => MediaRoom.open(pool, events, onError),
    isMediaFull: () => pool.isFull,
    openEarlyMinutes: 0,
    graceMs: 60_000,
    onChanged: async () => undefined,
    relay,
    onError,
  });
  const script = await bundlePage();
  const server = createServer(({ url }, response) => {
    const isScript = url === '/page.js';
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html; charset=utf-8');
    response.end(
      isScript
        ? script
        : '<!doctype html><link rel=icon href=data:,><script type=module src=/page.js></script>',
    );
  });
  const stopSockets = serveWebSockets(server, {
    rooms,
    publicUrl: null,
    guard: new LinkGuard({ store, secret, clock, openEarlyMinutes: 0 }),
    clientOf: clientsBehind([]),
    headersOf: () => ({}),
    observer: new Metrics('test'),
    log: pino({ level: 'silent' }),
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(async () => {
    await rooms.close();
    await stopSockets();
    await new Promise((resolve) => server.close(resolve));
  });
  const sockets = new Set<Duplex>();
  server.on('upgrade', (_request, socket) => sockets.add(socket));
  const { port } = server.address() as AddressInfo;
  return {
    pageUrl: (role, search = '') => `http://127.0.0.1:${port}/${search}#${tokens[role]}`,
    ports,
    cutSockets() {
      for (const socket of sockets) socket.destroy();
    },
    killWorker() {
      faults.expected = /media worker \d+ died|did not answer/;
      for (const pid of pool.pids) process.kill(pid, 'SIGKILL');
    },
  };
}

const secret = randomBytes(32);

function memoryStore() {
  const room = aRoom({ name: 'media', from: new Date(0), until: new Date(8.64e15) });
  const links = {
    interviewer: aLink(room, { role: 'interviewer' }),
    applicant: aLink(room, { role: 'applicant' }),
  };
  const messages: MessageRecord[] = [];
  const store: RoomStore = {
    async findLink(id) {
      const found = Object.values(links).find((each) => each.id === id);
      return found ? { link: found, room } : null;
    },
    async addMessage(message) {
      messages.push(message);
      return message;
    },
    listMessages: async () => messages,
    deleteMessage: async () => {},
    clearMessages: async () => {},
    readFile: async () => null,
    setEntry: async () => {},
    extendRoom: async () => true,
    setWaitingMessage: async () => {},
    listStayPeriods: async () => [],
    addStay: async () => {},
    endStay: async () => {},
    recordAudit: async () => {},
    writeSeats: async () => {},
    readSeats: async () => [],
    takeSeats: async () => [],
    readRoom: async () => ({ room, links: Object.values(links) }),
  };
  const tokens = {
    interviewer: linkToken(secret, links.interviewer),
    applicant: linkToken(secret, links.applicant),
  };
  return { store, tokens };
}

async function bundlePage(): Promise<Uint8Array> {
  const entry = new URL('./media-page.ts', import.meta.url).pathname;
  const { outputFiles } = await build({ entryPoints: [entry], bundle: true, write: false, format: 'esm' });
  const [file] = outputFiles;
  if (!file) throw new Error('esbuild wrote nothing');
  return file.contents;
}
