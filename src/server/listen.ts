import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { Logger } from 'pino';
import { answerShortly } from './answerShortly.ts';
import type { Config } from './config.ts';
import {
  type CertificateFiles,
  certificateFilesOf,
  type KeyPair,
  keepCertificate,
  readKeyPair,
} from './tls.ts';

/** A server that listens. */
export type Listening = {
  server: Server;
  /** Where it listens, e.g. https://127.0.0.1:3000. */
  url: string;
  port: number;
};

/** What answers there. */
export type ListenOptions = {
  answer: RequestListener;
  /** Of an answer to what is no request that could be read. */
  headers: (secure: boolean) => Record<string, string>;
  log: Logger;
  /** Hears of each thing that is to be ended, as soon as there is one. */
  onStarted(stop: () => void | Promise<void>): void;
};

/**
 * Listens with HTTP, or with HTTPS where the configuration has a certificate.
 * @throws {UserError} the certificate cannot be used, or it would serve other machines without TLS unasked; Node's own
 *   error when the address cannot be listened on
 */
export async function listen(
  config: Pick<Config, 'http' | 'tls'>,
  { answer, headers, log, onStarted }: ListenOptions,
): Promise<Listening> {
  const files = certificateFilesOf(config);
  const pair = files && (await readKeyPair(files));
  const server = pair ? createTlsServer({ ...pair, minVersion: 'TLSv1.2' }, answer) : createServer(answer);
  server.keepAliveTimeout = config.http.keepAliveSeconds * 1000;
  answerUnreadable(server, headers(pair !== null));
  await opened(server, config.http);
  onStarted(() => closed(server));
  if (pair && files) onStarted(keepFresh(server as TlsServer, { files, pair, log }));
  const { port } = server.address() as AddressInfo;
  return { server, port, url: `${pair ? 'https' : 'http'}://${hostForUrl(config.http.host)}:${port}` };
}

function keepFresh(
  server: TlsServer,
  { files, pair, log }: { files: CertificateFiles; pair: KeyPair; log: Logger },
): () => void {
  return keepCertificate({
    files,
    current: pair,
    use(next) {
      server.setSecureContext({ ...next, minVersion: 'TLSv1.2' });
      log.info('the new certificate is in use');
    },
    onFault: (err) => log.error({ err }, 'the new certificate cannot be used; the one before stays in use'),
  });
}

const unreadable: Record<string, number> = {
  HPE_HEADER_OVERFLOW: 431,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};

/** Node's own answers to what is no HTTP have no headers at all. */
function answerUnreadable(server: Server, headers: Record<string, string>): void {
  server.on('clientError', ({ code = '' }: NodeJS.ErrnoException, socket: Socket) => {
    const isHttp = code.startsWith('HPE_') || code in unreadable;
    // Where something was written before, it may be an answer that is not whole yet.
    if (!isHttp || !socket.writable || socket.bytesWritten > 0) socket.destroy();
    else answerShortly(socket, unreadable[code] ?? 400, headers);
  });
}

function opened(server: Server, { host, port }: { host: string; port: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

// An address that means "all of this machine's" is none that a browser can open.
function hostForUrl(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}
