/** What the completions of bash and zsh have in common: the tables that their scripts look into. */
import { allCommands, type CommandInfo, type OptionInfo, type ValueKind } from './describe.ts';

/** Text as one word of a shell. */
export const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;

/** A command by its words with a space before each, as the scripts collect them; the program is ''. */
export const keyOf = ({ path }: CommandInfo) => path.map((word) => ` ${word}`).join('');

/** --long and -s of an option, as far as it has them. */
export const flagsOf = ({ short, long }: OptionInfo) => [long, short].filter((flag) => flag !== null);

/**
 * Lines of a `case` that say what an option's value is: `file`, `folder`, `any`, what `webinterview complete` knows, or `choice` with the words;
 * + before it when several values may follow. An option without value has no line.
 */
export function valueCases(program: CommandInfo): string[] {
  return allCommands(program).flatMap((command) =>
    command.options.flatMap((option) => {
      if (!option.value) return [];
      const pattern = flagsOf(option)
        .map((flag) => quoted(`${keyOf(command)} ${flag}`))
        .join('|');
      return [
        `${pattern}) kind=${quoted(`${option.value.variadic ? '+' : ''}${kindText(option.value)}`)} ;;`,
      ];
    }),
  );
}

/** The same for arguments, by the number of those before them. */
export function argumentCases(program: CommandInfo): string[] {
  return allCommands(program).flatMap((command) =>
    command.arguments.flatMap(({ value, variadic }, i) => {
      const pattern = variadic ? `${quoted(keyOf(command))}:*` : quoted(`${keyOf(command)}:${i}`);
      return value.kind === 'any' ? [] : [`${pattern}) kind=${quoted(kindText(value))} ;;`];
    }),
  );
}

/** Lines of a loop over the words before the one at Tab: which command it is of, how many arguments it has, and what is due. */
export function wordLines(program: CommandInfo): string[] {
  const known = allCommands(program)
    .slice(1)
    .map((command) => quoted(keyOf(command)));
  return [
    'if [[ -n $kind && $word != -* ]]; then',
    "  [[ $kind == +* ]] || kind=''",
    '  continue',
    'fi',
    "kind=''",
    'if [[ $word == -* ]]; then',
    '  _webinterview_value "$at $word"',
    '  continue',
    'fi',
    'case "$at $word" in',
    `  ${known.join('|')}) at="$at $word" ;;`,
    '  *) count=$((count + 1)) ;;',
    'esac',
  ];
}

const kindText = (value: ValueKind) =>
  value.kind === 'choice' ? `choice ${value.choices.join(' ')}` : value.kind;

/** Lines of a script, each this many spaces from the left. */
export const indented = (lines: string[], depth: number) =>
  lines.map((line) => `${' '.repeat(depth)}${line}`).join('\n');
