import { type Command, Help, Option } from 'commander';
import { defaults } from './defaults.ts';
import { wrapped } from './output/table.ts';

/** What every command takes. */
export function common(command: Command): Command {
  return command
    .addOption(usual('--config <file>', 'configuration file (JSON)', 'WEBINTERVIEW_CONFIG'))
    .addOption(
      usual('--data-dir <folder>', 'folder of the embedded database and the secret', defaults.dataDir),
    )
    .option('--json', 'write for programs: JSON, errors too')
    .option('--verbose', 'say more about an error');
}

/** What asks before it does something, on a terminal. */
export const asking = (command: Command) =>
  command.option('--yes', 'do it without asking on a terminal first');

/** What cannot be undone, and is not done where nobody can be asked. */
export const askingAlways = (command: Command) =>
  command.option('--yes', 'do it without asking; needed where there is no terminal to ask on');

/**
 * An option with what holds where it is not given, as help, the man page and the reference say it. It is no value of
 * commander's: a command still knows what was given.
 */
export function usual(flags: string, description: string, value: string | number): Option {
  const option = new Option(flags, description);
  option.defaultValueDescription = String(value);
  return option;
}

/** As commander describes an option, with what is usual where it has no value of its own. */
export function optionDescription(option: Option): string {
  const described = new Help().optionDescription(option);
  const { defaultValue, defaultValueDescription: text } = option;
  if (defaultValue !== undefined || text === undefined) return described;
  return option.argChoices
    ? described.replace(/\)$/, `, default: ${text})`)
    : `${described} (default: ${text})`;
}

/** Columns of a terminal that notes have, beside the two before them. */
const NOTES_WIDTH = 78;

/** What is to be known of a command: paragraphs, with an empty line between them. */
export function notes(text: string): string {
  const lines = text
    .trim()
    .split(/\n{2,}/)
    .map((paragraph) => (paragraph.split('\n').some(isWide) ? broken(paragraph) : paragraph))
    .join('\n\n')
    .split('\n');
  return `\nNotes:\n${lines.map((line) => (line ? `  ${line}` : '')).join('\n')}\n`;
}

const isWide = (line: string) => line.length > NOTES_WIDTH;
const broken = (paragraph: string) => wrapped(paragraph, NOTES_WIDTH, 99).join('\n');

/** The end of a help text: whole commands, without the program's name. */
export const examples = (lines: string[]) =>
  `\nExamples:\n${lines.map((line) => `  $ webinterview ${line}\n`).join('')}`;
