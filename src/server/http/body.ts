import type { IncomingMessage } from 'node:http';

/**
 * The body of a request, in bytes; null as soon as it is more than `most`. What comes then is read and let go: who is
 * still sending does not listen for the answer yet.
 * @throws what the connection breaks with
 */
export async function readUpTo(request: IncomingMessage, most: number): Promise<Buffer | null> {
  if (Number(request.headers['content-length'] ?? 0) > most) return null;
  const parts: Buffer[] = [];
  let bytes = 0;
  // Left open when it is too much: the answer that says so could not be sent otherwise.
  for await (const part of request.iterator({ destroyOnReturn: false })) {
    bytes += part.length;
    parts.push(part);
    if (bytes > most) break;
  }
  if (bytes <= most) return Buffer.concat(parts);
  request.resume();
  return null;
}
