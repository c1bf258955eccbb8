import { type Command, Option } from 'commander';
import { UserError } from '../../server/errors.ts';
import type { InviteManyOptions } from '../commands/inviteMany.ts';
import { common, examples, notes, usual } from '../define.ts';

/** `invite`: print, write or send an invitation. */
export function addInvite(program: Command): void {
  common(program.command('invite'))
    .description('write or send the message that invites an applicant to a room, or cancels that')
    .argument('[room]', 'name or id of the room')
    .option('--applicant <applicant>', "whom it is for, by name or by the link's id")
    .addOption(usual('--language <language>', 'of the message', "the room's").choices(['ja', 'en']))
    .addOption(usual('--to <address>', "the applicant's mail address", 'the one that is stored'))
    .addOption(usual('--from-address <address>', 'who sends it', 'mail.from of the configuration'))
    .option('--output <file>', 'write to a file')
    .addOption(
      usual(
        '--format <format>',
        'eml has text, HTML and calendar',
        "by the file's ending, else eml; text without a file",
      ).choices(['eml', 'text', 'html', 'ics']),
    )
    .addOption(
      new Option('--smtp', 'send it by the mail server mail.smtpUrl').conflicts(['output', 'format']),
    )
    .option('--cancel', 'tell them that it is cancelled, and their calendar too')
    .addOption(
      new Option(
        '--from-csv <file>',
        'with --smtp: send to all applicants of the rooms in a CSV; - for a pipe',
      ).conflicts(['applicant', 'to', 'output', 'format']),
    )
    .option('--again', 'with --smtp: also to those who have it already')
    .addOption(
      new Option('--reinvite', 'with --from-csv: also those who were told that it is cancelled').conflicts(
        'cancel',
      ),
    )
    .option('--dry-run', 'with --smtp: say who would be written to, and write to nobody')
    .option('--csv', 'with --from-csv: write what became of each as a CSV for Excel')
    .option('--yes', 'with --smtp: do it without asking first')
    .addHelpText(
      'after',
      `${notes(`Without --output or --smtp the text is shown, to be copied into a mail.
Of two messages by one link a calendar keeps the later one: who is invited again
after a change has the appointment at its new time, and --cancel takes it out.
Cancel before the room is deleted; a room that is closed can still be cancelled.
Who was sent the same already, or that it is cancelled, is written to once more
only with --again (or --yes; a terminal asks). After a room was moved the
message says so, with the time before.

--from-csv takes the file that the rooms were made from, or what room list --csv
writes, and finds the rooms by their ids or names. The mail goes to the address
that is stored; where none is, the one in the column email is stored first. It
goes on after a mail that was refused, tells who was not reached (exit code 1),
and writes to nobody who has the same already: run it again once that is mended,
or a room was changed. Closed rooms, and whoever was told that it is cancelled,
are passed over and counted. With --cancel it tells those who were sent an
invitation and no cancellation with --smtp yet.`)}${examples([
        'invite 9110-1-to',
        'invite 9110-1-to --applicant "Hanako Sato" --language en',
        'invite 9110-1-to --to hanako@example.com --output invite.eml',
        'invite 9110-1-to --to hanako@example.com --smtp',
        'invite 9110-1-to --to hanako@example.com --smtp --cancel',
        'invite --from-csv april.csv --smtp --dry-run',
        'invite --from-csv april.csv --smtp',
        'invite --from-csv april.csv --smtp --csv > report.csv',
      ])}`,
    )
    .action(async (room: string | undefined, options: InviteManyOptions & { fromCsv?: string }) => {
      const { fromCsv } = options;
      if (fromCsv === undefined && room !== undefined) {
        assertForOne(options);
        return (await import('../commands/invite.ts')).invite(room, options);
      }
      if (fromCsv === undefined || room !== undefined)
        throw new UserError('Give one room, or --from-csv with a list of them.', { usage: true });
      return (await import('../commands/inviteMany.ts')).inviteMany(fromCsv, options);
    });
}

/** What is said of a list alone. @throws {UserError} usage */
function assertForOne(options: InviteManyOptions): void {
  const given = (['reinvite', 'csv'] as const).find((name) => options[name]);
  if (given)
    throw new UserError(`--${given} is for --from-csv`, {
      remedy: `give that instead of a room, or leave --${given} out.`,
      usage: true,
    });
  if (options.smtp) return;
  if (options.dryRun)
    throw new UserError('--dry-run is for --smtp', { remedy: 'say that too.', usage: true });
  const asked = (['again', 'yes'] as const).find((name) => options[name]);
  if (asked)
    throw new UserError(`--${asked} is for --smtp`, {
      remedy: `say that too, or leave --${asked} out.`,
      usage: true,
    });
}
