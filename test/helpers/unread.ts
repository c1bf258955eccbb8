/** Who asks for a file of the chat and does not read it. */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import type { ExecutionContext } from 'ava';
import { limits } from '../../src/protocol/limits.ts';
import type { ChatMessage } from '../../src/protocol/messages.ts';
import { headersOf, type Someone, send } from './files.ts';
import type { TestServer } from './server.ts';

const PATIENCE_MS = 30_000;

export type Asked = {
  status: number;
  /** Reads what is left, to the end of the connection, and counts the bytes of the body. */
  rest(): Promise<number>;
  giveUp(): void;
};

/** Asks for a file and reads a kilobyte, so that little of the answer fits between the server and here. */
export async function ask(
  t: ExecutionContext,
  { url }: TestServer,
  someone: Someone,
  id: string,
): Promise<Asked> {
  const { port, hostname: host } = new URL(url);
  const parts: Buffer[] = [];
  let reading = false;
  const callback = (length: number, buffer: Uint8Array) => {
    parts.push(Buffer.from(buffer.subarray(0, length)));
    socket.emit('part');
    return reading;
  };
  const socket = connect({ port: Number(port), host, onread: { buffer: Buffer.alloc(1024), callback } });
  t.teardown(() => socket.destroy());
  const headers = { host, connection: 'close', ...headersOf(someone) };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(`GET /api/room/files/${id} HTTP/1.1\r\n${lines.join('')}\r\n`);
  await once(socket, 'part', { signal: AbortSignal.timeout(PATIENCE_MS) });
  return {
    status: Number(String(parts[0]).split(' ')[1]),
    giveUp: () => socket.destroy(),
    async rest() {
      reading = true;
      const over = once(socket, 'close', { signal: AbortSignal.timeout(PATIENCE_MS) });
      socket.resume();
      await over;
      const all = Buffer.concat(parts);
      return all.length - all.indexOf('\r\n\r\n') - 4;
    },
  };
}

/** A file of which much waits in the server while nobody reads it, and so many that do not read it. */
export async function unread(t: ExecutionContext, server: TestServer, someone: Someone, count: number) {
  const sent = await send(server, someone, randomBytes(limits.fileBytes));
  const { file }: ChatMessage = await sent.json();
  const id = file?.id ?? '';
  const answers = await Promise.all(Array.from({ length: count }, () => ask(t, server, someone, id)));
  return { id, answers };
}
