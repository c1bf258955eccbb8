/** The way to the server: name, port, certificate, page. */
import { lookup } from 'node:dns/promises';
import { connect, isIP } from 'node:net';
import { tlsOutcome } from '../tls.ts';
import { ng, type Outcome, ok, skipped, warning } from '../types.ts';
import { nameOfProxy, type Target } from './target.ts';
import { tunnel } from './tunnel.ts';

const ANSWER_MS = 5000;

/** Behind a proxy it is the proxy that has to know the name and to reach the port. */
const viaProxy = (proxy: URL) => `not needed, as the proxy ${nameOfProxy(proxy)} is used`;

/** Whether the name is known; through a proxy it need not be. */
export async function dns({ host, proxy }: Target): Promise<Outcome> {
  if (isIP(host)) return skipped(`${host} is an address in numbers`);
  try {
    const found = await lookup(host, { all: true });
    return ok(`${host} is ${found.map(({ address }) => address).join(', ')}`);
  } catch (error) {
    const text = `${host} is not found (${(error as NodeJS.ErrnoException).code})`;
    if (proxy) return skipped(`${text}; ${viaProxy(proxy)}`);
    return ng(text, 'Check the address of the link; ask who runs the network whether its DNS knows it.');
  }
}

/** Whether a connection can be made without the proxy. */
export async function tcp({ host, url, proxy }: Target, port: number): Promise<Outcome> {
  const problem = await tcpProblem(host, port);
  if (problem === null) return ok(`${host}:${port} answers`);
  const text = `${host}:${port} does not answer (${problem})`;
  if (proxy) return skipped(`${text}; ${viaProxy(proxy)}`);
  // Port 80 alone leads to 443.
  if (port === 80 && url.protocol === 'https:')
    return warning(text, 'Not needed where the link begins with https://.');
  return ng(text, `Let TCP ${port} to ${host} out of this network, or use another network.`);
}

function tcpProblem(host: string, port: number): Promise<string | null> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const done = (problem: string | null) => {
      clearTimeout(deadline);
      socket.destroy();
      resolve(problem);
    };
    const deadline = setTimeout(() => done('no answer'), ANSWER_MS);
    socket.once('connect', () => done(null));
    socket.on('error', ({ code }: NodeJS.ErrnoException) => done(code ?? 'failed'));
  });
}

/** The certificate as it is seen from here: a proxy that opens TLS shows one of its own. */
export async function tls({ url, host, port, proxy }: Target): Promise<Outcome> {
  if (!proxy || url.protocol === 'http:') return tlsOutcome(url);
  try {
    return await tlsOutcome(url, await tunnel(proxy, host, port));
  } catch (error) {
    return ng(
      `the proxy ${nameOfProxy(proxy)} does not lead to ${url.host} (${reasonOf(error)})`,
      'Let this server through the proxy (CONNECT); a proxy that asks for a password takes it from HTTPS_PROXY.',
    );
  }
}

/** Whether what answers is our server, and takes calls. */
export async function page({ server }: Target): Promise<Outcome> {
  const started = performance.now();
  try {
    const signal = AbortSignal.timeout(ANSWER_MS);
    const answer = await fetch(`${server}/readyz`, { signal, redirect: 'manual' });
    const { status } = (await answer.json().catch(() => ({}))) as { status?: unknown };
    if (answer.ok && status === 'ok')
      return ok(`the server answers in ${Math.round(performance.now() - started)} ms`);
    if (answer.ok && status === 'full')
      return warning(
        'the server answers, and is full: calls that run go on, and no other can begin now',
        'Try again when a call has ended; where it comes again, tell who runs the server.',
      );
    if (typeof status === 'string')
      return ng(
        `the server says: ${status}`,
        'Tell who runs the server: webinterview check there says more.',
      );
    return ng(
      `HTTP ${answer.status}, and no interview server answers`,
      'Check the address; a proxy or a portal of this network may answer in its place.',
    );
  } catch (error) {
    return ng(
      `no answer (${reasonOf(error)})`,
      'Let HTTPS to this server out of the network, or use another network.',
    );
  }
}

/** What a failed request says, which fetch keeps in its cause. */
export function reasonOf(error: unknown): string {
  const { cause, code, message } = error as {
    cause?: { code?: string; message?: string };
    code?: string;
    message: string;
  };
  return cause?.code ?? code ?? cause?.message ?? message;
}
