import { readdir, readFile } from 'node:fs/promises';
import type { Server } from 'node:net';
import type { Logger } from 'pino';

/** File descriptors that connections never get: for the database, files, workers and the log. */
const KEPT = 64;
/** Milliseconds between two looks: an administrator may change the limit while the server runs (prlimit(1)). */
const LOOK_MS = 5000;

/**
 * Takes no more connections than there are file descriptors for, so that whoever is connected stays so and all else
 * goes on. More are closed at once, and come again by themselves. The log says when that begins and when it is over.
 * @returns what stops it
 */
export async function keepDescriptors(server: Server, log: Logger): Promise<() => void> {
  let isFull = false;
  const full = (reason: object) => {
    if (!isFull) log.warn(reason, 'out of file descriptors: new connections are closed; raise LimitNOFILE');
    isFull = true;
  };
  // Without a listener the process would end, and every call with it.
  server.on('error', (err) => full({ err }));
  server.on('drop', () => full({ most: server.maxConnections }));
  const look = async () => {
    try {
      const { connections, most } = await count(server);
      server.maxConnections = most;
      if (!isFull || connections >= most) return;
      isFull = false;
      log.info({ connections, most }, 'there are file descriptors again: new connections are taken');
    } catch (err) {
      full({ err });
    }
  };
  const limited = await readFile('/proc/self/limits').then(
    () => true,
    () => false,
  );
  if (!limited) return () => undefined;
  await look();
  const timer = setInterval(() => void look(), LOOK_MS).unref();
  return () => clearInterval(timer);
}

/** How many connections there are, and how many there may be. @throws as when no descriptor is left */
async function count(server: Server): Promise<{ connections: number; most: number }> {
  const limits = await readFile('/proc/self/limits', 'utf8');
  const limit = Number(/^Max open files\s+(\d+)/m.exec(limits)?.[1] ?? Number.POSITIVE_INFINITY);
  const open = (await readdir('/proc/self/fd')).length;
  const connections = await new Promise<number>((resolve, reject) => {
    server.getConnections((error, found) => (error ? reject(error) : resolve(found)));
  });
  return { connections, most: Math.max(1, limit - KEPT - (open - connections)) };
}
