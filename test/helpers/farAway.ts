import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import type { ExecutionContext } from 'ava';

/**
 * The port of a relay on the way to a server of this machine, which hands on everything so many milliseconds later.
 * @param delays how late so many bytes that go there are, and what comes back
 */
export async function farAway(
  t: ExecutionContext,
  to: number,
  { there, back }: { there: (bytes: number) => number; back: (bytes: number) => number },
): Promise<number> {
  const sockets = new Set<Socket>();
  const relay = createServer((near) => {
    const far = connect(to, '127.0.0.1');
    for (const [from, onto, delayMs] of [
      [near, far, there],
      [far, near, back],
    ] as const) {
      sockets.add(from);
      handOn(from, onto, delayMs);
    }
  });
  await new Promise<void>((resolve) => relay.listen(0, '0.0.0.0', resolve));
  t.teardown(() => {
    for (const socket of sockets) socket.destroy();
    relay.close();
  });
  return (relay.address() as AddressInfo).port;
}

/** What may be on its way through the relay: enough for 50 Mbps. */
const ON_THE_WAY = 2 * 1024 * 1024;

function handOn(from: Socket, onto: Socket, delayMs: (bytes: number) => number): void {
  let waiting = 0;
  const regulate = () => (waiting + onto.writableLength > ON_THE_WAY ? from.pause() : from.resume());
  from.on('data', (chunk) => {
    waiting += chunk.length;
    regulate();
    setTimeout(() => {
      waiting -= chunk.length;
      onto.write(chunk);
      regulate();
    }, delayMs(chunk.length));
  });
  onto.on('drain', regulate);
  from.on('error', () => onto.destroy());
  from.on('close', () => setTimeout(() => onto.destroy(), delayMs(0)));
}
