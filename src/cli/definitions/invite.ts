import { type Command, Option } from 'commander';
import type { InviteOptions } from '../commands/invite.ts';
import { common, examples, notes, usual } from '../define.ts';

/** `invite`: print, write or send an invitation. */
export function addInvite(program: Command): void {
  common(program.command('invite'))
    .description('write or send the message that invites an applicant to a room, or cancels that')
    .argument('<room>', 'name or id of the room')
    .option('--applicant <applicant>', "whom it is for, by name or by the link's id")
    .addOption(usual('--language <language>', 'of the message', "the room's").choices(['ja', 'en']))
    .option('--to <address>', "the applicant's mail address")
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
    .addHelpText(
      'after',
      `${notes(`Without --output or --smtp the text is shown, to be copied into a mail.
Of two messages by one link a calendar keeps the later one: who is invited again
after a change has the appointment at its new time, and --cancel takes it out.
Cancel before the room is deleted; a room that is closed can still be cancelled.`)}${examples([
        'invite 9110-1-to',
        'invite 9110-1-to --applicant "Hanako Sato" --language en',
        'invite 9110-1-to --to hanako@example.com --output invite.eml',
        'invite 9110-1-to --to hanako@example.com --smtp',
        'invite 9110-1-to --to hanako@example.com --smtp --cancel',
      ])}`,
    )
    .action(async (room: string, options: InviteOptions) =>
      (await import('../commands/invite.ts')).invite(room, options),
    );
}
