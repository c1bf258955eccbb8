/** A real mail server on loopback, as `invite --smtp` finds one. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import type { AddressInfo, Socket } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import type { ExecutionContext } from 'ava';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { temporaryFolder } from './store.ts';

export type Delivery = { from: string; to: string[]; content: string; secure: boolean; user: string | null };
export type MailServer = {
  port: number;
  deliveries: Delivery[];
  /** How many there were so far. */
  connections: () => number;
  /** Breaks all connections off, as when its machine loses power. */
  hangUp(): void;
};

/** Starts it on a free port with what the options add; it takes every mail, and is closed with the test. */
export async function startMailServer(
  t: ExecutionContext,
  options: SMTPServerOptions = {},
): Promise<MailServer> {
  const deliveries: Delivery[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: options.key ? [] : ['STARTTLS'],
    disableReverseLookup: true,
    closeTimeout: 100,
    onData(stream, session, done) {
      text(stream).then((content) => {
        const { mailFrom, rcptTo } = session.envelope;
        const user = session.user ? String(session.user) : null;
        const from = mailFrom ? mailFrom.address : '';
        deliveries.push({
          from,
          to: rcptTo.map(({ address }) => address),
          content,
          secure: session.secure,
          user,
        });
        done(null);
      }, done);
    },
    ...options,
  });
  // A client that gives up is its own affair.
  server.on('error', () => undefined);
  const sockets = new Set<Socket>();
  let connections = 0;
  server.server.on('connection', (socket) => {
    connections++;
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  const listening = server.listen(0, '127.0.0.1');
  await new Promise((resolve) => listening.once('listening', resolve));
  t.teardown(() => new Promise<void>((resolve) => server.close(() => resolve())));
  return {
    port: (listening.address() as AddressInfo).port,
    deliveries,
    connections: () => connections,
    hangUp() {
      for (const socket of sockets) socket.resetAndDestroy();
    },
  };
}

/** A certificate for 127.0.0.1 and localhost that nobody vouches for but itself. */
export async function selfMadeCertificate(t: ExecutionContext) {
  const folder = await temporaryFolder(t);
  const [keyFile, certFile] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  await promisify(execFile)('openssl', [
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:prime256v1',
    '-nodes',
    '-keyout',
    keyFile,
    '-out',
    certFile,
    '-days',
    '2',
    '-subj',
    '/CN=mail test',
    '-addext',
    'subjectAltName=IP:127.0.0.1,DNS:localhost',
  ]);
  return { key: await readFile(keyFile), cert: await readFile(certFile), certFile };
}
