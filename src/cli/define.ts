import type { Command } from 'commander';

/** What every command takes. */
export function common(command: Command): Command {
  return command
    .option('--config <file>', 'configuration file (JSON)')
    .option('--data-dir <folder>', 'folder of the embedded database and the secret')
    .option('--json', 'write for programs: JSON, errors too')
    .option('--verbose', 'say more about an error');
}

/** The end of a help text: whole commands, without the program's name. */
export const examples = (lines: string[]) =>
  `\nExamples:\n${lines.map((line) => `  $ webinterview ${line}\n`).join('')}`;
