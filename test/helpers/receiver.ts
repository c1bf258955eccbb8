/** A system that is told by webhook: a real HTTP server on loopback. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { ExecutionContext } from 'ava';
import { until } from './until.ts';

export type Received = { headers: Record<string, string>; body: string; at: number };
export type Answering = (response: ServerResponse, count: number) => void;
export type Receiver = {
  url: string;
  /** What came so far, the oldest first. */
  received: Received[];
  /** Waits until so many came. */
  got(count: number): Promise<Received[]>;
  close(): Promise<void>;
};

export type ReceiverOptions = {
  answering?: Answering;
  port?: number;
  /** With this certificate it is https. */
  tls?: { key: Buffer; cert: Buffer };
};

export const answer =
  (status: number, headers = {}): Answering =>
  (response) =>
    void response.writeHead(status, headers).end('{}');

/** Starts it on a free port, or the given one; closed with the test. */
export async function startReceiver(
  t: ExecutionContext,
  { answering = answer(200), port = 0, tls }: ReceiverOptions = {},
): Promise<Receiver> {
  const received: Received[] = [];
  const take = async (request: IncomingMessage, response: ServerResponse) => {
    const body = await text(request);
    received.push({ headers: request.headers as Record<string, string>, body, at: Date.now() });
    answering(response, received.length);
  };
  const listener = (request: IncomingMessage, response: ServerResponse) =>
    void take(request, response).catch(() => undefined);
  const server = tls ? createSecureServer(tls, listener) : createServer(listener);
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  t.teardown(() => close());
  const { port: listening } = server.address() as AddressInfo;
  return {
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${listening}/hooks`,
    received,
    async got(count) {
      await until(`so many webhooks have come: ${count}`, () => received.length >= count);
      return received;
    },
    close,
  };
}

/**
 * Verifies as the text of Standard Webhooks 1.0 says; written from that text, not from what signs.
 * @returns what is wrong; null: nothing
 */
export function complaint(
  secret: string,
  { headers, body }: Pick<Received, 'headers' | 'body'>,
  now = new Date(),
): string | null {
  const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': list } = headers;
  if (!id || !timestamp || !list) return 'a header is missing';
  if (!/^\d+$/.test(timestamp)) return 'the timestamp is no integer';
  if (Math.abs(now.getTime() / 1000 - Number(timestamp)) > 300) return 'the timestamp is too old or too new';
  if (!secret.startsWith('whsec_')) return 'the secret has no prefix';
  const key = Buffer.from(secret.slice(6), 'base64');
  if (key.length < 24 || key.length > 64) return 'the secret has not from 24 to 64 bytes';
  const expected = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest();
  const right = list.split(' ').some((one) => {
    const [version, signature = ''] = one.split(',');
    const given = Buffer.from(signature, 'base64');
    return version === 'v1' && given.length === expected.length && timingSafeEqual(given, expected);
  });
  return right ? null : 'no signature is right';
}
