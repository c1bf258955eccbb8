/** `webinterview room`: rooms and their links. */
import type { Command } from 'commander';
import type { RoomReopenOptions, RoomUpdateOptions } from '../commands/roomChange.ts';
import type { ApplicantOptions } from '../commands/roomLinks.ts';
import type { RoomListOptions } from '../commands/roomList.ts';
import type { Confirming } from '../confirm.ts';
import type { CommonOptions } from '../context.ts';
import { defaults } from '../defaults.ts';
import { asking, askingAlways, common, examples, notes, usual } from '../define.ts';
import type { RoomCreateOptions } from '../input/roomOptions.ts';

const times = `
Times are 2030-04-01T10:00+09:00, or without an offset in the time zone of the
room (--time-zone, else room.timeZone of the configuration): "2030-04-01 10:00",
"2030/4/1 9:00", "2030年4月1日（月）午後3時半", "9:00 PM"; 24:00 is the end of a day.
10:00 alone is today for --from; for --until it is the next one after the start.
`;

const updateTimes = `
Times are as for room create, in the room's own time zone. 10:00 alone is on
the room's day for --from; for --until it is the next one, after now where the
room is open already. --duration counts from when the interview begins.

--from alone moves the interview, which stays as long as it is. Who was invited
is told by invite once more: it says the time before, too.
`;

/** `room create`, `list`, `show`, `update` and all else that is done to one room and its links. */
export function addRoom(program: Command): void {
  const room = program.command('room').description('make, change and end rooms and their links');
  addCreate(room);
  addList(room);
  addShow(room);
  addUpdate(room);
  addClose(room);
  addReopen(room);
  addEnd(room);
  addApplicant(room);
  addEmail(room);
  addReissue(room);
  addRevoke(room);
  addDelete(room);
}

/** What describes a room, when it is made, then with what is usual, and when it is changed. */
function described(command: Command, isNew: boolean): Command {
  const option = (flags: string, description: string, value: string) =>
    isNew ? command.addOption(usual(flags, description, value)) : command.option(flags, description);
  command.option('--title <text>', 'what the interview is called to its people; "" for nothing');
  option('--company <name>', 'who invites, as people are told; "" to say nothing', defaults.company);
  option('--from <time>', 'when the interview begins, as people are told', 'now');
  command.option('--until <time>', 'when it closes');
  option('--duration <duration>', 'how long it is open, e.g. 60m, 1h30m, 2d', defaults.duration);
  option(
    '--opens-early <duration>',
    'how early people are let in, e.g. 30m; 0: on the dot, auto: as the configuration says',
    defaults.opensEarly,
  );
  option('--time-zone <zone>', 'of its times and its exports, e.g. Asia/Tokyo', defaults.timeZone);
  option('--interviewer-seats <number>', 'interviewers in the call at once', defaults.interviewerSeats);
  option('--applicant-seats <number>', 'applicants in the call at once', defaults.applicantSeats);
  option(
    '--capacity <number>',
    'people in the room at once, waiting ones included; none for no limit',
    defaults.capacity,
  );
  option('--microphone <on|off>', 'whether applicants enter with their microphone on', defaults.microphone);
  option('--camera <on|off>', 'whether applicants enter with their camera on', defaults.camera);
  option('--names <on|off>', 'whether applicants see each other’s names', defaults.names);
  option('--language <ja|en>', 'language of the invitation', defaults.language);
  option(
    '--history <all|own|auto>',
    'how much of the chat applicants see: all of it, or only what was written while they were in the call; auto: own if several have links',
    defaults.history,
  );
  return command
    .option('--message <text>', 'what those who wait read; "" for nothing')
    .option('--note <text>', 'a note for administrators');
}

function addCreate(room: Command): void {
  described(
    common(room.command('create'))
      .description('make a room and print its links')
      .option('--name <name>', 'name of the room, e.g. 9110-1-to; without it a terminal asks')
      .option('--from-csv <file>', 'make a room of each line of a CSV, all of them or none; - for a pipe')
      .option('--csv', 'write the links of --from-csv as a CSV for Excel')
      .addOption(
        usual(
          '--applicant <name...>',
          'a link of their own for each of these applicants',
          'one for whoever has it',
        ),
      )
      .option(
        '--email <address...>',
        'the mail addresses of these applicants in the same order; "" for none',
      ),
    true,
  )
    .addHelpText(
      'after',
      `${notes(`${times}
Without --name a terminal asks for it, and for what else was not given.

The columns of --from-csv are named like the options (name, from, until,
duration, opens-early, time-zone, applicant, email, note, ...), as room list
--csv writes them; commas, semicolons or tabs part them. Several applicants,
and their mail addresses, are separated by ; and the options beside it hold for every line that does not
say otherwise. Lines that cannot be are wrong usage (exit code 2),
as they were on the command line; a name that another room has is not (1).`)}${examples([
        'room create --name 9110-1-to',
        'room create --name a-2 --from "2030-04-01 10:00" --until 11:30',
        'room create --name a-2 --from 10:00 --opens-early 30m',
        'room create --name a-3 --applicant 佐藤花子 鈴木一郎',
        'room create --name a-4 --applicant 佐藤 --email h@example.jp',
        'room create --name 9110-1-to --duration 90m --json',
        'room create',
        'room create --from-csv april.csv --csv > links.csv',
      ])}`,
    )
    .action(async (options: RoomCreateOptions) =>
      (await import('../commands/roomCreate.ts')).roomCreate(options),
    );
}

