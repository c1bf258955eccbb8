/** What commander was told, as plain data: the man page, the completions and the reference are made from it. */
import type { Argument, Command, Option } from 'commander';

/** What a value is, as far as a shell can offer some. */
export type ValueKind =
  | { kind: 'file' | 'folder' | 'any' }
  | { kind: 'choice'; choices: string[] }
  /** What only the database knows: the completions ask `webinterview complete`. */
  | { kind: 'room' | 'applicant' | 'link' };

/** An argument, as man page, completions and docs/cli.md tell of it. */
export type ArgumentInfo = {
  /** As usage shows it: <room> or [kind...]. */
  term: string;
  name: string;
  description: string;
  required: boolean;
  variadic: boolean;
  value: ValueKind;
};

/** An option, as they tell of it. */
export type OptionInfo = {
  /** With its dashes, e.g. -h; null: it has none. */
  short: string | null;
  long: string | null;
  /** As help shows it, e.g. `--port <number>`. */
  flags: string;
  description: string;
  /** null: it takes no value. */
  value: (ValueKind & { name: string; required: boolean; variadic: boolean }) | null;
  /** The command does not run without it. */
  mandatory: boolean;
  /** What it is when it is not given, as text; null: nothing. */
  defaultText: string | null;
};

/** A command, with those under it. */
export type CommandInfo = {
  /** Its words after the program's name; empty for the program. */
  path: string[];
  /** With options and arguments, e.g. `webinterview export chat [options] <room>`. */
  usage: string;
  description: string;
  arguments: ArgumentInfo[];
  options: OptionInfo[];
  commands: CommandInfo[];
  /** What help says at its end, without the examples. */
  notes: string;
  /** Whole command lines. */
  examples: string[];
};

/** Walks a command and those under it; what is hidden from help is left out. */
export function describe(command: Command, path: string[] = []): CommandInfo {
  const help = command.createHelp();
  // Help makes its command only while it is shown; it is a word like the others.
  const commands = help.visibleCommands(command).filter((child) => child.name() !== 'help');
  return {
    path,
    usage: help.commandUsage(command),
    description: command.description(),
    arguments: command.registeredArguments.map(argumentOf),
    options: help.visibleOptions(command).map(optionOf),
    commands: commands.map((child) => describe(child, [...path, child.name()])),
    ...endOf(command),
  };
}

/** Every command, the program first, each before those under it. */
export function allCommands(command: CommandInfo): CommandInfo[] {
  return [command, ...command.commands.flatMap(allCommands)];
}

/** The commands that tell of the command line itself: they read no configuration, and have no common options. */
export const standalone = ['completion', 'man'];

/** The options that every command has which does something, but for the standalone ones: they are told once. */
export function commonOptions(program: CommandInfo): OptionInfo[] {
  const leaves = allCommands(program).filter(
    ({ path, commands }) => commands.length === 0 && !standalone.includes(path.join(' ')),
  );
  const [first, ...others] = leaves;
  const has = (leaf: CommandInfo, flags: string) => leaf.options.some((option) => option.flags === flags);
  return (first?.options ?? []).filter(({ flags }) => others.every((leaf) => has(leaf, flags)));
}

/** The choices that the flags do not say already, as <on|off> does. */
export function choicesToTell(value: (ValueKind & { name?: string }) | null): string[] {
  if (value?.kind !== 'choice' || value.name?.includes('|')) return [];
  return value.choices;
}

function argumentOf(argument: Argument): ArgumentInfo {
  const name = argument.name();
  const { required, variadic, description, argChoices } = argument;
  const inside = `${name}${variadic ? '...' : ''}`;
  return {
    name,
    description,
    required,
    variadic,
    term: required ? `<${inside}>` : `[${inside}]`,
    // An option's <link> is the address itself.
    value: name === 'link' ? { kind: 'link' } : valueKind(name, argChoices),
  };
}

function optionOf(option: Option): OptionInfo {
  const { flags, description, mandatory, defaultValue, defaultValueDescription, argChoices } = option;
  const { required, variadic } = option;
  const name = /[<[]([^>\].]+)/.exec(flags)?.[1];
  const hasDefault = defaultValue !== undefined && defaultValue !== false;
  return {
    flags,
    description,
    mandatory,
    short: option.short ?? null,
    long: option.long ?? null,
    value: name === undefined ? null : { ...valueKind(name, argChoices), name, required, variadic },
    defaultText: defaultValueDescription ?? (hasDefault ? JSON.stringify(defaultValue) : null),
  };
}

function valueKind(name: string, choices: readonly string[] | undefined): ValueKind {
  if (choices) return { kind: 'choice', choices: [...choices] };
  // <on|off> says the same for people.
  if (name.includes('|')) return { kind: 'choice', choices: name.split('|') };
  if (/^(file|.*-file)$/i.test(name)) return { kind: 'file' };
  if (/^(folder|directory)$/i.test(name)) return { kind: 'folder' };
  if (name === 'room' || name === 'applicant') return { kind: name };
  return { kind: 'any' };
}

/** What addHelpText added is only there where help is written: after the rest of it. */
function endOf(command: Command): Pick<CommandInfo, 'notes' | 'examples'> {
  const parts: string[] = [];
  const output = command.configureOutput();
  command.configureOutput({ ...output, writeOut: (part) => parts.push(part) });
  command.outputHelp();
  command.configureOutput(output);
  const end = parts.join('').slice(command.helpInformation().length);
  const [notes = '', after = ''] = end.split(/^Examples:\n/m);
  const examples = after.split('\n').flatMap((line) => /^ {2}\$ (.+)$/.exec(line)?.[1] ?? []);
  return { notes: withoutHeading(notes).trim(), examples };
}

/** Help has notes under a heading of their own, two columns from the left; elsewhere they stand for themselves. */
const withoutHeading = (text: string) =>
  text.replace(/^Notes:\n((?:(?: {2}.*)?\n)+)/m, (_, lines: string) => lines.replace(/^ {2}/gm, ''));
