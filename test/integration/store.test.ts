/** What the store promises, on both databases. */
import { randomBytes, randomUUID } from 'node:crypto';
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { limits } from '../../src/protocol/limits.ts';
import { UserError } from '../../src/server/errors.ts';
import { auditEntry } from '../../src/server/room/audit.ts';
import type { LinkRecord } from '../../src/server/room/records.ts';
import { openStore, type Store } from '../../src/server/store/index.ts';
import { slowLine } from '../helpers/check-outcomes.ts';
import { onBothDatabases } from '../helpers/databases.ts';
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

const on = (title: string, run: (t: ExecutionContext, store: Store) => Promise<void>) =>
  onBothDatabases(title, async (t, url) => run(t, await testStore(t, await testConfig(t, url))));

on('a room is found by name and by id, with its times to the millisecond', async (t, store) => {
  const room = aRoom({ name: '9110-1-to あ😀' });
  await putRoom(store, room, []);
  t.deepEqual(await store.rooms.find('9110-1-to あ😀'), room);
  t.deepEqual(await store.rooms.find(room.id), room);
  t.is(await store.rooms.find('9110-1-TO あ😀'), null);
});

on('how participants enter is kept with the room', async (t, store) => {
  const room = aRoom();
  await putRoom(store, room, []);
  const entry = { microphone: false, camera: true, names: false };
  await store.setEntry(room.id, entry);
  t.deepEqual((await store.rooms.find(room.id))?.entry, entry);
  t.is(await store.rooms.update({ ...room, note: 'read before' }, []), null);
  t.deepEqual((await store.rooms.find(room.id))?.entry, entry);
});

on('the end of a room is put off once, with its audit, for who knew when it was', async (t, store) => {
  const room = aRoom();
  await putRoom(store, room, []);
  const until = new Date(room.until.getTime() + 15 * 60_000);
  const entry = () =>
    auditEntry(
      'room.extended',
      { at: room.until, roomId: room.id, actor: 'peer:one' },
      { details: { minutes: 15 } },
    );
  t.true(await store.extendRoom(room.id, { before: room.until, until }, [entry()]));
  t.false(await store.extendRoom(room.id, { before: room.until, until }, [entry()]));
  t.deepEqual((await store.rooms.find(room.id))?.until, until);
  t.is(await store.rooms.update({ ...room, note: 'read before' }, []), null);
  const entries = await collect(store.audit.entries({ roomId: room.id }));
  t.is(entries.filter(({ action }) => action === 'room.extended').length, 1);
});

on(
  'seats are kept as they were written last, until their peers are gone or their room is',
  async (t, store) => {
    const [room, other] = [aRoom(), aRoom()];
    for (const each of [room, other]) await putRoom(store, each, []);
    const [first, second] = [aSeat(room, { name: '佐藤花子😀' }), aSeat(room, { state: 'waiting' })];
    const elsewhere = aSeat(other, {
      stayId: null,
      enteredAt: null,
      joinedAt: new Date('2023-12-08T11:00:00.001Z'),
    });
    await store.writeSeats('a-server', [second, first, elsewhere], []);
    const inCall = {
      ...first,
      state: 'inCall' as const,
      camera: false,
      sharing: true,
      quality: 'low' as const,
      serverId: 'another-server',
      turnedOff: { id: 'off', microphone: false, camera: true, by: 'interviewer' as const },
    };
    await store.writeSeats('a-server', [inCall], [second.peerId, 'nobody']);
    t.deepEqual(await store.readSeats(), [inCall, elsewhere]);
    await store.writeSeats('a-server', [], []);
    t.true(await store.rooms.delete(room.id, []));
    t.deepEqual(await store.readSeats(), [elsewhere]);
    const many = Array.from({ length: 1200 }, () => aSeat(other));
    await store.writeSeats('a-server', many, [elsewhere.peerId]);
    t.is((await store.readSeats()).length, 1200);
    await store.writeSeats(
      'a-server',
      [],
      many.map(({ peerId }) => peerId),
    );
    t.deepEqual(await store.readSeats(), []);
  },
);

