/** What keeps a server from starting, each told in one line. */
import { existsSync } from 'node:fs';
import { createServer as createNetServer } from 'node:net';
import { join as joinPath } from 'node:path';
import test from 'ava';
import { UserError } from '../../src/server/errors.ts';
import { createServer } from '../../src/server/server.ts';
import { join } from '../helpers/client.ts';
import { serverConfig, startServer } from '../helpers/server.ts';

test('a worker binary that is missing is named, with what to do', async (t) => {
  const config = await serverConfig(t, { 'media.workerBin': '/nowhere/mediasoup-worker' });
  const error = await t.throwsAsync(createServer(config), { instanceOf: UserError });
  t.regex(error.message, /\/nowhere\/mediasoup-worker/);
  t.regex(error.message, /webinterview setup/);
  t.false(error.message.includes('\n'));
});

test('a worker binary that is no worker is named as well', async (t) => {
  const config = await serverConfig(t, { 'media.workerBin': '/bin/false' });
  const error = await t.throwsAsync(createServer(config), { instanceOf: UserError });
  t.regex(error.message, /\/bin\/false/);
});

test('media ports that are all taken are named', async (t) => {
  const blocker = createNetServer();
  await new Promise<void>((resolve) => blocker.listen(0, '127.0.0.1', resolve));
  t.teardown(() => void blocker.close());
  const { port } = blocker.address() as { port: number };
  const config = await serverConfig(t, { 'media.portMin': port, 'media.portMax': port });
  const error = await t.throwsAsync(createServer(config), { instanceOf: UserError });
  t.regex(error.message, new RegExp(`${port}`));
  t.regex(error.message, /media\.portMin/);
});

test('a server that did not start has let everything go, and starts when the fault is mended', async (t) => {
  const blocker = createNetServer();
  await new Promise<void>((resolve) => blocker.listen(0, '127.0.0.1', resolve));
  const { port } = blocker.address() as { port: number };
  const config = await serverConfig(t, { 'http.port': port });
  await t.throwsAsync(createServer(config), { code: 'EADDRINUSE' });
  t.false(existsSync(joinPath(config.dataDir, 'server.json')));
  await new Promise((resolve) => blocker.close(resolve));
  const server = await createServer(config);
  t.true(existsSync(joinPath(config.dataDir, 'server.json')));
  await Promise.all([server.close(), server.close()]);
  t.false(existsSync(joinPath(config.dataDir, 'server.json')));
});

test('nothing personal and nothing secret is logged', async (t) => {
  const server = await startServer(t, { 'log.level': 'trace' });
  const { tokens } = await server.room();
  const { client, joined } = await join(t, server, tokens.interviewer);
  await client.request('enter', { company: '株式会社例', name: '面接太郎' });
  await client.ask('sendChat', { clientId: 'bad', text: '秘密の話' });
  await fetch(`${server.url}/api/room/chat.csv`, {
    headers: { authorization: `Bearer ${tokens.interviewer}` },
  });
  await server.close();
  const log = JSON.stringify(server.log);
  t.true(log.includes('joined'));
  for (const secret of [tokens.interviewer, joined.resumeKey, '面接太郎', '株式会社例', '秘密の話']) {
    t.false(log.includes(secret), secret);
  }
});
