import type { FirewallRule } from '../../server/firewall.ts';
import { wrapped } from './table.ts';

/**
 * A whole file for `nft -f`: what comes in and is not named is dropped, but answers, the machine's own and ssh. Loaded
 * again it takes its own place; other tables are left alone. The table is that of IPv4 and IPv6 both.
 * @param note what is to be known of the rules
 */
export function nftables(rules: FirewallRule[], note: string | null): string {
  const of = (at: FirewallRule['at'], direction: FirewallRule['direction']) =>
    rules.filter((rule) => rule.at === at && rule.direction === direction);
  const relay = of('relay', 'in').map((rule) => `    # ${accept(rule)}`);
  return [
    '#!/usr/sbin/nft -f',
    '# What webinterview needs, made by: webinterview firewall --format nftables',
    '# Look at it first, above all at ssh. Check it with nft -c -f FILE, load it with nft -f FILE.',
    '# Where the reverse proxy is another machine, 80 and 443 belong there, and http.port is to be narrowed to it.',
    '',
    '# The first line makes the table where it is not there yet, so that the second can take it away.',
    'table inet webinterview {}',
    'delete table inet webinterview',
    'table inet webinterview {',
    '  chain input {',
    '    type filter hook input priority filter; policy drop;',
    '    ct state established,related accept',
    '    ct state invalid drop',
    '    iifname "lo" accept',
    '    # Without these IPv6 does not work, and large packets get lost.',
    '    meta l4proto { icmp, ipv6-icmp } accept',
    '    # A router’s answer to what was asked of everybody belongs to no connection.',
    '    ip6 saddr fe80::/10 udp dport 546 accept comment "DHCPv6: this machine gets its address"',
    '    udp sport 67 udp dport 68 accept comment "DHCP: the same of IPv4"',
    '    tcp dport 22 accept comment "ssh: narrow this to where you come from"',
    '',
    ...(note ? wrapped(note, 110, 9).map((line) => `    # ${line}`) : []),
    ...of('server', 'in').map((rule) => `    ${accept(rule)}`),
    ...(relay.length > 0 ? ['', '    # Where the relay (TURN) runs on this machine too:', ...relay] : []),
    '  }',
    '}',
    '',
    '# Nothing that goes out is held back here. Where it is elsewhere, let out:',
    ...of('server', 'out').map(
      ({ protocol, ports, address, why }) => `#   ${protocol} ${ports} to ${address}: ${why}`,
    ),
    '',
  ].join('\n');
}

const accept = ({ protocol, ports, why }: FirewallRule) =>
  `${protocol} dport ${ports} accept comment "${why}"`;
