/** The chat's files over HTTP, with the real server. */
import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import test from 'ava';
import { limits } from '../../src/protocol/limits.ts';
import type { ChatMessage } from '../../src/protocol/messages.ts';
import { revokeLink } from '../../src/server/admin/links.ts';
import { closeRoom, deleteRoom } from '../../src/server/admin/rooms.ts';
import { codeOf, headersOf, inCall, read, send } from '../helpers/files.ts';
import { adminOf, type TestRoom, type TestServer } from '../helpers/server.ts';
import { ask } from '../helpers/unread.ts';
import { until } from '../helpers/until.ts';

async function csvOf({ url }: TestServer, { tokens }: TestRoom): Promise<string> {
  const answer = await fetch(`${url}/api/room/chat.csv`, {
    headers: { authorization: `Bearer ${tokens.interviewer}` },
  });
  return answer.text();
}

test('a file reaches the others whole, is only ever downloaded, and stands in the record by its name', async (t) => {
  const { server, room, applicant, asInterviewer, asApplicant, admit } = await inCall(t);
  await admit();
  const content = randomBytes(limits.fileBytes);
  const answer = await send(server, asInterviewer, content);
  t.is(answer.status, 200);
  const message: ChatMessage = await answer.json();
  t.like(message, { text: '', file: { name: 'スケジュール.txt', bytes: limits.fileBytes } });
  t.deepEqual((await applicant.next('chatMessage')).message, message);
  const got = await read(server, asApplicant, message.file?.id ?? '');
  t.is(got.headers.get('content-type'), 'application/octet-stream');
  t.regex(got.headers.get('content-disposition') ?? '', /^attachment; .*filename\*=UTF-8''%E3%82%B9/);
  t.is(got.headers.get('x-content-type-options'), 'nosniff');
  t.regex(got.headers.get('content-security-policy') ?? '', /^sandbox/);
  t.true(Buffer.from(await got.arrayBuffer()).equals(content));
  t.regex(await csvOf(server, room), /【ファイル送信】 スケジュール\.txt/);
});

test('5 MB and a byte, and nothing at all, are refused and said so; the next file is taken', async (t) => {
  const { server, interviewer, asInterviewer } = await inCall(t);
  const big = await send(server, asInterviewer, randomBytes(limits.fileBytes + 1));
  t.is(big.status, 413);
  t.is(await codeOf(big), 'too_big');
  const empty = await send(server, asInterviewer, '');
  t.is(empty.status, 400);
  t.is(await codeOf(empty), 'bad_request');
  t.is((await send(server, asInterviewer, 'x')).status, 200);
  t.is((await interviewer.request('ping', {})) as null, null);
});

test('a body without a length is stopped at the limit as well', async (t) => {
  const { server, asInterviewer } = await inCall(t);
  let sent = 0;
  const body = new ReadableStream({
    pull(controller) {
      sent += 1024 * 1024;
      if (sent > 8 * 1024 * 1024) controller.close();
      else controller.enqueue(new Uint8Array(1024 * 1024));
    },
  });
  const answer = await fetch(`${server.url}/api/room/files`, {
    method: 'POST',
    body,
    duplex: 'half',
    headers: { ...headersOf(asInterviewer), 'x-client-id': randomUUID(), 'x-file-name': 'a' },
  } as RequestInit);
  t.is(answer.status, 413);
});

test('a file that another follows is given up, and the other is taken at once', async (t) => {
  const { server, room, asInterviewer } = await inCall(t);
  let begun = () => {};
  const underWay = new Promise<void>((resolve) => {
    begun = resolve;
  });
  // Neither goes on nor ends, as on a line that is away.
  const body = new ReadableStream({
    start: (controller) => controller.enqueue(new Uint8Array(1024)),
    pull: () => begun(),
  });
  const first = fetch(`${server.url}/api/room/files`, {
    method: 'POST',
    body,
    duplex: 'half',
    headers: { ...headersOf(asInterviewer), 'x-client-id': randomUUID(), 'x-file-name': 'a' },
  } as RequestInit);
  await underWay;
  await setTimeout(200);
  const [given, answer] = await Promise.allSettled([first, send(server, asInterviewer, 'x', { name: 'b' })]);
  t.is(given.status, 'rejected');
  if (answer.status === 'rejected') throw answer.reason;
  t.like(await answer.value.json(), { file: { name: 'b' } });
  t.is((await server.store.listMessages(room.record.id)).length, 1);
});

