import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { takePort, takePorts } from './ports.ts';
import { temporaryFolder } from './store.ts';
import { until } from './until.ts';

export type Coturn = {
  urls: string[];
  secret: string;
  /** For UDP and TCP. */
  port: number;
  /** null: without a certificate there is no TLS. */
  tlsPort: number | null;
  /** Ends it at once, with all that it relays; it may be started again, on the same ports. */
  kill(): Promise<void>;
  start(): Promise<void>;
};

/** From where it sends what it relays. */
export const relayPorts = takePorts(100);

type Certificate = { keyFile: string; certFile: string };

/** Debian's coturn on a free port of loopback, with a shared secret; stopped with the test. */
export async function startCoturn(
  t: ExecutionContext,
  certificate?: Certificate,
  settings: string[] = [],
): Promise<Coturn> {
  const folder = await temporaryFolder(t);
  const port = takePort();
  const secret = randomBytes(16).toString('hex');
  const tlsPort = certificate ? takePort() : null;
  const tls = certificate
    ? [`--tls-listening-port=${tlsPort}`, `--cert=${certificate.certFile}`, `--pkey=${certificate.keyFile}`]
    : ['--no-tls'];
  const args = [
    '-n',
    '--log-file=/dev/null',
    '--no-cli',
    ...tls,
    '--no-dtls',
    '--realm=test',
    '--listening-ip=127.0.0.1',
    '--relay-ip=127.0.0.1',
    `--listening-port=${port}`,
    `--min-port=${relayPorts.portMin}`,
    `--max-port=${relayPorts.portMax}`,
    '--allow-loopback-peers',
    '--use-auth-secret',
    `--static-auth-secret=${secret}`,
    `--pidfile=${join(folder, 'pid')}`,
    `--userdb=${join(folder, 'userdb')}`,
    ...settings,
  ];
  let server: ChildProcess;
  const start = async () => {
    server = spawn('turnserver', args, { stdio: 'ignore' });
    await until('turnserver listens', () => {
      if (server.exitCode !== null) throw new Error(`turnserver ended with ${server.exitCode}`);
      return accepts(port);
    });
  };
  const kill = async () => {
    if (server.exitCode !== null || server.signalCode !== null) return;
    const exited = once(server, 'exit');
    server.kill('SIGKILL');
    await exited;
  };
  await start();
  t.teardown(kill);
  return { urls: [`turn:127.0.0.1:${port}?transport=tcp`], secret, port, tlsPort, kill, start };
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
