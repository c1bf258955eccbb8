/** An interviewer of one room, in a call of their own, and what they reach of another room. */
import { randomUUID } from 'node:crypto';
import test, { type ExecutionContext } from 'ava';
import type { ErrorCode } from '../../src/protocol/errors.ts';
import type { ChatMessage, Method, Params } from '../../src/protocol/messages.ts';
import { type Client, codeOf, enterCall, join } from '../helpers/client.ts';
import { startServer, type TestRoom, type TestServer } from '../helpers/server.ts';
import { until } from '../helpers/until.ts';

type Inside = { room: TestRoom; client: Client; resumeKey: string; peerId: string };

async function interviewerIn(t: ExecutionContext, server: TestServer): Promise<Inside> {
  const room = await server.room();
  const { client, joined } = await enterCall(t, server, room.tokens.interviewer);
  return { room, client, resumeKey: joined.resumeKey, peerId: joined.peerId };
}

const voiceOn = (transportId: string): Params<'produce'> => ({
  transportId,
  source: 'microphone',
  kind: 'audio',
  rtpParameters: {
    mid: '0',
    codecs: [{ mimeType: 'audio/opus', clockRate: 48_000, channels: 2, payloadType: 100 }],
    encodings: [{ ssrc: 1111 }],
    rtcp: { cname: 'a' },
  },
});

const http = ({ url }: TestServer, path: string, token: string, resumeKey = '') =>
  fetch(`${url}${path}`, { headers: { authorization: `Bearer ${token}`, 'x-resume-key': resumeKey } });

test('nobody and nothing of another room is reached by its id', async (t) => {
  const server = await startServer(t);
  const [own, other] = [await interviewerIn(t, server), await interviewerIn(t, server)];
  const applicant = await join(t, server, other.room.tokens.applicant);
  await applicant.client.request('requestAdmission', { name: '佐藤花子' });
  const message = await other.client.request('sendChat', { clientId: randomUUID(), text: '秘密の話' });
  const { rtpCapabilities } = applicant.joined;
  for (const client of [applicant.client, other.client, own.client])
    await client.request('openMedia', { rtpCapabilities });
  await other.client.request('createTransport', { direction: 'receive' });
  const transport = await applicant.client.request('createTransport', { direction: 'send' });
  const { producerId } = await applicant.client.request('produce', voiceOn(transport.id));

  const { peerId } = applicant.joined;
  const tries: [Method, unknown][] = [
    ['admit', { peerId }],
    ['deny', { peerId }],
    ['setHold', { peerId, held: true }],
    ['capture', { peerId: other.peerId }],
    ['restartIce', { transportId: transport.id }],
    ['transportStatus', { transportId: transport.id }],
  ];
  for (const [method, params] of tries) {
    const code = await codeOf(own.client.request(method, params as Params<Method>));
    t.true(
      (['not_found', 'bad_request', 'wrong_state'] as (ErrorCode | null)[]).includes(code),
      `${method}: ${code}`,
    );
  }
  // What is not there is gone already; and what is done to everyone, is done to those of one's own room.
  await own.client.request('closeProducer', { producerId });
  await own.client.request('deleteMessage', { messageId: message.id });
  await own.client.request('clearChat', {});
  await own.client.request('turnOffAll', { device: 'camera' });
  await own.client.request('setEntry', { microphone: false, camera: false, names: false });
  for (const event of ['admitted', 'chatCleared', 'messageDeleted'] as const)
    t.true(await applicant.client.hearsNothingOf(event), event);
  t.is((await server.store.listMessages(other.room.record.id)).length, 1);
  t.deepEqual((await server.store.readRoom(other.room.record.id))?.room.entry, other.room.record.entry);
  // The other room goes on as if nothing had been.
  await other.client.request('admit', { peerId });
  await applicant.client.next('admitted');
  await until('the voice of the applicant is heard', async () => {
    const { consumer } = await other.client.next('consumerAdded');
    return consumer.peerId === peerId && consumer.source === 'microphone';
  });
  t.true(await own.client.hearsNothingOf('consumerAdded'));
});

test('a file, a record and a seat of another room are not had with the link and the seat of one’s own', async (t) => {
  const server = await startServer(t);
  const [own, other] = [await interviewerIn(t, server), await interviewerIn(t, server)];
  const sent = await fetch(`${server.url}/api/room/files`, {
    method: 'POST',
    body: '秘密の資料',
    headers: {
      authorization: `Bearer ${other.room.tokens.interviewer}`,
      'x-resume-key': other.resumeKey,
      'x-client-id': randomUUID(),
      'x-file-name': 'a.txt',
    },
  });
  const { file }: ChatMessage = await sent.json();
  const path = `/api/room/files/${file?.id}`;
  const { interviewer: token } = own.room.tokens;
  t.is((await http(server, path, other.room.tokens.interviewer, other.resumeKey)).status, 200);
  t.is((await http(server, path, token, own.resumeKey)).status, 404);
  t.is((await http(server, path, token, other.resumeKey)).status, 403);
  t.is((await http(server, path, other.room.tokens.interviewer, own.resumeKey)).status, 403);
  t.notRegex(await (await http(server, '/api/room/chat.csv', token)).text(), /a\.txt/);
  t.regex(await (await http(server, '/api/room/chat.csv', other.room.tokens.interviewer)).text(), /a\.txt/);
  const { joined } = await join(t, server, own.room.tokens.interviewer, { resumeKey: other.resumeKey });
  t.not(joined.peerId, other.peerId);
  t.is(joined.room.name, own.room.record.name);
  t.is(await codeOf(other.client.request('ping', {})), null);
});
