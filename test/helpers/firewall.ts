/** A firewall of the test's own: nftables, which set-up installs for the tests. */
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import type { ExecutionContext } from 'ava';

export type PortRange = { portMin: number; portMax: number };

// By its path: npm puts another program of this name, of a dependency, before it on PATH.
const nft = '/usr/sbin/nft';

/** From now to the end of the test, UDP packets to these ports of this machine are lost without a word. */
export function refuseUdp(t: ExecutionContext, ports: PortRange, protocols = ['udp']): void {
  const { portMin, portMax } = ports;
  // ava's files run in one process: its id would name one table for all of them.
  const table = `webinterview_test_${randomUUID().replaceAll('-', '')}`;
  const rules = `table inet ${table} {
    chain refuse {
      type filter hook input priority 0;
      ${protocols.map((protocol) => `${protocol} dport ${portMin}-${portMax} drop`).join('\n      ')}
    }
  }`;
  execFileSync(nft, ['-f', '-'], { input: rules });
  t.teardown(() => {
    execFileSync(nft, ['delete', 'table', 'inet', table]);
  });
}

/** From now to the end of the test, these ports of this machine are reached from the relay's ports alone, over UDP. */
export function refuseAllButRelay(
  t: ExecutionContext,
  { portMin, portMax }: PortRange,
  relay: PortRange,
): void {
  const table = `webinterview_test_${randomUUID().replaceAll('-', '')}`;
  const rules = `table inet ${table} {
    chain refuse {
      type filter hook input priority 0;
      udp dport ${portMin}-${portMax} udp sport != ${relay.portMin}-${relay.portMax} drop
      tcp dport ${portMin}-${portMax} drop
    }
  }`;
  execFileSync(nft, ['-f', '-'], { input: rules });
  t.teardown(() => {
    execFileSync(nft, ['delete', 'table', 'inet', table]);
  });
}

/** Of the packets to and from these ports, this share in a hundred is lost at random, until the returned function is called. */
export function losePackets(
  t: ExecutionContext,
  { portMin, portMax }: PortRange,
  percent: number,
): () => void {
  const table = `webinterview_test_${randomUUID().replaceAll('-', '')}`;
  const lost = `numgen random mod 100 < ${percent} drop`;
  const rules = `table inet ${table} {
    chain lose {
      type filter hook input priority 0;
      udp dport ${portMin}-${portMax} ${lost}
      udp sport ${portMin}-${portMax} ${lost}
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
