import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { ExecutionContext } from 'ava';
import { takePort, takePorts } from './ports.ts';
import { temporaryFolder } from './store.ts';

export type Coturn = {
  urls: string[];
  secret: string;
  /** For UDP and TCP. */
  port: number;
  /** null: without a certificate there is no TLS. */
  tlsPort: number | null;
};

/** From where it sends what it relays. */
export const relayPorts = takePorts(100);

type Certificate = { keyFile: string; certFile: string };

/** Debian's coturn on a free port of loopback, with a shared secret; stopped with the test. */
export async function startCoturn(t: ExecutionContext, certificate?: Certificate): Promise<Coturn> {
  const folder = await temporaryFolder(t);
  const port = takePort();
  const secret = randomBytes(16).toString('hex');
  const tlsPort = certificate ? takePort() : null;
  const tls = certificate
    ? [`--tls-listening-port=${tlsPort}`, `--cert=${certificate.certFile}`, `--pkey=${certificate.keyFile}`]
    : ['--no-tls'];
  const server = spawn(
    'turnserver',
    [
      ...['-n', '--log-file=/dev/null', '--no-cli', ...tls, '--no-dtls', '--realm=test'],
      ...['--listening-ip=127.0.0.1', '--relay-ip=127.0.0.1', `--listening-port=${port}`],
      ...[`--min-port=${relayPorts.portMin}`, `--max-port=${relayPorts.portMax}`, '--allow-loopback-peers'],
      ...['--use-auth-secret', `--static-auth-secret=${secret}`],
      ...[`--pidfile=${join(folder, 'pid')}`, `--userdb=${join(folder, 'userdb')}`],
    ],
    { stdio: 'ignore' },
  );
  const exited = once(server, 'exit');
  t.teardown(async () => {
    server.kill('SIGKILL');
    await exited;
  });
  while (!(await accepts(port))) {
    if (server.exitCode !== null) throw new Error(`turnserver ended with ${server.exitCode}`);
    await delay(50);
  }
  return { urls: [`turn:127.0.0.1:${port}?transport=tcp`], secret, port, tlsPort };
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
