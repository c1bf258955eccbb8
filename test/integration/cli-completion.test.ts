/** Completion in the real shells: bash, zsh and fish, by their own means and by Tab in a terminal. */
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { build } from '../../src/cli/program.ts';
import { allCommands, describe } from '../../src/cli/reference/describe.ts';
import { cli } from '../helpers/cli.ts';
import { type Home, openTerminal, runShell, shellHome } from '../helpers/shell.ts';
import { testConfig } from '../helpers/store.ts';

const program = describe(build());

/** What the shell offers after a line that ends with what is being written. */
const offers = {
  async bash(t: ExecutionContext, home: Home, line: string): Promise<string[]> {
    const script = `source "$HOME/completion.bash"
      COMP_WORDS=("$@"); COMP_CWORD=$(( $# - 1 ))
      complete -p webinterview >/dev/null && _webinterview
      printf '%s\\n' "\${COMPREPLY[@]}"`;
    const words = line.split(' ').flatMap((word) => word.split(/(=)/).filter((part, i) => part || i === 0));
    return sorted(await runShell(t, home, ['bash', '-c', script, 'bash', ...words]));
  },
  async zsh(t: ExecutionContext, home: Home, line: string): Promise<string[]> {
    // What the completion hands to zsh is printed instead of shown: compadd is where all of it goes through.
    const script = `autoload -Uz compinit && compinit -u
      source "$HOME/completion.zsh"
      [[ \${_comps[webinterview]} == _webinterview ]] || exit 3
      compadd() { local -a a; a=("$@"); builtin print -rl -- "\${a[@]:\${a[(i)--]}}" }
      _describe() { [[ $1 == -o ]] && shift; local w; for w in "\${(@P)2}"; do print -r -- "\${w%%:*}"; done }
      _files() { print -r -- "files \${1-}" }
      _message() { : }
      compset() { PREFIX=\${PREFIX#*=} }
      words=("$@"); CURRENT=$#; PREFIX=\${words[-1]}
      _webinterview`;
    const all = sorted(await runShell(t, home, ['zsh', '-f', '-c', script, 'zsh', ...line.split(' ')]));
    // Zsh itself chooses those that begin with what was written.
    const written = (line.split(' ').at(-1) ?? '').replace(/^--[a-z-]+=/, '');
    return all.filter((word) => word.startsWith('files') || word.startsWith(written));
  },
  async fish(t: ExecutionContext, home: Home, line: string): Promise<string[]> {
    const script = 'source "$HOME/completion.fish"; complete -C $argv[1]';
    const out = await runShell(t, home, ['fish', '--no-config', '-c', script, line]);
    return sorted(out.replace(/\t.*$/gm, ''));
  },
};
const sorted = (text: string) => text.split('\n').filter(Boolean).sort();

/** A home in which the shell's completion lies in a file: one shell after the other reads it. */
async function homeWith(t: ExecutionContext, shell: keyof typeof offers): Promise<Home> {
  const home = await shellHome(t);
  const script = await runShell(t, home, ['webinterview', 'completion', shell]);
  await writeFile(join(home.folder, `completion.${shell}`), script);
  return home;
}

for (const shell of ['bash', 'zsh', 'fish'] as const) {
  test(`${shell} completes every command, and every option of every command`, async (t) => {
    const home = await homeWith(t, shell);
    for (const { path, commands, options } of allCommands(program)) {
      const line = ['webinterview', ...path].join(' ');
      if (commands.length > 0) {
        t.deepEqual(
          await offers[shell](t, home, `${line} `),
          commands.map((child) => child.path.at(-1)).sort(),
          line,
        );
      }
      const flags = options.flatMap(({ long }) => long ?? []).sort();
      const offered = await offers[shell](t, home, `${line} --`);
      t.deepEqual(
        offered.filter((flag) => flag.startsWith('--')),
        flags,
        line,
      );
    }
  });

  test(`${shell} completes what has begun, values of options, and knows what is a value`, async (t) => {
    const home = await homeWith(t, shell);
    const offered = (line: string) => offers[shell](t, home, line);
    t.deepEqual(await offered('webinterview room cr'), ['create']);
    t.deepEqual(await offered('webinterview invite --appl'), ['--applicant']);
    t.deepEqual(await offered('webinterview invite --language '), ['en', 'ja']);
    t.deepEqual(await offered('webinterview invite a --format e'), ['eml']);
    t.deepEqual(await offered('webinterview room create --microphone '), ['off', 'on']);
    t.deepEqual(await offered('webinterview completion '), ['bash', 'fish', 'zsh']);
    t.deepEqual(await offered('webinterview completion z'), ['zsh']);
    // The name of a room may be that of a command.
    t.deepEqual(await offered('webinterview room create --name export --fro'), ['--from', '--from-csv']);
    t.deepEqual(await offered('webinterview room create --applicant export invite --fro'), [
      '--from',
      '--from-csv',
    ]);
    t.deepEqual(await offered('webinterview export chat --config room --outp'), ['--output']);
    const withSign = await offered('webinterview invite --language=e');
    t.true(withSign.length === 1 && /^(--language=)?en$/.test(withSign[0] ?? ''), String(withSign));
  });

  test(`${shell} offers files and folders where they are asked for`, async (t) => {
    const home = await homeWith(t, shell);
    await writeFile(join(home.folder, 'my file.json'), '');
    await mkdir(join(home.folder, 'my folder'));
    const files = await offers[shell](t, home, 'webinterview serve --config m');
    const folders = await offers[shell](t, home, 'webinterview serve --data-dir m');
    const nothing = await offers[shell](t, home, 'webinterview serve --port m');
    t.deepEqual(nothing, []);
    if (shell === 'zsh') return t.deepEqual([files, folders], [['files '], ['files -/']]);
    const plain = (names: string[]) => names.map((name) => name.replaceAll('\\', '').replace(/\/$/, ''));
    t.deepEqual(plain(files), ['my file.json', 'my folder']);
    t.deepEqual(plain(folders), ['my folder']);
  });
}