on('seats are taken from the servers that are named, by one server alone', async (t, store) => {
  const [room, other] = [aRoom(), aRoom()];
  for (const each of [room, other]) await putRoom(store, each, []);
  const [first, second] = [aSeat(room, { serverId: 'a' }), aSeat(room, { serverId: 'b' })];
  const [nameless, elsewhere] = [aSeat(room, { serverId: null }), aSeat(other, { serverId: 'a' })];
  const many = Array.from({ length: 600 }, () => aSeat(other, { serverId: 'crowded' }));
  await store.writeSeats('a', [first, second, nameless, elsewhere, ...many], []);
  t.deepEqual((await store.seatServers()).toSorted(), ['a', 'b', 'crowded', null]);
  const taken = await store.takeSeats('new', { from: ['a', null], exceptRooms: [other.id] });
  t.deepEqual(taken.map(({ peerId }) => peerId).toSorted(), [first.peerId, nameless.peerId].toSorted());
  t.true(taken.every(({ serverId }) => serverId === 'new'));
  t.deepEqual(await store.takeSeats('another', { from: ['a', null], room: room.id }), []);
  t.deepEqual(
    (await store.takeSeats('another', { from: ['a'] })).map(({ peerId }) => peerId),
    [elsewhere.peerId],
  );
  const atOnce = ['new', 'new', 'another', 'another'].map((id) => store.takeSeats(id, { from: ['crowded'] }));
  t.is((await Promise.all(atOnce)).flat().length, 600);
  // Who had them before writes and forgets them in vain, and what is new all the same.
  const newcomer = aSeat(other, { serverId: 'a' });
  await store.writeSeats('a', [{ ...first, state: 'held' }, newcomer], []);
  await store.writeSeats('a', [], [first.peerId, second.peerId]);
  t.deepEqual(
    (await store.readSeats()).find(({ peerId }) => peerId === first.peerId),
    { ...first, serverId: 'new' },
  );
  t.true((await store.readSeats(other.id)).some(({ peerId }) => peerId === newcomer.peerId));
  await store.writeSeats('b', [], [second.peerId]);
  t.deepEqual(
    (await store.readSeats(room.id)).map(({ peerId }) => peerId).toSorted(),
    [first.peerId, nameless.peerId].toSorted(),
  );
});

on('who was only waiting when the server died is erased with the seat', async (t, store) => {
  const room = aRoom();
  await putRoom(store, room, []);
  const [one, another] = [aSeat(room, { name: '佐藤花子' }), aSeat(room, { name: '鈴木一郎' })];
  await store.writeSeats('a-server', [one, another], []);
  const erased = await store.erasure.erase(room.id, '佐藤花子', () => []);
  t.deepEqual(erased?.peerIds, [one.peerId]);
  t.deepEqual(await store.readSeats(), [another]);
  t.is(await store.erasure.erase(room.id, '佐藤花子', () => []), null);
});

on('a file is stored with its message, all 5 MB of it, and goes with it', async (t, store) => {
  const room = aRoom();
  await putRoom(store, room, []);
  const content = randomBytes(limits.fileBytes);
  const file = {
    id: randomUUID(),
    name: 'スケジュール😀.pdf',
    type: 'application/pdf',
    bytes: content.length,
  };
  const message = aMessage(room, { text: '', file });
  t.deepEqual(await store.addMessage(message, content), message);
  t.deepEqual(await store.addMessage({ ...message, id: randomUUID() }, content), message, 'once');
  t.deepEqual(await store.listMessages(room.id), [message]);
  t.true((await store.readFile(room.id, file.id))?.equals(content));
  t.is(await store.readFile('another room', file.id), null);
  await store.deleteMessage('another room', message.id);
  t.is((await store.listMessages(room.id)).length, 1);
  await store.deleteMessage(room.id, message.id);
  t.deepEqual(await store.listMessages(room.id), []);
  t.is(await store.readFile(room.id, file.id), null);
  await t.notThrowsAsync(store.deleteMessage(room.id, message.id));
});

