/** A real nginx in front of the server: with its own defaults, and with the file that deploy/ has for it. */
import { once } from 'node:events';
import { copyFile, mkdir, readFile } from 'node:fs/promises';
import { createServer, get, type IncomingMessage } from 'node:http';
import { request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import test, { type ExecutionContext } from 'ava';
import { makeAuthority } from '../helpers/certificate.ts';
import { look } from '../helpers/check.ts';
import { headersOf, inCall, send } from '../helpers/files.ts';
import { startNginx } from '../helpers/nginx.ts';
import { takePort } from '../helpers/ports.ts';
import { startServer } from '../helpers/server.ts';
import { temporaryFolder } from '../helpers/store.ts';
import { until } from '../helpers/until.ts';

const withDefaults = (port: number, upstream: number) =>
  `server { listen 127.0.0.1:${port}; location / { proxy_pass http://127.0.0.1:${upstream}; } }`;

/** An answer of which only the beginning is read. */
async function unread(t: ExecutionContext, url: string, headers = {}): Promise<IncomingMessage> {
  const asked = get(url, { headers });
  t.teardown(() => void asked.destroy());
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  answer.on('error', () => undefined);
  return answer;
}

/** Sends for ever what nginx may keep. */
async function endless(t: ExecutionContext): Promise<number> {
  const server = createServer((_, response) => {
    const fill = () => {
      while (response.write(Buffer.alloc(64 * 1024)));
    };
    response.on('drain', fill).on('error', () => undefined);
    fill();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

test('nginx with its defaults keeps nothing of the speed measurement, and says in its own words what it does not take', async (t) => {
  const { server, room, asInterviewer } = await inCall(t);
  const [port, other] = [takePort(), takePort()];
  const blocks = withDefaults(port, server.port) + withDefaults(other, await endless(t));
  const nginx = await startNginx(t, port, blocks);
  const url = `http://127.0.0.1:${port}`;
  const bearer = { authorization: `Bearer ${room.tokens.applicant}` };
  t.is((await unread(t, `${url}/api/speed/down`, bearer)).statusCode, 200);
  await unread(t, `http://127.0.0.1:${other}/other`);
  const buffered = /an upstream response is buffered to a temporary file.*"GET \/other/;
  await until('nginx keeps what is not read elsewhere', async () => buffered.test(await nginx.log()));
  t.notRegex(await nginx.log(), /temporary file.*\/api\/speed/);
  const big = await send({ url }, asInterviewer, new Uint8Array(2 * 1024 * 1024));
  t.is(big.status, 413);
  t.regex(big.headers.get('content-type') ?? '', /html/, 'the page finds no code of ours in it');
  await server.close();
  const away = await send({ url }, asInterviewer, new Uint8Array(1024));
  t.is(away.status, 502);
});

test('with the file of deploy/ the check is passed through it, and a file of 5 MB', async (t) => {
  const { server, room, asInterviewer } = await inCall(t, {});
  const authority = await makeAuthority(t);
  const folder = await temporaryFolder(t);
  const live = join(folder, 'interview.example.com');
  const { certFile, keyFile } = await authority.issue(30, 'DNS:localhost');
  await mkdir(live);
  await copyFile(certFile, join(live, 'fullchain.pem'));
  await copyFile(keyFile, join(live, 'privkey.pem'));
  const port = takePort();
  const places = {
    '/etc/letsencrypt/live': folder,
    'listen 443 ssl': `listen 127.0.0.1:${port} ssl`,
    '127.0.0.1:3000': `127.0.0.1:${server.port}`,
    'server_name interview.example.com': 'server_name localhost',
  };
  let blocks = await readFile(join(import.meta.dirname, '../../deploy/nginx/webinterview.conf'), 'utf8');
  for (const [place, value] of Object.entries(places)) {
    t.true(blocks.includes(place), place);
    blocks = blocks.replaceAll(place, value);
  }
  await startNginx(t, port, blocks);
  const asked = request(`https://localhost:${port}/api/room/files`, {
    method: 'POST',
    ca: await readFile(authority.file),
    headers: { ...headersOf(asInterviewer), 'x-client-id': crypto.randomUUID(), 'x-file-name': 'five.bin' },
  });
  asked.end(Buffer.alloc(5 * 1024 * 1024));
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  t.is(answer.statusCode, 200);
  t.like(await json(answer), { file: { name: 'five.bin', bytes: 5 * 1024 * 1024 } });
  const { found, output } = await look(`https://localhost:${port}/room#${room.tokens.applicant}`, {
    NODE_EXTRA_CA_CERTS: authority.file,
  });
  for (const item of ['websocket', 'speed']) t.is(found[item]?.status, 'ok', output);
});

test('a connection is kept for longer than the usual proxies keep it', async (t) => {
  const server = await startServer(t);
  const { headers } = await unread(t, `${server.url}/healthz`);
  t.is(headers['keep-alive'], 'timeout=130');
});
