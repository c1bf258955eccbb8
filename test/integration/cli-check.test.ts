/** `webinterview check` on the server's own machine: each item, good and bad. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readFile, stat } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import test from 'ava';
import { makeAuthority, tlsInFront } from '../helpers/certificate.ts';
import { checked, onLoopback } from '../helpers/check.ts';
import { cli, cliServe } from '../helpers/cli.ts';
import { refuseUdp } from '../helpers/firewall.ts';
import { makeLine } from '../helpers/netns.ts';
import { takePort, takePorts } from '../helpers/ports.ts';
import { writeProgram } from '../helpers/programs.ts';
import { startServer } from '../helpers/server.ts';
import { temporaryFolder, testConfig, testStore } from '../helpers/store.ts';

test('a machine that can hold interviews: every item, in JSON and in lines; exit code 0 with warnings', async (t) => {
  const config = await testConfig(t);
  await testStore(t, config);
  const { code, verdict, of, found } = await checked(config);
  t.is(of, 'this server');
  t.deepEqual([code, verdict], [0, 'warning']);
  t.deepEqual(Object.keys(found), [
    'node',
    'worker',
    'cpu',
    'memory',
    'disk',
    'database',
    'clock',
    'httpPort',
    'mediaPorts',
    'reachability',
    'links',
    'tls',
    'turn',
    'mail',
  ]);
  t.is(found.node?.text, process.versions.node);
  t.regex(found.worker?.text ?? '', /^mediasoup 3[\d.]+ starts its worker$/);
  t.like(found.database, { status: 'ok' });
  t.regex(found.database?.text ?? '', /^SQLite 3[\d.]+, this version's schema, opened in \d+ ms$/);
  t.is(found.clock?.status, 'skipped');
  for (const { status, remedy } of Object.values(found))
    t.is(remedy === undefined, ['ok', 'skipped'].includes(status));

  const { code: same, stdout, stderr } = await cli(config, ['check'], onLoopback);
  t.deepEqual([same, stderr], [0, '']);
  t.false(stdout.includes('\u001B'));
  t.regex(stdout, /^Node\.js {7}OK {7}\d/);
  t.regex(
    stdout,
    /\nTURN {10}warning {2}turn\.urls is empty\n {23}Without a relay, .*\nMail {10}- {8}mail\.smtpUrl and mail\.from are not set\n\n\d+ OK, 3 warnings, 0 NG\n$/,
  );
});

test('nothing is made by looking: neither the data directory nor a database', async (t) => {
  const config = await testConfig(t);
  const dataDir = join(config.dataDir, 'not', 'yet');
  const { code, found } = await checked({ ...config, dataDir });
  t.is(code, 0);
  t.is(found.database?.text, 'none yet; it is made at the first start');
  t.is(found.disk?.status, 'ok');
  await t.throwsAsync(stat(join(config.dataDir, 'not')), { code: 'ENOENT' });
});

test('a worker that is not there or does not run is NG', async (t) => {
  const config = await testConfig(t);
  const broken = join(config.dataDir, 'worker');
  writeProgram(broken, '#!/bin/sh\nexit 41\n');
  for (const bin of [join(config.dataDir, 'nothing'), broken]) {
    const { code, found } = await checked(config, { WEBINTERVIEW_MEDIA_WORKER_BIN: bin });
    t.is(code, 1);
    t.like(found.worker, { status: 'ng', remedy: 'Run: webinterview setup' });
    t.true(found.worker?.text.startsWith(`${bin} does not start`));
  }
});

test('the HTTP port: free, taken by another program, an address of another machine, or our own server’s', async (t) => {
  const config = await testConfig(t);
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  const env = { WEBINTERVIEW_HTTP_PORT: String(port) };
  const taken = await checked(config, env);
  t.is(taken.code, 1);
  t.like(taken.found.httpPort, {
    status: 'ng',
    text: `${port} on 127.0.0.1 is taken by another program`,
    remedy: `Stop that program (ss -ltnp 'sport = :${port}' names it), or set http.port to another.`,
  });
  other.close();
  await once(other, 'close');
  const free = await checked(config, env);
  t.like(free.found.httpPort, { status: 'ok', text: `${port} on 127.0.0.1 is free` });
  const elsewhere = await checked(config, { ...env, WEBINTERVIEW_HTTP_HOST: '203.0.113.7' });
  t.like(elsewhere.found.httpPort, { status: 'ng', text: '203.0.113.7 is not an address of this machine' });

  const { ready } = await cliServe(t, config, ['--json'], onLoopback);
  const { url } = JSON.parse(ready);
  const own = await checked(config, env);
  t.like(own.found.httpPort, { status: 'ok', text: `our server answers at ${url}` });
});

test('media ports: another program has the only one', async (t) => {
  const config = await testConfig(t);
  const port = takePort();
  const socket = createSocket('udp4').bind(port, '127.0.0.1');
  await once(socket, 'listening');
  t.teardown(() => socket.close());
  const { code, found } = await checked(config, mediaPorts(port, port));
  t.is(code, 1);
  t.like(found.mediaPorts, { status: 'ng' });
  t.regex(found.mediaPorts?.text ?? '', /: 0 free, and each of 1 workers needs one$/);
  t.regex(found.reachability?.text ?? '', /not asked, as every media port is in use/);
});

test('media ports: our own running server has the only one, and nothing is claimed about the way to it', async (t) => {
  const port = takePort();
  const settings = { 'media.portMin': port, 'media.portMax': port, 'media.listenIps': ['127.0.0.1'] };
  const { config } = await startServer(t, settings);
  const { code, found } = await checked(config, mediaPorts(port, port));
  t.is(code, 0);
  t.like(found.mediaPorts, { status: 'ok', text: `${port}-${port}, UDP and TCP: our server has 1 of them` });
  t.is(found.reachability?.status, 'warning');
  t.regex(found.reachability?.text ?? '', /not asked, as every media port is in use/);
});

test.serial(
  'the announced address: led here, held back by this machine’s firewall, of another machine, unknown',
  async (t) => {
    const config = await testConfig(t);
    const { hostAddress, otherAddress } = await makeLine(t);
    const range = takePorts(4);
    const at = (address: string, listen = hostAddress) => ({
      ...mediaPorts(range.portMin, range.portMax),
      WEBINTERVIEW_MEDIA_ANNOUNCED_ADDRESS: address,
      WEBINTERVIEW_MEDIA_LISTEN_IPS: listen,
    });
    const good = await checked(config, at(hostAddress));
    t.deepEqual(good.found.reachability, {
      id: 'reachability',
      label: 'Media address',
      status: 'ok' as const,
      text: `${hostAddress} leads here over UDP and TCP (seen from this machine)`,
    });

    // Nobody answers at the other end of the line.
    const elsewhere = await checked(config, at(otherAddress));
    t.is(elsewhere.code, 0);
    t.is(elsewhere.found.reachability?.status, 'warning');
    t.is(elsewhere.found.reachability?.text, `UDP and TCP sent to ${otherAddress} does not arrive here`);
    t.regex(
      elsewhere.found.reachability?.remedy ?? '',
      /ask from outside with webinterview check --url LINK/,
    );

    const unknown = await checked(config, at('media.invalid'));
    t.like(unknown.found.reachability, { status: 'ng', text: 'media.invalid is not known by DNS' });
    const notOurs = await checked(config, at(hostAddress, otherAddress));
    t.like(notOurs.found.reachability, {
      status: 'ng',
      text: `${otherAddress} is not an address of this machine`,
    });

    const mend = refuseUdp(t, range);
    const blocked = await checked(config, at(hostAddress));
    mend();
    t.is(blocked.code, 1);
    t.like(blocked.found.reachability, {
      status: 'ng',
      text: `UDP sent to ${hostAddress} does not arrive here`,
      remedy: 'Open the media ports in this machine’s firewall: webinterview firewall',
    });
  },
);

test('the certificate: good, ending soon, ended, of an unknown authority, for another name, none', async (t) => {
  const config = await testConfig(t);
  const { file, issue } = await makeAuthority(t);
  const web = await startServer(t);
  const seen = async (days: number, { name, trust = true }: { name?: string; trust?: boolean } = {}) => {
    const port = await tlsInFront(t, await issue(days, name), web.port);
    const publicUrl = `https://localhost:${port}`;
    const extra = { NODE_EXTRA_CA_CERTS: trust ? file : '' };
    return checked(config, { WEBINTERVIEW_HTTP_PUBLIC_URL: publicUrl, ...extra });
  };
  const good = await seen(90);
  t.is(good.found.tls?.status, 'ok');
  t.regex(
    good.found.tls?.text ?? '',
    /^localhost:\d+, 89 days left \(until \d{4}-\d\d-\d\d\), by Test Authority$/,
  );
  // The same answer gives the time of the server.
  t.regex(good.found.clock?.text ?? '', /^as localhost:\d+$/);

  const soon = await seen(5);
  t.is(soon.code, 0);
  t.is(soon.found.tls?.status, 'warning');
  t.regex(soon.found.tls?.text ?? '', /, 4 days left /);
  t.regex(soon.found.tls?.remedy ?? '', /^Renew it/);

  const ended = await seen(-1);
  t.is(ended.code, 1);
  t.regex(ended.found.tls?.text ?? '', /^the certificate of localhost:\d+ ended on \d{4}-\d\d-\d\d$/);

  const strange = await seen(90, { trust: false });
  t.is(strange.code, 1);
  t.regex(
    strange.found.tls?.text ?? '',
    /\(by Test Authority\) is not trusted: its (authority|chain) is not/,
  );

  const other = await seen(90, { name: 'DNS:interview.example.com' });
  t.is(other.code, 1);
  t.regex(other.found.tls?.text ?? '', /is not trusted: it is for another name$/);

  const none = await checked(config, { WEBINTERVIEW_HTTP_PUBLIC_URL: `https://localhost:${web.port}` });
  t.is(none.code, 1);
  t.regex(none.found.tls?.text ?? '', /^no TLS at localhost:\d+ \(\w+\)$/);
  const plain = await checked(config, { WEBINTERVIEW_HTTP_PUBLIC_URL: 'http://interview.example.com' });
  t.like(plain.found.tls, { status: 'ng', text: 'interview.example.com is not https' });
  t.regex(plain.found.links?.text ?? '', /^they begin with http:.*, where browsers give no camera/);
  t.like(good.found.links, { status: 'warning' });
  t.regex(good.found.links?.remedy ?? '', /^Set http\.publicUrl to the address people use\.$/);
});

test('a wrong configuration is told at once, with one line', async (t) => {
  const { code, stdout, stderr } = await cli(await testConfig(t), ['check'], {
    WEBINTERVIEW_MEDIA_PORT_MIN: 'many',
  });
  t.is(code, 1);
  t.is(stdout, '');
  t.regex(stderr, /^webinterview: media\.portMin .*\n$/);
});

test('--output writes a report of the server too', async (t) => {
  const file = join(await temporaryFolder(t), 'report.txt');
  const { stdout } = await cli(await testConfig(t), ['check', '--output', file], onLoopback);
  t.true(stdout.endsWith(`The report is in ${file}\n`));
  const report = await readFile(file, 'utf8');
  t.regex(report, /^webinterview [\d.]+: check of this server\nfrom \d{4}-\S+Z to \d{4}-\S+Z\non linux /);
  t.regex(report, /\nMedia worker {2}OK {7}mediasoup/);
});

const mediaPorts = (min: number, max: number) => ({
  WEBINTERVIEW_MEDIA_PORT_MIN: String(min),
  WEBINTERVIEW_MEDIA_PORT_MAX: String(max),
});
