import type { Command } from 'commander';

/** What every command takes. */
export function common(command: Command): Command {
  return command
    .option('--config <file>', 'configuration file (JSON)')
    .option('--data-dir <folder>', 'folder of the embedded database and the secret')
    .option('--json', 'write for programs: JSON, errors too')
    .option('--verbose', 'say more about an error');
}

/** What asks before it does something, on a terminal. */
export const asking = (command: Command) =>
  command.option('--yes', 'do it without asking on a terminal first');

/** What cannot be undone, and is not done where nobody can be asked. */
export const askingAlways = (command: Command) =>
  command.option('--yes', 'do it without asking; needed where there is no terminal to ask on');

/** The end of a help text: whole commands, without the program's name. */
export const examples = (lines: string[]) =>
  `\nExamples:\n${lines.map((line) => `  $ webinterview ${line}\n`).join('')}`;
