/** What the command line says about wrong usage and about what is not there. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import type { Command } from 'commander';
import stringWidth from 'string-width';
import { build } from '../../src/cli/program.ts';
import { allCommands, describe } from '../../src/cli/reference/describe.ts';
import { loadConfig } from '../../src/server/config.ts';
import { newRoom } from '../../src/server/room/newRoom.ts';
import { cli } from '../helpers/cli.ts';
import { testConfig } from '../helpers/store.ts';

/** Every command that does something, by the words that lead to it. */
function commandsOf(command: Command, path: string[] = []): string[][] {
  if (command.commands.length === 0) return [path];
  return command.commands.flatMap((inner) => commandsOf(inner, [...path, inner.name()]));
}
const commands = [[], ...commandsOf(build())];

for (const command of commands) {
  test(`${['webinterview', ...command].join(' ')} --help has examples and fits in 80 columns`, async (t) => {
    const { code, stdout, stderr } = await cli(null, [...command, '--help']);
    t.is(code, 0);
    t.is(stderr, '');
    t.regex(stdout, new RegExp(`\\nExamples:\\n {2}\\$ webinterview ${command.join(' ')}`));
    for (const line of stdout.split('\n')) t.true(stringWidth(line) <= 80, line);
    t.false(stdout.includes('\u001B'));
    // Below the options everything stands under a heading of one form.
    const [, end = ''] = stdout.split(/^ {2}-h, --help .*\n/m);
    for (const line of end.split('\n')) t.regex(line, /^$|^ {2}|^[A-Z][a-z]+:$/);
  });
}

test('--version is that of the package', async (t) => {
  const { code, stdout } = await cli(null, ['--version']);
  t.is(code, 0);
  t.regex(stdout, /^\d+\.\d+\.\d+\n$/);
});

const wrong: [string[], RegExp][] = [
  [['sreve'], /unknown command 'sreve' \(Did you mean serve\?\)/],
  [['serve', '--prot', '3000'], /unknown option '--prot' \(Did you mean --port\?\)/],
  [
    ['export', 'chat', 'a', '--format', 'pdf'],
    /Allowed choices are csv, json, xlsx; see webinterview export chat --help\.$/m,
  ],
  [['serve', '--port'], /option '--port <number>' argument missing/],
  [['room', 'create'], /--name is missing: give it, or run the command on a terminal/],
  [['export', 'chat'], /Say of what: a room, days with --from and --until, or --all/],
  [['export', 'chat', 'a', 'b'], /too many arguments.*; see webinterview export chat --help\.$/m],
  [['room', 'frobnicate'], /unknown command 'frobnicate'; see webinterview room --help\.$/m],
  [['erase', '--room', 'a'], /'--applicant <applicant>' not specified; see webinterview erase --help\.$/m],
  [
    ['check', '--url', 'nonsense'],
    /the address of the server, e\.g\. https:\/\/interview\.example\.com; see webinterview check --help\.$/m,
  ],
  [['room', 'create', '--name', ' '], /The name of a room must not be empty/],
  [
    ['room', 'create', '--name', 'x'.repeat(65)],
    /at most 64 characters; this one has 65; see webinterview room create --help\.$/m,
  ],
  [['room', 'create', '--name', 'a', '--from', 'soon'], /--from soon is not a time: expected e\.g\./],
  [
    ['room', 'create', '--name', 'a', '--duration', 'an hour'],
    /--duration an hour is not a duration: expected e\.g\. .*; see webinterview room create --help\.$/m,
  ],
  [
    ['room', 'create', '--name', 'a', '--until', '10:00', '--duration', '1h'],
    /--until and --duration .* one of them/,
  ],
  [
    ['room', 'create', '--name', 'a', '--from', '2026-12-01 10:00', '--until', '2026-12-01 09:59'],
    /would close \(2026-12-01 09:59 \(Asia\/Tokyo\)\) before it opens \(2026-12-01 10:00 \(Asia\/Tokyo\)\)/,
  ],
];
for (const [args, message] of wrong) {
  test(`wrong usage is one line and exit code 2: ${args.join(' ').slice(0, 70)}`, async (t) => {
    const config = await testConfig(t);
    const { code, stdout, stderr } = await cli(config, args);
    t.is(code, 2);
    t.is(stdout, '');
    t.regex(stderr, /^webinterview: [^\n]+\n$/);
    t.regex(stderr, message);
    t.notRegex(stderr, /[.,;:][.,;:]/);
    t.regex(stderr, /[^.]\.\n$/);
    const first = args.findIndex((arg) => arg.startsWith('--'));
    const json = await cli(config, args.toSpliced(first < 0 ? args.length : first, 0, '--json'));
    t.is(json.code, 2);
    t.regex(JSON.parse(json.stderr).error.message, message);
  });
}

