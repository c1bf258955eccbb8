/** `webinterview key`: what other systems show to use the API. */
import type { Command } from 'commander';
import type { KeyCreateOptions } from '../commands/key.ts';
import type { Confirming } from '../confirm.ts';
import type { CommonOptions } from '../context.ts';
import { asking, common, examples, notes, usual } from '../define.ts';

/** `key create`, `list` and `revoke`. */
export function addKey(program: Command): void {
  const key = program.command('key').description('the keys by which other systems use the API');
  common(key.command('create'))
    .description('make a key and print it, once')
    .requiredOption('--name <name>', 'whose it is, e.g. recruiting')
    .requiredOption('--scope <scope...>', 'what it may do')
    .addOption(usual('--expires <duration>', 'after how long it is refused, e.g. 90d', 'never'))
    .addHelpText(
      'after',
      `
Scopes:
  rooms:read     see rooms, without their links
  rooms:write    make, change, close and delete rooms, and get the links made
  links:read     see the links of rooms, and the applicants' mail addresses
  records:read   see attendance and messages, and download records
${notes('What can be done with it: docs/api.md.')}${examples([
  'key create --name recruiting --scope rooms:read rooms:write',
  'key create --name archive --scope records:read --expires 90d',
])}`,
    )
    .action(async (options: KeyCreateOptions) => (await import('../commands/key.ts')).keyCreate(options));
  common(key.command('list'))
    .description('list the keys, without what proves them')
    .addHelpText('after', examples(['key list', 'key list --json']))
    .action(async (options: CommonOptions) => (await import('../commands/key.ts')).keyList(options));
  asking(common(key.command('revoke')))
    .description('refuse a key from its next request on')
    .argument('<key>', 'its id, or its name where no other has it')
    .addHelpText('after', examples(['key revoke 5f0c1d7ab2e94c36']))
    .action(async (id: string, options: Confirming) =>
      (await import('../commands/key.ts')).keyRevoke(id, options),
    );
}
