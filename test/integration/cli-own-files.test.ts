/** No command writes onto the files that an installation lives by, whatever they are called; and it says what it replaces. */
import { execFileSync, spawnSync } from 'node:child_process';
import { link as hardLink, readdir, readFile, symlink, unlink, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import Database from 'libsql';
import { cli, cliServe, executable } from '../helpers/cli.ts';
import { temporaryFolder, testConfig } from '../helpers/store.ts';

/** An installation with a room, a configuration and a certificate; `env` says where they are. */
async function installation(t: ExecutionContext) {
  const config = await testConfig(t);
  const folder = await temporaryFolder(t);
  const [certFile, keyFile, caFile] = ['cert.pem', 'key.pem', 'ca.pem'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  const configFile = join(folder, 'webinterview.json');
  await writeFile(certFile, 'the certificate');
  await writeFile(keyFile, 'its key');
  await writeFile(caFile, 'who signs for the database');
  // A path that is not whole begins where the configuration is.
  const database = { caFile: 'ca.pem' };
  await writeFile(configFile, JSON.stringify({ tls: { certFile, keyFile }, database }));
  const env = { WEBINTERVIEW_CONFIG: configFile };
  t.is((await cli(config, ['room', 'create', '--name', 'a'], env)).code, 0);
  return { config, folder, env, certFile, keyFile, caFile, configFile };
}

/** All files of these folders with what is in them. */
async function contentsOf(...folders: string[]): Promise<Record<string, string>> {
  const contents: Record<string, string> = {};
  for (const folder of folders)
    for (const entry of await readdir(folder, { withFileTypes: true }))
      if (entry.isFile())
        contents[join(folder, entry.name)] = await readFile(join(folder, entry.name), 'base64');
  return contents;
}

const writing = (file: string): string[][] => [
  ['export', 'participants', 'a', '--format', 'csv', '--output', file],
  ['invite', 'a', '--format', 'text', '--output', file],
  ['check', '--output', file],
  ['check', '--url', 'http://127.0.0.1:1', '--output', file],
  ['backup', file],
  ['backup', `${file}.elsewhere`, '--secret', file],
];

test('each command that writes refuses each file of the installation, whether or not it is there', async (t) => {
  const { config, folder, env, certFile, keyFile, caFile, configFile } = await installation(t);
  const inData = (name: string) => join(config.dataDir, name);
  const kept = inData('webinterview.sqlite.before-restore-20300401T100000000Z');
  await writeFile(kept, 'what was there before');
  await writeFile(inData('server.lock'), '');
  const own: [string, string][] = [
    ...['', '-wal', '-shm', '-journal'].map((ending): [string, string] => [
      inData(`webinterview.sqlite${ending}`),
      'the database itself',
    ]),
    [inData('secret'), 'the secret itself'],
    [inData('server.lock'), 'the lock of the data directory'],
    [inData('server.json'), 'where a running server leaves its address'],
    [configFile, 'the configuration itself'],
    [join(import.meta.dirname, '../../config/default.json'), 'the configuration itself'],
    [certFile, 'the certificate of the configuration'],
    [keyFile, 'the key of the certificate'],
    [caFile, 'the authority of the database'],
    [kept, 'what a restore has kept'],
  ];
  const before = await contentsOf(config.dataDir, folder);
  for (const [file, what] of own) {
    // One command for each file, and each command for the lock.
    const commands = file === inData('server.lock') ? writing(file) : writing(file).slice(0, 1);
    for (const args of commands) {
      const { code, stdout, stderr } = await cli(config, args, env);
      t.deepEqual([code, stdout], [2, ''], args.join(' '));
      t.regex(
        stderr,
        /^webinterview: .* is .*: give the (export|invitation|report|backup|secret) another name\.\n$/,
      );
      t.true(stderr.startsWith(`webinterview: ${file} is ${what}: `), stderr);
    }
  }
  t.deepEqual(await contentsOf(config.dataDir, folder), before);
});

test('nor by another path: links, second names, another spelling, an open file, a redirection', async (t) => {
  const { config, folder, env } = await installation(t);
  const database = join(config.dataDir, 'webinterview.sqlite');
  const [link, folderLink, second] = [join(folder, 'link'), join(folder, 'data'), join(folder, 'second')];
  await symlink(config.secretFile, link);
  await symlink(config.dataDir, folderLink);
  await hardLink(config.secretFile, second);
  const before = await contentsOf(config.dataDir);
  const paths = [
    link,
    second,
    join(folderLink, 'secret'),
    join(folderLink, 'webinterview.sqlite-journal'),
    `${folderLink}/../${basename(config.dataDir)}/webinterview.sqlite-journal`,
    `${config.dataDir}/../${basename(config.dataDir)}//./secret`,
  ];
  for (const path of paths) {
    const { code, stderr } = await cli(config, writing(path)[0] as string[], env);
    t.deepEqual(
      [code, / itself: give the export another name\.\n$/.test(stderr)],
      [2, true],
      `${path} ${stderr}`,
    );
  }
  // As a shell opens them, to be added to or read.
  const shell = (command: string) => {
    const run = `env WEBINTERVIEW_DATA_DIR='${config.dataDir}' '${process.execPath}' '${executable}'`;
    const line = command.replace('webinterview', run);
    return execFileSync('bash', ['-c', `{ ${line}; } 2>&1 || echo ended $?`], { encoding: 'utf8' });
  };
  t.regex(
    shell(`webinterview export chat a --format csv --output /proc/self/fd/9 9< '${database}'`),
    /^webinterview: \/proc\/self\/fd\/9 is the database itself: .*\nended 2\n$/,
  );
  t.regex(
    shell(`webinterview room list --csv >> '${config.secretFile}'`),
    /^webinterview: Standard output goes to the secret itself: send it somewhere else\.\nended 2\n$/,
  );
  t.deepEqual(await contentsOf(config.dataDir), before);
  t.is((await cli(config, ['audit', 'verify'], env)).code, 0);
});

test('what a command prints is added to no file of the installation, whether or not the command has a configuration', async (t) => {
  const { config, configFile, certFile } = await installation(t);
  await writeFile(join(config.dataDir, 'server.lock'), '');
  const before = await contentsOf(config.dataDir, dirname(configFile));
  const append = (args: string, file: string, env: NodeJS.ProcessEnv) => {
    const line = `'${process.execPath}' '${executable}' ${args} >> '${file}'`;
    const { status, stderr } = spawnSync('bash', ['-c', line], {
      encoding: 'utf8',
      env: { ...process.env, ...env },
    });
    return [status, stderr];
  };
  const refusal = (what: string) => [
    2,
    `webinterview: Standard output goes to ${what}: send it somewhere else.\n`,
  ];
  const env = { WEBINTERVIEW_DATA_DIR: config.dataDir, WEBINTERVIEW_CONFIG: configFile };
  for (const args of [
    'man',
    'completion bash',
    '--help',
    'room create --help',
    '--version',
    'check --url http://127.0.0.1:1',
    'firewall --format nftables',
  ])
    t.deepEqual(append(args, config.secretFile, env), refusal('the secret itself'), args);
  t.deepEqual(append('man', certFile, env), refusal('the certificate of the configuration'));
  // It is named beside the command, or by nobody; and a configuration that is wrong is no matter of the man page.
  const byOption = `check --url http://127.0.0.1:1 --data-dir '${config.dataDir}'`;
  t.deepEqual(append(byOption, config.secretFile, {}), refusal('the secret itself'));
  const wrong = { WEBINTERVIEW_HTTP_PORT: 'none' };
  t.deepEqual(append('man', config.secretFile, wrong), refusal('part of a data directory'));
  t.deepEqual(await contentsOf(config.dataDir, dirname(configFile)), before);
  const page = join(dirname(configFile), 'webinterview.1');
  t.deepEqual(append('man', page, wrong), [0, '']);
  t.regex(await readFile(page, 'utf8'), /^\.TH /m);
});

test('a backup onto the lock of a running server leaves the lock to it', async (t) => {
  const config = await testConfig(t);
  await cliServe(t, config);
  const lock = join(config.dataDir, 'server.lock');
  for (const args of [
    ['backup', lock],
    ['backup', join(config.dataDir, 'b'), '--secret', lock],
  ])
    t.is((await cli(config, args)).code, 2, args.join(' '));
  const second = await cli(config, ['serve', '--port', '0']);
  t.is(second.code, 1);
  t.regex(second.stderr, /Another server|A server runs/);
});

test('what belongs to another data directory, or to another program, is no backup to be replaced', async (t) => {
  const { config, folder } = await installation(t);
  const other = await testConfig(t);
  await cliServe(t, other);
  for (const name of [
    'webinterview.sqlite',
    'webinterview.sqlite-journal',
    'secret',
    'server.lock',
    'server.json',
  ])
    for (const args of [
      writing(join(other.dataDir, name))[0],
      ['backup', join(other.dataDir, name)],
    ] as string[][]) {
      const { code, stderr } = await cli(config, args);
      t.is(code, 2, args.join(' '));
      t.regex(stderr, / is part of a data directory: give the (export|backup) another name\.\n$/);
    }
  // A server's database under another name, and one that is not ours.
  const [live, foreign] = [join(folder, 'live.sqlite'), join(folder, 'foreign.sqlite')];
  await hardLink(join(other.dataDir, 'webinterview.sqlite'), live);
  const theirs = new Database(foreign);
  theirs.exec('CREATE TABLE t (a)');
  theirs.close();
  for (const file of [live, foreign]) {
    const before = await readFile(file);
    const { code, stderr } = await cli(config, ['backup', file]);
    t.is(code, 1);
    t.regex(stderr, / exists and is not a backup: /);
    t.deepEqual(await readFile(file), before);
  }
  t.is((await cli(other, ['room', 'list'])).code, 0);
});

test('an ordinary file that is replaced is named in a note, a new one and a device are not', async (t) => {
  const { config, folder, env } = await installation(t);
  const [file, link] = [join(folder, 'report.csv'), join(folder, 'latest.csv')];
  const noteOf = async (args: string[]) => {
    const { code, stderr } = await cli(config, args, env);
    if (code !== 0) t.fail(stderr);
    return /^webinterview: note: the existing file (.*) was replaced\.$/m.exec(stderr)?.[1];
  };
  const exporting = (output: string) => writing(output)[0] as string[];
  t.is(await noteOf(exporting(file)), undefined);
  t.is(await noteOf(exporting(file)), file);
  await symlink(file, link);
  t.is(await noteOf(exporting(link)), `${file} (${link})`);
  t.is(await noteOf(exporting('/dev/null')), undefined);
  t.is(await noteOf(writing(file)[1] as string[]), file);
  const copy = join(folder, 'copy.secret');
  const backup = ['backup', join(folder, 'b.sqlite'), '--secret', copy];
  t.is(await noteOf(backup), undefined);
  await unlink(join(folder, 'b.sqlite'));
  t.is(await noteOf(backup), copy);
});
