/** `webinterview export`: what is kept of interviews, for people and for programs. */
import { Argument, type Command } from 'commander';
import type { ExportOptions } from '../commands/export.ts';
import { common, examples, notes, usual } from '../define.ts';

const kinds = {
  participants: { what: 'who was in the call, and when', formats: ['csv', 'json', 'xlsx'] },
  chat: { what: 'what was written in the chat', formats: ['csv', 'json', 'xlsx'] },
  files: {
    what: 'the files that were sent (zip), or a list of them',
    formats: ['zip', 'csv', 'json', 'xlsx'],
  },
  audit: { what: 'what was done, and by whom', formats: ['csv', 'json', 'xlsx'] },
  room: { what: 'everything of a room in one zip', formats: ['zip'] },
} as const;
type Kind = keyof typeof kinds;

/** `export`, with a command for each kind of records. */
export function addExport(program: Command): void {
  const exporting = program
    .command('export')
    .description('write the records of one room, of days, or of all');
  for (const kind of Object.keys(kinds) as Kind[]) addKind(exporting, kind);
}

function addKind(exporting: Command, kind: Kind): void {
  const { what, formats } = kinds[kind];
  const command = common(exporting.command(kind))
    .description(`${what}; as ${formats.join(', ')}`)
    .addArgument(new Argument('[room]', 'name or id of the room'))
    .option('--from <day>', 'from this day on, e.g. 2030-04-01')
    .option('--until <day>', 'until this day, which is included')
    .option('--all', 'of all rooms, whenever')
    .addOption(
      usual('--format <format>', 'as what', `by the file's ending, else ${formats[0]}`).choices(formats),
    )
    .option('--output <file>', 'write to a file, which appears only when it is complete');
  if (kind === 'participants')
    command.option('--details', 'with how each stay ended, the environment check, and how the line was');
  command
    .addHelpText('after', `${notesOf(kind)}${examples(samples(kind, formats[0]))}`)
    .action(async (room: string | undefined, options: ExportOptions) =>
      (await import('../commands/export.ts')).exportRecords(kind, room, options),
    );
}

function notesOf(kind: Kind): string {
  const days = "Days are those of the room's time zone, without a room of room.timeZone.";
  if (kind === 'room' || kind === 'files') return notes(days);
  return notes(
    `${days}\ncsv is for Excel in Japanese; json (or --json) is one object per line, with\ntimes in UTC.`,
  );
}

function samples(kind: Kind, usual: string): string[] {
  return [
    kind === 'files' || kind === 'room'
      ? `export ${kind} 9110-1-to --output 9110-1-to.zip`
      : `export ${kind} 9110-1-to`,
    `export ${kind} --from 2030-04-01 --output april.${usual === 'zip' ? 'zip' : 'xlsx'}`,
    `export ${kind} --all --output ${kind}.${usual}`,
  ];
}
