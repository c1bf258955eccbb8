import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { UserError } from '../errors.ts';
import { AddressRefused, guardedLookup, type Resolve } from './addresses.ts';
import { type Target, webhookTarget } from './url.ts';

/** Milliseconds from the first packet to the answer's status. */
export const TIMEOUT_MS = 10_000;
/** Bytes of an answer that are taken before its connection is cut: only the status matters. */
const ANSWER_BYTES = 4096;
/** As the column of the database. */
const ERROR_CHARACTERS = 255;

/** What became of one attempt. */
export type Answer = {
  /** null: none came. */
  status: number | null;
  /** For people, in one line; null: it was taken. */
  error: string | null;
  retryAfter?: string;
};

/** `allowPrivate`: addresses that are not of the internet as well; `resolve` is for tests. */
export type PostOptions = {
  url: string;
  headers: Record<string, string>;
  body: string;
  allowPrivate: boolean;
  timeoutMs?: number;
  signal?: AbortSignal;
  resolve?: Resolve;
};

/** Posts JSON once. Redirects are not followed. Never rejects; stopped by `signal` it says so. */
export async function post(options: PostOptions): Promise<Answer> {
  const { url, allowPrivate, timeoutMs = TIMEOUT_MS, signal } = options;
  const { signal: timeout, forget } = timeoutOf(timeoutMs);
  try {
    const target = webhookTarget(url, { allowPrivate });
    const stop = signal ? AbortSignal.any([signal, timeout]) : timeout;
    return answerOf(await exchange(target, options, stop));
  } catch (error) {
    const why = timeout.aborted ? `no answer within ${timeoutMs / 1000} s` : reason(error);
    return { status: null, error: why.slice(0, ERROR_CHARACTERS).toWellFormed() };
  } finally {
    forget();
  }
}

/** After a standstill of the whole process an answer may be there that was not read yet: that comes first. */
function timeoutOf(ms: number): { signal: AbortSignal; forget: () => void } {
  const timeout = new AbortController();
  const timer = setTimeout(() => setImmediate(() => timeout.abort()), ms);
  return { signal: timeout.signal, forget: () => clearTimeout(timer) };
}

function exchange(
  { url, reach }: Target,
  { headers, body, resolve }: PostOptions,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const request = url.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((settle, reject) => {
    const sent = request(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
        'user-agent': 'webinterview',
        ...headers,
      },
      lookup: guardedLookup(reach, resolve),
      agent: false,
      signal,
    });
    sent.once('error', reject);
    sent.once('response', (answer) => {
      // The status is there: what happens to the connection from here on changes nothing.
      sent.off('error', reject).on('error', () => undefined);
      void skim(answer).then(() => settle(answer));
    });
    sent.end(body);
  });
}

/** Lets the receiver finish a short answer; a long or slow one is cut. The status is there already. */
function skim(answer: IncomingMessage): Promise<void> {
  let bytes = 0;
  answer.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > ANSWER_BYTES) answer.destroy();
  });
  answer.on('error', () => undefined);
  return new Promise((resolve) => answer.once('close', resolve));
}

function answerOf({ statusCode: status = 0, headers }: IncomingMessage): Answer {
  if (status >= 200 && status < 300) return { status, error: null };
  const answer = { status, retryAfter: headers['retry-after'] };
  if (status < 300 || status >= 400 || !headers.location) return { ...answer, error: `answered ${status}` };
  const to = URL.parse(headers.location)?.origin ?? 'elsewhere';
  const error = `answered ${status}, a redirect to ${to}; redirects are not followed`;
  return { ...answer, error: error.slice(0, ERROR_CHARACTERS) };
}

function reason(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (error instanceof AddressRefused || error instanceof UserError) return message;
  const known: Record<string, string> = {
    ENOTFOUND: 'no such host',
    EAI_AGAIN: 'the name could not be resolved just now',
    ECONNREFUSED: 'connection refused',
    ECONNRESET: 'connection reset',
    EHOSTUNREACH: 'no route to host',
    ENETUNREACH: 'no route to host',
    ETIMEDOUT: 'connection timed out',
  };
  return known[code ?? ''] ?? (message || code || 'failed').replace(/\s+/g, ' ');
}
