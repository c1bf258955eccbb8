/** `webinterview firewall`: what to open, from the configuration. */
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import type { FirewallRule } from '../../src/server/firewall.ts';
import { WorkerPool } from '../../src/server/media/WorkerPool.ts';
import { cli } from '../helpers/cli.ts';
import { makeLine, run } from '../helpers/netns.ts';
import { takePorts } from '../helpers/ports.ts';
import { temporaryFolder, testConfig } from '../helpers/store.ts';

const whole = {
  WEBINTERVIEW_HTTP_PUBLIC_URL: 'https://interview.example.com',
  WEBINTERVIEW_MEDIA_WORKERS: '4',
  WEBINTERVIEW_MEDIA_PORT_MIN: '40000',
  WEBINTERVIEW_MEDIA_PORT_MAX: '40099',
  WEBINTERVIEW_MEDIA_ANNOUNCED_ADDRESS: '203.0.113.7',
  WEBINTERVIEW_TURN_URLS: 'turn:turn.example.com:3478?transport=udp,turns:turn.example.com:443?transport=tcp',
  WEBINTERVIEW_MAIL_SMTP_URL: 'smtp://jobs:hunter2@mail.example.com',
  WEBINTERVIEW_DATABASE_URL: 'mysql://interview:hunter2@db.example.com/interview',
};

test('an installation with everything, as a table in 80 columns', async (t) => {
  const { code, stdout, stderr } = await cli(await testConfig(t), ['firewall'], whole);
  t.deepEqual([code, stderr], [0, '']);
  t.is(
    stdout,
    `Way  Protocol  Ports        Address                For
in   TCP       443          interview.example.com  page and WebSocket, at the reverse proxy
in   TCP       80           interview.example.com  leads to https; renews certificates
in   UDP       40000-40099  203.0.113.7            picture and sound, 4 in use
in   TCP       40000-40099  203.0.113.7            the same where UDP is blocked, 4 in use
out  TCP       3306         db.example.com         database
out  TCP       587          mail.example.com       invitations by mail
out  TCP       443          any                    webhooks, where there are any

On the machine of the relay (TURN):
Way  Protocol  Ports        Address           For
in   UDP       3478         turn.example.com  TURN
in   TCP       443          turn.example.com  TURN over TLS
out  UDP       40000-40099  203.0.113.7       what is relayed

The page listens on this machine alone (127.0.0.1:3000): people reach it
through a reverse proxy here.

Each of the 4 media workers takes a port anywhere in 40000-40099: to open
fewer, lower media.portMax, and leave one or two more than there are workers.
`,
  );
});

test('a cluster of databases has a line for each host', async (t) => {
  const cluster = 'mysql://interview:hunter2@db1.example.com,db2.example.com:3307/interview';
  const env = { WEBINTERVIEW_DATABASE_URL: cluster };
  const { stdout } = await cli(await testConfig(t), ['firewall', '--json'], env);
  const { rules } = JSON.parse(stdout) as { rules: { why: string; address: string; ports: string }[] };
  const databases = rules.filter(({ why }) => why === 'database');
  t.deepEqual(
    databases.map(({ address, ports }) => `${address}:${ports}`),
    ['db1.example.com:3307', 'db2.example.com:3307'],
  );
});

test('--json and --format json are the same', async (t) => {
  const config = await testConfig(t);
  const { stdout } = await cli(config, ['firewall', '--json'], whole);
  t.is((await cli(config, ['firewall', '--format', 'json'], whole)).stdout, stdout);
  const { rules } = JSON.parse(stdout);
  t.is(rules.length, 10);
  t.deepEqual(rules[2], {
    at: 'server',
    direction: 'in',
    protocol: 'udp',
    ports: '40000-40099',
    address: '203.0.113.7',
    why: 'picture and sound, 4 in use',
    carries: 'media',
  });
  t.false(stdout.includes('hunter2'));
});

