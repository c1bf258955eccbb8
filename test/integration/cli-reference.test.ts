/** The man page and docs/cli.md are what the definitions say. */
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { Argument, Command, Option } from 'commander';
import { build } from '../../src/cli/program.ts';
import { allCommands, commonOptions, describe, standalone } from '../../src/cli/reference/describe.ts';
import { manPage } from '../../src/cli/reference/man.ts';
import { markdownReference } from '../../src/cli/reference/markdown.ts';
import { cli } from '../helpers/cli.ts';
import { runShell, shellHome } from '../helpers/shell.ts';

const root = join(import.meta.dirname, '../..');

test('docs/cli.md is what the definitions say', (t) => {
  const written = readFileSync(join(root, 'docs/cli.md'), 'utf8');
  const isSame = written === markdownReference(describe(build()));
  t.true(
    isSame,
    'docs/cli.md is not what src/cli/program.ts defines: run `npm run reference`, and commit it.',
  );
});

test('every link of docs/cli.md leads to a heading, and every command has one', (t) => {
  const text = readFileSync(join(root, 'docs/cli.md'), 'utf8');
  const headings = [...text.matchAll(/^## (.+)$/gm)].map(([, title]) => title?.replaceAll(' ', '-'));
  for (const [, target] of text.matchAll(/\]\(#([^)]+)\)/g)) t.true(headings.includes(target), target);
  for (const { path, commands } of allCommands(describe(build()))) {
    if (commands.length === 0) t.true(headings.includes(path.join('-')), path.join(' '));
  }
});

test('man shows the page without a warning, with every command and option', async (t) => {
  const home = await shellHome(t);
  const { code, stdout, stderr } = await cli(null, ['man']);
  t.is(code, 0);
  t.is(stderr, '');
  const file = join(home.folder, 'webinterview.1');
  await writeFile(file, stdout);
  for (const columns of ['80', '40', '200']) {
    const env = { ...home.env, MANWIDTH: columns, MANPAGER: 'cat', MANROFFSEQ: '' };
    const shown = await runShell(t, { ...home, env }, ['man', '--warnings', '-l', file]);
    if (columns !== '200') continue;
    const program = describe(build());
    for (const { path, options, commands } of allCommands(program)) {
      if (commands.length > 0) continue;
      t.true(shown.includes(`\n   ${path.join(' ')}\n`), path.join(' '));
      for (const { long } of options) t.true(shown.includes(long ?? ''), `${path.join(' ')} ${long}`);
    }
    for (const section of ['NAME', 'SYNOPSIS', 'EXIT STATUS', 'ENVIRONMENT', 'FILES']) {
      t.true(shown.includes(`\n${section}\n`), section);
    }
  }
});

test('the manual page of a name that begins a line with a dot, or has a backslash, says just that', async (t) => {
  const home = await shellHome(t);
  const tricky = new Command('webinterview').description('Tricky.');
  tricky
    .command('do')
    .description(`.hidden 'quoted' \\fBnot bold\\fR 佐藤花子 ~ ^ \``)
    .option('--it', "'tis a line\n.so /etc/passwd");
  const file = join(home.folder, 'tricky.1');
  await writeFile(file, manPage(describe(tricky), '1.0.0'));
  const env = { ...home.env, MANWIDTH: '120', MANPAGER: 'cat' };
  const shown = await runShell(t, { ...home, env }, ['man', '--warnings', '-l', file]);
  t.true(shown.includes(`.hidden 'quoted' \\fBnot bold\\fR 佐藤花子 ~ ^ \``), shown);
  t.true(shown.replace(/\s+/g, ' ').includes("'tis a line .so /etc/passwd"), shown);
});

test('what commander was told is there as data', (t) => {
  const program = new Command('p').description('P.');
  const noop = () => undefined;
  program
    .command('go')
    .description('goes')
    .addArgument(new Argument('<way>', 'which').choices(['left', 'right']))
    .argument('[more...]', 'and more')
    .requiredOption('-t, --to <file>', 'where')
    .option('--names <name...>', 'who')
    .option('--level [number]', 'how far', '3')
    .addOption(new Option('--secret', 'not told').hideHelp())
    .addHelpText('after', '\nA note.\n\nExamples:\n  $ p go left\n')
    .action(noop);
  program.command('hidden', { hidden: true }).action(noop);
  const [go, ...others] = describe(program).commands;
  t.deepEqual(others, []);
  t.like(go, {
    path: ['go'],
    usage: 'p go [options] <way> [more...]',
    description: 'goes',
    notes: 'A note.',
  });
  t.deepEqual(go?.examples, ['p go left']);
  t.deepEqual(
    go?.arguments.map(({ term, value }) => [term, value]),
    [
      ['<way>', { kind: 'choice', choices: ['left', 'right'] }],
      ['[more...]', { kind: 'any' }],
    ],
  );
  t.deepEqual(
    go?.options.map(({ long }) => long),
    ['--to', '--names', '--level', '--help'],
  );
  const [to, names, level, help] = go?.options ?? [];
  t.like(to, { short: '-t', mandatory: true, value: { kind: 'file', required: true } });
  t.like(names, { value: { kind: 'any', variadic: true }, defaultText: null });
  t.like(level, { value: { required: false }, defaultText: '"3"' });
  t.is(help?.value, null);
});

test('describing a program changes nothing of what it prints', (t) => {
  const program = build();
  const before = program.helpInformation();
  const output = program.configureOutput();
  describe(program);
  t.is(program.helpInformation(), before);
  t.deepEqual(program.configureOutput(), output);
});

test('the options of every command are those of define.ts, and every command but two takes them', async (t) => {
  const common = ['--config', '--data-dir', '--help', '--json', '--verbose'];
  const program = describe(build());
  t.deepEqual(
    commonOptions(program)
      .map(({ long }) => long)
      .sort(),
    common,
  );
  t.deepEqual(standalone, ['completion', 'man']);
  for (const { path, commands, options } of allCommands(program)) {
    if (commands.length > 0) continue;
    const name = path.join(' ');
    const longs = options.map(({ long }) => long);
    if (standalone.includes(name)) t.deepEqual(longs, ['--help'], name);
    else for (const long of common) t.true(longs.includes(long), `${name} ${long}`);
  }
  for (const args of [['man'], ['completion', 'bash']])
    t.regex((await cli(null, [...args, '--json'])).stderr, /unknown option '--json'/);
});

test('an option that one command lacks is none of every command', (t) => {
  const program = new Command('p').description('P.');
  for (const name of ['a', 'b', 'c', 'man']) {
    const command = program.command(name).description(name);
    if (name !== 'man') command.option('--everywhere', 'yes');
    if (name !== 'c' && name !== 'man') command.option('--often', 'no');
  }
  t.deepEqual(
    commonOptions(describe(program)).map(({ long }) => long),
    ['--everywhere', '--help'],
  );
});