for (const shell of ['bash', 'zsh', 'fish'] as const) {
  test(`${shell} completes the names of rooms, and of who has links there`, async (t) => {
    const { folder, env } = await homeWith(t, shell);
    const config = await testConfig(t);
    const home = { folder, env: { ...env, WEBINTERVIEW_DATA_DIR: config.dataDir } };
    const offered = async (line: string) =>
      (await offers[shell](t, home, line)).map((name) => name.replaceAll('\\', ''));
    t.deepEqual(await offered('webinterview room show '), []);
    const create = (name: string, ...args: string[]) =>
      cli(config, ['room', 'create', '--name', name, ...args]);
    t.is((await create('9110-1-to', '--applicant', '佐藤花子', '鈴木一郎')).code, 0);
    for (const name of ['9110-2-to', 'my room', '面接室']) await create(name);
    t.deepEqual(await offered('webinterview room show 9110-'), ['9110-1-to', '9110-2-to']);
    t.deepEqual(await offered('webinterview room close 面'), ['面接室']);
    t.deepEqual(await offered('webinterview export chat my'), ['my room']);
    t.deepEqual(await offered('webinterview erase --room 9110-2'), ['9110-2-to']);
    t.deepEqual(await offered('webinterview invite 9110-1-to --applicant '), ['佐藤花子', '鈴木一郎']);
    t.deepEqual(await offered('webinterview room revoke 9110-1-to 佐'), ['佐藤花子']);
    t.deepEqual(await offered('webinterview room reissue 9110-2-to '), ['applicant', 'interviewer']);
    // A name of one's own is no name that there is, and other data have other names.
    t.deepEqual(await offered('webinterview room create --name 9110'), []);
    t.deepEqual(await offered('webinterview room show --data-dir /nowhere 9110'), []);
  });
}

test('where the database does not answer, nothing is offered, and nothing said', async (t) => {
  const silent = createServer(() => undefined).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  t.teardown(() => silent.close());
  const { port } = silent.address() as AddressInfo;
  const config = await testConfig(t, `mysql://user:secret@127.0.0.1:${port}/interview`);
  const nothing = { code: 0, stdout: '', stderr: '' };
  t.deepEqual(await cli(config, ['complete', 'room', 'a', '--', 'room', 'show']), nothing);
  t.deepEqual(await cli(await testConfig(t), ['complete', 'link', '']), nothing);
});

const interactive: [string, [string, ...string[]], string][] = [
  ['bash', ['bash', '--norc', '--noprofile', '-i'], 'source <(webinterview completion bash)'],
  ['zsh', ['zsh', '-f', '-i'], 'autoload -Uz compinit; compinit -u; source <(webinterview completion zsh)'],
  ['fish', ['fish', '--no-config', '-i'], 'webinterview completion fish | source'],
];
for (const [shell, command, setUp] of interactive) {
  test(`in a terminal Tab completes a command, an option, a value and a file: ${shell}`, async (t) => {
    const { folder, env } = await shellHome(t);
    const config = await testConfig(t);
    const home = { folder, env: { ...env, WEBINTERVIEW_DATA_DIR: config.dataDir } };
    t.is((await cli(config, ['room', 'create', '--name', 'my room'])).code, 0);
    await writeFile(join(home.folder, 'settings.json'), '');
    const terminal = openTerminal(t, home, command);
    await terminal.shows(/[$%>#] *$/m);
    terminal.type(`${setUp}; echo re''ady\r`);
    await terminal.shows(/^ready/m);
    terminal.type('webinterview inv\t');
    await terminal.shows(/webinterview invite /);
    terminal.type('a --lang\t');
    await terminal.shows(/webinterview invite a --language /);
    terminal.type('j\t');
    await terminal.shows(/webinterview invite a --language ja/);
    terminal.type('--f\t\t');
    const screen = await terminal.shows(/--format/);
    t.true(screen.includes('--from-address'), screen);
    // Ctrl+U empties the line.
    terminal.type('\u0015');
    terminal.type('webinterview serve --config sett\t');
    await terminal.shows(/serve --config settings\.json/);
    terminal.type('\u0015');
    terminal.type('webinterview room show my\t');
    await terminal.shows(/room show my\\ room/);
  });
}

test('the scripts are such that their shells have nothing to say about them', async (t) => {
  const home = await shellHome(t);
  for (const shell of ['bash', 'zsh', 'fish']) {
    const { code, stdout } = await cli(null, ['completion', shell]);
    t.is(code, 0);
    const file = join(home.folder, shell);
    await writeFile(file, stdout);
    t.is(await runShell(t, home, [shell, '-n', file]), '');
  }
});

test('a shell that is unknown is wrong usage', async (t) => {
  const { code, stderr } = await cli(null, ['completion', 'tcsh']);
  t.is(code, 2);
  t.regex(
    stderr,
    /argument value 'tcsh' is invalid for argument 'shell'\. Allowed choices are bash, zsh, fish; see webinterview completion --help\.$/m,
  );
});
