/** What applicants of one room read of each other: nothing, where each has a link of their own. */
import { randomUUID } from 'node:crypto';
import test, { type ExecutionContext } from 'ava';
import type { ChatMessage } from '../../src/protocol/messages.ts';
import { addApplicant } from '../../src/server/admin/links.ts';
import { findRoom, updateRoom } from '../../src/server/admin/rooms.ts';
import { newRoom } from '../../src/server/room/newRoom.ts';
import type { HistorySetting, LinkRecord } from '../../src/server/room/records.ts';
import { type Client, enterCall, join } from '../helpers/client.ts';
import { onBothDatabases } from '../helpers/databases.ts';
import { read, send } from '../helpers/files.ts';
import { writeMessages } from '../helpers/many-messages.ts';
import { adminOf, startServer, type TestServer } from '../helpers/server.ts';
import { putRoom } from '../helpers/store.ts';

/** A room with a link for each of two applicants, who come one after the other. */
async function twoApplicants(server: TestServer, history: HistorySetting = null) {
  const defaults = { now: new Date(), defaultMinutes: 60, timeZone: 'Asia/Tokyo' };
  const request = {
    name: `history ${randomUUID().slice(0, 8)}`,
    applicants: ['佐藤花子', '鈴木太郎'],
    history,
  };
  const { room, links } = newRoom(request, defaults);
  await putRoom(server.store, room, links);
  const [interviewer, hanako, taro] = links.map((link) => server.token(link)) as [string, string, string];
  return { room, links: links as [LinkRecord, LinkRecord, LinkRecord], interviewer, hanako, taro };
}

/** Comes by a link and is let in; what they then see of the chat. */
async function admitted(t: ExecutionContext, server: TestServer, host: Client, token: string) {
  const { client, joined } = await join(t, server, token);
  await client.request('requestAdmission', { name: '応募者' });
  await host.request('admit', { peerId: joined.peerId });
  const { messages } = await client.next('admitted');
  return { client, someone: { token, resumeKey: joined.resumeKey }, seen: messages.map(({ text }) => text) };
}

const say = (client: Client, text: string) => client.request('sendChat', { clientId: randomUUID(), text });

async function leaves(client: Client): Promise<void> {
  await client.request('leave', {});
  await client.closed;
}

onBothDatabases(
  'an applicant reads nothing of the one before, also after a restart',
  async (t, databaseUrl) => {
    const server = await startServer(t, { 'database.url': databaseUrl });
    const room = await twoApplicants(server);
    const { client: host } = await enterCall(t, server, room.interviewer);
    await say(host, '前もって');
    const hanako = await admitted(t, server, host, room.hanako);
    t.deepEqual(hanako.seen, []);
    await say(hanako.client, '佐藤です');
    const { id: fileId } = await (await send(server, hanako.someone, 'resume', { name: '履歴書.txt' }))
      .json()
      .then(({ file }) => file);
    t.is((await read(server, hanako.someone, fileId)).status, 200);
    await leaves(hanako.client);

    const taro = await admitted(t, server, host, room.taro);
    t.deepEqual(taro.seen, []);
    t.is((await read(server, taro.someone, fileId)).status, 404, 'files likewise');
    await say(host, '鈴木さんへ');
    await leaves(taro.client);
    await leaves(host);
    await server.close();

    const next = await startServer(t, { dataDir: server.config.dataDir, 'database.url': databaseUrl });
    const again = await enterCall(t, next, room.interviewer);
    const { client: nextHost, joined } = await join(t, next, room.interviewer, {
      resumeKey: again.joined.resumeKey,
    });
    const all = joined.call?.messages.map(({ text }) => text);
    t.deepEqual(all, ['前もって', '佐藤です', '', '鈴木さんへ'], 'the interviewer sees all');
    const back = await admitted(t, next, nextHost, room.hanako);
    t.deepEqual(back.seen, ['佐藤です', ''], 'what was written while she was there');
    t.is((await read(next, back.someone, fileId)).status, 200);
  },
);

onBothDatabases('an administrator lets applicants read all', async (t, databaseUrl) => {
  const server = await startServer(t, { 'database.url': databaseUrl });
  const room = await twoApplicants(server);
  const { client: host } = await enterCall(t, server, room.interviewer);
  await say(host, '前もって');
  const stored = await findRoom({ store: server.store }, room.room.id);
  const changed = await updateRoom(await adminOf(server), stored, { history: 'all' });
  t.is(changed.history, 'all');
  t.deepEqual((await admitted(t, server, host, room.hanako)).seen, ['前もって']);
});

test('a second link changes at once what its holder reads', async (t) => {
  const server = await startServer(t);
  const room = await server.room({ applicantSeats: 2 });
  const { client: host } = await enterCall(t, server, room.tokens.interviewer);
  await say(host, '前もって');
  const stored = await findRoom({ store: server.store }, room.record.id);
  const link = await addApplicant(await adminOf(server), stored, '佐藤花子');
  t.deepEqual((await admitted(t, server, host, server.token(link))).seen, []);
});

test('a history of thousands keeps nobody out, and is read from its end, page by page', async (t) => {
  const server = await startServer(t);
  const room = await server.room();
  writeMessages(server.config, room.record.id, 12_000, 'あ'.repeat(250));
  const { client, joined } = await join(t, server, room.tokens.interviewer);
  t.is(joined.call, null);
  const entered = await client.request('enter', { company: '会社', name: '毎日太郎' });
  t.true(entered.hasEarlier);
  const ends = (messages: ChatMessage[]) => messages.map(({ text }) => Number(text.replace(/^あ+/, '')));
  const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);
  t.deepEqual(ends(entered.messages), range(11_901, 12_000));
  const before = await client.request('readChat', { before: entered.messages[0]?.at ?? '' });
  t.deepEqual([ends(before.messages), before.hasEarlier], [range(11_801, 11_900), true]);
  const hundredth = new Date(1_893_456_000_000 + 100_000).toISOString();
  const first = await client.request('readChat', { before: hundredth });
  t.deepEqual([ends(first.messages), first.hasEarlier], [range(1, 99), false]);

  const back = await join(t, server, room.tokens.interviewer, { resumeKey: joined.resumeKey });
  t.is(back.joined.call?.messages.length, 100);
});
