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
