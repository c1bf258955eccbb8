/** `webinterview check --url` on a link as most are, https:// without a port: 443 is needed, and 80 leads there. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import test, { type ExecutionContext } from 'ava';
import { makeAuthority } from '../helpers/certificate.ts';
import { lookFrom } from '../helpers/check.ts';
import { type Line, makeLine } from '../helpers/netns.ts';
import { startServer } from '../helpers/server.ts';

/** What stands there before the server: TLS on 443 and, where it is to, something on 80. Ends with its standard input. */
const front = `
  const { readFileSync } = require('node:fs');
  const { connect, createServer } = require('node:net');
  const [key, cert, host, port, ...also] = process.argv.slice(1);
  const through = (outer) => {
    const inner = connect(Number(port), host);
    outer.on('error', () => inner.destroy());
    inner.on('error', () => outer.destroy());
    outer.pipe(inner).pipe(outer);
  };
  const secure = require('node:tls').createServer({ key: readFileSync(key), cert: readFileSync(cert) }, through);
  const servers = [[secure, 443], ...also.map((each) => [createServer(through), Number(each)])];
  const up = servers.map(([server, at]) => new Promise((resolve) => server.listen(at, '127.0.0.1', resolve)));
  Promise.all(up).then(() => console.log('up'));
  process.stdin.on('end', () => process.exit()).resume();
`;

async function startFront(
  t: ExecutionContext,
  { enter }: Line,
  args: string[],
): Promise<() => Promise<void>> {
  const [program, ...words] = enter;
  const child = spawn(program, [...words, process.execPath, '-e', front, ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  t.teardown(() => child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  return async () => {
    child.stdin.end();
    await exited;
  };
}

test('a link without a port: TCP 443 must answer, and TCP 80 is looked at beside it', async (t) => {
  const line = await makeLine(t);
  const server = await startServer(t, {
    'http.host': line.hostAddress,
    'media.listenIps': [line.hostAddress],
    'http.allowPlain': true,
  });
  const { tokens } = await server.room();
  const { file, issue } = await makeAuthority(t);
  const { keyFile, certFile } = await issue(60);
  const to = [keyFile, certFile, line.hostAddress, String(server.port)];
  const link = `https://localhost/room#${tokens.applicant}`;

  const stop = await startFront(t, line, [...to, '80']);
  const whole = await lookFrom(line, link, { NODE_EXTRA_CA_CERTS: file });
  t.deepEqual(
    whole.findings.slice(0, 6).map(({ id, label, status }) => [id, label, status]),
    [
      ['dns', 'DNS', 'ok'],
      ['tcp443', 'TCP 443', 'ok'],
      ['tcp80', 'TCP 80', 'ok'],
      ['tls', 'TLS', 'ok'],
      ['page', 'Page', 'ok'],
      ['websocket', 'WebSocket', 'ok'],
    ],
  );
  t.is(whole.found.tcp443?.text, 'localhost:443 answers');
  t.is(whole.found.tcp80?.text, 'localhost:80 answers');
  await stop();

  // Port 80 is closed, as where everything is https: a warning, and no more.
  const stopAgain = await startFront(t, line, to);
  const without80 = await lookFrom(line, 'https://localhost/', { NODE_EXTRA_CA_CERTS: file });
  t.deepEqual([without80.code, without80.found.tcp443?.status], [0, 'ok']);
  t.like(without80.found.tcp80, {
    status: 'warning',
    text: 'localhost:80 does not answer (ECONNREFUSED)',
    remedy: 'Not needed where the link begins with https://.',
  });
  await stopAgain();

  const closed = await lookFrom(line, 'https://localhost/', { NODE_EXTRA_CA_CERTS: file });
  t.is(closed.code, 1);
  t.like(closed.found.tcp443, {
    status: 'ng',
    text: 'localhost:443 does not answer (ECONNREFUSED)',
    remedy: 'Let TCP 443 to localhost out of this network, or use another network.',
  });
});
