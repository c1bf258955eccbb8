/** `webinterview check`: the database, and this machine's clock against others'. */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import test from 'ava';
import Database from 'libsql';
import { limits } from '../../src/protocol/limits.ts';
import { openStore, type Store } from '../../src/server/store/index.ts';
import { checked } from '../helpers/check.ts';
import { type OwnMariadb, startMariadb } from '../helpers/mariadb.ts';
import { takePort } from '../helpers/ports.ts';
import { aMessage, aRoom, putRoom, testConfig, testStore } from '../helpers/store.ts';

/** Its own: the settings of the server are changed for everyone. */
let mariadb: OwnMariadb;
test.before(async () => {
  mariadb = await startMariadb();
});
test.after.always(() => mariadb?.stop());

/** What `check` finds wide enough is wide enough. */
async function storesLargestFile(store: Store): Promise<void> {
  const room = aRoom();
  await putRoom(store, room);
  const file = {
    id: randomUUID(),
    name: 'largest.bin',
    type: 'application/octet-stream',
    bytes: limits.fileBytes,
  };
  await store.addMessage(aMessage(room, { text: '', file }), Buffer.alloc(limits.fileBytes, 0xff));
}

test('MariaDB: its version and its clock; empty, older, newer, away', async (t) => {
  const config = await testConfig(t, await mariadb.database(t));
  const name = new URL(config.database.url ?? '').pathname.slice(1);
  const empty = await checked(config);
  t.is(empty.found.database?.text, 'answers, and is empty; its tables are made at the first start');
  await (await openStore(config, { create: true })).close();
  const good = await checked(config);
  t.regex(
    good.found.database?.text ?? '',
    /^MariaDB \d+\.\d+\.\d+, this version's schema, opened in \d+ ms$/,
  );
  t.like(good.found.clock, { status: 'ok', text: 'as the database server' });

  // A session of its own zone: the time is the same.
  await mariadb.query("SET GLOBAL time_zone = '-09:30'");
  const zoned = await checked(config);
  await mariadb.query("SET GLOBAL time_zone = 'SYSTEM'");
  t.is(zoned.found.clock?.text, 'as the database server');

  // This session's clock is an hour late, as if the database's machine were.
  await mariadb.query("SET GLOBAL init_connect = 'SET SESSION timestamp = UNIX_TIMESTAMP() - 3600'");
  const late = await checked(config);
  await mariadb.query("SET GLOBAL init_connect = ''");
  t.is(late.code, 1);
  t.is(late.found.clock?.status, 'ng');
  t.regex(late.found.clock?.text ?? '', /^360[01] s ahead of the database server$/);

  await mariadb.query('SET GLOBAL max_allowed_packet = 4194304');
  const narrow = await checked(config);
  await mariadb.query('SET GLOBAL max_allowed_packet = 16777216');
  t.is(narrow.found.database?.status, 'warning');
  t.regex(narrow.found.database?.text ?? '', /max_allowed_packet is 4 MB: a file of 5 MB in the chat cannot/);
  t.regex(narrow.found.database?.remedy ?? '', /max_allowed_packet=16M/);
  const wide = await testStore(t, config);
  t.deepEqual(await wide.settingProblems(), []);
  await storesLargestFile(wide);

  const history = `${name}.webinterview_migrations`;
  await mariadb.query(`DELETE FROM ${history} WHERE name LIKE 'Administration%'`);
  const older = await checked(config);
  t.is(older.code, 0);
  t.is(older.found.database?.status, 'warning');
  t.regex(older.found.database?.text ?? '', /was made by an older webinterview$/);
  t.is(older.found.database?.remedy, 'Start `webinterview serve` once to bring it up to date.');

  await mariadb.query(
    `INSERT INTO ${history} (timestamp, name) VALUES (1990000000000, 'Later1990000000000')`,
  );
  const newer = await checked(config);
  t.is(newer.code, 1);
  t.regex(newer.found.database?.text ?? '', /was made by a newer webinterview/);

  const away = {
    ...config,
    database: { ...config.database, url: `mysql://u:hunter2@127.0.0.1:${takePort()}/x` },
  };
  const gone = await checked(away);
  t.is(gone.code, 1);
  t.is(gone.found.database?.status, 'ng');
  t.truthy(gone.found.database?.remedy);
  t.false(gone.output.includes('hunter2'));
});

test('the clock of what answers at publicUrl', async (t) => {
  const config = await testConfig(t);
  const ahead = async (seconds: number) => {
    const answer = (_: unknown, response: ServerResponse) =>
      response.setHeader('Date', new Date(Date.now() + seconds * 1000).toUTCString()).end();
    const server = createServer(answer).listen(0, '127.0.0.1');
    await once(server, 'listening');
    t.teardown(() => server.close());
    const { port } = server.address() as AddressInfo;
    const publicUrl = `http://127.0.0.1:${port}`;
    return { port, ...(await checked(config, { WEBINTERVIEW_HTTP_PUBLIC_URL: publicUrl })) };
  };
  const right = await ahead(0);
  t.like(right.found.clock, { status: 'ok', text: `as 127.0.0.1:${right.port}` });
  const little = await ahead(20);
  t.is(little.found.clock?.status, 'warning');
  // To the second, as the header has whole ones.
  t.regex(little.found.clock?.text ?? '', /^(19|20|21) s behind 127\.0\.0\.1:\d+$/);
  const much = await ahead(-600);
  t.is(much.code, 1);
  t.like(much.found.clock, { status: 'ng' });
  t.regex(much.found.clock?.text ?? '', /^(599|600|601) s ahead of /);
  t.regex(much.found.clock?.remedy ?? '', /NTP/);
});

test('SQLite: of an older version, and a file that is no database', async (t) => {
  const config = await testConfig(t);
  const file = join(config.dataDir, 'webinterview.sqlite');
  await (await openStore(config, { create: true })).close();
  const db = new Database(file);
  db.exec("DELETE FROM webinterview_migrations WHERE name LIKE 'Administration%'");
  db.close();
  t.is((await checked(config)).found.database?.status, 'warning');

  const letter = await testConfig(t);
  await mkdir(letter.dataDir, { recursive: true });
  await writeFile(join(letter.dataDir, 'webinterview.sqlite'), 'A letter, and a long one. '.repeat(300));
  const { code, found } = await checked(letter);
  t.is(code, 1);
  t.regex(found.database?.text ?? '', /is not a database of webinterview$/);
  t.regex(found.database?.remedy ?? '', /^Move it away/);
});