on('the files of a room take no more than so much, however many come at once', async (t, store) => {
  const [room, other] = [aRoom(), aRoom()];
  for (const each of [room, other]) await putRoom(store, each, []);
  const fileOf = (bytes: number) => ({ id: randomUUID(), name: 'a.txt', type: 'text/plain', bytes });
  const add = (bytes: number, of = room) => {
    const message = aMessage(of, { text: '', file: fileOf(bytes) });
    return store.addMessage(message, Buffer.alloc(Math.min(bytes, 10)));
  };
  // How much is left is told by the rows: the content need not be there.
  const first = await add(limits.filesPerRoomBytes - 25);
  const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => add(10)));
  const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
  t.is(refused.length, 6);
  for (const { reason } of refused) t.like(reason, { name: 'AppError', code: 'too_big' });
  t.is((await store.listMessages(room.id)).length, 3);
  // Sent again after a lost answer it is the one that is there, though no other would fit.
  t.deepEqual(await store.addMessage({ ...first, id: randomUUID() }, Buffer.from('a')), first);
  await t.notThrowsAsync(add(10, other));
  await t.notThrowsAsync(store.addMessage(aMessage(room)));
  await store.deleteMessage(room.id, first.id);
  await t.notThrowsAsync(add(10));
});

on('a room’s history is cleared with its files, and no other room’s', async (t, store) => {
  const [room, other] = [aRoom(), aRoom()];
  for (const each of [room, other]) await putRoom(store, each, []);
  const file = { id: randomUUID(), name: 'a.txt', type: 'text/plain', bytes: 1 };
  await store.addMessage(aMessage(room, { file }), Buffer.from('a'));
  await store.addMessage(aMessage(room));
  const kept = aMessage(other);
  await store.addMessage(kept);
  await store.clearMessages(room.id);
  t.deepEqual(await store.listMessages(room.id), []);
  t.is(await store.readFile(room.id, file.id), null);
  t.deepEqual(await store.listMessages(other.id), [kept]);
});

on('the outcome of the check is kept with a stay', async (t, store) => {
  const room = aRoom();
  await putRoom(store, room, []);
  const check = {
    at: '2023-12-08T10:00:00.000Z',
    browser: 'Chrome 156',
    outcomes: slowLine,
    downMbps: 9.5,
    upMbps: 2.1,
    route: 'udp' as const,
    roundTripMs: 23,
  };
  const stays = [aStay(room, { check }), aStay(room)];
  for (const stay of stays) await store.addStay(stay);
  t.deepEqual(await collect(store.stays(room.id)), stays);
});

on('a link is found with its room, the interviewers’ first in a list', async (t, store) => {
  const room = aRoom();
  const links = [aLink(room), aLink(room, { role: 'interviewer' })] as const;
  await putRoom(store, room, [...links]);
  t.deepEqual(await store.findLink(links[0].id), { link: links[0], room });
  t.is(await store.findLink('nothing'), null);
  t.deepEqual(await store.rooms.links(room.id), [links[1], links[0]]);
});

on('a name that exists is refused in one line, and nothing of the second room is left', async (t, store) => {
  const room = aRoom({ name: 'taken' });
  await putRoom(store, room, [aLink(room)]);
  const second = aRoom({ name: 'taken' });
  const link = aLink(second);
  const error = await t.throwsAsync(putRoom(store, second, [link]), { instanceOf: UserError });
  t.is(error?.message, 'There is already a room named taken: choose another name.');
  t.is(await store.rooms.find(second.id), null);
  t.is(await store.findLink(link.id), null);
});

on('a room whose link cannot be stored is not stored either', async (t, store) => {
  const first = aRoom();
  const link = aLink(first);
  await putRoom(store, first, [link]);
  const second = aRoom();
  await t.throwsAsync(putRoom(store, second, [aLink(second), aLink(second, { id: link.id })]));
  t.is(await store.rooms.find(second.id), null);
});

