/** `webinterview status` and `top`: the live system. */
import type { Command } from 'commander';
import type { CommonOptions } from '../context.ts';
import { common, examples, notes } from '../define.ts';

/** What happens now: `status` once, `top` until it is ended. */
export function addStatus(program: Command): void {
  common(program.command('status'))
    .description('print the servers, the rooms that are live, and who waits, asks or has line trouble')
    .addHelpText(
      'after',
      `${notes('Exit code 1 when no server runs, or none answers. With --json those that do not answer are in unreachable.')}${examples(['status', 'status --json'])}`,
    )
    .action(async (options: CommonOptions) => (await import('../commands/status.ts')).status(options));
  common(program.command('top'))
    .description('watch the same on the screen, refreshed each second; with keys to end a call')
    .addHelpText('after', examples(['top']))
    .action(async (options: CommonOptions) => (await import('../commands/top.ts')).top(options));
}
