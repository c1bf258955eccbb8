/** What people and strangers leave behind who go before they have come: nothing. */
import { connect as connectTo, type Socket } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import { cli } from '../helpers/cli.ts';
import { connect, join } from '../helpers/client.ts';
import { startServer, type TestServer } from '../helpers/server.ts';
import { until } from '../helpers/until.ts';

async function liveRooms({ config }: TestServer): Promise<number> {
  const { stdout } = await cli(config, ['status', '--json']);
  const { servers } = JSON.parse(stdout) as { servers: { rooms: unknown[] }[] };
  return servers.flatMap(({ rooms }) => rooms).length;
}

test('a room that was opened for somebody who had gone by then is closed again', async (t) => {
  const server = await startServer(t);
  const { tokens } = await server.room();
  const late = await connect(t, server, { token: tokens.interviewer });
  late.socket.send(JSON.stringify({ id: 1, method: 'join', params: { keepMedia: false } }), () => undefined);
  late.socket.close();
  await late.closed;
  await until('no room is live', async () => (await liveRooms(server)) === 0);
  t.is((await join(t, server, tokens.interviewer)).joined.role, 'interviewer');
  t.is(await liveRooms(server), 1);
});

/** A stranger who never closes a connection. */
function stranger(t: ExecutionContext, { url }: TestServer): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connectTo({ host: hostname, port: Number(port), allowHalfOpen: true });
  t.teardown(() => socket.destroy());
  socket.on('error', () => undefined).resume();
  return new Promise((resolve) => socket.once('connect', () => resolve(socket)));
}

const shake = (path: string, version: string) =>
  `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: ${version}\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n`;

for (const [what, asked] of [
  ['an upgrade at a path that there is not', shake('/nothing', '13')],
  ['a handshake that is wrong', shake('/ws', '1')],
  ['a request that cannot be read', 'NO HTTP AT ALL\r\n\r\n'],
] as const) {
  test(`who is refused and keeps the connection has it taken away: ${what}`, async (t) => {
    const server = await startServer(t);
    const socket = await stranger(t, server);
    let isGone = false;
    socket.once('close', () => {
      isGone = true;
    });
    socket.write(asked);
    // One that is only half closed would take this for ever.
    await until('the server has closed the connection', () => {
      if (!isGone) socket.write('x');
      return isGone;
    });
    t.pass();
  });
}
