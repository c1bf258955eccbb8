/** Ports: free, or taken by our own server. */
import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';
import type { Config } from '../../server/config.ts';
import { answeringServerUrl } from '../../server/serverFile.ts';
import { type Check, ng, type Outcome, ok, warning } from './types.ts';

const ANSWER_MS = 2000;

const ownServer = (config: Config) => answeringServerUrl(config, ANSWER_MS);

/** Whether the server can listen where it is to, or does. */
export const httpPortCheck = (config: Config): Check => ({
  id: 'httpPort',
  label: 'HTTP port',
  async run() {
    const { host, port } = config.http;
    const running = await ownServer(config);
    if (running) return ok(`our server answers at ${running}`);
    const problem = await tcpProblem(host, port);
    if (!problem) return ok(port === 0 ? `any free one of ${host}` : `${port} on ${host} is free`);
    if (problem === 'EACCES')
      return ng(`${port} may not be used by this account`, 'Choose a port above 1023 (http.port).');
    if (problem === 'EADDRNOTAVAIL' || problem === 'ENOTFOUND')
      return ng(
        `${host} is not an address of this machine`,
        'Set http.host to one of its addresses, or 0.0.0.0.',
      );
    if (problem !== 'EADDRINUSE')
      return ng(`${port} on ${host} cannot be listened on (${problem})`, 'Correct http.host and http.port.');
    return ng(
      `${port} on ${host} is taken by another program`,
      `Stop that program (ss -ltnp 'sport = :${port}' names it), or set http.port to another.`,
    );
  },
});

/** Whether each media worker finds a port. */
export const mediaPortsCheck = (config: Config): Check => ({
  id: 'mediaPorts',
  label: 'Media ports',
  async run() {
    const running = await ownServer(config);
    const free = await freeMediaPorts(config);
    return mediaPortsOutcome(config.media, free, running !== null);
  },
});

/** @param free ports of the range that nobody has, over UDP and TCP */
export function mediaPortsOutcome(
  { portMin, portMax, workers }: Config['media'],
  free: number,
  isRunning: boolean,
): Outcome {
  const range = `${portMin}-${portMax}, UDP and TCP`;
  if (isRunning) return ok(`${range}: our server has ${workers} of them`);
  if (free < workers) {
    return ng(
      `${range}: ${free} free, and each of ${workers} workers needs one`,
      'Widen media.portMin to media.portMax, or stop the program that has them.',
    );
  }
  if (free === workers)
    return warning(`${range}: ${free} free`, 'Add one or two: a worker that is replaced takes the next.');
  return ok(`${range}: enough are free`);
}

/** How many ports of the range are free for UDP and TCP, as far as it matters. */
async function freeMediaPorts({ media: { portMin, portMax, workers } }: Config): Promise<number> {
  let free = 0;
  for (let port = portMin; port <= portMax && free <= workers + 1; port++) {
    const problems = await Promise.all([tcpProblem('0.0.0.0', port), udpProblem(port)]);
    if (problems.every((problem) => problem === null)) free++;
  }
  return free;
}

function tcpProblem(host: string, port: number): Promise<string | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', ({ code }: NodeJS.ErrnoException) => resolve(code ?? 'unknown'));
    server.listen(port, host, () => server.close(() => resolve(null)));
  });
}

function udpProblem(port: number): Promise<string | null> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4');
    socket.once('error', ({ code }: NodeJS.ErrnoException) => resolve(code ?? 'unknown'));
    socket.bind(port, () => socket.close(() => resolve(null)));
  });
}
