/** An interview as the protocol sees it, on both databases: real sockets, a real worker, no browser. */
import { randomUUID } from 'node:crypto';
import { text } from 'node:stream/consumers';
import test, { type ExecutionContext } from 'ava';
import { closeCodes } from '../../src/protocol/errors.ts';
import { chatCsv, participantsCsv } from '../../src/server/records/csv.ts';
import { type Client, codeOf, enterCall, join } from '../helpers/client.ts';
import { onBothDatabases } from '../helpers/databases.ts';
import { startServer } from '../helpers/server.ts';
import { until } from '../helpers/until.ts';

const say = (client: Client, text: string, clientId: string = randomUUID()) =>
  client.request('sendChat', { clientId, text });

const begin = async (t: ExecutionContext, databaseUrl?: string) => {
  const server = await startServer(t, { 'database.url': databaseUrl });
  const room = await server.room();
  const interviewer = await join(t, server, room.tokens.interviewer);
  const applicant = await join(t, server, room.tokens.applicant);
  return { server, room, interviewer, applicant };
};

/** Both are in the call. */
const meet = async (t: ExecutionContext, databaseUrl?: string) => {
  const world = await begin(t, databaseUrl);
  await world.interviewer.client.request('enter', { company: '株式会社例', name: '面接太郎' });
  await world.applicant.client.request('requestAdmission', { name: '応募花子' });
  await world.interviewer.client.request('admit', { peerId: world.applicant.joined.peerId });
  await world.applicant.client.next('admitted');
  return world;
};

onBothDatabases('asking, taking back, being refused, being let in', async (t, databaseUrl) => {
  const { interviewer, applicant } = await begin(t, databaseUrl);
  const { peerId } = applicant.joined;
  t.is(applicant.joined.counts, null);
  t.deepEqual(interviewer.joined.counts, { waiting: 0, inCall: 0, requesting: [] });
  await applicant.client.request('requestAdmission', { name: ' 応募花子 ' });
  const entered = await interviewer.client.request('enter', { company: '株式会社例', name: '面接太郎' });
  t.like(entered.peers[0], { id: peerId, name: '応募花子', state: 'requesting' });

  await applicant.client.request('cancelRequest', {});
  t.deepEqual(await interviewer.client.next('peerLeft'), { peerId });
  await applicant.client.request('requestAdmission', { name: '応募花子' });
  await interviewer.client.request('deny', { peerId });
  await applicant.client.next('denied');
  await applicant.client.request('requestAdmission', { name: '応募花子' });
  await say(interviewer.client, 'ようこそ');
  await interviewer.client.request('admit', { peerId });
  const admitted = await applicant.client.next('admitted');
  t.like(admitted.peers[0], { name: '面接太郎', company: '株式会社例', state: 'inCall' });
  t.deepEqual(
    admitted.messages.map(({ text }) => text),
    ['ようこそ'],
  );
});

onBothDatabases(
  'what is acknowledged is stored, told to the other, and there after coming back',
  async (t, databaseUrl) => {
    const { server, room, interviewer, applicant } = await meet(t, databaseUrl);
    const clientId = randomUUID();
    const sent = await say(applicant.client, 'よろしくお願いします', clientId);
    t.deepEqual((await interviewer.client.next('chatMessage')).message, sent);
    t.deepEqual(await say(applicant.client, 'よろしくお願いします', clientId), sent);
    t.true(await interviewer.client.hearsNothingOf('chatMessage'));
    applicant.client.socket.terminate();
    const gone = await interviewer.client.next('peerUpdated');
    t.truthy(gone);
    const { resumeKey } = applicant.joined;
    const back = await join(t, server, room.tokens.applicant, { resumeKey });
    t.is(back.joined.peerId, applicant.joined.peerId);
    t.is(back.joined.state, 'inCall');
    t.deepEqual(back.joined.call?.messages, [sent]);
    t.like(back.joined.call?.peers[0], { name: '面接太郎' });
  },
);

onBothDatabases(
  'the interviewer’s leaving ends it for both, and the records hold who was there and what was said',
  async (t, databaseUrl) => {
    const { server, room, interviewer, applicant } = await meet(t, databaseUrl);
    await say(interviewer.client, '=1+1 "はい", いいえ');
    await interviewer.client.request('leave', {});
    t.deepEqual(await applicant.client.next('ended'), { reason: 'interviewer_left' });
    t.is((await applicant.client.closed).code, closeCodes.ended);
    t.is((await interviewer.client.closed).code, closeCodes.ended);
    await server.close();
    const people = await text(participantsCsv(room.record, server.store.stays(room.record.id)));
    const time = String.raw`\d{4}/\d{1,2}/\d{1,2} \d{1,2}:\d\d`;
    const { name } = room.record;
    t.regex(people, new RegExp(`\r\n${name},主催者,株式会社例,面接太郎,${time},${time}\r\n`));
    t.regex(people, new RegExp(`\r\n${name},参加者,,応募花子,${time},${time}\r\n`));
    const said = await text(chatCsv(room.record, server.store.messages(room.record.id)));
    t.regex(said, new RegExp(`\r\n全体,${time},主催者,面接太郎,"'=1\\+1 ""はい"", いいえ"\r\n`));
  },
);

