/** A line of the test's own: a network namespace behind a pair of virtual cards, each shaped by `tc tbf`. */
import { execFileSync } from 'node:child_process';
import { randomBytes, randomInt } from 'node:crypto';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { writeProgram } from './programs.ts';
import { temporaryFolder } from './store.ts';

export type Line = {
  /** This machine as the other end of the line sees it. */
  hostAddress: string;
  /** A Chromium whose only network is the line. */
  chromium: string;
  /** The network namespace, this machine's card, and the one that is there. */
  namespace: string;
  near: string;
  far: string;
  /** The networks that the other end may be in, the first of them at first; it finds this machine behind the router. */
  networks: { router: string; address: string }[];
  /** What stands before a command that runs there. */
  enter: [string, ...string[]];
  /** The other end's own address. */
  otherAddress: string;
  /** The rate of each direction in Mbps, as seen from the browser, headers included. */
  shape(rates: { downMbps: number; upMbps: number }): void;
  /** From now on nothing comes through, in either direction, without a word. */
  cut(): void;
};

export const run = (...command: string[]) =>
  execFileSync(command[0] as string, command.slice(1), { stdio: 'pipe' });

/** Makes a line; it is gone with the test. */
export async function makeLine(t: ExecutionContext): Promise<Line> {
  const id = randomBytes(4).toString('hex');
  const [namespace, near, far] = [`wi-${id}`, `wia${id}`, `wib${id}`];
  const [hostAddress, otherAddress] = newNetwork();
  const [router, address] = newNetwork();
  const inside = (...command: string[]) => run('ip', 'netns', 'exec', namespace, ...command);
  run('ip', 'netns', 'add', namespace);
  t.teardown(() => {
    // With the namespace alone the card would go at some later time, and be a change of network to the next test's browsers:
    // what a page is loading then fails.
    run('ip', 'link', 'delete', near);
    run('ip', 'netns', 'delete', namespace);
  });
  run('ip', 'link', 'add', near, 'type', 'veth', 'peer', 'name', far, 'netns', namespace);
  // An IPv6 address of its own, which comes a second later, would be a change of network to the browsers here.
  run('ip', 'link', 'set', near, 'addrgenmode', 'none');
  run('ip', 'address', 'add', `${hostAddress}/30`, 'dev', near);
  run('ip', 'address', 'add', `${router}/30`, 'dev', near);
  run('ip', 'link', 'set', near, 'up');
  inside('ip', 'link', 'set', far, 'addrgenmode', 'none');
  inside('ip', 'address', 'add', `${otherAddress}/30`, 'dev', far);
  inside('ip', 'link', 'set', far, 'up');
  inside('ip', 'link', 'set', 'lo', 'up');
  const chromium = join(await temporaryFolder(t), 'chromium');
  writeProgram(chromium, `#!/bin/sh\nexec ip netns exec ${namespace} /usr/bin/chromium "$@"\n`);
  let shapes = 0;
  return {
    namespace,
    near,
    far,
    networks: [
      { router: hostAddress, address: otherAddress },
      { router, address },
    ],
    hostAddress,
    otherAddress,
    chromium,
    enter: ['ip', 'netns', 'exec', namespace],
    cut: () => run('ip', 'link', 'set', near, 'down'),
    shape({ downMbps, upMbps }) {
      // A new bucket each time: one that is made narrower while packets wait in it may never let one through again.
      const handle = ['root', 'handle', `${++shapes}:`];
      run('tc', 'qdisc', 'replace', 'dev', near, ...handle, ...tbf(downMbps));
      inside('tc', 'qdisc', 'replace', 'dev', far, ...handle, ...tbf(upMbps));
    },
  };
}

/** A network of two addresses that nobody else has: this machine's and the other end's. */
function newNetwork(): [string, string] {
  const network = `10.${randomInt(64, 128)}.${randomInt(0, 256)}`;
  const base = randomInt(0, 63) * 4;
  return [`${network}.${base + 1}`, `${network}.${base + 2}`];
}

// A bucket of 20 ms of the line, at least two full packets of the kernel's offloading.
function tbf(mbps: number): string[] {
  const burst = Math.max(32_000, Math.round((mbps * 1e6 * 0.02) / 8));
  return ['tbf', 'rate', `${mbps}mbit`, 'burst', String(burst), 'latency', '50ms'];
}