on('rooms made at the same time do not mix', async (t, store) => {
  const rooms = Array.from({ length: 8 }, (_, i) => aRoom({ name: `same-${i % 4}` }));
  const results = await Promise.allSettled(rooms.map((room) => putRoom(store, room, [aLink(room)])));
  t.is(results.filter(({ status }) => status === 'fulfilled').length, 4);
  for (const [i, room] of rooms.entries()) {
    t.is((await store.rooms.links(room.id)).length, results[i]?.status === 'fulfilled' ? 1 : 0);
  }
});

on('reissuing raises the version and lifts a revocation; the first revocation stays', async (t, store) => {
  const room = aRoom();
  const link = aLink(room);
  await putRoom(store, room, [link]);
  const at = new Date('2023-12-08T11:00:00.001Z');
  t.deepEqual((await store.rooms.revokeLink(link.id, at, []))?.revokedAt, at);
  t.deepEqual((await store.rooms.revokeLink(link.id, new Date(), []))?.revokedAt, at);
  t.deepEqual((await store.findLink(link.id))?.link.revokedAt, at);
  t.deepEqual(await store.rooms.reissueLink(link.id, []), { ...link, version: 2 });
  const gone = { instanceOf: UserError, message: /no such link/ };
  await t.throwsAsync(store.rooms.reissueLink('nothing', []), gone);
  await t.throwsAsync(store.rooms.revokeLink('nothing', at, []), gone);
});

on('a link keeps where its applicant is written to, and what they were sent', async (t, store) => {
  const room = aRoom();
  const [hanako, taro] = [
    aLink(room, { label: '佐藤', email: 'hanako@例え.jp' }),
    aLink(room, { label: '鈴木' }),
  ];
  await putRoom(store, room, [hanako, taro]);
  t.deepEqual(await store.rooms.links(room.id), [hanako, taro]);
  const at = new Date('2023-12-08T11:00:00.001Z');
  const window = { from: room.from, until: room.until };
  const kept = { invitedAs: 'x'.repeat(22), invitedFrom: room.from, invitedUntil: room.until };
  const invited = { ...hanako, invitedAt: at, ...kept };
  const invite = async (link: LinkRecord) => {
    const claimed = await store.invitations.claim(link, at);
    if (!claimed) throw new Error('it could not be claimed');
    const sent = { at, as: 'x'.repeat(22), ...window, email: link.email ?? 'first@x.jp' };
    return store.invitations.sent(claimed, sent, []);
  };
  t.deepEqual(await invite(hanako), invited);
  t.deepEqual((await store.findLink(hanako.id))?.link, invited);
  // At the same address they stay as they are; at another they are invited, and do not have it there.
  t.deepEqual(await store.rooms.setEmail(hanako.id, 'hanako@例え.jp', []), invited);
  const longest = `${'a'.repeat(limits.emailCharacters - '@x.jp'.length)}@x.jp`;
  const moved = { ...invited, email: longest, invitedAs: null };
  t.deepEqual(await store.rooms.setEmail(hanako.id, longest, []), moved);
  t.deepEqual((await store.rooms.links(room.id))[0], moved);
  const again = await invite(moved);
  t.is(again.invitedAs, 'x'.repeat(22));
  const claimed = await store.invitations.claim(again, at);
  const cancelled = { ...hanako, email: longest, cancelledAt: at };
  t.deepEqual(claimed && (await store.invitations.cancelled(claimed, at, [])), cancelled);
  // Who is invited again is not cancelled any more; that they were is no secret of the address.
  t.is((await invite(cancelled)).cancelledAt, null);
  t.deepEqual(await store.rooms.setEmail(hanako.id, null, []), { ...hanako, email: null });
  // The first address that is written to is theirs.
  t.is((await invite(taro)).email, 'first@x.jp');
  await store.rooms.setEmail(taro.id, null, []);
  t.deepEqual((await store.findLink(taro.id))?.link, taro);
  const gone = { instanceOf: UserError, message: /no such link/ };
  await t.throwsAsync(store.rooms.setEmail('nothing', null, []), gone);
});

