import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import type { ExecutionContext } from 'ava';

export type ConnectProxy = {
  /** Its address, with the name and password where it wants them. */
  url: string;
  port: number;
  /** What it was asked for, host:port each. */
  asked: string[];
};

/** A company's HTTP proxy, which leads on by CONNECT, to some ports alone where they are given. */
export async function startProxy(
  t: ExecutionContext,
  { password, ports }: { password?: string; ports?: number[] } = {},
): Promise<ConnectProxy> {
  const asked: string[] = [];
  const sockets = new Set<Socket>();
  const wanted = password && `Basic ${Buffer.from(`hanako:${password}`).toString('base64')}`;
  const server = createServer((_, response) => response.writeHead(405).end());
  server.on('connection', (socket) => sockets.add(socket));
  server.on('connect', ({ url = '', headers }, outer: Socket) => {
    asked.push(url);
    const refuse = (status: string) => outer.end(`HTTP/1.1 ${status}\r\nContent-Length: 0\r\n\r\n`);
    outer.on('error', () => undefined);
    if (wanted && headers['proxy-authorization'] !== wanted)
      return refuse('407 Proxy Authentication Required');
    const port = Number(url.split(':').at(-1));
    if (ports && !ports.includes(port)) return refuse('403 Forbidden');
    const inner = connect(port, '127.0.0.1', () => {
      outer.write('HTTP/1.1 200 Connection established\r\n\r\n');
      inner.pipe(outer).pipe(inner);
    });
    sockets.add(inner);
    inner.on('error', () => outer.destroy());
    outer.on('close', () => inner.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://${password ? `hanako:${password}@` : ''}127.0.0.1:${port}`, port, asked };
}
