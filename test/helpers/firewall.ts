/** A firewall of the test's own: nftables, which set-up installs for the tests. */
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import type { ExecutionContext } from 'ava';

export type PortRange = { portMin: number; portMax: number };

/** Takes the rules away before the end of the test. */
export type Mend = () => void;

// By its path: npm puts another program of this name, of a dependency, before it on PATH.
const nft = '/usr/sbin/nft';

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

function drop(t: ExecutionContext, matches: string[]): Mend {
  // ava's files run in one process: its id would name one table for all of them.
  const table = `webinterview_test_${randomUUID().replaceAll('-', '')}`;
  const rules = `table inet ${table} {
    chain refuse {
      type filter hook input priority 0;
      ${matches.map((match) => `${match} drop`).join('\n      ')}
    }
  }`;
  execFileSync(nft, ['-f', '-'], { input: rules });
  let gone = false;
  const mend = () => {
    if (!gone) execFileSync(nft, ['delete', 'table', 'inet', table]);
    gone = true;
  };
  t.teardown(mend);
  return mend;
}

const range = ({ portMin, portMax }: PortRange) => `${portMin}-${portMax}`;
