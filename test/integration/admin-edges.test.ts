/** What administrators do, where a name is empty, somebody else is at the same thing, or the database is away for a moment. */
import { mkdir, rm } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import Database from 'libsql';
import { erasePerson } from '../../src/server/admin/erase.ts';
import { addApplicant, findLink } from '../../src/server/admin/links.ts';
import type { Admin } from '../../src/server/admin/live.ts';
import { keepRetention, pruneRooms } from '../../src/server/admin/retention.ts';
import { deleteRoom, updateRoom } from '../../src/server/admin/rooms.ts';
import { auditEntry } from '../../src/server/room/audit.ts';
import { ERASED, type Store, sqliteFile } from '../../src/server/store/index.ts';
import { enterCall } from '../helpers/client.ts';
import { onBothDatabases } from '../helpers/databases.ts';
import { adminOf, startServer } from '../helpers/server.ts';
import { aLink, aMessage, aRoom, aStay, collect, putRoom, testConfig, testStore } from '../helpers/store.ts';
import { until } from '../helpers/until.ts';

/** On a database on which no server runs. */
const adminAlone = (store: Store): Admin<Store> => ({
  store,
  now: () => new Date(),
  actor: 'cli:test',
  live: {
    refresh: async () => undefined,
    end: async () => ({ ended: false, silent: [] }),
    isLive: async () => ({ live: false, silent: [] }),
    liveIds: async () => ({ ids: [], silent: [] }),
  },
});

const anEntry = () => auditEntry('room.ended', { at: new Date(), roomId: null, actor: 'cli:test' });

const on = (title: string, run: (t: ExecutionContext, store: Store) => Promise<void>) =>
  onBothDatabases(title, async (t, url) => run(t, await testStore(t, await testConfig(t, url))));

on('an empty name, as of a variable that was not set, is nobody’s', async (t, store) => {
  const room = aRoom();
  const links = [aLink(room, { role: 'interviewer' }), aLink(room), aLink(room, { label: '佐藤花子' })];
  await putRoom(store, room, links);
  await store.addStay(aStay(room, { linkId: links[1]?.id ?? '', name: '鈴木一郎' }));
  const admin = adminAlone(store);
  for (const none of ['', '  ', ERASED])
    await t.throwsAsync(erasePerson(admin, room, none), { message: /^Say whom to erase/ });
  const [stay] = await collect(store.stays(room.id));
  t.is(stay?.name, '鈴木一郎');
  await t.throwsAsync(findLink(admin, room, ''), { message: /has no link/ });
});

on('of a name that holds another one of the same person nothing is left', async (t, store) => {
  const room = aRoom({ note: '佐藤花子様' });
  const link = aLink(room, { label: '佐藤' });
  await putRoom(store, room, [link]);
  await store.addStay(aStay(room, { linkId: link.id, name: '佐藤花子' }));
  await store.addMessage(aMessage(room, { text: '佐藤花子様、佐藤様、よろしくお願いします。' }));
  await erasePerson(adminAlone(store), room, '佐藤');
  const [message] = await store.listMessages(room.id);
  t.is(message?.text, `${ERASED}様、${ERASED}様、よろしくお願いします。`);
  t.is((await store.rooms.get(room.id))?.note, `${ERASED}様`);
});

on('a room that is reopened while others are pruned stays', async (t, store) => {
  const over = { from: new Date('2020-01-01T00:00:00Z'), until: new Date('2020-01-02T00:00:00Z') };
  const [first, second] = [aRoom(over), aRoom({ ...over, from: new Date('2020-01-01T12:00:00Z') })];
  for (const room of [first, second]) await putRoom(store, room);
  const pruned: string[] = [];
  for await (const { room } of pruneRooms(adminAlone(store), 30)) {
    pruned.push(room.id);
    await store.rooms.update({ ...second, until: new Date('2099-01-01T00:00:00Z') }, []);
  }
  t.deepEqual(pruned, [first.id]);
  t.truthy(await store.rooms.get(second.id));
});

