/** A database that cannot be used: each gets one line that says what to do. */
import { randomUUID } from 'node:crypto';
import { mkdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import Database from 'libsql';
import { createConnection } from 'mysql2/promise';
import type { Config } from '../../src/server/config.ts';
import { UserError } from '../../src/server/errors.ts';
import { openStore } from '../../src/server/store/index.ts';
import { cli } from '../helpers/cli.ts';
import { mariadbDatabase, onBothDatabases, sharedMariadb } from '../helpers/databases.ts';
import { startMariadb } from '../helpers/mariadb.ts';
import { takePort } from '../helpers/ports.ts';
import { aLink, aMessage, aRoom, aStay, collect, putRoom, testConfig, testStore } from '../helpers/store.ts';

/** What the second migration has added, in its order. */
const addedInSecond = [
  'rooms entry_microphone',
  'rooms entry_camera',
  'rooms entry_names',
  'stays check_report',
  'messages file_id',
  'messages file_name',
  'messages file_type',
  'messages file_bytes',
  'files',
];
const forgetSecond = "DELETE FROM webinterview_migrations WHERE name LIKE 'CallFeatures%'";

const drop = (added: string[]) =>
  added
    .map((each) => each.split(' '))
    .map(([table, column]) =>
      column ? `ALTER TABLE ${table} DROP COLUMN ${column};` : `DROP TABLE ${table};`,
    )
    .join(' ');

const fileOf = (config: Config) => join(config.dataDir, 'webinterview.sqlite');

async function problem(t: ExecutionContext, config: Config, create: boolean): Promise<string> {
  const error = await t.throwsAsync(openStore(config, { create }), { instanceOf: UserError });
  t.false(error?.message.includes('\n'));
  t.false(error?.message.includes('p@ss'), 'the password is not printed');
  return error?.message ?? '';
}

async function asMade(t: ExecutionContext, config: Config, sql: string): Promise<void> {
  await (await openStore(config, { create: true })).close();
  if (config.database.url) {
    const mariadb = await sharedMariadb();
    await mariadb.query(`USE ${new URL(config.database.url).pathname.slice(1)}; ${sql}`);
  } else {
    const db = new Database(fileOf(config));
    db.exec(sql);
    db.close();
  }
  t.pass();
}

test('no database, and none is wanted', async (t) => {
  const config = await testConfig(t);
  const message = await problem(t, config, false);
  t.true(
    message.startsWith(
      `There is no database at ${fileOf(config)}: start \`webinterview serve\` or make a room first`,
    ),
  );
  await t.throwsAsync(stat(fileOf(config)), { code: 'ENOENT' });
});

test('a file that is not a database, and it stays as it was', async (t) => {
  const config = await testConfig(t);
  const content = 'This is a letter, and a long one at that. '.repeat(200);
  await writeFile(fileOf(config), content);
  for (const create of [true, false]) {
    t.is(
      await problem(t, config, create),
      `${fileOf(config)} is not a database of webinterview: move it away, or name another data directory with --data-dir.`,
    );
  }
  t.is((await stat(fileOf(config))).size, content.length);
});

test('a folder in the place of the database', async (t) => {
  const config = await testConfig(t);
  await mkdir(fileOf(config));
  t.regex(
    await problem(t, config, true),
    /^Cannot open the database .*: check that this user may read and write it/,
  );
});

test('an empty file where a database is wanted', async (t) => {
  const config = await testConfig(t);
  await writeFile(fileOf(config), '');
  t.regex(await problem(t, config, false), /^There is no webinterview data in .* yet: start/);
  await t.notThrowsAsync(testStore(t, config));
});

test.serial('MariaDB: an empty database where one with data is wanted', async (t) => {
  const config = await testConfig(t, await mariadbDatabase(t));
  t.regex(
    await problem(t, config, false),
    /^There is no webinterview data in test_\w+ on 127\.0\.0\.1:\d+ yet: start/,
  );
});

const on = (title: string, run: (t: ExecutionContext, config: Config) => Promise<void>) =>
  onBothDatabases(title, async (t, url) => run(t, await testConfig(t, url)));

on('a newer version’s schema', async (t, config) => {
  await asMade(
    t,
    config,
    "INSERT INTO webinterview_migrations (timestamp, name) VALUES (1990000000000, 'Later1990000000000')",
  );
  for (const create of [true, false]) {
    t.regex(
      await problem(t, config, create),
      /was made by a newer webinterview \(it has Later1990000000000\): install that version, or use another database\.$/,
    );
  }
});

on('an older version’s schema is brought up to date by the server alone', async (t, config) => {
  const room = aRoom();
  const store = await openStore(config, { create: true });
  await putRoom(store, room, [aLink(room)]);
  const message = aMessage(room);
  await store.addMessage(message);
  const stay = aStay(room);
  await store.addStay(stay);
  await store.close();
  await asMade(t, config, `${drop(addedInSecond)} ${forgetSecond}`);
  const older = /was made by an older webinterview: start `webinterview serve` once/;
  t.regex(await problem(t, config, false), older);
  // Commands that would make a new one leave it as it is too: a server of that version may be at work.
  for (const args of [
    ['room', 'create', '--name', 'x'],
    ['key', 'create', '--name', 'k', '--scope', 'rooms:read'],
  ]) {
    const { code, stderr } = await cli(config, args);
    t.is(code, 1);
    t.regex(stderr, older);
  }
  t.regex(await problem(t, config, false), older);
  const updated = await testStore(t, config);
  t.deepEqual(await updated.rooms.find(room.id), room);
  t.deepEqual(await updated.listMessages(room.id), [message]);
  t.deepEqual(await collect(updated.stays(room.id)), [stay]);
});

on('an update that was interrupted goes on where it was', async (t, config) => {
  await asMade(t, config, `${drop(addedInSecond.slice(3))} ${forgetSecond}`);
  const store = await testStore(t, config);
  const room = aRoom();
  await putRoom(store, room, []);
  const file = { id: randomUUID(), name: 'a.txt', type: 'text/plain', bytes: 1 };
  await store.addMessage(aMessage(room, { text: '', file }), Buffer.from('a'));
  t.deepEqual((await store.listMessages(room.id))[0]?.file, file);
});

on('tables of something else', async (t, config) => {
  await asMade(t, config, 'DROP TABLE webinterview_migrations');
  for (const create of [true, false]) {
    t.regex(
      await problem(t, config, create),
      /is not one of webinterview \(it has a table \w+ of something else\): use another database\.$/,
    );
  }
});

test.serial('MariaDB: nobody answers', async (t) => {
  const port = takePort();
  const config = await testConfig(t, `mysql://user:p%40ss@127.0.0.1:${port}/db`);
  t.is(
    await problem(t, config, true),
    `Cannot reach the database server 127.0.0.1:${port} (ECONNREFUSED): check that it runs and that database.url is right.`,
  );
});

test.serial('MariaDB: a wrong password', async (t) => {
  const url = new URL(await mariadbDatabase(t));
  url.password = 'p@ss-wrong';
  t.regex(
    await problem(t, await testConfig(t, url.href), true),
    /^The database server 127\.0\.0\.1:\d+ refused the user interview for test_\w+: check the user and password in database\.url/,
  );
});

test.serial('MariaDB: a database that is not there', async (t) => {
  // Its own: who may do everything has no place beside the other tests' databases.
  const own = await startMariadb();
  t.teardown(own.stop);
  const url = new URL(await own.database(t));
  await own.query("CREATE USER 'all'@'%' IDENTIFIED BY 'p@ss'; GRANT ALL ON *.* TO 'all'@'%'");
  url.username = 'all';
  url.password = 'p@ss';
  url.pathname = '/nothing';
  t.regex(
    await problem(t, await testConfig(t, url.href), true),
    /^There is no database nothing on 127\.0\.0\.1:\d+: make it with CREATE DATABASE, or correct database\.url\.$/,
  );
});

test.serial('MariaDB: who migrates another database on the same server holds up nobody', async (t) => {
  const url = await mariadbDatabase(t);
  const other = await createConnection(url);
  t.teardown(() => other.end());
  // A name holds for the whole server.
  for (const name of ["'webinterview_migrations'", "CONCAT('webinterview_migrations_', SHA1('other'))"])
    await other.query(`SELECT GET_LOCK(${name}, 0)`);
  t.truthy(await testStore(t, await testConfig(t, url)));
});
