/** Whether what is sent to an address arrives at this machine: real packets, to listeners of our own. */
import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { connect, createServer, isIPv6 } from 'node:net';

const ARRIVES_MS = 2000;
/** A single packet may be lost. */
const PACKETS = 3;

/** null: no port of the range was free, so nothing could be sent. */
export type Arrival = { udp: boolean | null; tcp: boolean | null };

/** Something that listens on one port of each of our addresses. */
type Listener = { port: number; close(): void };
type Open = (port: number, ip: string) => Promise<{ close(): void } | null>;

/**
 * @param address in numbers
 * @param ips the addresses to listen on; empty: all of this machine
 */
export async function arrivalAt(address: string, ips: string[], ports: number[]): Promise<Arrival> {
  const own = ips.length > 0 ? ips : [isIPv6(address) ? '::' : '0.0.0.0'];
  return { udp: await arrivesByUdp(address, own, ports), tcp: await arrivesByTcp(address, own, ports) };
}

async function arrivesByUdp(address: string, ips: string[], ports: number[]): Promise<boolean | null> {
  const token = randomBytes(16);
  const heard = Promise.withResolvers<boolean>();
  const receiver = await listen(ips, ports, (port, ip) => openUdp(port, ip, token, heard.resolve));
  if (!receiver) return null;
  const sender = createSocket(isIPv6(address) ? 'udp6' : 'udp4');
  // An address that cannot be sent to is one where nothing arrives.
  sender.on('error', () => heard.resolve(false));
  const deadline = setTimeout(() => heard.resolve(false), ARRIVES_MS);
  try {
    for (let i = 0; i < PACKETS; i++) sender.send(token, receiver.port, address, () => undefined);
    return await heard.promise;
  } finally {
    clearTimeout(deadline);
    receiver.close();
    sender.close();
  }
}

async function arrivesByTcp(address: string, ips: string[], ports: number[]): Promise<boolean | null> {
  const token = randomBytes(16).toString('hex');
  const receiver = await listen(ips, ports, (port, ip) => openTcp(port, ip, token));
  if (!receiver) return null;
  try {
    return await answersWith(address, receiver.port, token);
  } finally {
    receiver.close();
  }
}

/** On the first port that is free on all addresses. */
async function listen(ips: string[], ports: number[], open: Open): Promise<Listener | null> {
  for (const port of ports) {
    const opened = (await Promise.all(ips.map((ip) => open(port, ip)))).filter((each) => each !== null);
    const close = () => {
      for (const each of opened) each.close();
    };
    if (opened.length === ips.length) return { port, close };
    close();
  }
  return null;
}

function openUdp(port: number, ip: string, token: Buffer, onHeard: (is: boolean) => void): ReturnType<Open> {
  const socket = createSocket(isIPv6(ip) ? 'udp6' : 'udp4');
  socket.on('message', (message) => message.equals(token) && onHeard(true));
  return new Promise((resolve) => {
    socket.once('error', () => resolve(null));
    socket.bind(port, ip, () => resolve(socket));
  });
}

function openTcp(port: number, ip: string, token: string): ReturnType<Open> {
  const server = createServer((socket) => socket.on('error', () => undefined).end(token));
  return new Promise((resolve) => {
    server.once('error', () => resolve(null));
    server.listen(port, ip, () => resolve(server));
  });
}

function answersWith(address: string, port: number, token: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port });
    const done = (result: boolean) => {
      clearTimeout(deadline);
      socket.destroy();
      resolve(result);
    };
    const deadline = setTimeout(() => done(false), ARRIVES_MS);
    socket.setEncoding('utf8').on('data', (text) => done(String(text) === token));
    socket.on('error', () => done(false)).on('close', () => done(false));
  });
}
