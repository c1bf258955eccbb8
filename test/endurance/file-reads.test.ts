/** Who asks for files and does not read them. */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { limits } from '../../src/protocol/limits.ts';
import type { ChatMessage } from '../../src/protocol/messages.ts';
import { headersOf, inCall, read, type Someone, send } from '../helpers/files.ts';
import type { TestServer } from '../helpers/server.ts';

type Asked = {
  status: number;
  /** Reads what is left, to the end of the connection, and counts the bytes of the body. */
  rest(): Promise<number>;
  giveUp(): void;
};

/** Asks for a file and reads a kilobyte, so that little of the answer fits between the server and here. */
async function ask(t: ExecutionContext, { url }: TestServer, someone: Someone, id: string): Promise<Asked> {
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
  await once(socket, 'part');
  return {
    status: Number(String(parts[0]).split(' ')[1]),
    giveUp: () => socket.destroy(),
    async rest() {
      reading = true;
      const over = once(socket, 'close');
      socket.resume();
      await over;
      const all = Buffer.concat(parts);
      return all.length - all.indexOf('\r\n\r\n') - 4;
    },
  };
}

/** A file of which much waits in the server while nobody reads it, and so many that do not read it. */
async function unread(t: ExecutionContext, server: TestServer, someone: Someone, count: number) {
  const sent = await send(server, someone, randomBytes(limits.fileBytes));
  const { file }: ChatMessage = await sent.json();
  const id = file?.id ?? '';
  const answers = await Promise.all(Array.from({ length: count }, () => ask(t, server, someone, id)));
  return { id, answers };
}

/** Until a place is free again; each refusal counts for the rate, which gives one in a second. */
async function untilRead(server: TestServer, someone: Someone, id: string): Promise<void> {
  for (let status = 0; status !== 200; await setTimeout(1000)) {
    const answer = await read(server, someone, id);
    await answer.arrayBuffer();
    ({ status } = answer);
  }
}

test('who does not read is cut after a while, and the places are free again', async (t) => {
  const { server, asInterviewer } = await inCall(t);
  const { id, answers } = await unread(t, server, asInterviewer, limits.fileReads.atOnce);
  t.is((await read(server, asInterviewer, id)).status, 429);
  const began = performance.now();
  await untilRead(server, asInterviewer, id);
  t.log(`after ${Math.round((performance.now() - began) / 1000)} s`);
  for (const answer of answers) t.true((await answer.rest()) < limits.fileBytes);
});