test('a path is no name, and a page or a picture with scripts is a file like any other', async (t) => {
  const { server, asInterviewer } = await inCall(t);
  const files = {
    '../../x': 'x',
    'page.html': 'page.html',
    'picture.svg': 'picture.svg',
  };
  for (const [name, kept] of Object.entries(files)) {
    const answer = await send(server, asInterviewer, '<script>alert(1)</script>', {
      name,
      type: 'text/html',
    });
    const { file }: ChatMessage = await answer.json();
    t.is(file?.name, kept);
    const got = await read(server, asInterviewer, file?.id ?? '');
    t.is(got.headers.get('content-type'), 'application/octet-stream');
    t.regex(got.headers.get('content-disposition') ?? '', /^attachment/);
  }
});

test('who is not in the call sends and reads nothing', async (t) => {
  const { server, room, applicant, asInterviewer, asApplicant, admit } = await inCall(t);
  const { file }: ChatMessage = await (await send(server, asInterviewer, 'secret')).json();
  const id = file?.id ?? '';
  t.is(await codeOf(await read(server, asApplicant, id)), 'wrong_state');
  t.is(await codeOf(await send(server, asApplicant, 'x')), 'wrong_state');
  const nobody = { token: room.tokens.applicant, resumeKey: 'AAAAAAAAAAAAAAAAAAAAAA' };
  t.is(await codeOf(await read(server, nobody, id)), 'not_allowed');
  const mixed = { token: room.tokens.applicant, resumeKey: asInterviewer.resumeKey };
  t.is(await codeOf(await read(server, mixed, id)), 'not_allowed');
  t.is(await codeOf(await read(server, { token: '', resumeKey: '' }, id)), 'link_unknown');
  await admit();
  t.is((await read(server, asApplicant, id)).status, 200);
  await applicant.request('leave', {});
  await applicant.closed;
  t.is(await codeOf(await read(server, asApplicant, id)), 'not_allowed');
});

test('a deleted file is gone; the interviewer clears the whole history for everyone', async (t) => {
  const { server, room, interviewer, applicant, asApplicant, admit } = await inCall(t);
  await admit();
  const message: ChatMessage = await (await send(server, asApplicant, 'x')).json();
  await applicant.request('deleteMessage', { messageId: message.id });
  t.deepEqual(await interviewer.next('messageDeleted'), { messageId: message.id });
  t.is(await codeOf(await read(server, asApplicant, message.file?.id ?? '')), 'not_found');
  await applicant.request('sendChat', { clientId: randomUUID(), text: 'はい' });
  await interviewer.request('clearChat', {});
  t.deepEqual(await applicant.next('chatCleared'), {});
  t.is((await csvOf(server, room)).trim().split('\r\n').length, 1);
});

test('the same file sent again after a lost answer is one', async (t) => {
  const { server, asInterviewer } = await inCall(t);
  const clientId = randomUUID();
  const first: ChatMessage = await (await send(server, asInterviewer, 'x', { clientId })).json();
  const second: ChatMessage = await (await send(server, asInterviewer, 'x', { clientId })).json();
  t.deepEqual(second, first);
});

test('many files at once are slowed down and told so', async (t) => {
  const { server, asInterviewer } = await inCall(t);
  let taken = 0;
  // On a slow machine one more is allowed every five seconds.
  const refused = await until('a file is refused', async () => {
    const answer = await send(server, asInterviewer, 'x');
    if (answer.status !== 200) return answer;
    taken++;
    return null;
  });
  t.is(refused.status, 429);
  t.is(await codeOf(refused), 'too_fast');
  t.true(taken >= limits.files.burst);
});

const endings: Record<string, (server: TestServer, room: TestRoom) => Promise<unknown>> = {
  'whose link is revoked': async (server, room) => revokeLink(await adminOf(server), room.links.applicant),
  'whose room is closed': async (server, room) => closeRoom(await adminOf(server), room.record),
  'whose room is deleted': async (server, room) => deleteRoom(await adminOf(server), room.record),
};
for (const [who, end] of Object.entries(endings)) {
  test(`to a reader ${who} no file comes to its end`, async (t) => {
    const { server, room, asInterviewer, asApplicant, admit } = await inCall(t);
    await admit();
    const sent: ChatMessage = await (await send(server, asInterviewer, randomBytes(limits.fileBytes))).json();
    const reading = await ask(t, server, asApplicant, sent.file?.id ?? '');
    t.is(reading.status, 200);
    await end(server, room);
    t.true((await reading.rest()) < limits.fileBytes);
  });
}
