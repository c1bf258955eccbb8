/** `webinterview audit`: what was done, by whom, for good. */
import type { Command } from 'commander';
import type { CommonOptions } from '../context.ts';
import { common, examples } from '../define.ts';

/** `audit verify`. */
export function addAudit(program: Command): void {
  const audit = program.command('audit').description('the append-only record of what was done');
  common(audit.command('verify'))
    .description('find entries that were changed or taken out; exit code 1 when there are any')
    .addHelpText('after', examples(['audit verify', 'audit verify --json']))
    .action(async (options: CommonOptions) => (await import('../commands/audit.ts')).auditVerify(options));
}
