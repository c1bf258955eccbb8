/**
 * A thread that hands UDP packets on, each so much later: the kernel of the test machines has no `netem`. A thread of
 * its own, so that a busy test does not add jitter. `workerData` is a RelayData; a number that comes as a message is
 * the delay of each direction from then on, in milliseconds.
 */
import { createSocket, type Socket } from 'node:dgram';
import { parentPort, workerData } from 'node:worker_threads';

export type RelayData = { port: number; to: { address: string; port: number } };

const { port, to } = workerData as RelayData;
let delayMs = 0;
parentPort?.on('message', (ms: number) => {
  delayMs = ms;
});

/** To the server, one socket for each port of the browser. */
const onward = new Map<number, Socket>();
const listening = createSocket({ type: 'udp4', recvBufferSize: 1 << 20 });
listening.on('message', (packet, from) => {
  const server = onward.get(from.port) ?? open(from);
  setTimeout(() => server.send(packet, to.port, to.address), delayMs);
});
listening.bind(port, () => parentPort?.postMessage('listening'));

function open(from: { port: number; address: string }): Socket {
  const server = createSocket({ type: 'udp4', recvBufferSize: 1 << 20 });
  server.on('message', (packet) =>
    setTimeout(() => listening.send(packet, from.port, from.address), delayMs),
  );
  onward.set(from.port, server);
  return server;
}
