import {
  allCommands,
  type CommandInfo,
  choicesToTell,
  commonOptions,
  type OptionInfo,
  standalone,
} from './describe.ts';

/** The man page, in roff (man(7)): `man -l` shows it. */
export function manPage(program: CommandInfo, version: string): string {
  const commands = allCommands(program).filter(
    ({ path, commands }) => path.length > 0 && commands.length === 0,
  );
  const common = commonOptions(program);
  const own = (command: CommandInfo) =>
    command.options.filter(({ flags }) => !common.some((option) => option.flags === flags));
  return [
    `.TH WEBINTERVIEW 1 "" "webinterview ${version}" "User Commands"`,
    // Not stretched to the width: what is to be typed stands as it is, and Japanese has no spaces.
    '.ad l',
    '.SH NAME',
    `webinterview \\- ${escaped(lowered(program.description))}`,
    '.SH SYNOPSIS',
    '.B webinterview',
    '.I command',
    '[\\fIoptions\\fR] [\\fIarguments\\fR]',
    '.SH DESCRIPTION',
    paragraph(program.description),
    paragraph(listed),
    '.SH COMMANDS',
    ...commands.flatMap((command) => commandPart(command, own(command))),
    '.SH COMMON OPTIONS',
    paragraph(`Of all commands but ${standalone.join(' and ')}:`),
    ...common.flatMap(optionPart),
    '.SH EXIT STATUS',
    ...terms(exitCodes),
    '.SH ENVIRONMENT',
    ...terms(environment),
    '.SH FILES',
    ...terms(files),
    '.SH EXAMPLES',
    ...program.examples.flatMap(example),
  ]
    .join('\n')
    .concat('\n');
}

const listed = `Every command says with --help what it takes, and with --json it writes for programs (but for ${standalone.join(' and ')}). Wrong usage and what cannot be done are one line on standard error.`;
const exitCodes: [string, string][] = [
  ['0', 'It is done.'],
  [
    '1',
    'It could not be done; the line on standard error says why, and what to do. Or a room was changed, and a server that does not answer could not be told: a note names it.',
  ],
  ['2', 'Wrong usage: an option, an argument or a value that cannot be, also in a line of --from-csv.'],
  ['130, 143, 129', 'It was stopped by Ctrl+C, SIGTERM or SIGHUP; what was begun is not there.'],
];
const environment: [string, string][] = [
  ['WEBINTERVIEW_CONFIG', 'The configuration file; --config goes before it.'],
  [
    'WEBINTERVIEW_...',
    'Any key of the configuration: http.port is WEBINTERVIEW_HTTP_PORT. It goes before the file; options of the command line go before it.',
  ],
  [
    'XDG_DATA_HOME',
    'Where the folder webinterview with the database and the secret is (default: ~/.local/share).',
  ],
  ['NO_COLOR', 'When it is set, nothing is coloured.'],
];
const files: [string, string][] = [
  ['~/.local/share/webinterview/webinterview.sqlite', 'The embedded database (dataDir).'],
  ['~/.local/share/webinterview/secret', 'What links are made from (secretFile): keep it with the backup.'],
];

function commandPart(command: CommandInfo, options: OptionInfo[]): string[] {
  const { path, arguments: args, description, notes, examples } = command;
  const words = [
    `\\fB${escaped(path.join(' '))}\\fR`,
    ...args.map(({ term }) => italic(term)),
    '[\\fIoptions\\fR]',
  ];
  return [
    `.SS ${escaped(path.join(' '))}`,
    '.PP',
    words.join(' '),
    paragraph(sentence(description)),
    ...args.flatMap(({ term, description, value }) =>
      term2(italic(term), withChoices(description, choicesToTell(value))),
    ),
    ...options.flatMap(optionPart),
    ...(notes ? notes.split(/\n\n+/).map(paragraph) : []),
    ...(examples.length > 0 ? ['.PP', 'Examples:', ...examples.flatMap(example)] : []),
  ];
}

function optionPart({ short, long, description, value, mandatory, defaultText }: OptionInfo): string[] {
  const flags = [short, long].flatMap((flag) => (flag ? [`\\fB${escaped(flag)}\\fR`] : [])).join(', ');
  const name = `${value?.name}${value?.variadic ? '...' : ''}`;
  const taken = value ? ` ${italic(value.required ? name : `[${name}]`)}` : '';
  const text = withChoices(description, choicesToTell(value));
  const more = [mandatory ? ' (required)' : '', defaultText === null ? '' : ` (default: ${defaultText})`];
  return term2(`${flags}${taken}`, `${text}${more.join('')}`);
}

function withChoices(description: string, choices: string[]): string {
  if (choices.length === 0) return description;
  return `${description ? `${description}; ` : ''}one of ${choices.join(', ')}`;
}

const terms = (pairs: [string, string][]) =>
  pairs.flatMap(([term, text]) => term2(`\\fB${escaped(term)}\\fR`, text));
const term2 = (term: string, text: string) => ['.TP', term, escaped(text) || '\\&'];
const paragraph = (text: string) => `.PP\n${escaped(text)}`;
const italic = (text: string) => `\\fI${escaped(text.replace(/^<(.*)>$/, '$1'))}\\fR`;
const example = (line: string) => ['.PP', '.RS 4', '.nf', `$ ${escaped(line)}`, '.fi', '.RE'];

/** As the words after a name and a dash are written. */
const lowered = (text: string) =>
  text.replace(/^[A-Z](?=[a-z])/, (letter) => letter.toLowerCase()).replace(/\.$/, '');
const sentence = (text: string) =>
  text.replace(/^[a-z]/, (letter) => letter.toUpperCase()).replace(/[^.]$/, '$&.');

/** Text as text: no letter of it is a command, a minus is one, and other scripts are named by their number. */
function escaped(text: string): string {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll("'", '\\(aq')
    .replaceAll('`', '\\(ga')
    .replaceAll('^', '\\(ha')
    .replaceAll('~', '\\(ti')
    .replace(/^(?=\.)/gm, '\\&')
    .replace(/[^\0-\x7F]/gu, (letter) => `\\[u${codePoint(letter)}]`);
}

const codePoint = (letter: string) =>
  (letter.codePointAt(0) as number).toString(16).toUpperCase().padStart(4, '0');
