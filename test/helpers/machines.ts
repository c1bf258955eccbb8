/** Machines of the test's own: network namespaces with lines between them, and names that only they know. */
import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { ExecutionContext } from 'ava';
import { writeProgram } from './programs.ts';
import { temporaryFolder } from './store.ts';
import { until } from './until.ts';

export type Machine = {
  namespace: string;
  /** A program that runs there what it is given: `enter COMMAND...`. */
  enter: string;
  /** Runs a command there to its end. @returns its standard output */
  run(...command: string[]): string;
  /** Loads rules of nftables there. */
  firewall(rules: string): void;
  /** Starts a program there that goes on until the end of the test, and waits until it listens on these TCP ports. */
  start(command: string[], listens: number[], env?: NodeJS.ProcessEnv): Promise<void>;
};

/** @param names what this machine's /etc/hosts says: address by name */
export async function makeMachine(t: ExecutionContext, names: Record<string, string>): Promise<Machine> {
  const namespace = `wi-${randomBytes(4).toString('hex')}`;
  const ip = (...args: string[]) => execFileSync('ip', args, { stdio: 'pipe' });
  ip('netns', 'add', namespace);
  t.teardown(() => ip('netns', 'delete', namespace));
  const enter = await entrance(t, namespace, names);
  const run = (...command: string[]) => execFileSync(enter, command, { stdio: 'pipe', encoding: 'utf8' });
  run('ip', 'link', 'set', 'lo', 'up');
  return {
    namespace,
    enter,
    run,
    firewall: (rules) => execFileSync(enter, ['/usr/sbin/nft', '-f', '-'], { input: rules, stdio: 'pipe' }),
    async start(command, listens, env = {}) {
      const child = spawn(enter, command, {
        env: { ...process.env, ...env },
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
      t.teardown(async () => {
        child.kill('SIGTERM');
        await until(`${command[0]} has ended`, hasEnded).catch((error) => {
          child.kill('SIGKILL');
          throw error;
        });
      });
      const said = text(child.stderr);
      for (const port of listens) {
        await until(`${command[0]} listens on ${port}`, async () => {
          if (hasEnded()) throw new Error(`${command[0]} has ended: ${await said}`);
          return run('ss', '-Hltn', `sport = :${port}`) !== '';
        });
      }
    },
  };
}

/** A line between two machines, of the addresses NETWORK.1 and NETWORK.2. */
export function connectMachines(one: Machine, other: Machine, network: string): void {
  const card = `wi${randomBytes(4).toString('hex')}`;
  const ends: [Machine, string, string][] = [
    [one, `${card}a`, `${network}.1/24`],
    [other, `${card}b`, `${network}.2/24`],
  ];
  const peer = ['peer', 'name', `${card}b`, 'netns', other.namespace];
  one.run('ip', 'link', 'add', `${card}a`, 'type', 'veth', ...peer);
  for (const [machine, name, address] of ends) {
    // An IPv6 address of its own, which comes a second later, would be a change of network to the browser.
    machine.run('ip', 'link', 'set', name, 'addrgenmode', 'none');
    machine.run('ip', 'address', 'add', address, 'dev', name);
    machine.run('ip', 'link', 'set', name, 'up');
  }
}

async function entrance(
  t: ExecutionContext,
  namespace: string,
  names: Record<string, string>,
): Promise<string> {
  const folder = await temporaryFolder(t);
  const [hosts, enter] = [join(folder, 'hosts'), join(folder, 'enter')];
  const lines = Object.entries({ localhost: '127.0.0.1', ...names }).map(([name, to]) => `${to} ${name}\n`);
  await writeFile(hosts, lines.join(''));
  // `ip netns exec` gives each program mounts of its own: nobody else sees this file.
  const inside = `mount --bind ${hosts} /etc/hosts && exec "$@"`;
  writeProgram(enter, `#!/bin/sh\nexec ip netns exec ${namespace} sh -c '${inside}' sh "$@"\n`);
  return enter;
}
