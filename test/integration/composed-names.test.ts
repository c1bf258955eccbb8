/** One name is one name, whether its letters come whole (NFC) or in parts, as macOS gives them (NFD). */
import { join } from 'node:path';
import Database from 'libsql';
import type { Config } from '../../src/server/config.ts';
import { openStore } from '../../src/server/store/index.ts';
import { startApiServer } from '../helpers/api.ts';
import { cli } from '../helpers/cli.ts';
import { onBothDatabases, sharedMariadb } from '../helpers/databases.ts';
import {
  aLink,
  aMessage,
  aRoom,
  aSeat,
  aStay,
  collect,
  putRoom,
  testConfig,
  testStore,
} from '../helpers/store.ts';

const NAME = 'ポール・ガルシア';
const apart = (text: string) => text.normalize('NFD');

/** Runs statements past the store, as an older version might have written. */
async function write({ database: { url }, dataDir }: Config, sql: string): Promise<void> {
  if (url) {
    const mariadb = await sharedMariadb();
    await mariadb.query(`USE ${new URL(url).pathname.slice(1)}; ${sql}`);
    return;
  }
  const database = new Database(join(dataDir, 'webinterview.sqlite'));
  database.exec(sql);
  database.close();
}

onBothDatabases('a name that comes in parts is the same room, applicant and key', async (t, url) => {
  const { server, ask } = await startApiServer(t, { 'database.url': url });
  const { config } = server;
  const create = (name: string) => cli(config, ['room', 'create', '--name', name, '--applicant', NAME]);
  t.is((await create(apart('がっき'))).code, 0);
  const again = await create('がっき');
  t.is(again.code, 1);
  t.regex(again.stderr, /There is already a room named がっき/);
  for (const form of ['がっき', apart('がっき')]) {
    const shown = JSON.parse((await cli(config, ['room', 'show', form, '--json'])).stdout);
    t.is(shown.name, 'がっき');
    const listed = await cli(config, ['room', 'list', '--json', '--name', form.slice(0, form.length - 1)]);
    t.is(JSON.parse(listed.stdout).rooms.length, 1, form);
    t.is((await ask('GET', `/rooms?name=${encodeURIComponent(form)}`)).json.items.length, 1);
    t.regex((await ask('POST', '/rooms', { body: { name: form } })).json.detail, /There is already a room/);
    const applicant = await cli(config, [
      'room',
      'applicant',
      'がっき',
      form === 'がっき' ? NAME : apart(NAME),
    ]);
    t.regex(applicant.stderr, /has a link for ポール・ガルシア already/);
    const invited = await cli(config, ['invite', 'がっき', '--json', '--applicant', apart(NAME)]);
    t.is(JSON.parse(invited.stdout).applicant, NAME);
  }
  const twice = await cli(config, ['room', 'create', '--name', 'b', '--applicant', NAME, apart(NAME)]);
  t.regex(twice.stderr, /Two applicants of one room cannot both be/);
  await cli(config, ['key', 'create', '--name', apart('がっき'), '--scope', 'rooms:read']);
  t.regex((await cli(config, ['key', 'revoke', 'がっき'])).stdout, /The key がっき \(/);
  t.is((await cli(config, ['room', 'revoke', 'がっき', apart(NAME)])).code, 0);
});

onBothDatabases('an erasure finds every form of a name, in whatever holds it', async (t, url) => {
  const config = await testConfig(t, url);
  const store = await testStore(t, config);
  const room = aRoom({ note: `${apart(NAME)}さん`, name: 'r' });
  const link = aLink(room, { label: NAME });
  await putRoom(store, room, [link]);
  const mixed = `${apart('ポール')}・ガルシア`;
  const people = [NAME, apart(NAME), mixed].map((name) => aStay(room, { name, leftAt: new Date() }));
  for (const stay of people) await store.addStay(stay);
  await store.writeSeats('s', [aSeat(room, { name: apart(NAME) })], []);
  const file = { id: aLink(room).id, name: `${apart(NAME)}.pdf`, type: 'application/pdf', bytes: 1 };
  await store.addMessage(aMessage(room, { text: '', file }), Buffer.from('a'));
  for (const form of [NAME, apart(NAME), mixed, apart('ホール・カルシア')])
    await store.addMessage(aMessage(room, { text: `${form}様、${apart('がっき')}` }));
  const { code, stdout, stderr } = await cli(config, [
    'erase',
    '--yes',
    '--json',
    '--room',
    'r',
    '--applicant',
    apart(NAME),
  ]);
  t.is(code, 0, stderr);
  t.like(JSON.parse(stdout), { links: 1, stays: 3, mentions: 5 });
  const left = JSON.stringify([
    await collect(store.stays(room.id)),
    await store.listMessages(room.id),
    await store.rooms.find('r'),
    await store.rooms.links(room.id),
    await store.readSeats(),
  ]);
  t.false(left.normalize('NFC').includes(NAME));
  // Who is called like it without the marks is somebody else.
  t.true(left.includes('ホール・カルシア様、'));
});

onBothDatabases(
  'names that are stored in parts are composed; of two rooms the second gets a number',
  async (t, url) => {
    const config = await testConfig(t, url);
    const store = await openStore(config, { create: true });
    const early = new Date('2020-01-01T00:00:00Z');
    const rooms = [aRoom({ name: '1' }), aRoom({ name: '2' }), aRoom({ name: '3', createdAt: early })];
    const [first, second, third] = rooms as [(typeof rooms)[0], (typeof rooms)[0], (typeof rooms)[0]];
    await putRoom(store, first, [aLink(first, { label: 'x' })]);
    await putRoom(store, second);
    await putRoom(store, third);
    const stay = aStay(first, { company: 'x' });
    await store.addStay(stay);
    await store.addMessage(aMessage(first, { text: apart(NAME) }));
    await store.close();
    // The first has the name as it is stored today, the third is older than it, and in parts as the second is.
    await write(
      config,
      `UPDATE rooms SET name = '${NAME}' WHERE id = '${first.id}';
     UPDATE rooms SET name = '${apart(NAME)}' WHERE id = '${second.id}';
     UPDATE rooms SET name = '${apart('ポール')}・ガルシア' WHERE id = '${third.id}';
     UPDATE links SET label = '${apart(NAME)}'; UPDATE messages SET name = '${apart(NAME)}';
     UPDATE stays SET name = '${apart(NAME)}', company = '${apart('がっき')}';
     DELETE FROM webinterview_migrations WHERE name LIKE 'ComposedNames%';`,
    );
    const updated = await testStore(t, config);
    const nameOf = async ({ id }: { id: string }) => (await updated.rooms.get(id))?.name;
    t.deepEqual(await Promise.all([first, second, third].map(nameOf)), [NAME, `${NAME} (3)`, `${NAME} (2)`]);
    t.deepEqual((await updated.rooms.links(first.id))[0]?.label, NAME);
    t.like((await collect(updated.stays(first.id)))[0], { name: NAME, company: 'がっき' });
    const [message] = await updated.listMessages(first.id);
    // What somebody wrote stays as it was written.
    t.deepEqual([message?.name, message?.text], [NAME, apart(NAME)]);
  },
);
