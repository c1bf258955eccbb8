import { type FirewallRule, firewallRules, proxyNote } from '../../server/firewall.ts';
import { type CommonOptions, configOf } from '../context.ts';
import { nftables } from '../output/nftables.ts';
import { printJson, printLine } from '../output/print.ts';
import { printTable } from '../output/printTable.ts';
import { type Column, wrapped } from '../output/table.ts';

export type FirewallOptions = CommonOptions & { format?: 'text' | 'json' | 'nftables' };

const columns: Column[] = [
  { heading: 'Way' },
  { heading: 'Protocol' },
  { heading: 'Ports' },
  { heading: 'Address', flexible: true },
  { heading: 'For', flexible: true },
];

/** `webinterview firewall`: what to open for this installation. */
export function firewall(options: FirewallOptions): void {
  const config = configOf(options);
  const rules = firewallRules(config);
  if (options.json || options.format === 'json') {
    printJson({ rules });
    return;
  }
  if (options.format === 'nftables') {
    process.stdout.write(nftables(rules, proxyNote(config)));
    return;
  }
  printRules(rules.filter(({ at }) => at === 'server'));
  const relay = rules.filter(({ at }) => at === 'relay');
  if (relay.length > 0) {
    printLine();
    printLine('On the machine of the relay (TURN):');
    printRules(relay);
  }
  const note = proxyNote(config);
  if (note) {
    printLine();
    for (const line of wrapped(note, 78, 9)) printLine(line);
  }
  const { workers, portMin, portMax } = config.media;
  printLine();
  printLine(`Each of the ${workers} media workers takes a port anywhere in ${portMin}-${portMax}: to open`);
  printLine('fewer, lower media.portMax, and leave one or two more than there are workers.');
}

function printRules(rules: FirewallRule[]): void {
  const rows = rules.map(({ direction, protocol, ports, address, why }) => [
    direction,
    protocol.toUpperCase(),
    ports,
    address,
    why,
  ]);
  printTable(columns, rows);
}
