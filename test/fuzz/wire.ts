/** HTTP as bytes: what no client would send, too. */
import { connect } from 'node:net';

export type RawAnswer = { status: number; text: string };

/** Milliseconds for an answer; who waits longer takes the server for hung. */
const PATIENCE_MS = 10_000;
/** Milliseconds of silence after which an answer is whole, where the connection stays open behind it. */
const SILENCE_MS = 200;

/**
 * Sends the bytes and reads until the server has closed, or has answered and says nothing more for a moment.
 * @param then what to do after sending: wait for the answer, or go at once
 * @returns status 0 when the server closed without a word
 */
export function exchange(url: string, bytes: Buffer, then: 'wait' | 'go' = 'wait'): Promise<RawAnswer> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname);
    const parts: Buffer[] = [];
    const done = () => {
      socket.destroy();
      resolve(parsed(Buffer.concat(parts)));
    };
    socket.setTimeout(PATIENCE_MS);
    socket.on('timeout', () => {
      if (parts.length > 0 && !isCutShort(Buffer.concat(parts))) return done();
      socket.destroy();
      reject(
        new Error(`no answer in ${PATIENCE_MS} ms to ${JSON.stringify(bytes.toString('latin1', 0, 300))}`),
      );
    });
    socket.on('data', (part) => {
      parts.push(part);
      socket.setTimeout(isCutShort(Buffer.concat(parts)) ? PATIENCE_MS : SILENCE_MS);
      // Something without an end, as the measurement of the line is: the head is enough.
      if (Buffer.concat(parts).length > 256 * 1024) done();
    });
    socket.on('close', done);
    // Reset by the server, as it closes on what it does not read: what it said before counts.
    socket.on('error', done);
    socket.write(bytes, () => then === 'go' && done());
  });
}

/** Whether less has come than the head has promised; to HEAD nothing is. */
function isCutShort(answer: Buffer): boolean {
  const end = answer.indexOf('\r\n\r\n');
  if (end < 0) return true;
  const promised = /^content-length: (\d+)$/im.exec(answer.toString('latin1', 0, end))?.[1];
  const body = answer.length - end - 4;
  return body > 0 && body < Number(promised ?? 0);
}

function parsed(answer: Buffer): RawAnswer {
  const text = answer.toString('latin1');
  return { status: Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0), text };
}