test('a command that is missing shows the help and is wrong usage', async (t) => {
  for (const args of [[], ['room'], ['export']]) {
    const { code, stdout, stderr } = await cli(null, args);
    t.is(code, 2);
    t.is(stdout, '');
    t.regex(stderr, /Usage: webinterview/);
    const command = ['webinterview', ...args].join(' ');
    t.true(stderr.endsWith(`webinterview: A command is missing: see ${command} --help.\n`), stderr);
  }
});

test('a database that is not there', async (t) => {
  const config = await testConfig(t);
  const { code, stderr } = await cli(config, ['export', 'chat', 'a']);
  t.is(code, 1);
  t.regex(
    stderr,
    /^webinterview: There is no database at .*webinterview\.sqlite: start `webinterview serve` [^\n]*\n$/,
  );
});

test('a configuration with an unknown key, in one line, for every command', async (t) => {
  const config = await testConfig(t);
  const file = join(config.dataDir, 'own.json');
  await writeFile(file, '{"http": {"prot": 1}}');
  for (const command of [['serve'], ['room', 'create', '--name', 'a'], ['export', 'chat', 'a']]) {
    t.deepEqual(await cli(config, [...command, '--config', file]), {
      code: 1,
      stdout: '',
      stderr: `webinterview: Unknown configuration key http.prot (${file}): expected one of host, port, publicUrl, trustedProxies, allowPlain, keepAliveSeconds.\n`,
    });
  }
});

test('help says what holds where nothing is given, as it is done then', (t) => {
  const { config, made } = usualOnes();
  const told = (command: string, option: string) =>
    allCommands(describe(build()))
      .find(({ path }) => path.join(' ') === command)
      ?.options.find(({ long }) => long === `--${option}`)?.defaultText;
  const onOff = (on: boolean) => (on ? 'on' : 'off');
  const usual: [string, string, unknown][] = [
    ['serve', 'host', `http.host, else ${config.http.host}`],
    ['serve', 'port', `http.port, else ${config.http.port}`],
    ['room create', 'time-zone', `room.timeZone, else ${made.timeZone}`],
    ['room create', 'duration', `room.durationMinutes, else ${config.room.durationMinutes / 60}h`],
    ['room create', 'opens-early', `room.openEarlyMinutes, else ${config.room.openEarlyMinutes}m`],
    ['room create', 'interviewer-seats', String(made.interviewerSeats)],
    ['room create', 'capacity', made.capacity ?? 'none'],
    ['room create', 'microphone', onOff(made.entry.microphone)],
    ['room create', 'camera', onOff(made.entry.camera)],
    ['room create', 'names', onOff(made.entry.names)],
    ['room create', 'language', made.language],
    ['room create', 'history', made.history ?? 'auto'],
    ['room list', 'limit', '50, for programs all'],
    ['webhook deliveries', 'limit', '20'],
    // Nothing is usual of a change: what is not given stays.
    ['room update', 'language', null],
  ];
  for (const [command, option, value] of usual)
    t.is(told(command, option), value as string, `${command} ${option}`);
  t.regex(
    build()
      .commands.find((each) => each.name() === 'serve')
      ?.helpInformation() ?? '',
    /\(default:\s+http\.port, else 3000\)/,
  );
});

/** What is done where nothing is given. */
function usualOnes() {
  const config = loadConfig({ env: {}, nodeEnv: '' });
  const { timeZone, durationMinutes } = config.room;
  const { room: made } = newRoom(
    { name: 'a' },
    { now: new Date(), defaultMinutes: durationMinutes, timeZone },
  );
  return { config, made };
}

test('a configuration that is no JSON is one sentence', async (t) => {
  const config = await testConfig(t);
  const file = join(config.dataDir, 'own.json');
  await writeFile(file, '{"http": ');
  const { stderr } = await cli(config, ['room', 'list', '--config', file]);
  t.regex(stderr, /^webinterview: The configuration \S+ is not valid JSON: [^\n]*[^.\n]\.\n$/);
});

test('--verbose shows where an error came from', async (t) => {
  const config = await testConfig(t);
  const { stderr } = await cli(config, ['export', 'chat', 'a', '--verbose']);
  t.regex(stderr, /\n {4}at /);
});
