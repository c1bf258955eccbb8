/** `webinterview serve` as a process: ready, stopped, refused. */
import { once } from 'node:events';
import { readFile, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join as joinPath } from 'node:path';
import test from 'ava';
import { cli, cliServe } from '../helpers/cli.ts';
import { join } from '../helpers/client.ts';
import { testConfig } from '../helpers/store.ts';

const link = (url: string) => new RegExp(`^${url.replaceAll('.', '\\.')}/room#[\\w-]{44}$`);

test('one line when it is ready, and exit code 0 after SIGTERM or SIGINT', async (t) => {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    const server = await cliServe(t, await testConfig(t));
    const [, url] = /^webinterview is ready at (http:\/\/127\.0\.0\.1:\d+)$/.exec(server.ready) ?? [];
    t.truthy(url);
    t.is((await fetch(`${url}/`)).status, 200);
    const { code, stdout } = await server.stop(signal);
    t.is(code, 0);
    t.is(stdout, `${server.ready}\n`);
  }
});

test('a signal ends the call in order: people are told, nothing fails, nothing is left running', async (t) => {
  const server = await cliServe(t, await testConfig(t), ['--json', '--demo'], {
    WEBINTERVIEW_LOG_LEVEL: 'warn',
  });
  const { url, demo } = JSON.parse(server.ready);
  const token = new URL(demo.interviewerUrl).hash.slice(1);
  const { client } = await join(t, { url }, token);
  await client.request('enter', { company: '株式会社例', name: '面接太郎' });
  const { code, stderr } = await server.stop('SIGTERM');
  t.is(code, 0);
  t.is(stderr, '');
  t.deepEqual(await client.next('ended'), { reason: 'server_stopping' });
  t.is((await client.closed).code, 1001);
  t.false(client.told.some(({ event }) => event === 'mediaLost'));
});

test('--json: one object when it is ready', async (t) => {
  const config = await testConfig(t);
  const server = await cliServe(t, config, ['--json']);
  const { url, port, pid, dataDir, ...rest } = JSON.parse(server.ready);
  t.is(url, `http://127.0.0.1:${port}`);
  t.is(dataDir, config.dataDir);
  t.deepEqual(rest, {});
  t.notThrows(() => process.kill(pid, 0));
  t.is((await server.stop()).code, 0);
});

test('links that are made while it runs lead to it, and its note of itself goes with it', async (t) => {
  const config = await testConfig(t);
  const server = await cliServe(t, config, ['--json']);
  const { url, pid } = JSON.parse(server.ready);
  const file = joinPath(config.dataDir, 'server.json');
  t.deepEqual(JSON.parse(await readFile(file, 'utf8')), { pid, url });
  const room = JSON.parse((await cli(config, ['room', 'create', '--name', 'a', '--json'])).stdout);
  t.regex(room.interviewerUrl, link(url));
  t.is((await cli(config, ['export', 'participants', 'a'])).code, 0);
  await server.stop();
  await t.throwsAsync(stat(file), { code: 'ENOENT' });
});

test('--demo prints two links, and the same ones the next time', async (t) => {
  const config = await testConfig(t);
  const server = await cliServe(t, config, ['--json', '--demo']);
  const { demo, url } = JSON.parse(server.ready);
  t.regex(demo.interviewerUrl, link(url));
  t.regex(demo.applicantUrl, link(url));
  t.not(demo.interviewerUrl, demo.applicantUrl);
  await server.stop();

  const again = await cliServe(t, config, ['--demo']);
  const { stdout } = await again.stop();
  const lines = stdout.split('\n');
  const tokens = (urls: string[]) => urls.map((address) => address.split('#')[1]);
  t.deepEqual(
    tokens(lines.filter((line) => line.includes('/room#'))),
    tokens([demo.interviewerUrl, demo.applicantUrl]),
  );
  t.true(lines.includes('Interviewer link (担当者):') && lines.includes('Applicant link (応募者):'));
});

test('a media worker that is missing is one clear line and exit code 1', async (t) => {
  const config = await testConfig(t);
  const { code, stdout, stderr } = await cli(config, ['serve', '--port', '0'], {
    MEDIASOUP_WORKER_BIN: '/nowhere/mediasoup-worker',
  });
  t.is(code, 1);
  t.is(stdout, '');
  t.is(
    stderr,
    'webinterview: The media worker /nowhere/mediasoup-worker does not start: run webinterview setup.\n',
  );
});

test('a port in use is one clear line and exit code 1', async (t) => {
  const other = createServer().listen(0, '127.0.0.1');
  t.teardown(() => other.close());
  await once(other, 'listening');
  const { port } = other.address() as { port: number };
  const config = await testConfig(t);
  t.deepEqual(await cli(config, ['serve', '--port', String(port)]), {
    code: 1,
    stdout: '',
    stderr: `webinterview: Port ${port} on 127.0.0.1 is in use: stop the other program, or choose another port with --port or WEBINTERVIEW_HTTP_PORT.\n`,
  });
  await t.throwsAsync(stat(joinPath(config.dataDir, 'server.json')), { code: 'ENOENT' });
});

test('an address that is not this machine’s is one clear line', async (t) => {
  const { code, stderr } = await cli(await testConfig(t), ['serve', '--port', '0', '--host', '192.0.2.1'], {
    WEBINTERVIEW_HTTP_ALLOW_PLAIN: 'true',
  });
  t.is(code, 1);
  t.is(
    stderr,
    'webinterview: 192.0.2.1 is not an address of this machine: choose another one with --host.\n',
  );
});

test('relays without a secret are one clear line, before anything is made', async (t) => {
  const config = await testConfig(t);
  const { code, stdout, stderr } = await cli(config, ['serve', '--port', '0'], {
    WEBINTERVIEW_TURN_URLS: 'turn:turn.example.com:3478',
  });
  t.deepEqual([code, stdout], [1, '']);
  t.regex(stderr, /^webinterview: turn\.urls names .*: set turn\.secret .*\n$/);
  await t.throwsAsync(stat(joinPath(config.dataDir, 'webinterview.sqlite')), { code: 'ENOENT' });
});

test('a port that is not a number names the flag', async (t) => {
  const { code, stderr } = await cli(await testConfig(t), ['serve', '--port', 'http']);
  t.is(code, 2);
  t.is(
    stderr,
    'webinterview: http.port (--port) is "http": expected an integer from 0 to 65535; see webinterview serve --help.\n',
  );
});
