import type { WebSocket, WebSocketServer } from 'ws';

/**
 * Milliseconds between pings; a peer that has not answered one by the next is taken for lost: the others are told,
 * and its place is kept for the grace period from then on. Browsers answer by themselves, in tabs that sleep as well.
 */
const PING_MS = 6_000;
/** Of the time between pings: what is left for reading answers that came while this process stood still. */
const READING_SHARE = 1 / 6;

/**
 * Pings everyone, and cuts who has not answered the ping before. When it is time for that, there is a moment more:
 * timers run before sockets are read, so that after a stall (a slow disk, a machine that was paused) all would seem to
 * have said nothing. Ends with `clearInterval`.
 */
export function pingAll(sockets: WebSocketServer, everyMs = PING_MS): NodeJS.Timeout {
  const unanswered = new WeakSet<WebSocket>();
  const round = () => {
    for (const ws of sockets.clients) ping(ws, unanswered);
  };
  return setInterval(() => setTimeout(round, everyMs * READING_SHARE).unref(), everyMs).unref();
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