onBothDatabases('the applicant’s leaving ends it for nobody else', async (t, databaseUrl) => {
  const { interviewer, applicant } = await meet(t, databaseUrl);
  await applicant.client.request('leave', {});
  t.deepEqual(await interviewer.client.next('peerLeft'), { peerId: applicant.joined.peerId });
  t.is(await codeOf(say(interviewer.client, 'まだいます')), null);
});

onBothDatabases(
  'a server that stops tells everyone, and what they said is in its database',
  async (t, databaseUrl) => {
    const { server, room, interviewer, applicant } = await meet(t, databaseUrl);
    await say(applicant.client, '最後の一言');
    await server.close();
    for (const { client } of [interviewer, applicant]) {
      t.deepEqual(await client.next('ended'), { reason: 'server_stopping' });
      t.is((await client.closed).code, closeCodes.goingAway);
    }
    const messages = await server.store.listMessages(room.record.id);
    t.deepEqual(
      messages.map(({ text }) => text),
      ['最後の一言'],
    );
    for await (const stay of server.store.stays(room.record.id)) t.truthy(stay.leftAt);
  },
);

test('a seat that nobody comes back to is free after the grace period', async (t) => {
  const server = await startServer(t, { 'call.graceSeconds': 0 });
  const { tokens } = await server.room();
  const watcher = await join(t, server, tokens.interviewer);
  const applicant = await join(t, server, tokens.applicant);
  t.deepEqual(await watcher.client.next('counts'), { waiting: 1, inCall: 0, requesting: [] });
  applicant.client.socket.terminate();
  t.deepEqual(await watcher.client.next('counts'), { waiting: 0, inCall: 0, requesting: [] });
  const { resumeKey } = applicant.joined;
  const back = await join(t, server, tokens.applicant, { resumeKey });
  t.not(back.joined.peerId, applicant.joined.peerId);
  t.is(back.joined.state, 'waiting');
});

test('the same seat in another tab closes the first, which is told so', async (t) => {
  const server = await startServer(t);
  const { tokens } = await server.room();
  const first = await join(t, server, tokens.applicant);
  const second = await join(t, server, tokens.applicant, { resumeKey: first.joined.resumeKey });
  t.is((await first.client.closed).code, closeCodes.replaced);
  t.is(second.joined.peerId, first.joined.peerId);
  t.is(await codeOf(second.client.request('requestAdmission', { name: '応募花子' })), null);
});

test('nobody who waits is heard or seen, though the transports stand ready', async (t) => {
  const server = await startServer(t);
  const { tokens } = await server.room();
  const interviewer = await join(t, server, tokens.interviewer);
  const applicant = await join(t, server, tokens.applicant);
  await interviewer.client.request('enter', { company: '会社', name: '担当' });
  for (const { client, joined } of [interviewer, applicant]) {
    await client.request('openMedia', { rtpCapabilities: joined.rtpCapabilities });
    await client.request('createTransport', { direction: 'receive' });
    const { id: transportId } = await client.request('createTransport', { direction: 'send' });
    const ssrc = client === interviewer.client ? 1111 : 2222;
    await client.request('produce', {
      transportId,
      source: 'microphone',
      kind: 'audio',
      rtpParameters: {
        mid: '0',
        codecs: [{ mimeType: 'audio/opus', clockRate: 48_000, channels: 2, payloadType: 100 }],
        encodings: [{ ssrc }],
        rtcp: { cname: `c${ssrc}` },
      },
    });
  }
  // Each is given the server's silence alone.
  const sources = async ({ client }: { client: Client }) => {
    const { consumer } = await client.next('consumerAdded');
    return consumer.source;
  };
  t.deepEqual(await Promise.all([interviewer, applicant].map(sources)), ['silence', 'silence']);
  t.true(await interviewer.client.hearsNothingOf('consumerAdded'));
  t.true(await applicant.client.hearsNothingOf('consumerAdded'));
  await applicant.client.request('requestAdmission', { name: '応募花子' });
  await interviewer.client.request('admit', { peerId: applicant.joined.peerId });
  t.deepEqual(await Promise.all([interviewer, applicant].map(sources)), ['microphone', 'microphone']);
});

test('the log tells what happens in a room by ids, and names nobody', async (t) => {
  const server = await startServer(t);
  const { record, tokens } = await server.room();
  const host = await enterCall(t, server, tokens.interviewer);
  const guest = await join(t, server, tokens.applicant);
  await guest.client.request('requestAdmission', { name: '応募花子' });
  await host.client.request('admit', { peerId: guest.joined.peerId });
  await guest.client.next('admitted');
  guest.client.socket.terminate();
  const toldGone = async () => !(await host.client.next('peerUpdated')).peer.connected;
  await until('the guest is seen to be gone', toldGone);
  await host.client.request('leave', {});
  await host.client.closed;
  const of = (peerId: string) =>
    server.log
      .filter(
        ({ room, actor, peer }) => room === record.id && (actor === `peer:${peerId}` || peer === peerId),
      )
      .map(({ msg }) => msg);
  // The server has the answer to its close a moment later.
  await until('the host has gone', () => of(host.joined.peerId).includes('socket closed'));
  t.deepEqual(of(guest.joined.peerId), [
    'joined',
    'admission.requested',
    'call.entered',
    'socket closed',
    'call.left',
  ]);
  t.deepEqual(of(host.joined.peerId), [
    'joined',
    'call.entered',
    'admission.granted',
    'call.left',
    'socket closed',
  ]);
  t.notRegex(JSON.stringify(server.log), /応募花子|毎日太郎|株式会社/);
});
