/** Ports for what is given a range of them: no other test of this machine is given the same, and no program takes them by chance. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import type { PortRange } from './firewall.ts';

// Below those that Linux gives to sockets that ask for any (32768 to 60999): a browser's own could else be one of those
// that a test's firewall refuses, or lets through.
const FIRST = 20_000;
const PER_FILE = 500;
const FILES = 24;

const first = await reserve();
let next = first + 1;

/** @throws {Error} when a file asks for more than 499 in all */
export function takePorts(count: number): PortRange {
  const ports = { portMin: next, portMax: next + count - 1 };
  next += count;
  if (next > first + PER_FILE) throw new Error('this file has no ports left: see test/helpers/ports.ts');
  return ports;
}

/** One port that nobody listens on. */
export function takePort(): number {
  return takePorts(1).portMin;
}

/** A block of ports for this file. Who listens on the first of them has them all, until the process is gone. */
async function reserve(): Promise<number> {
  const start = process.pid % FILES;
  for (let i = 0; i < FILES; i++) {
    const port = FIRST + ((start + i) % FILES) * PER_FILE;
    if (await isReserved(createServer(), port)) return port;
  }
  throw new Error('all ports for tests are taken: see test/helpers/ports.ts');
}

async function isReserved(server: Server, port: number): Promise<boolean> {
  try {
    // An address of loopback that nothing else here listens on.
    await once(server.listen({ port, host: '127.0.0.2', exclusive: true }), 'listening');
  } catch {
    return false;
  }
  server.unref();
  return true;
}
