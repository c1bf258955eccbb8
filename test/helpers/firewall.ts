/** A firewall of the test's own: nftables, which set-up installs for the tests. */
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import type { ExecutionContext } from 'ava';

export type PortRange = { portMin: number; portMax: number };

/** Takes the rules away before the end of the test. */
export type Mend = () => void;

// By its path: npm puts another program of this name, of a dependency, before it on PATH.
const nft = '/usr/sbin/nft';

/** From now on what comes and goes by this card and matches (in nft's words) is lost without a word. */
export function loseAt(t: ExecutionContext, card: string, match = ''): Mend {
  return addRules(t, {
    input: [`iifname "${card}" ${match} drop`],
    output: [`oifname "${card}" ${match} drop`],
  });
}

/** From now to the end of the test, UDP packets to these ports of this machine are lost without a word. */
export function refuseUdp(t: ExecutionContext, ports: PortRange, protocols = ['udp']): Mend {
  return drop(
    t,
    protocols.map((protocol) => `${protocol} dport ${range(ports)}`),
  );
}

/** From now to the end of the test, these ports of this machine are reached from the relay's ports alone, over UDP. */
export function refuseAllButRelay(t: ExecutionContext, ports: PortRange, relay: PortRange): Mend {
  return drop(t, [`udp dport ${range(ports)} udp sport != ${range(relay)}`, `tcp dport ${range(ports)}`]);
}

/** Of the packets to and from these ports, this share in a hundred is lost at random. */
export function losePackets(t: ExecutionContext, ports: PortRange, percent: number): Mend {
  const lost = `numgen random mod 100 < ${percent}`;
  return drop(t, [`udp dport ${range(ports)} ${lost}`, `udp sport ${range(ports)} ${lost}`]);
}

/** Nothing goes to or comes from this TCP port any more; nobody is told. */
export function cutLine(t: ExecutionContext, port: number): Mend {
  return drop(t, [`tcp dport ${port}`, `tcp sport ${port}`]);
}

/** Who has this address hears nothing of the others on this TCP port any more, and they nothing of it. */
export function isolate(t: ExecutionContext, address: string, port: number): Mend {
  const sides = ['saddr', 'daddr'].flatMap((side) => [
    `ip ${side} ${address} tcp dport`,
    `ip ${side} ${address} tcp sport`,
  ]);
  return drop(
    t,
    sides.map((side) => `${side} ${port}`),
  );
}

function drop(t: ExecutionContext, matches: string[]): Mend {
  return addRules(t, { input: matches.map((match) => `${match} drop`) });
}

const OURS = 'webinterview_test_';
let isClean = false;

/** A test that was killed leaves its rules behind, which would lose what a later one sends to the same ports. */
function deleteLeftovers(): void {
  if (isClean) return;
  isClean = true;
  const tables = execFileSync(nft, ['list', 'tables', 'inet'], { encoding: 'utf8' });
  for (const [, table = '', pid] of tables.matchAll(new RegExp(`^table inet (${OURS}(\\d+)_\\w+)$`, 'gm'))) {
    if (existsSync(`/proc/${pid}`)) continue;
    // Another process may have been quicker.
    execFileSync(nft, ['-f', '-'], { input: `add table inet ${table}\ndelete table inet ${table}\n` });
  }
}

function addRules(t: ExecutionContext, chains: Partial<Record<'input' | 'output', string[]>>): Mend {
  deleteLeftovers();
  // By the process, of which the next one can tell whether it is gone.
  const table = `${OURS}${process.pid}_${randomBytes(8).toString('hex')}`;
  const input = Object.entries(chains).map(
    ([hook, rules]) => `add table inet ${table}
      add chain inet ${table} ${hook} { type filter hook ${hook} priority 0; }
      ${rules.map((rule) => `add rule inet ${table} ${hook} ${rule}`).join('\n')}`,
  );
  execFileSync(nft, ['-f', '-'], { input: input.join('\n') });
  let gone = false;
  const mend = () => {
    if (!gone) execFileSync(nft, ['delete', 'table', 'inet', table]);
    gone = true;
  };
  t.teardown(mend);
  return mend;
}

const range = ({ portMin, portMax }: PortRange) => `${portMin}-${portMax}`;
