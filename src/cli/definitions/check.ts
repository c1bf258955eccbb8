/** `webinterview check` and `firewall`: what keeps people from each other. */
import { type Command, Option } from 'commander';
import type { CheckOptions } from '../commands/check.ts';
import type { FirewallOptions } from '../commands/firewall.ts';
import { common, examples, notes } from '../define.ts';

/** `check`, and `firewall`, which says what `check` needs open. */
export function addCheck(program: Command): void {
  common(program.command('check'))
    .description('look whether this server can hold interviews, or with --url whether they can be reached')
    .option('--url <link>', 'look from this machine at the way to a room, by its link')
    .option('--output <file>', 'write a report for support too')
    .addHelpText(
      'after',
      `${notes(`Exit code 1 when something is NG. What each item means: docs/checks.md.
The link's token is told to its server alone; it is in no output and no report.
A proxy is heeded as HTTPS_PROXY and NO_PROXY say.`)}${examples([
        'check',
        'check --json',
        "check --url 'https://interview.example.com/room#...'",
        'check --url https://interview.example.com --output report.txt',
      ])}`,
    )
    .action(async (options: CheckOptions) => (await import('../commands/check.ts')).check(options));
  common(program.command('firewall'))
    .description('print what to open for this installation')
    .addOption(
      new Option('--format <format>', 'as what').choices(['text', 'json', 'nftables']).default('text'),
    )
    .addHelpText(
      'after',
      examples(['firewall', 'firewall --json', 'firewall --format nftables > webinterview.nft']),
    )
    .action(async (options: FirewallOptions) => (await import('../commands/firewall.ts')).firewall(options));
}
