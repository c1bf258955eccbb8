import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';

/** An answer of nothing but a status, on a connection that is closed with it, whether or not the other side closes its own. */
export function answerShortly(socket: Duplex, status: number, headers: Record<string, string>): void {
  const lines = Object.entries({ Connection: 'close', 'Content-Length': '0', ...headers });
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  socket.once('finish', () => socket.destroy());
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${head}\r\n`);
}
