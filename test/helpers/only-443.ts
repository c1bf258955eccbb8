/**
 * The server as an operator sets it up where 443 is all that networks let out: the files of deploy/, with their
 * placeholders filled in, run by Debian's nginx and coturn, on a machine of its own.
 */
import { execFileSync } from 'node:child_process';
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { type Config, loadConfig } from '../../src/server/config.ts';
import { type Authority, makeAuthority } from './certificate.ts';
import { executable } from './cli.ts';
import { connectMachines, type Machine, makeMachine } from './machines.ts';
import { writeProgram } from './programs.ts';
import { administration, type TestServer } from './server.ts';
import { temporaryFolder, testStore } from './store.ts';

/** As the files of deploy/ name them. */
const names = { page: 'interview.example.com', relay: 'turn.example.com' };
const address = '203.0.113.10';

export type Site = Pick<TestServer, 'room' | 'token'> & {
  url: string;
  config: Config;
  authority: Authority;
  server: Machine;
  /** The command line of the product on the server's machine, with its configuration. */
  webinterview(...args: string[]): string[];
  /** Another machine with a line to the server. */
  visitor(): Promise<Visitor>;
};

export type Visitor = {
  machine: Machine;
  /** From where it comes, as the server sees it. */
  address: string;
  /** A Chromium there that trusts the site's authority. */
  chromium: string;
};

const deploy = join(import.meta.dirname, '../../deploy');

/** Starts it on a machine of its own; everything is gone with the test. */
export async function startSite(t: ExecutionContext): Promise<Site> {
  const authority = await makeAuthority(t);
  const folder = await temporaryFolder(t);
  await placeCertificates(authority, folder);
  const server = await serverMachine(t);
  const configFile = await startPrograms(server, folder);
  const config = loadConfig({ configFile, env: {}, nodeEnv: 'test' });
  const store = await testStore(t, config);
  let visitors = 0;
  return {
    url: `https://${names.page}`,
    config,
    authority,
    server,
    webinterview: (...args) => [process.execPath, executable, ...args, '--config', configFile],
    ...(await administration(config, store)),
    visitor: () => visitor(t, server, authority, `10.99.${++visitors}`),
  };
}

async function serverMachine(t: ExecutionContext): Promise<Machine> {
  const machine = await makeMachine(t, { [names.page]: address, [names.relay]: address });
  // The public address is on a card of its own that leads nowhere; visitors have a route to it.
  machine.run('ip', 'link', 'add', 'public', 'type', 'veth', 'peer', 'name', 'nowhere');
  machine.run('ip', 'link', 'set', 'nowhere', 'up');
  machine.run('ip', 'address', 'add', `${address}/32`, 'dev', 'public');
  machine.run('ip', 'link', 'set', 'public', 'up');
  return machine;
}

/** @returns the configuration file of our own */
async function startPrograms(server: Machine, folder: string): Promise<string> {
  const nginx = await fillIn('nginx/nginx.conf', folder);
  const kept = ['-e', join(folder, 'nginx.log'), '-g', `daemon off; pid ${join(folder, 'nginx.pid')};`];
  await server.start(['/usr/sbin/nginx', '-c', nginx, ...kept], [443, 80, 8443]);
  const coturn = await fillIn('coturn/turnserver.conf', folder);
  const own = [`--pidfile=${join(folder, 'turn.pid')}`, `--userdb=${join(folder, 'userdb')}`];
  await server.start(['turnserver', '-c', coturn, ...own], [5349]);
  const webinterview = await fillIn('webinterview.json', folder);
  const serve = [process.execPath, executable, 'serve', '--config', webinterview, '--json'];
  await server.start(serve, [3000], { NODE_ENV: 'test', WEBINTERVIEW_MEDIA_WORKERS: '1' });
  return webinterview;
}

/** A file of deploy/ with what its head asks the operator to fill in. @returns where it is */
async function fillIn(file: string, folder: string): Promise<string> {
  const places = {
    SHARED_SECRET: 'a secret of this test',
    '/etc/letsencrypt/live': join(folder, 'live'),
    '/etc/coturn/tls': join(folder, 'live', names.relay),
    '/var/lib/webinterview': join(folder, 'data'),
  };
  let text = await readFile(join(deploy, file), 'utf8');
  for (const [place, value] of Object.entries(places)) text = text.replaceAll(place, value);
  const path = join(folder, file.replace('/', '-'));
  await writeFile(path, text);
  return path;
}

async function placeCertificates({ issue }: Authority, folder: string): Promise<void> {
  for (const name of Object.values(names)) {
    const { certFile, keyFile } = await issue(30, `DNS:${name}`);
    const live = join(folder, 'live', name);
    await mkdir(live, { recursive: true });
    await copyFile(certFile, join(live, 'fullchain.pem'));
    await copyFile(keyFile, join(live, 'privkey.pem'));
  }
}

async function visitor(
  t: ExecutionContext,
  server: Machine,
  authority: Authority,
  network: string,
): Promise<Visitor> {
  const machine = await makeMachine(t, { [names.page]: address, [names.relay]: address });
  connectMachines(server, machine, network);
  machine.run('ip', 'route', 'add', `${address}/32`, 'via', `${network}.1`);
  return { machine, address: `${network}.2`, chromium: await trustingChromium(machine, authority) };
}

/** Chromium takes authorities from its user's own NSS database, for pages and relays alike. */
async function trustingChromium({ enter }: Machine, { file }: Authority): Promise<string> {
  const home = dirname(enter);
  const database = join(home, '.pki', 'nssdb');
  await mkdir(database, { recursive: true });
  const certutil = (...args: string[]) => execFileSync('certutil', ['-d', `sql:${database}`, ...args]);
  certutil('-N', '--empty-password');
  certutil('-A', '-n', 'test authority', '-t', 'C,,', '-i', file);
  const path = join(home, 'chromium');
  writeProgram(path, `#!/bin/sh\nHOME=${home} exec ${enter} /usr/bin/chromium "$@"\n`);
  return path;
}
