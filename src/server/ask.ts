import { request as requestPlain } from 'node:http';
import { request as requestTls } from 'node:https';
import { isIP } from 'node:net';
import { text } from 'node:stream/consumers';
import { type ConnectionOptions, checkServerIdentity } from 'node:tls';
import { isLoopback } from './loopback.ts';

export type Question = {
  method?: string;
  headers?: Record<string, string>;
  /** Milliseconds for the whole of it. */
  timeoutMs: number;
  /** The name that certificates of this installation are for, as people open it. */
  publicUrl: string | null;
};
export type Answer = { status: number; body: string };

/**
 * Asks a server of this installation, at the address that it has given of itself. That is often localhost, for which no
 * certificate is made: what arrives there leaves this machine as little as without TLS, so that it is not checked. At
 * every other address the certificate must be that of the public name.
 * @throws nobody answers in time, or it is not to be believed
 */
export async function askServer(url: string, question: Question): Promise<Answer> {
  const { method = 'GET', headers = {}, timeoutMs, publicUrl } = question;
  const signal = AbortSignal.timeout(timeoutMs);
  const options = { method, headers, signal, agent: false as const, ...identityOf(new URL(url), publicUrl) };
  const request = (url.startsWith('https:') ? requestTls : requestPlain)(url, options);
  return new Promise((resolve, reject) => {
    request.once('error', reject);
    request.once('response', (response) => {
      text(response).then((body) => resolve({ status: response.statusCode ?? 0, body }), reject);
    });
    request.end();
  });
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
