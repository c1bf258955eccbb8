/** `webinterview backup` and `restore`. */
import { copyFile, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import test from 'ava';
import { cli, cliServe } from '../helpers/cli.ts';
import { startServer } from '../helpers/server.ts';
import { aMessage, collect, temporaryFolder, testConfig, testStore } from '../helpers/store.ts';

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
  while (acknowledged < 20) await setImmediate();
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
    ...{ code: 0, stderr: '' },
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

test('what is no backup is refused, and what was there stays as it was', async (t) => {
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
  t.regex(await refused(text), /is no backup of webinterview \(SQLITE_NOTADB\): take another file\./);
  t.regex(await refused(damaged), /is damaged|is no backup of webinterview \(SQLITE_CORRUPT\)/);
  t.regex(
    await refused(join(folder, 'nothing')),
    /^webinterview: Cannot read the backup .* \(ENOENT\): check its name/,
  );
  t.deepEqual(await readFile(database), before);
  t.deepEqual((await readdir(config.dataDir)).sort(), ['secret', 'webinterview.sqlite']);
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
    ...{ code: 1, stdout: '' },
    stderr: `webinterview: Cannot write ${file} (ENOENT): check the folder and its rights.\n`,
  });
  // An earlier one is replaced, by a whole one.
  const again = join(config.dataDir, 'again.sqlite');
  await copyFile('/etc/hostname', again);
  t.is((await cli(config, ['backup', again])).code, 0);
  t.is((await readFile(again)).subarray(0, 15).toString(), 'SQLite format 3');
});
