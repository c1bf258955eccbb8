import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Logger } from 'pino';
import { type ServerOptions, type WebSocket, WebSocketServer } from 'ws';
import { closeCodes } from '../../protocol/errors.ts';
import { limits } from '../../protocol/limits.ts';
import { subprotocol, tokenSubprotocol } from '../../protocol/version.ts';
import { answerShortly } from '../answerShortly.ts';
import { AppError } from '../errors.ts';
import type { LinkGuard } from '../room/LinkGuard.ts';
import type { OpenedLink } from '../room/openLink.ts';
import type { Rooms } from '../room/Rooms.ts';
import { mostOfLink } from '../room/seats.ts';
import { AtOnce } from '../util/AtOnce.ts';
import { Connection, type RequestObserver } from './Connection.ts';
import { isOwnOrigin } from './origin.ts';
import { pingAll } from './pings.ts';
import { refuse as refuseSocket } from './refuse.ts';

export type UpgradeOptions = {
  rooms: Rooms;
  /** Origins besides the request's own host from which a page may connect. */
  publicUrl: string | null;
  guard: Pick<LinkGuard, 'open' | 'mayOpenSocket' | 'assertMayConnect'>;
  /** Who has sent a request. */
  clientOf: (request: IncomingMessage) => { address: string; secure: boolean };
  /** What an answer of HTTP has to carry. */
  headersOf: (request: IncomingMessage, secure: boolean) => Record<string, string>;
  observer: RequestObserver;
  log: Logger;
};

/** Milliseconds that a browser has to answer a close before its socket is cut; and when the server stops. */
const CLOSING_MS = 5000;
const STOPPING_MS = 1000;

/** Serves `/ws` on an HTTP server. The returned function takes no more and closes what is still open. */
export function serveWebSockets(server: Server, options: UpgradeOptions): () => Promise<void> {
  // closeTimeout is not in the package's types yet.
  const settings: ServerOptions & { closeTimeout: number } = {
    noServer: true,
    maxPayload: limits.frameBytes,
    handleProtocols: chooseProtocol,
    closeTimeout: CLOSING_MS,
  };
  const sockets = new WebSocketServer(settings);
  const ofLink = new AtOnce();
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', (error) => options.log.debug({ err: error }, 'upgrade failed'));
    const { address, secure } = options.clientOf(request);
    const refuse = (status: number) => answerShortly(socket, status, options.headersOf(request, secure));
    if (!isForUs(request)) return refuse(404);
    const { origin, host } = request.headers;
    if (!isOwnOrigin({ origin, host, secure }, options.publicUrl)) return refuse(403);
    const link = { token: tokenOf(request), address };
    // The page tries again by itself, later and later.
    if (!options.guard.mayOpenSocket(address, link.token)) return refuse(429);
    sockets.handleUpgrade(request, socket, head, (ws) => void open(ws, link, options, ofLink));
  });
  // What begins as an upgrade to WebSocket and is none.
  sockets.on('wsClientError', (_error, socket, request) =>
    answerShortly(socket, 400, options.headersOf(request, options.clientOf(request).secure)),
  );
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
  }, STOPPING_MS);
  await closed;
  clearTimeout(cutting);
}

// A browser is told why only after the handshake: a refused upgrade carries no reason to the page.
async function open(
  ws: WebSocket,
  { token, address }: { token: string; address: string },
  { rooms, guard, observer, log }: UpgradeOptions,
  ofLink: AtOnce,
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
    const openLinkAgain = () => guard.open(token, address);
    guard.assertMayConnect(token, address);
    const { changes } = rooms;
    const opened = await openLinkAgain();
    // One that was cut meanwhile has told of its end already, and would be counted for good.
    if (ws.readyState !== ws.OPEN) return;
    ws.once('close', takePlace(ofLink, opened));
    new Connection(ws, { opened, changes, openLinkAgain, rooms, observer, openedAt, log });
  } catch (error) {
    refuseUnopened(ws, error, log);
  } finally {
    ws.resume();
  }
}

/**
 * One link that got about must not take the server from all others. @returns gives the place back
 * @throws {AppError} too_fast: some of its sockets are those of a line that was lost, and close within seconds, so who comes
 * back is to try again
 */
function takePlace(ofLink: AtOnce, { link, room }: OpenedLink): () => void {
  const giveBack = ofLink.take(link.id, limits.socketsPerPerson * mostOfLink(link, room));
  if (giveBack) return giveBack;
  throw new AppError('too_fast', 'too many connections with this link');
}

function refuseUnopened(ws: WebSocket, error: unknown, log: Logger): void {
  const isFault = !(error instanceof AppError) || error.code === 'store_unavailable';
  if (isFault) log.error({ err: error }, 'a link could not be checked');
  const socket = {
    notify: (event: string, data: unknown) => ws.send(JSON.stringify({ event, data })),
    close: (code: number, reason: string) => ws.close(code, reason),
  };
  refuseSocket(socket, error, null);
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