on('by a clock that has jumped nothing is erased until it has gone on for a day', async (t, store) => {
  const hour = 3_600_000;
  const start = Date.now();
  const room = aRoom({ from: new Date(start - 48 * hour), until: new Date(start - 24 * hour) });
  await putRoom(store, room);
  await store.audit.record([anEntry()]);
  const prune = async (hours: number) => {
    const now = () => new Date(start + hours * hour);
    return (await collect(pruneRooms({ ...adminAlone(store), now }, 30))).length;
  };
  const jumped = {
    message: /^The clock has jumped to .* Nothing is erased by it for a day: set it if it is wrong/,
  };
  const year = 365 * 24;
  await t.throwsAsync(prune(year), jumped);
  t.is(await prune(0).catch(() => -1), -1, 'set right again it has jumped as well');
  for (const hours of [1, 12, 23.9]) await t.throwsAsync(prune(hours), { message: /erased after/ });
  t.is(await prune(24), 0);
  t.truthy(await store.rooms.get(room.id));
  for (const hours of [year, year + 23]) await t.throwsAsync(prune(hours), { message: /for a day/ });
  t.is(await prune(year + 24), 1);
});

test('a server that erases nothing looks at the clock all the same, for who prunes by command', async (t) => {
  const store = await testStore(t, await testConfig(t));
  const stop = keepRetention(adminAlone(store), null, {
    onPruned: () => t.fail(),
    onError: (error) => t.fail(String(error)),
  });
  t.teardown(stop);
  await until('it has looked', async () => (await store.clock.read()) !== null, { withinMs: 60_000 });
  t.pass();
});

on('a room that somebody else has changed is not deleted, nor closed', async (t, store) => {
  const room = aRoom();
  await putRoom(store, room);
  await store.setEntry(room.id, { microphone: false, camera: false, names: false });
  await t.throwsAsync(deleteRoom(adminAlone(store), room), { message: /has just changed/ });
  t.is((await store.rooms.get(room.id))?.closedAt, null);
});

on('of two who add one applicant at once, one is told', async (t, store) => {
  const room = aRoom();
  await putRoom(store, room, [aLink(room, { role: 'interviewer' }), aLink(room)]);
  const add = () => addApplicant(adminAlone(store), room, '佐藤花子');
  const added = await Promise.allSettled([add(), add(), add()]);
  t.deepEqual(added.map(({ status }) => status).sort(), ['fulfilled', 'rejected', 'rejected']);
  for (const each of added)
    if (each.status === 'rejected') t.regex(each.reason.message, /has a link for 佐藤花子 already/);
  t.is((await store.rooms.links(room.id)).filter(({ label }) => label === '佐藤花子').length, 1);
});

on('a key that is given back while others ask for it is free', async (t, store) => {
  const claim = { keyId: 'k', idempotencyKey: 'i', requestHash: 'h' };
  const takeAndFail = async () => {
    for (let i = 0; i < 50; i++)
      if ((await store.idempotency.claim(claim, null, new Date())) === null)
        await store.idempotency.release(claim);
  };
  await t.notThrowsAsync(Promise.all([takeAndFail(), takeAndFail(), takeAndFail()]));
});

on(
  'the stay of somebody in a room that is deleted meanwhile is not kept, nor tried again',
  async (t, store) => {
    const room = aRoom();
    await putRoom(store, room);
    await store.rooms.delete(room.id, []);
    await t.notThrowsAsync(store.addStay(aStay(room)));
    t.deepEqual(await collect(store.stays(room.id)), []);
  },
);

on('part of a room’s name is found in small letters and in large ones', async (t, store) => {
  const room = aRoom({ name: 'Acme 面接 100%' });
  await putRoom(store, room);
  const found = async (name: string) =>
    (await store.rooms.list({ name, limit: 10 })).map((each) => each.name);
  for (const name of ['acme', 'ACME 面接', '100%']) t.deepEqual(await found(name), [room.name]);
  t.deepEqual(await found('1_0'), []);
});