on('messages come oldest first in the order of storing, whatever their times and ids', async (t, store) => {
  const room = aRoom();
  await putRoom(store, room, []);
  const at = new Date('2023-12-08T10:11:12.345Z');
  const messages = Array.from({ length: 1203 }, (_, i) => aMessage(room, { text: `m${i}`, at }));
  for (const message of messages) await store.addMessage(message);
  t.deepEqual(await store.listMessages(room.id), messages);
  t.deepEqual(await collect(store.messages(room.id)), messages);
  t.deepEqual(await store.listMessages('nothing'), []);
});

on('a message sent twice is stored once, and the stored one comes back', async (t, store) => {
  const room = aRoom();
  const other = aRoom();
  await putRoom(store, room, []);
  await putRoom(store, other, []);
  const message = aMessage(room);
  t.deepEqual(await store.addMessage(message), message);
  t.deepEqual(await store.addMessage({ ...message, id: randomUUID(), text: 'again' }), message);
  t.deepEqual(await store.listMessages(room.id), [message]);
  const elsewhere = aMessage(other, { clientId: message.clientId });
  t.deepEqual(await store.addMessage(elsewhere), elsewhere);
});

on('255 characters outside the BMP, markup and line breaks come back as they were', async (t, store) => {
  const room = aRoom();
  await putRoom(store, room, []);
  for (const text of ['😀'.repeat(255), '<b>&amp;"\'\\ %_', '一\r\n二\t三', ' spaces ']) {
    const message = aMessage(room, { text });
    await store.addMessage(message);
    t.deepEqual((await store.listMessages(room.id)).at(-1), message);
  }
});

on('a text is kept whole, whatever is in it', async (t, store) => {
  const [given, kept] = ['前\0後', '前\uFFFD後'];
  const room = aRoom({ name: given, note: given });
  const link = aLink(room, { label: given });
  await putRoom(store, room, [link]);
  await store.addStay(aStay(room, { name: given, company: given }));
  await store.addMessage(aMessage(room, { text: given, name: given }));
  await store.writeSeats('a-server', [aSeat(room, { name: given, company: given })], []);
  t.like(await store.findLink(link.id), { link: { label: kept }, room: { name: kept, note: kept } });
  t.like((await collect(store.stays(room.id)))[0], { name: kept, company: kept });
  t.like((await store.listMessages(room.id))[0], { text: kept, name: kept });
  t.like((await store.readSeats())[0], { name: kept, company: kept });
  // What is looked for is not cut either.
  t.is(await store.rooms.find('前\0'), null);
  t.is((await store.rooms.list({ name: '後\0', limit: 9 })).length, 0);
  t.is((await store.rooms.find(given))?.id, room.id);
});

on('more rooms and people than one statement can name', async (t, store) => {
  const ids = Array.from({ length: 40_000 }, (_, i) => `none-${i}`);
  const rooms = [1, 2, 3].map((hour) => aRoom({ from: new Date(Date.UTC(2023, 0, 1, hour)) }));
  for (const room of rooms) await putRoom(store, room);
  const [a, b, c] = rooms.map(({ id }) => id) as [string, string, string];
  const query = { ids: [c, ...ids, b, a, c], limit: 2 };
  t.deepEqual(
    (await store.rooms.list(query)).map(({ id }) => id),
    [a, b],
  );
  t.deepEqual(
    (await store.rooms.list({ ...query, latestFirst: true })).map(({ id }) => id),
    [c, b],
  );
  t.is(await store.rooms.count(query), 3);
  t.is(await store.rooms.count({ ids: [], limit: 1 }), 0);
  t.is(await store.webhooks.retry(new Date(), Array.from(ids.keys())), 0);
});

