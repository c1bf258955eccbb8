import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Logger } from 'pino';
import { type WebSocket, WebSocketServer } from 'ws';
import { closeCodes } from '../../protocol/errors.ts';
import { limits } from '../../protocol/limits.ts';
import { subprotocol, tokenSubprotocol } from '../../protocol/version.ts';
import { AppError } from '../errors.ts';
import type { LinkGuard } from '../room/LinkGuard.ts';
import type { Rooms } from '../room/Rooms.ts';
import { Connection, type RequestObserver, refuse } from './Connection.ts';
import { isOwnOrigin } from './origin.ts';
import { SocketsPerLink } from './SocketsPerLink.ts';

/** Milliseconds between pings; a peer that has not answered one by the next is taken for gone. */
const PING_MS = 15_000;

export type UpgradeOptions = {
  rooms: Rooms;
  /** Origins besides the request's own host from which a page may connect. */
  publicUrl: string | null;
  guard: Pick<LinkGuard, 'admit' | 'mayOpenSocket' | 'assertMayConnect'>;
  /** Who has sent a request. */
  clientOf: (request: IncomingMessage) => { address: string; secure: boolean };
  observer: RequestObserver;
  log: Logger;
};

/** Milliseconds that a browser has to answer a close before its socket is cut. */
const CLOSING_MS = 1000;

/** Serves `/ws` on an HTTP server. The returned function takes no more and closes what is still open. */
export function serveWebSockets(server: Server, options: UpgradeOptions): () => Promise<void> {
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: limits.frameBytes,
    handleProtocols: chooseProtocol,
  });
  const perLink = new SocketsPerLink();
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', (error) => options.log.debug({ err: error }, 'upgrade failed'));
    if (!isForUs(request)) return reject(socket, '404 Not Found');
    const { address, secure } = options.clientOf(request);
    const { origin, host } = request.headers;
    if (!isOwnOrigin({ origin, host, secure }, options.publicUrl)) return reject(socket, '403 Forbidden');
    // The page tries again by itself, later and later.
    if (!options.guard.mayOpenSocket(address)) return reject(socket, '429 Too Many Requests');
    const link = { token: tokenOf(request), address };
    sockets.handleUpgrade(request, socket, head, (ws) => void open(ws, link, options, perLink));
  });
  const pinging = pingAll(sockets);
  return () => {
    clearInterval(pinging);
    return closeAll(sockets);
  };
}

async function closeAll(sockets: WebSocketServer): Promise<void> {
  const closed = new Promise((resolve) => sockets.close(resolve));
  for (const ws of sockets.clients) ws.close(closeCodes.goingAway, 'the server stops');
  const cutting = setTimeout(() => {
    for (const ws of sockets.clients) ws.terminate();
  }, CLOSING_MS);
  await closed;
  clearTimeout(cutting);
}

// A browser is told why only after the handshake: a refused upgrade carries no reason to the page.
async function open(
  ws: WebSocket,
  { token, address }: { token: string; address: string },
  { rooms, guard, observer, log }: UpgradeOptions,
  perLink: SocketsPerLink,
): Promise<void> {
  const openedAt = performance.now();
  // Before anything else: a socket whose fault nobody hears would end the process, and with it every call.
  ws.on('error', (error) => log.info({ err: error }, 'websocket fault'));
  if (ws.protocol !== subprotocol) {
    ws.close(closeCodes.version, 'reload the page');
    return;
  }
  // Messages wait in the socket until its listener is there.
  ws.pause();
  try {
    const admitAgain = () => guard.admit(token, address);
    const { changes } = rooms;
    const admitted = await admitAgain();
    guard.assertMayConnect(admitted.link.id);
    perLink.take(admitted.link.id, ws);
    new Connection(ws, { admitted, changes, admitAgain, rooms, observer, openedAt, log });
  } catch (error) {
    refuseUnadmitted(ws, error, log);
  } finally {
    ws.resume();
  }
}

function refuseUnadmitted(ws: WebSocket, error: unknown, log: Logger): void {
  const isFault = !(error instanceof AppError) || error.code === 'store_unavailable';
  if (isFault) log.error({ err: error }, 'a link could not be checked');
  const socket = {
    notify: (event: string, data: unknown) => ws.send(JSON.stringify({ event, data })),
    close: (code: number, reason: string) => ws.close(code, reason),
  };
  refuse(socket, error, null);
}

/**
 * Ours, else the page's other version: a browser whose every offer is passed over fails without a reason, and could
 * not be told to reload.
 */
function chooseProtocol(offered: Set<string>): string | false {
  if (offered.has(subprotocol)) return subprotocol;
  return [...offered].find((name) => /^webinterview\.v\d+$/.test(name)) ?? false;
}

function tokenOf({ headers }: IncomingMessage): string {
  const prefix = tokenSubprotocol('');
  const offered = (headers['sec-websocket-protocol'] ?? '').split(',').map((part) => part.trim());
  return offered.find((part) => part.startsWith(prefix))?.slice(prefix.length) ?? '';
}

const isForUs = ({ url }: IncomingMessage) => url?.split('?')[0] === '/ws';

function reject(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

function pingAll(sockets: WebSocketServer): NodeJS.Timeout {
  const unanswered = new WeakSet<WebSocket>();
  return setInterval(() => {
    for (const ws of sockets.clients) ping(ws, unanswered);
  }, PING_MS).unref();
}

function ping(ws: WebSocket, unanswered: WeakSet<WebSocket>): void {
  if (unanswered.has(ws)) {
    ws.terminate();
    return;
  }
  unanswered.add(ws);
  ws.once('pong', () => unanswered.delete(ws));
  ws.ping();
}
