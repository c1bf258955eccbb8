import { allCommands, type CommandInfo, type OptionInfo, type ValueKind } from './describe.ts';
import { flagsOf, keyOf } from './shell.ts';

/** The completion for fish 3 and later. */
export function fishCompletion(program: CommandInfo): string {
  const commands = allCommands(program);
  const known = commands.slice(1).map((command) => quoted(keyOf(command)));
  return `# webinterview: completion for fish. Keep it:
#   webinterview completion fish > ~/.config/fish/completions/webinterview.fish

# The words of the command that is being written, each with a space before it; then how many arguments it has already.
function __webinterview_command
    set -l at ''
    set -l takes ''
    set -l count 0
    for word in (commandline -opc)[2..-1]
        if test -n "$takes"; and not string match -q -- '-*' $word
            test "$takes" = one; and set takes ''
            continue
        end
        set takes ''
        if string match -q -- '-*' $word
            set takes (__webinterview_takes "$at $word")
        else if contains -- "$at $word" ${known.join(' ')}
            set at "$at $word"
        else
            set count (math $count + 1)
        end
    end
    echo "$at:$count"
end

# Whether one value, many or none follow an option, which comes with its command before it.
function __webinterview_takes
    switch $argv[1]
${commands.flatMap(takesCases).join('\n')}
    end
end

function __webinterview_at
    string match -q -- "$argv[1]:*" (__webinterview_command)
end

function __webinterview_at_argument
    string match -q -- "$argv[1]" (__webinterview_command)
end

# Names that the database knows.
function __webinterview_names
    set -l words (commandline -opc)
    set -l written (commandline -ct | string replace -r '^--[a-z-]+=' '' | string replace -a '\\\\' '' | string trim -c '\\'"')
    $words[1] complete $argv[1] "$written" -- $words[2..-1] 2>/dev/null
end

complete -c webinterview -e
complete -c webinterview -f
${commands.flatMap(linesOf).join('\n')}
`;
}

function takesCases(command: CommandInfo): string[] {
  return (['one', 'many'] as const).flatMap((amount) => {
    const options = command.options.filter(({ value }) => value && value.variadic === (amount === 'many'));
    const patterns = options.flatMap(flagsOf).map((flag) => quoted(`${keyOf(command)} ${flag}`));
    if (patterns.length === 0) return [];
    return [`        case ${patterns.join(' ')}`, `            echo ${amount}`];
  });
}

function linesOf(command: CommandInfo): string[] {
  const here = `complete -c webinterview -n ${quoted(`__webinterview_at "${keyOf(command)}"`)}`;
  const commands = command.commands.map(
    ({ path, description }) => `${here} -a ${quoted(path.at(-1) ?? '')} -d ${quoted(description)}`,
  );
  const options = command.options.map((option) => `${here} ${optionPart(option)}`);
  const values = command.arguments.flatMap(({ value, variadic }, i) => {
    if (value.kind === 'any') return [];
    const at = quoted(`__webinterview_at_argument "${keyOf(command)}:${variadic ? '*' : i}"`);
    return [`complete -c webinterview -n ${at} ${valuePart(value)}`];
  });
  return [...commands, ...options, ...values];
}

function optionPart({ short, long, value, description }: OptionInfo): string {
  const flags = [
    ...(long ? [`-l ${long.replace(/^--/, '')}`] : []),
    ...(short ? [`-s ${short.slice(1)}`] : []),
  ];
  return [...flags, ...(value ? [valuePart(value)] : []), `-d ${quoted(description)}`].join(' ');
}

/** -r: a value must follow; -f and -F: without and with the names of files. */
function valuePart(value: ValueKind): string {
  if (value.kind === 'file') return '-r -F';
  if (value.kind === 'folder') return `-r -f -a ${quoted('(__fish_complete_directories)')}`;
  if (value.kind === 'choice') return `-r -f -a ${quoted(value.choices.join(' '))}`;
  return value.kind === 'any' ? '-r -f' : `-r -f -a ${quoted(`(__webinterview_names ${value.kind})`)}`;
}

/** In fish both signs are escaped inside quotes. */
const quoted = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
