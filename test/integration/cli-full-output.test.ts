/** What cannot be printed, as the disk is full or an earlier command has gone: one line, exit code 1, and the work is done. */
import { execFile } from 'node:child_process';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import pLimit from 'p-limit';
import type { Config } from '../../src/server/config.ts';
import { cli, executable } from '../helpers/cli.ts';
import { testConfig } from '../helpers/store.ts';

const atMostTwo = pLimit(2);

/** A line of a shell, in which `webinterview` is the program with this data directory. */
const shell = ({ dataDir }: Config, line: string) =>
  atMostTwo(
    () =>
      new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
        const program = `webinterview() { '${process.execPath}' '${executable}' "$@"; }; set -o pipefail; `;
        const env = { PATH: process.env.PATH, HOME: dataDir, WEBINTERVIEW_DATA_DIR: dataDir };
        execFile('bash', ['-c', program + line], { env }, (error, stdout, stderr) =>
          resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
        );
      }),
  );

const othersThanNotes = (stderr: string) =>
  stderr.split('\n').filter((line) => !line.startsWith('webinterview: note: '));

const FULL =
  'Could not write to the standard output: no space left on the device; free some space, or send it elsewhere.';

test('with standard output on a full disk every command says so in one line, and exits with 1', async (t) => {
  const config = await testConfig(t);
  await cli(config, ['room', 'create', '--name', 'a']);
  const commands = [
    '--help',
    '--version',
    'man',
    'completion bash',
    'room list',
    'room list --csv',
    'room show a',
    'export participants a --format csv',
    'export room a --format zip',
    'invite a',
    'firewall',
    'firewall --format nftables',
    'audit verify',
    'key list',
    'webhook list',
  ];
  const told = commands.map(async (command) => {
    const { code, stdout, stderr } = await shell(config, `webinterview ${command} > /dev/full`);
    const expected = [1, '', [`webinterview: ${FULL}`, '']];
    t.deepEqual([code, stdout, othersThanNotes(stderr)], expected, command);
  });
  await Promise.all(told);
  const json = ['room list --json', 'check --json', 'firewall --json'].map(async (command) => {
    const { code, stderr } = await shell(config, `webinterview ${command} > /dev/full`);
    t.deepEqual(
      [code, JSON.parse(othersThanNotes(stderr).join(''))],
      [1, { error: { message: FULL } }],
      command,
    );
  });
  await Promise.all(json);
});

test('what a command does is done all the same, and nothing more is said where nothing can be', async (t) => {
  const config = await testConfig(t);
  t.is((await shell(config, 'webinterview room create --name a > /dev/full')).code, 1);
  t.is((await cli(config, ['room', 'show', 'a'])).code, 0);
  const file = join(config.dataDir, 'b.sqlite');
  // Its note goes to standard error.
  const { code, stdout } = await shell(config, `webinterview backup ${file} 2> /dev/full`);
  t.deepEqual([code, stdout], [1, `Backed up the database to ${file}\n`]);
  t.true((await stat(file)).size > 0);
  t.deepEqual(await shell(config, 'webinterview room show nobody > /dev/full 2>&1'), {
    code: 1,
    stdout: '',
    stderr: '',
  });
});

test('a disk that takes only a part of what is printed is noticed, also of the last piece', async (t) => {
  const config = await testConfig(t);
  const whole = await cli(config, ['man']);
  const file = join(config.dataDir, 'man.1');
  // Files of 4 KiB at most: the system takes as much, and says so.
  const line = `trap '' XFSZ; ulimit -f 4; webinterview man > ${file}`;
  const { code, stderr } = await shell(config, line);
  t.is((await readFile(file, 'utf8')).length, 4096);
  t.true(whole.stdout.length > 4096);
  t.deepEqual(
    [code, /^webinterview: Could not write .*: the file would be too large; .*\n$/.test(stderr)],
    [1, true],
  );
});

test('a reader that has seen enough is no error', async (t) => {
  const config = await testConfig(t);
  await cli(config, ['room', 'create', '--name', 'a']);
  for (const command of ['man', 'room list --csv', 'export participants a --format json']) {
    const { code, stderr } = await shell(config, `webinterview ${command} | true`);
    t.deepEqual([code, othersThanNotes(stderr)], [0, ['']], command);
  }
});