on('a message to a room that does not exist is refused', async (t, store) => {
  await t.throwsAsync(store.addMessage(aMessage(aRoom())));
});

on('a stay is stored once, and ends', async (t, store) => {
  const room = aRoom();
  await putRoom(store, room, []);
  const first = aStay(room, { role: 'interviewer', company: '株式会社マイナビ', name: '毎日太郎' });
  const second = aStay(room);
  await store.addStay(first);
  await store.addStay(first);
  await store.addStay(second);
  const leftAt = new Date('2023-12-08T10:40:00.789Z');
  await store.endStay(first.id, left(leftAt));
  t.deepEqual(await collect(store.stays(room.id)), [{ ...first, leftAt, ending: 'left' }, second]);
});

onBothDatabases(
  'the stays of a server that died end when they were last seen, those of another go on',
  async (t, url) => {
    const config = await testConfig(t, url);
    const dead = await testStore(t, config);
    const alive = await testStore(t, config);
    const room = aRoom();
    await putRoom(alive, room, []);
    const [lost, kept] = [aStay(room), aStay(room)];
    await dead.addStay(lost);
    await alive.addStay(kept);
    const seen = new Date('2023-12-08T10:30:00.500Z');
    await dead.touchStays(seen);
    const later = new Date('2023-12-08T10:33:00.000Z');
    await alive.touchStays(later);
    t.is(await alive.closeStaleStays(seen), 0);
    t.is(await alive.closeStaleStays(later), 1);
    t.deepEqual(await collect(alive.stays(room.id)), [
      { ...lost, leftAt: seen, ending: 'server_lost' },
      kept,
    ]);
    // It was not dead, only slow.
    await dead.touchStays(later);
    t.deepEqual(await collect(alive.stays(room.id)), [lost, kept]);
    await alive.endStay(kept.id, left(later));
    await alive.touchStays(new Date());
    t.deepEqual((await collect(alive.stays(room.id)))[1]?.leftAt, later);
  },
);

onBothDatabases('a stay that ends while others are vouched for stays ended', async (t, url) => {
  const store = await testStore(t, await testConfig(t, url));
  const room = aRoom();
  await putRoom(store, room, []);
  const stays = Array.from({ length: 20 }, () => aStay(room));
  for (const stay of stays) await store.addStay(stay);
  const at = new Date('2023-12-08T11:00:00.000Z');
  const touched = store.touchStays(at);
  await Promise.all([touched, ...stays.map(({ id }) => store.endStay(id, left(at))), store.touchStays(at)]);
  t.true((await collect(store.stays(room.id))).every(({ leftAt }) => leftAt?.getTime() === at.getTime()));
});

onBothDatabases('many open a new database at the same time, and it is migrated once', async (t, url) => {
  const config = await testConfig(t, url);
  const stores = await Promise.all(Array.from({ length: 4 }, () => testStore(t, config)));
  const room = aRoom();
  await putRoom(stores[0] as Store, room, []);
  for (const store of stores) t.deepEqual(await store.rooms.find(room.id), room);
});

onBothDatabases('what is stored is there after closing and opening again', async (t, url) => {
  const config = await testConfig(t, url);
  const room = aRoom();
  const first = await openStore(config, { create: true });
  await putRoom(first, room, []);
  await first.close();
  const second = await openStore(config, { create: false });
  t.teardown(() => second.close());
  t.deepEqual(await second.rooms.find(room.name), room);
});

test('SQLite: once a store is closed, a copy of its one file holds everything', async (t) => {
  const config = await testConfig(t);
  const copy = await testConfig(t);
  const room = aRoom();
  const store = await openStore(config, { create: true });
  await putRoom(store, room, []);
  await store.close();
  await copyFile(join(config.dataDir, 'webinterview.sqlite'), join(copy.dataDir, 'webinterview.sqlite'));
  t.deepEqual(await (await testStore(t, copy)).rooms.find(room.name), room);
});

const left = (at: Date) => ({ at, ending: 'left' as const, media: null });