on('part of a room’s name is found alike in every database', async (t, store) => {
  const names = [
    'ÉCOLE ２号',
    'école 2号',
    'ecole',
    'ＡＢＣ',
    'abc',
    'Ω*[x]?^-!',
    'ω',
    'が',
    'か\u3099',
    '葛\u{E0100}城',
  ];
  for (const name of names) await putRoom(store, aRoom({ name }));
  const found = async (name: string) =>
    (await store.rooms.list({ name, limit: 20 })).map((each) => each.name).sort();
  const expected: Record<string, string[]> = {
    école: ['ÉCOLE ２号', 'école 2号'],
    ECOLE: ['ecole'],
    '２号': ['ÉCOLE ２号'],
    ａｂｃ: ['ＡＢＣ'],
    ABC: ['abc'],
    ω: ['Ω*[x]?^-!', 'ω'],
    か: ['か\u3099'],
    葛: ['葛\u{E0100}城'],
    '*': ['Ω*[x]?^-!'],
    '[X]?^': ['Ω*[x]?^-!'],
    ']': ['Ω*[x]?^-!'],
    '-!': ['Ω*[x]?^-!'],
    '[a-z]': [],
  };
  for (const [name, rooms] of Object.entries(expected)) t.deepEqual(await found(name), rooms.sort(), name);
});

onBothDatabases('who is in a room that is deleted is told, and the server goes on', async (t, url) => {
  const server = await startServer(t, { 'database.url': url });
  const { record, tokens } = await server.room();
  const { client } = await enterCall(t, server, tokens.interviewer);
  await deleteRoom(await adminOf(server), record);
  t.is((await client.next('ended')).reason, 'closed');
  await server.close();
  t.deepEqual(
    server.log.filter(({ level }) => Number(level) >= 50),
    [],
  );
});

test('SQLite: who waits for another process’s write holds up nothing else', async (t) => {
  const config = await testConfig(t);
  const store = await testStore(t, config);
  const other = new Database(sqliteFile(config));
  t.teardown(() => other.close());
  other.exec('BEGIN IMMEDIATE');
  let isWritten = false;
  const writing = store.audit.record([anEntry()]).then(() => {
    isWritten = true;
  });
  // As long as this process does nothing else, it comes to none of these.
  for (let i = 0; i < 10; i++) await delay(20);
  t.false(isWritten);
  other.exec('COMMIT');
  await writing;
  t.is(await store.audit.count(), 1);
});

test('a secret that cannot be read for a moment silences the audit no longer than that', async (t) => {
  const config = await testConfig(t);
  const store = await testStore(t, config);
  await mkdir(config.secretFile);
  await t.throwsAsync(store.audit.record([anEntry()]));
  await rm(config.secretFile, { recursive: true });
  await store.audit.record([anEntry()]);
  t.is(await store.audit.count(), 1);
});

test('no change gives a room more seats than it has places; one from before that rule can be changed in all else', async (t) => {
  const store = await testStore(t, await testConfig(t));
  const admin = adminAlone(store);
  const room = aRoom({ capacity: 2 });
  await putRoom(store, room, [aLink(room, { role: 'interviewer' }), aLink(room, { label: '佐藤' })]);
  const noPlace = { message: /^A room with a capacity of \d cannot have \d seats / };
  await t.throwsAsync(addApplicant(admin, room, '鈴木'), noPlace);
  t.is((await store.rooms.links(room.id)).length, 2);
  await t.throwsAsync(updateRoom(admin, room, { interviewerSeats: 2 }), noPlace);
  const wider = await updateRoom(admin, room, { interviewerSeats: 2, capacity: 4 });
  await t.throwsAsync(updateRoom(admin, wider, { capacity: 2 }), noPlace);
  await addApplicant(admin, wider, '鈴木');
  t.like(await store.rooms.get(room.id), { applicantSeats: 2, capacity: 4 });

  const old = aRoom({ capacity: 2, interviewerSeats: 3 });
  await putRoom(store, old);
  t.is((await updateRoom(admin, old, { note: 'x' })).note, 'x');
});
