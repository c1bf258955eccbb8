/** `webinterview records`, `erase`, `backup` and `restore`: how long things are kept, and how they are kept safe. */
import type { Command } from 'commander';
import type { BackupOptions, RestoreOptions } from '../commands/backup.ts';
import type { EraseOptions, PruneOptions } from '../commands/records.ts';
import { asking, askingAlways, common, examples, notes } from '../define.ts';

/** What is kept, and for how long: `records prune`, `erase`, `backup`, `restore`. */
export function addRecords(program: Command): void {
  addPrune(program.command('records').description('how long records are kept'));
  addErase(program);
  addBackup(program);
  addRestore(program);
}

function addPrune(records: Command): void {
  asking(common(records.command('prune')))
    .description('erase the rooms whose retention (records.retention) is over, with all their records')
    .option('--dry-run', 'only name them')
    .addHelpText(
      'after',
      `${notes('A running server does the same every hour.')}${examples(['records prune --dry-run', 'records prune'])}`,
    )
    .action(async (options: PruneOptions) => (await import('../commands/records.ts')).recordsPrune(options));
}

function addErase(program: Command): void {
  askingAlways(common(program.command('erase')))
    .description("remove one applicant's name, messages and files from a room for good")
    .requiredOption(
      '--applicant <applicant>',
      "the name that the applicant gave, or that of the applicant's link",
    )
    .requiredOption('--room <room>', 'name or id of the room')
    .option('--rename <name>', "give the room another name, where its own holds the applicant's")
    .addHelpText(
      'after',
      `${notes(`The audit stays whole, as it names people by id, and holds the proof that it was
done. Refused while people are in the room. A terminal is told what will go, and
asked; elsewhere --yes is needed.`)}${examples([
        'erase --applicant 佐藤花子 --room 9110-1-to',
        'erase --applicant 佐藤花子 --room 佐藤様面接 --rename a-1 --yes',
      ])}`,
    )
    .action(async (options: EraseOptions) => (await import('../commands/records.ts')).erase(options));
}

function addBackup(program: Command): void {
  common(program.command('backup'))
    .description('copy the embedded database to a file, also while the server runs')
    .argument('<file>', 'where to; it appears only when it is complete')
    .option(
      '--secret <file>',
      'copy the secret as well: without it the links of a restored database open nothing',
    )
    .addHelpText(
      'after',
      `${notes(`Keep the two apart: who has both can open every room. For MySQL and MariaDB see
docs/operating.md.`)}${examples(['backup /backup/interviews.sqlite', 'backup today.sqlite --secret /safe/secret'])}`,
    )
    .action(async (file: string, options: BackupOptions) =>
      (await import('../commands/backup.ts')).backup(file, options),
    );
}

function addRestore(program: Command): void {
  asking(common(program.command('restore')))
    .description('put a backup in the place of the embedded database; the server must be stopped')
    .argument('<file>', 'the backup')
    .option('--secret <file>', 'put this secret in place as well')
    .addHelpText(
      'after',
      `${notes(`What was there is kept beside it, under a name that says when.`)}${examples(['restore /backup/interviews.sqlite', 'restore today.sqlite --secret /safe/secret'])}`,
    )
    .action(async (file: string, options: RestoreOptions) =>
      (await import('../commands/backup.ts')).restore(file, options),
    );
}
