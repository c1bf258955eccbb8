/** `webinterview backup` and `restore`. */
import { execFileSync } from 'node:child_process';
import {
  copyFile,
  link as hardLink,
  lstat,
  readdir,
  readFile,
  rename,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { cli, cliServe } from '../helpers/cli.ts';
import { hang } from '../helpers/hang.ts';
import { startServer } from '../helpers/server.ts';
import { aMessage, collect, temporaryFolder, testConfig, testStore } from '../helpers/store.ts';
import { until } from '../helpers/until.ts';

test('a backup of a server at work holds what was acknowledged, and its links open after a restore', async (t) => {
  const server = await startServer(t);
  const { record, tokens } = await server.room({ name: '9110-1-to' });
  const folder = await temporaryFolder(t);
  const file = join(folder, 'today.sqlite');
  const secret = join(folder, 'secret');
  let acknowledged = 0;
  let going = true;
  const writing = (async () => {
    for (; going; acknowledged++) {
      await server.store.addMessage(aMessage(record, { text: String(acknowledged) }));
      await setImmediate();
    }
  })();
  await until('20 messages are acknowledged', () => acknowledged >= 20);
  const before = acknowledged;
  const made = await cli(server.config, ['backup', file, '--secret', secret]);
  going = false;
  await writing;
  t.deepEqual(made, {
    code: 0,
    stdout: `Backed up the database to ${file}\nand the secret to ${secret}\n`,
    stderr: '',
  });
  t.is((await stat(file)).mode & 0o777, 0o600);
  t.is((await stat(secret)).mode & 0o777, 0o600);

  const config = await testConfig(t);
  t.deepEqual(await cli(config, ['restore', file, '--secret', secret]), {
    code: 0,
    stderr: '',
    stdout: `Restored ${file}\n`,
  });
  const store = await testStore(t, config);
  const messages = await collect(store.messages(record.id));
  t.true(messages.length >= before);
  t.deepEqual(
    messages.map(({ text }) => text),
    Array.from(messages, (_, i) => String(i)),
  );
  const { stdout } = await cli(config, ['room', 'show', '9110-1-to', '--json']);
  t.is(JSON.parse(stdout).interviewerUrl.split('#')[1], tokens.interviewer);
  t.is((await cli(config, ['audit', 'verify'])).code, 0);
});

test('restoring keeps what was there before, and says what is missing', async (t) => {
  const config = await testConfig(t);
  const create = (name: string) => cli(config, ['room', 'create', '--name', name]);
  const file = join(await temporaryFolder(t), 'a.sqlite');
  await create('a');
  t.regex(
    (await cli(config, ['backup', file])).stderr,
    /^webinterview: note: the secret \(.*\) is not in it: /,
  );
  await create('b');
  const { stdout } = await cli(config, ['restore', file, '--json']);
  const { before, secretFits } = JSON.parse(stdout);
  t.true(secretFits);
  t.is((await cli(config, ['room', 'show', 'a'])).code, 0);
  t.is((await cli(config, ['room', 'show', 'b'])).code, 1);
  // Back again to what was there before.
  t.is((await cli(config, ['restore', before])).code, 0);
  t.is((await cli(config, ['room', 'show', 'b'])).code, 0);
  await writeFile(join(config.dataDir, 'secret'), `${'0'.repeat(64)}\n`);
  t.regex((await cli(config, ['restore', file])).stderr, /note: the secret .* is not that of this database/);
});

test('what is not a backup is refused, and what was there stays as it was', async (t) => {
  const config = await testConfig(t);
  await cli(config, ['room', 'create', '--name', 'a']);
  const folder = await temporaryFolder(t);
  const database = join(config.dataDir, 'webinterview.sqlite');
  const text = join(folder, 'text.sqlite');
  await writeFile(text, 'no database at all, only text, but long enough to be read as its head'.repeat(20));
  const damaged = join(folder, 'damaged.sqlite');
  await cli(config, ['backup', damaged]);
  const content = await readFile(damaged);
  content.fill(0xff, 8192, 40_960);
  await writeFile(damaged, content);
  const before = await readFile(database);
  const refused = async (file: string) => {
    const { code, stdout, stderr } = await cli(config, ['restore', file]);
    t.is(code, 1);
    t.is(stdout, '');
    return stderr;
  };
  t.regex(await refused(text), /is not a backup of webinterview \(SQLITE_NOTADB\): take another file\./);
  t.regex(await refused(damaged), /is damaged|is not a backup of webinterview \(SQLITE_CORRUPT\)/);
  t.regex(
    await refused(join(folder, 'nothing')),
    /^webinterview: Cannot read the backup .* \(ENOENT\): check its name/,
  );
  t.deepEqual(await readFile(database), before);
  t.deepEqual((await readdir(config.dataDir)).sort(), ['secret', 'server.lock', 'webinterview.sqlite']);
});

test('nothing is restored under a server that runs, nor into another kind of database', async (t) => {
  const config = await testConfig(t);
  await cliServe(t, config);
  const file = join(config.dataDir, 'copy.sqlite');
  t.is((await cli(config, ['backup', file])).code, 0);
  t.regex(
    (await cli(config, ['restore', file])).stderr,
    /^webinterview: A server runs on the data directory /,
  );
  const mysql = { WEBINTERVIEW_DATABASE_URL: 'mysql://u:p@127.0.0.1:1/d' };
  t.regex((await cli(config, ['backup', file], mysql)).stderr, /for the embedded database: .* mysqldump/);
  t.regex((await cli(config, ['restore', file], mysql)).stderr, /for the embedded database: /);
});

test('a backup to where it cannot be written is one clear line, and nothing is left', async (t) => {
  const config = await testConfig(t);
  await cli(config, ['room', 'create', '--name', 'a']);
  const file = join(config.dataDir, 'nowhere', 'a.sqlite');
  t.deepEqual(await cli(config, ['backup', file]), {
    code: 1,
    stdout: '',
    stderr: `webinterview: Cannot write ${file} (ENOENT): check the folder and its permissions.\n`,
  });
  // An earlier one is replaced, by a whole one.
  const again = join(config.dataDir, 'again.sqlite');
  for (const [told, args] of [
    ['', ['backup', again]],
    [`note: the existing file ${again} was replaced.`, ['backup', again]],
  ] as const) {
    const { code, stderr } = await cli(config, [...args]);
    t.deepEqual([code, stderr.includes(told), stderr.includes('replaced')], [0, true, told !== '']);
  }
  t.is((await readFile(again)).subarray(0, 15).toString(), 'SQLite format 3');
  // What is none is somebody's, who has named it by mistake.
  const other = join(config.dataDir, 'list.csv');
  await copyFile('/etc/hostname', other);
  t.deepEqual(await cli(config, ['backup', other]), {
    code: 1,
    stdout: '',
    stderr: `webinterview: ${other} exists and is not a backup: give the backup another name, or remove that file first.\n`,
  });
  t.deepEqual(await readFile(other), await readFile('/etc/hostname'));
});

test('a backup takes the place of no folder and no device', async (t) => {
  const config = await testConfig(t);
  await cli(config, ['room', 'create', '--name', 'a']);
  const folder = await temporaryFolder(t);
  const pipe = join(folder, 'pipe');
  execFileSync('mkfifo', [pipe]);
  for (const [args, name] of [
    [[folder], folder],
    [[pipe], pipe],
    [[join(folder, 'a.sqlite'), '--secret', pipe], pipe],
  ] as const)
    t.deepEqual(await cli(config, ['backup', ...args]), {
      code: 2,
      stdout: '',
      stderr: `webinterview: ${name} is a folder or a device: give the name of a file.\n`,
    });
  t.deepEqual(await readdir(folder), ['pipe']);
  t.true((await stat(pipe)).isFIFO());
});

test('a database that lies there as a dead server left it is restored with the log beside it', async (t) => {
  const config = await testConfig(t);
  const server = await cliServe(t, config);
  await cli(config, ['room', 'create', '--name', 'a']);
  server.process.kill('SIGKILL');
  await server.exited();
  const database = join(config.dataDir, 'webinterview.sqlite');
  t.true((await stat(`${database}-wal`)).size > 0, 'the room is in the log alone');
  const folder = await temporaryFolder(t);
  const file = join(folder, 'copied.sqlite');
  for (const ending of ['', '-wal', '-shm']) await copyFile(`${database}${ending}`, `${file}${ending}`);
  const elsewhere = await testConfig(t);
  const secret = join(config.dataDir, 'secret');
  t.is((await cli(elsewhere, ['restore', file, '--secret', secret])).code, 0);
  t.is((await cli(elsewhere, ['room', 'show', 'a'])).code, 0);
  t.deepEqual((await readdir(folder)).sort(), ['copied.sqlite', 'copied.sqlite-shm', 'copied.sqlite-wal']);
});

/** A data directory with a room, a backup of before it, and what is there now. */
async function withBackup(t: ExecutionContext) {
  const config = await testConfig(t);
  const folder = await temporaryFolder(t);
  const [file, copy] = [join(folder, 'a.sqlite'), join(folder, 'secret')];
  await cli(config, ['key', 'create', '--name', 'k', '--scope', 'rooms:read']);
  t.is((await cli(config, ['backup', file, '--secret', copy])).code, 0);
  await cli(config, ['room', 'create', '--name', 'a']);
  const database = join(config.dataDir, 'webinterview.sqlite');
  const secret = join(config.dataDir, 'secret');
  return { config, folder, file, copy, database, secret };
}

/** All files of a folder with what is in them. */
async function contentsOf(folder: string): Promise<Record<string, string>> {
  const names = (await readdir(folder)).sort();
  const contents = names.map(async (name) => [name, await readFile(join(folder, name), 'base64')]);
  return Object.fromEntries(await Promise.all(contents));
}

test('a secret that is missing or garbled is noticed before anything is changed', async (t) => {
  const { config, folder, file } = await withBackup(t);
  const garbled = join(folder, 'garbled');
  await writeFile(garbled, 'not a secret\n');
  const before = await contentsOf(config.dataDir);
  const missing = join(folder, 'nowhere');
  t.deepEqual(await cli(config, ['restore', file, '--secret', missing]), {
    code: 1,
    stdout: '',
    stderr: `webinterview: There is no secret file ${missing}: check its name.\n`,
  });
  const { code, stderr } = await cli(config, ['restore', file, '--secret', garbled]);
  t.is(code, 1);
  t.regex(stderr, /^webinterview: The secret file .*garbled is garbled: expected 32 bytes/);
  t.deepEqual(await contentsOf(config.dataDir), before);
});

test('the secret stays whole where it is put in its own place, and where it is a link', async (t) => {
  const { config, folder, file, secret } = await withBackup(t);
  const before = await readFile(secret, 'utf8');
  t.is((await cli(config, ['restore', file, '--secret', secret])).code, 0);
  t.is(await readFile(secret, 'utf8'), before);
  const elsewhere = join(folder, 'real-secret');
  await rename(secret, elsewhere);
  await symlink(elsewhere, secret);
  t.is((await cli(config, ['restore', file, '--secret', elsewhere])).code, 0);
  t.true((await lstat(secret)).isSymbolicLink());
  t.is(await readFile(elsewhere, 'utf8'), before);
});

test('a backup never takes the place of the database or the secret, by whichever name', async (t) => {
  const { config, folder, file, database, secret } = await withBackup(t);
  const [link, folderLink] = [join(folder, 'link.sqlite'), join(folder, 'data')];
  const second = join(folder, 'second.sqlite');
  await symlink(database, link);
  await hardLink(database, second);
  await symlink(config.dataDir, folderLink);
  const before = await contentsOf(config.dataDir);
  const refused = async (why: RegExp, ...args: string[]) => {
    const { code, stdout, stderr } = await cli(config, ['backup', ...args]);
    t.deepEqual([code, stdout], [2, '']);
    t.regex(stderr, why);
    t.deepEqual(await contentsOf(config.dataDir), before);
  };
  const places = [database, link, second, `${database}-wal`, join(folderLink, 'webinterview.sqlite-shm')];
  for (const place of places) {
    await refused(/ is the database itself: give the backup another name\.\n$/, place);
    await refused(/ is the database itself: give the secret another name\.\n$/, file, '--secret', place);
  }
  await refused(/ is the secret itself: give the backup another name\.\n$/, secret);
  await refused(/ cannot both be .*: give them two names\.\n$/, file, '--secret', file);
  t.is((await readFile(file)).subarray(0, 15).toString(), 'SQLite format 3');
  for (const place of [database, link, second]) {
    const { code, stderr } = await cli(config, ['restore', place]);
    t.is(code, 2);
    t.regex(stderr, / is the database itself: give the name of a backup\.\n$/);
  }
  t.deepEqual(
    (await readdir(config.dataDir)).filter((name) => name.includes('before')),
    [],
  );
});

test('a database that is a link to another place is restored there, and what was there is kept', async (t) => {
  const { config, file, database } = await withBackup(t);
  const elsewhere = join(await temporaryFolder(t), 'real.sqlite');
  await rename(database, elsewhere);
  await symlink(elsewhere, database);
  const { stdout } = await cli(config, ['restore', file, '--json']);
  t.is((await cli(config, ['room', 'show', 'a'])).code, 1);
  t.true((await lstat(database)).isSymbolicLink());
  t.is((await cli(config, ['restore', JSON.parse(stdout).before])).code, 0);
  t.is((await cli(config, ['room', 'show', 'a'])).code, 0);
});

test('nothing is restored under a server that hangs', async (t) => {
  const { config, file, copy, database, secret } = await withBackup(t);
  const server = await cliServe(t, config);
  await hang(server.process, config);
  const before = [await readFile(database), await readFile(secret)];
  const { code, stdout, stderr } = await cli(config, ['restore', file, '--secret', copy]);
  t.deepEqual([code, stdout], [1, '']);
  t.regex(
    stderr,
    /^webinterview: The server on the data directory .* \(process \d+\) does not answer, and still runs: /,
  );
  t.deepEqual([await readFile(database), await readFile(secret)], before);
  t.false((await readdir(config.dataDir)).some((name) => name.includes('before-restore')));
  server.process.kill('SIGCONT');
  t.is((await server.stop()).code, 0);
  t.is((await cli(config, ['restore', file])).code, 0);
  t.is((await cli(config, ['room', 'show', 'a'])).code, 1);
});