function addList(room: Command): void {
  common(room.command('list'))
    .description('list rooms by their time; with --past the latest first')
    .option('--name <text>', 'those with this in their name')
    .option('--today', 'those that are open at some time today')
    .option('--live', 'those where people are now')
    .option('--past', 'those that are over or closed')
    .option('--from <day>', 'those that are open on this day or later, e.g. 2030-04-01')
    .option('--until <day>', 'those that are open on this day or earlier')
    .addOption(usual('--limit <number>', 'at most so many', defaults.listed))
    .option('--after <room>', 'go on after this room, the last of the list before')
    .option('--csv', 'write a CSV for Excel, with the links')
    .addHelpText(
      'after',
      examples([
        'room list --today',
        'room list --live',
        'room list --name 9110 --past',
        'room list --from 2030-04-01 --until 2030-04-07 --csv > week.csv',
        'room list --json --limit 100 --after 9110-1-to',
      ]),
    )
    .action(async (options: RoomListOptions) => (await import('../commands/roomList.ts')).roomList(options));
}

function addShow(room: Command): void {
  ofRoom(room, 'show', 'print a room and its links again')
    .addHelpText('after', examples(['room show 9110-1-to', 'room show 9110-1-to --json']))
    .action(async (name: string, options: CommonOptions) =>
      (await import('../commands/roomChange.ts')).roomShow(name, options),
    );
}

function addUpdate(room: Command): void {
  described(
    ofRoom(room, 'update', 'change a room; people who are in it stay').option('--name <name>', 'new name'),
    false,
  )
    .addHelpText(
      'after',
      `${notes(updateTimes)}${examples([
        'room update 9110-1-to --until 12:00',
        'room update 9110-1-to --from 10:30 --duration 60m',
        'room update 9110-1-to --opens-early 0',
        'room update 9110-1-to --applicant-seats 3 --camera off',
      ])}`,
    )
    .action(async (name: string, options: RoomUpdateOptions) =>
      (await import('../commands/roomChange.ts')).roomUpdate(name, options),
    );
}

function addClose(room: Command): void {
  asking(ofRoom(room, 'close', 'let nobody in from now on, and end the running call'))
    .addHelpText('after', examples(['room close 9110-1-to']))
    .action(async (name: string, options: Confirming) =>
      (await import('../commands/roomChange.ts')).roomClose(name, options),
    );
}

function addReopen(room: Command): void {
  ofRoom(room, 'reopen', 'let people in again')
    .option('--until <time>', 'new end')
    .option('--duration <duration>', 'how long from now, or from its opening, e.g. 60m')
    .addHelpText('after', examples(['room reopen 9110-1-to', 'room reopen 9110-1-to --duration 60m']))
    .action(async (name: string, options: RoomReopenOptions) =>
      (await import('../commands/roomChange.ts')).roomReopen(name, options),
    );
}

function addEnd(room: Command): void {
  ofRoom(room, 'end', 'end the running call; the room stays open')
    .addHelpText('after', examples(['room end 9110-1-to']))
    .action(async (name: string, options: CommonOptions) =>
      (await import('../commands/roomChange.ts')).roomEnd(name, options),
    );
}

function addApplicant(room: Command): void {
  ofRoom(room, 'applicant', 'make one more link, for one applicant')
    .argument('<name>', "the applicant's name")
    .option('--email <address>', "the applicant's mail address")
    .addHelpText(
      'after',
      `${notes('Where each applicant has a link and a seat of their own, a seat comes with it.')}${examples(['room applicant 9110-1-to 佐藤花子'])}`,
    )
    .action(async (name: string, applicant: string, options: ApplicantOptions) =>
      (await import('../commands/roomLinks.ts')).roomApplicant(name, applicant, options),
    );
}

function addEmail(room: Command): void {
  ofRoom(room, 'email', 'say where an applicant is written to')
    .argument('<link>', "the applicant's name, or the link's id; applicant where there is one")
    .argument('<address>', 'the mail address; "" for none any more')
    .addHelpText(
      'after',
      examples(['room email 9110-1-to 佐藤花子 hanako@example.com', 'room email 9110-1-to applicant ""']),
    )
    .action(async (name: string, link: string, address: string, options: CommonOptions) =>
      (await import('../commands/roomLinks.ts')).roomEmail(name, link, address, options),
    );
}

function addReissue(room: Command): void {
  asking(
    ofRoom(
      room,
      'reissue',
      'replace a link; the old one is refused at once, and whoever came by it has to leave',
    ),
  )
    .argument('<link>', "its id, interviewer, applicant, or an applicant's name")
    .addHelpText(
      'after',
      examples([
        'room reissue 9110-1-to applicant',
        'room reissue 9110-1-to 佐藤花子',
        'room reissue 9110-1-to interviewer',
      ]),
    )
    .action(async (name: string, link: string, options: Confirming) =>
      (await import('../commands/roomLinks.ts')).roomReissue(name, link, options),
    );
}

function addRevoke(room: Command): void {
  asking(ofRoom(room, 'revoke', 'revoke a link; whoever came by it has to leave'))
    .argument('<link>', "its id, interviewer, applicant, or an applicant's name")
    .addHelpText('after', examples(['room revoke 9110-1-to 佐藤花子']))
    .action(async (name: string, link: string, options: Confirming) =>
      (await import('../commands/roomLinks.ts')).roomRevoke(name, link, options),
    );
}

function addDelete(room: Command): void {
  askingAlways(
    ofRoom(room, 'delete', 'delete a room with its attendance, messages and files; the audit stays'),
  )
    .addHelpText('after', examples(['room delete 9110-1-to --yes']))
    .action(async (name: string, options: Confirming) =>
      (await import('../commands/roomChange.ts')).roomDelete(name, options),
    );
}

function ofRoom(room: Command, name: string, description: string): Command {
  return common(room.command(name)).description(description).argument('<room>', 'name or id of the room');
}