test('the page: behind a proxy of another machine, on a port of its own, with TLS of its own, on this machine alone', async (t) => {
  const config = await testConfig(t);
  const page = async (host: string, publicUrl: string, more: NodeJS.ProcessEnv = {}) => {
    const env = { WEBINTERVIEW_HTTP_HOST: host, WEBINTERVIEW_HTTP_PUBLIC_URL: publicUrl, ...more };
    const { rules } = JSON.parse((await cli(config, ['firewall', '--json'], env)).stdout);
    const incoming = (rules as FirewallRule[]).filter(({ why }) => /page|https|proxy/.test(why));
    return incoming.map(({ ports, address }) => `${ports} ${address}`);
  };
  t.deepEqual(await page('0.0.0.0', 'https://a.example.com'), [
    '443 a.example.com',
    '80 a.example.com',
    '3000 any',
  ]);
  t.deepEqual(await page('127.0.0.1', 'https://a.example.com:8443'), ['8443 a.example.com']);
  t.deepEqual(await page('192.0.2.9', ''), ['3000 192.0.2.9']);
  // Nothing says where the proxy is: where people's browsers look for it.
  for (const unknown of ['', 'http://localhost:3000'])
    t.deepEqual(await page('127.0.0.1', unknown), ['443 any', '80 any']);
  t.deepEqual(await page('::1', 'http://a.example.com:8080'), ['8080 a.example.com']);
  const tls = { WEBINTERVIEW_TLS_CERT_FILE: 'cert.pem', WEBINTERVIEW_TLS_KEY_FILE: 'key.pem' };
  t.deepEqual(await page('0.0.0.0', 'https://a.example.com', tls), ['3000 any']);
});

