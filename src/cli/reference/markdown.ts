import {
  allCommands,
  type CommandInfo,
  choicesToTell,
  commonOptions,
  type OptionInfo,
  standalone,
} from './describe.ts';

/** The reference as a page of docs/. */
export function markdownReference(program: CommandInfo): string {
  const common = commonOptions(program);
  const commands = allCommands(program).filter(({ path }) => path.length > 0);
  const leaves = commands.filter((command) => command.commands.length === 0);
  const parts = [
    '# The command line',
    '<!-- Made by `npm run reference` from what src/cli/program.ts defines: do not edit it here. -->',
    program.description,
    'Exit codes: 0 done, 1 it could not be done, 2 wrong usage, 130 and 143 stopped by Ctrl+C and by SIGTERM. What went wrong is\none line on standard error. What changes a room is stored also when a server that runs does not answer: a note names it, and\nthe exit code is 1, as people who are in the room there were not told.\n\nThe same as a man page: `webinterview man | man -l -`. For Tab in your shell: [completion](#completion).',
    table(
      ['Command', 'What it does'],
      leaves.map(({ path, description }) => [`[${path.join(' ')}](#${path.join('-')})`, description]),
    ),
    '## Options of every command',
    `${standalone.map(code).join(' and ')} take \`--help\` alone: they read no configuration, and what they write is for programs.`,
    optionTable(common),
    ...leaves.flatMap((command) => commandPart(command, common)),
  ];
  return `${parts.join('\n\n')}\n`;
}

function commandPart(command: CommandInfo, common: OptionInfo[]): string[] {
  const { path, usage, description, arguments: args, notes, examples } = command;
  const options = command.options.filter(({ flags }) => !common.some((option) => option.flags === flags));
  return [
    `## ${path.join(' ')}`,
    sentence(description),
    fenced(usage),
    ...(args.length > 0
      ? [
          table(
            ['Argument', ''],
            args.map(({ term, description, value }) => [
              code(term),
              withChoices(description, choicesToTell(value)),
            ]),
          ),
        ]
      : []),
    ...(options.length > 0 ? [optionTable(options)] : []),
    ...(notes ? [fenced(notes)] : []),
    ...(examples.length > 0 ? [fenced(examples.join('\n'), 'sh')] : []),
  ];
}

function optionTable(options: OptionInfo[]): string {
  return table(
    ['Option', ''],
    options.map(({ flags, description, value, mandatory, defaultText }) => [
      code(flags),
      [
        withChoices(description, choicesToTell(value)),
        mandatory ? '(required)' : '',
        defaultText === null ? '' : `(default: ${code(defaultText)})`,
      ]
        .filter(Boolean)
        .join(' '),
    ]),
  );
}

function withChoices(description: string, choices: string[]): string {
  return [escaped(description), choices.map(code).join(', ')].filter(Boolean).join(': ');
}

function table(head: string[], rows: string[][]): string {
  const line = (cells: string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

const code = (text: string) => `\`${text}\``;
const fenced = (text: string, language = '') => `\`\`\`${language}\n${text}\n\`\`\``;
const escaped = (text: string) => text.replace(/[<>*_]/g, '\\$&');
const sentence = (text: string) =>
  escaped(text.replace(/^[a-z]/, (letter) => letter.toUpperCase()).replace(/[^.]$/, '$&.'));
