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
  /** What stands before a command that runs there. */
  enter: [string, ...string[]];
  /** The other end's own address. */
  otherAddress: string;
  /** The rate of each direction in Mbps, as seen from the browser, headers included. */
  shape(rates: { downMbps: number; upMbps: number }): void;
  /** From now on nothing comes through, in either direction, without a word. */
  cut(): void;
};

const run = (...command: string[]) => execFileSync(command[0] as string, command.slice(1), { stdio: 'pipe' });

/** Makes a line; it is gone with the test. */
export async function makeLine(t: ExecutionContext): Promise<Line> {
  const id = randomBytes(4).toString('hex');
  const [namespace, near, far] = [`wi-${id}`, `wia${id}`, `wib${id}`];
  // A network of two addresses that nobody else has.
  const network = `10.${randomInt(64, 128)}.${randomInt(0, 256)}`;
  const base = randomInt(0, 63) * 4;
  const [hostAddress, otherAddress] = [`${network}.${base + 1}`, `${network}.${base + 2}`];
  const inside = (...command: string[]) => run('ip', 'netns', 'exec', namespace, ...command);
  run('ip', 'netns', 'add', namespace);
  t.teardown(() => run('ip', 'netns', 'delete', namespace));
  run('ip', 'link', 'add', near, 'type', 'veth', 'peer', 'name', far, 'netns', namespace);
  run('ip', 'address', 'add', `${hostAddress}/30`, 'dev', near);
  run('ip', 'link', 'set', near, 'up');
  // An IPv6 address of its own, which comes a second later, would be a change of network to the browser.
  inside('ip', 'link', 'set', far, 'addrgenmode', 'none');
  inside('ip', 'address', 'add', `${otherAddress}/30`, 'dev', far);
  inside('ip', 'link', 'set', far, 'up');
  inside('ip', 'link', 'set', 'lo', 'up');
  const chromium = join(await temporaryFolder(t), 'chromium');
  writeProgram(chromium, `#!/bin/sh\nexec ip netns exec ${namespace} /usr/bin/chromium "$@"\n`);
  return {
    ...{ hostAddress, otherAddress, chromium, enter: ['ip', 'netns', 'exec', namespace] },
    cut: () => run('ip', 'link', 'set', near, 'down'),
    shape({ downMbps, upMbps }) {
      run('tc', 'qdisc', 'replace', 'dev', near, 'root', ...tbf(downMbps));
      inside('tc', 'qdisc', 'replace', 'dev', far, 'root', ...tbf(upMbps));
    },
  };
}

// A bucket of 20 ms of the line, at least two full packets of the kernel's offloading.
function tbf(mbps: number): string[] {
  const burst = Math.max(32_000, Math.round((mbps * 1e6 * 0.02) / 8));
  return ['tbf', 'rate', `${mbps}mbit`, 'burst', String(burst), 'latency', '50ms'];
}