test('--format nftables: a whole file that nft takes', async (t) => {
  const config = await testConfig(t);
  const settings: NodeJS.ProcessEnv[] = [
    whole,
    {},
    { WEBINTERVIEW_MEDIA_PORT_MIN: '40999', WEBINTERVIEW_HTTP_HOST: '::' },
  ];
  for (const env of settings) {
    const { code, stdout } = await cli(config, ['firewall', '--format', 'nftables'], env);
    t.is(code, 0);
    const file = join(await temporaryFolder(t), 'webinterview.nft');
    await writeFile(file, stdout);
    t.notThrows(() => execFileSync('/usr/sbin/nft', ['-c', '-f', file], { stdio: 'pipe' }));
    // Who loads it is not cut off from the page: by its own port, or by that of the proxy before it.
    t.regex(
      stdout,
      env.WEBINTERVIEW_HTTP_HOST ? /\n {4}tcp dport 3000 accept/ : /\n {4}tcp dport 443 accept/,
    );
    if (env !== whole && !env.WEBINTERVIEW_HTTP_HOST)
      t.regex(stdout, /# The page listens on this machine alone/);
    t.regex(stdout, /\n {4}udp dport 40\d+(-40\d+)? accept comment "picture and sound/);
    t.false(stdout.includes('hunter2'));
  }
});

// Alone, for what answers is to have the time for it.
test.serial(
  'the nftables file is loaded a second time in its own place, and drops what is not named',
  async (t) => {
    const { enter, otherAddress } = await makeLine(t);
    const [program, ...args] = enter;
    const inside = (...command: string[]) =>
      execFileSync(program, [...args, ...command], { stdio: 'pipe', encoding: 'utf8' });
    const { stdout } = await cli(await testConfig(t), ['firewall', '--format', 'nftables'], whole);
    const file = join(await temporaryFolder(t), 'webinterview.nft');
    await writeFile(file, stdout);
    for (let i = 0; i < 2; i++) inside('/usr/sbin/nft', '-f', file);
    const rules = inside('/usr/sbin/nft', 'list', 'ruleset');
    t.is(rules.match(/udp dport 40000-40099 accept/g)?.length, 1);
    // A port that is open to the network and has nobody behind it says so; one that is not says nothing.
    t.is(await answerOf(otherAddress, 443), 'ECONNREFUSED');
    t.is(await answerOf(otherAddress, 40_050), 'ECONNREFUSED');
    t.is(await answerOf(otherAddress, 40_100, 700), 'nothing');
    t.is(await answerOf(otherAddress, 3000, 700), 'nothing');
  },
);

/** Two machines of their own and a line between them: the one with the rules, and its router. */
function machineAndRouter(t: ExecutionContext) {
  const id = randomBytes(4).toString('hex');
  const [machine, router] = [`wi-m${id}`, `wi-r${id}`];
  for (const name of [machine, router]) {
    run('ip', 'netns', 'add', name);
    t.teardown(() => run('ip', 'netns', 'delete', name));
  }
  const at = (name: string, ...command: string[]) => run('ip', 'netns', 'exec', name, ...command);
  run('ip', '-n', machine, 'link', 'add', 'card', 'type', 'veth', 'peer', 'name', 'card', 'netns', router);
  for (const [name, host] of [
    [machine, '2'],
    [router, '1'],
  ] as const) {
    at(name, 'ip', 'link', 'set', 'card', 'addrgenmode', 'none');
    for (const address of [`fe80::${host}/64`, `2001:db8::${host}/64`])
      at(name, 'ip', 'address', 'add', address, 'dev', 'card', 'nodad');
    at(name, 'ip', 'address', 'add', `192.0.2.${host}/24`, 'dev', 'card');
    at(name, 'ip', 'link', 'set', 'card', 'up');
  }
  return {
    load: (file: string) => at(machine, '/usr/sbin/nft', '-f', file),
    /** What the router hears of a packet to a port that nobody listens on: that, or nothing. */
    answerOf(from: { address: string; port: number }, to: { address: string; port: number }): string {
      const text = JSON.stringify({ from, to });
      return String(at(router, process.execPath, '-e', `(${probeUdp})(${text})`)).trim();
    },
  };
}

/** Runs by itself, elsewhere. A first packet may wait for the neighbour’s address. */
const probeUdp = String(({ from, to }: Record<'from' | 'to', { address: string; port: number }>) => {
  const { createSocket } = process.getBuiltinModule('node:dgram');
  const socket = createSocket(to.address.includes(':') ? 'udp6' : 'udp4');
  const done = (answer: string) => {
    console.log(answer);
    process.exit();
  };
  socket.on('error', ({ code }: NodeJS.ErrnoException) => done(code ?? 'failed'));
  socket.bind(from.port, from.address, () =>
    socket.connect(to.port, to.address, () => {
      for (let i = 0; i < 8; i++) setTimeout(() => socket.send('x'), i * 100);
      setTimeout(() => done('nothing'), 1500);
    }),
  );
});

// Alone, as the one before it.
test.serial(
  'the nftables file leaves a machine its addresses: DHCPv6 and DHCP, by the router alone',
  async (t) => {
    const { stdout } = await cli(await testConfig(t), ['firewall', '--format', 'nftables'], whole);
    const file = join(await temporaryFolder(t), 'webinterview.nft');
    await writeFile(file, stdout);
    const { load, answerOf: answered } = machineAndRouter(t);
    load(file);
    const near = { address: 'fe80::1%card', port: 547 };
    t.is(answered(near, { address: 'fe80::2%card', port: 546 }), 'ECONNREFUSED');
    t.is(answered(near, { address: 'fe80::2%card', port: 547 }), 'nothing');
    // From further away there is no such answer.
    const far = { address: '2001:db8::1', port: 547 };
    t.is(answered(far, { address: '2001:db8::2', port: 546 }), 'nothing');
    const server = { address: '192.0.2.1', port: 67 };
    t.is(answered(server, { address: '192.0.2.2', port: 68 }), 'ECONNREFUSED');
    t.is(answered({ ...server, port: 0 }, { address: '192.0.2.2', port: 68 }), 'nothing');
  },
);

function answerOf(host: string, port: number, withinMs = 5000): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const done = (answer: string) => {
      clearTimeout(deadline);
      socket.destroy();
      resolve(answer);
    };
    const deadline = setTimeout(() => done('nothing'), withinMs);
    socket.once('connect', () => done('connected'));
    socket.on('error', ({ code }: NodeJS.ErrnoException) => done(code ?? 'failed'));
  });
}

test('a format that there is not is wrong usage', async (t) => {
  const { code, stderr } = await cli(await testConfig(t), ['firewall', '--format', 'pf']);
  t.is(code, 2);
  t.regex(stderr, /^webinterview: .*text, json, nftables.*\n$/);
});

test('workers take their ports anywhere in the range, so all of it has to be open', async (t) => {
  const { portMin, portMax } = takePorts(300);
  const ports = new Set<number>();
  for (let i = 0; i < 3; i++) {
    const pool = await WorkerPool.start({
      workers: 1,
      workerBin: process.env.MEDIASOUP_WORKER_BIN,
      listenIps: ['127.0.0.1'],
      announcedAddress: null,
      portMin,
      portMax,
      onError: (error: Error) => t.fail(error.message),
    });
    const { udpSockets, tcpServers } = await pool.take().webRtcServer.dump();
    for (const { port } of [...udpSockets, ...tcpServers]) ports.add(port);
    pool.close();
  }
  for (const port of ports) t.true(port >= portMin && port <= portMax);
  // Six draws of 300: that all of them are among the first four would be chance of 10^-11.
  t.true([...ports].some((port) => port > portMin + 3));
});
