import { type IncomingMessage, request as requestPlain } from 'node:http';
import { request as requestTls } from 'node:https';
import { isIP } from 'node:net';
import { type ConnectionOptions, checkServerIdentity } from 'node:tls';
import { isLoopback } from './loopback.ts';

/** What is asked of a server of this installation, and how long for. */
export type Question = {
  method?: string;
  headers?: Record<string, string>;
  /** Milliseconds for the whole of it. */
  timeoutMs: number;
  /** The name that certificates of this installation are for, as people open it. */
  publicUrl: string | null;
};
/** Whatever its status is. */
export type Answer = { status: number; body: string };

/** Bytes of an answer: a status has some hundreds for each person who is there. */
const MOST_BYTES = 16 * 1024 * 1024;

/**
 * Asks a server of this installation, at the address that it has given of itself. That is often localhost, for which no
 * certificate is made: what arrives there leaves this machine as little as without TLS, so that it is not checked. At
 * every other address the certificate must be that of the public name.
 * @throws nobody answers in time, it is not to be believed, or is longer than any true one
 */
export async function askServer(url: string, question: Question): Promise<Answer> {
  const { method = 'GET', headers = {}, timeoutMs, publicUrl } = question;
  const signal = AbortSignal.timeout(timeoutMs);
  const options = { method, headers, signal, agent: false as const, ...identityOf(new URL(url), publicUrl) };
  const request = (url.startsWith('https:') ? requestTls : requestPlain)(url, options);
  return new Promise((resolve, reject) => {
    request.once('error', reject);
    request.once('response', (response) => {
      textOf(response).then((body) => resolve({ status: response.statusCode ?? 0, body }), reject);
    });
    request.end();
  });
}

async function textOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    // Leaving the loop ends the connection.
    if (bytes > MOST_BYTES) throw new Error(`the answer is longer than ${MOST_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function identityOf({ hostname }: URL, publicUrl: string | null): ConnectionOptions {
  if (isLoopback(hostname)) return { rejectUnauthorized: false };
  if (publicUrl === null) return {};
  const name = new URL(publicUrl).hostname.replace(/^\[|\]$/g, '');
  return {
    checkServerIdentity: (_host, certificate) => checkServerIdentity(name, certificate),
    // An address in numbers is no server name.
    ...(!isIP(name) && { servername: name }),
  };
}
