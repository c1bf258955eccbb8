/** What an interview is called to its people, who invites to it, and whom a link is for; on both databases. */

import { join as joinPath } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import Database from 'libsql';
import { updateRoom } from '../../src/server/admin/rooms.ts';
import type { Config } from '../../src/server/config.ts';
import { openStore } from '../../src/server/store/index.ts';
import { cli } from '../helpers/cli.ts';
import { connect, join } from '../helpers/client.ts';
import { onBothDatabases, sharedMariadb } from '../helpers/databases.ts';
import { adminOf, startServer, type TestServer } from '../helpers/server.ts';
import { aLink, aRoom, putRoom, testConfig, testStore } from '../helpers/store.ts';

const on = (title: string, run: (t: ExecutionContext, server: TestServer) => Promise<void>) =>
  onBothDatabases(title, async (t, url) => run(t, await startServer(t, { 'database.url': url })));

const TITLE = '新卒採用 一次面接';
const COMPANY = '株式会社サンプル';

on('people are told both with the room, and for whom a link is who comes by it', async (t, server) => {
  const applicants = ['佐藤花子', '鈴木一郎'];
  const { record, tokens } = await server.room({ title: TITLE, company: COMPANY, applicants });
  const { joined } = await join(t, server, tokens.applicant);
  t.like(joined.room, { title: TITLE, company: COMPANY });
  t.is(joined.invitedName, '佐藤花子');
  const { joined: interviewer } = await join(t, server, tokens.interviewer);
  t.is(interviewer.invitedName, '');
  t.like(interviewer.room, { title: TITLE, company: COMPANY });
  await updateRoom(await adminOf(server), record, { title: '二次面接', company: '' });
  t.like((await join(t, server, tokens.applicant)).joined.room, { title: '二次面接', company: '' });
});

on('nobody is told for whom a link is that lets nobody in, or not yet', async (t, server) => {
  const hour = 3_600_000;
  const inAnHour = { from: new Date(Date.now() + hour), until: new Date(Date.now() + 2 * hour) };
  const early = await server.room({ ...inAnHour, applicants: ['佐藤花子'] });
  const { joined } = await join(t, server, early.tokens.applicant);
  t.is(joined.state, 'early');
  t.false(JSON.stringify(joined).includes('佐藤'));

  const revoked = await server.room({ applicants: ['佐藤花子'] });
  await server.store.rooms.revokeLink(revoked.links.applicant.id, new Date(), []);
  const over = await server.room({ applicants: ['佐藤花子'] });
  await server.store.rooms.update({ ...over.record, closedAt: new Date() }, []);
  const guessed = `${revoked.links.applicant.id}${'A'.repeat(22)}`;
  for (const token of [revoked.tokens.applicant, over.tokens.applicant, guessed]) {
    const client = await connect(t, server, { token });
    // Of a room that is over one is told as one joins, else at once.
    const answer = client.request('join', { keepMedia: false }).catch((error: Error) => error.message);
    t.false(JSON.stringify(await client.next('refused')).includes('佐藤'));
    t.false(JSON.stringify(await answer).includes('佐藤'));
  }
  t.false(JSON.stringify(server.log).includes('佐藤'));
});

onBothDatabases(
  'they are given, shown, listed, changed and taken away on the command line',
  async (t, url) => {
    const config = await testConfig(t, url);
    const configured = { WEBINTERVIEW_ROOM_COMPANY: COMPANY };
    const run = async (...args: string[]) => {
      const { code, stdout, stderr } = await cli(config, ['room', ...args], configured);
      t.is(code, 0, stderr);
      return stdout;
    };
    const json = async (...args: string[]) => JSON.parse(await run(...args, '--json'));
    t.like(await json('create', '--name', 'a', '--title', ` ${TITLE} `), { title: TITLE, company: COMPANY });
    t.like(await json('create', '--name', 'b', '--company', '子会社'), { title: '', company: '子会社' });
    t.like(await json('create', '--name', 'c', '--company', ''), { title: '', company: '' });
    const shown = await run('show', 'a');
    t.regex(shown, /^ {2}title {7}新卒採用 一次面接\n {2}company {5}株式会社サンプル$/m);
    t.notRegex(await run('show', 'c'), /title|company/);
    const listed = await run('list');
    t.regex(listed, /^Room +Interview +State/m);
    t.regex(listed, /^a +株式会社サンプル 新卒採用 一次面接 +open/m);
    t.notRegex(await run('list', '--name', 'c'), /Interview/);
    t.regex(await run('list', '--csv'), /,title,company\r\n/);
    t.like(await json('update', 'a', '--title', '二次面接'), { title: '二次面接', company: COMPANY });
    t.like(await json('update', 'a', '--title', '', '--company', ''), { title: '', company: '' });
    const long = await cli(config, ['room', 'update', 'a', '--title', 'あ'.repeat(65)]);
    t.is(long.code, 2);
    t.regex(
      long.stderr,
      /The title of a room has at most 64 characters; this one has 65; see webinterview room update --help\./,
    );
  },
);

test('a company in the configuration that is no name is told, with where it stands', async (t) => {
  const config = await testConfig(t);
  const { code, stderr } = await cli(config, ['room', 'list'], { WEBINTERVIEW_ROOM_COMPANY: ' ' });
  t.not(code, 0);
  t.regex(stderr, /WEBINTERVIEW_ROOM_COMPANY.*a company's name of 1 to 64 characters, or null/s);
});

/** Runs statements past the store, as an older version might have written. */
async function write({ database: { url }, dataDir }: Config, sql: string): Promise<void> {
  if (url) {
    const mariadb = await sharedMariadb();
    await mariadb.query(`USE ${new URL(url).pathname.slice(1)}; ${sql}`);
    return;
  }
  const database = new Database(joinPath(dataDir, 'webinterview.sqlite'));
  database.exec(sql);
  database.close();
}

onBothDatabases('rooms of an older version have neither, and can be given both', async (t, url) => {
  const config = await testConfig(t, url);
  const store = await openStore(config, { create: true });
  const room = aRoom({ name: 'old', note: 'kept' });
  await putRoom(store, room, [aLink(room)]);
  await store.close();
  await write(
    config,
    `ALTER TABLE rooms DROP COLUMN company; ALTER TABLE rooms DROP COLUMN title;
     DELETE FROM webinterview_migrations WHERE name LIKE 'RoomTitles%';`,
  );
  const updated = await testStore(t, config);
  const found = await updated.rooms.get(room.id);
  t.like(found, { name: 'old', note: 'kept', title: '', company: '' });
  // The last character is outside the basic plane.
  const longest = { title: `${'あ'.repeat(63)}𠮷`, company: 'い'.repeat(64) };
  await updated.rooms.update({ ...room, ...longest }, []);
  t.like(await updated.rooms.get(room.id), longest);
});

onBothDatabases('whose name stands in a title is taken out of it with all else of them', async (t, url) => {
  const config = await testConfig(t, url);
  const store = await testStore(t, config);
  const room = aRoom({ name: 'r', title: '佐藤花子様 一次面接', company: COMPANY });
  await putRoom(store, room, [aLink(room, { label: '佐藤花子' })]);
  t.like(await store.erasure.preview(room.id, '佐藤花子'), { mentions: 1 });
  t.like(await store.erasure.erase(room.id, '佐藤花子', () => []), { mentions: 1 });
  t.like(await store.rooms.get(room.id), { title: '（消去済み）様 一次面接', company: COMPANY });
});
