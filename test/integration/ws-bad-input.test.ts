/** What a page that is broken, or a stranger with a program, may send: each gets an answer, nothing crashes. */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import { closeCodes } from '../../src/protocol/errors.ts';
import { limits } from '../../src/protocol/limits.ts';
import { codeOf, connect, enterCall, join } from '../helpers/client.ts';
import { dtlsParameters, receivesAll, streamOf } from '../helpers/rtp.ts';
import { startServer } from '../helpers/server.ts';
import { collect } from '../helpers/store.ts';
import { until } from '../helpers/until.ts';

async function start(t: ExecutionContext) {
  const server = await startServer(t);
  const { tokens, record } = await server.room();
  return { server, tokens, record };
}

/** Whether the server still takes people in. */
async function isAlive(t: ExecutionContext, { server, tokens }: Awaited<ReturnType<typeof start>>) {
  const { joined } = await join(t, server, tokens.applicant);
  return joined.state === 'waiting' && !server.log.some(({ level }) => Number(level) >= 50);
}

const malformed: { name: string; frame: string | Buffer }[] = [
  { name: 'text that is not JSON', frame: '{"id":1,' },
  { name: 'JSON that is no request', frame: '[1,2,3]' },
  { name: 'null', frame: 'null' },
  { name: 'a request without an id', frame: '{"method":"join","params":{}}' },
  { name: 'an id that is not a number', frame: '{"id":"1","method":"join","params":{}}' },
  { name: 'a binary frame', frame: Buffer.from([1, 2, 3]) },
];

for (const { name, frame } of malformed) {
  test(`${name} closes the socket as malformed, and only that one`, async (t) => {
    const world = await start(t);
    const client = await connect(t, world.server, { token: world.tokens.applicant });
    client.socket.send(frame);
    t.is((await client.closed).code, closeCodes.malformed);
    t.true(await isAlive(t, world));
  });
}

/** An unmasked frame (RFC 6455, 5.1): no client may send one, and ws gives it no other client the chance to. */
const brokenFrame = Buffer.from([0xff, 0xff, 0xff, 0xff]);

for (const [who, subprotocols] of Object.entries({
  'no subprotocol': [],
  'another version': ['webinterview.v99'],
})) {
  test(`a stranger with ${who} who breaks the wire ends nothing but the own socket`, async (t) => {
    const world = await start(t);
    for (const bytes of [brokenFrame, Buffer.alloc(10 * 1024 * 1024, 0x82)]) {
      const stranger = await connect(t, world.server, { subprotocols });
      (stranger.socket as unknown as { _socket: Socket })._socket.write(bytes);
      await stranger.closed;
    }
    t.true(await isAlive(t, world));
  });
}

test('a flood of requests closes the socket that sends it', async (t) => {
  const world = await start(t);
  const { client } = await join(t, world.server, world.tokens.applicant);
  const { burst } = limits.requests;
  for (let i = 0; i < 3 * burst; i++) client.ask('ping', {}).catch(() => undefined);
  t.is((await client.closed).code, closeCodes.tooMuch);
  t.true(await isAlive(t, world));
});

test('pings without end whose answers nobody reads end the socket that sends them', async (t) => {
  const world = await start(t);
  const { client } = await join(t, world.server, world.tokens.applicant);
  const wire = (client.socket as unknown as { _socket: Socket })._socket;
  wire.pause();
  const ping = Buffer.concat([Buffer.from([0x89, 0x80 | 125, 0, 0, 0, 0]), Buffer.alloc(125)]);
  const many = Buffer.concat(Array(8000).fill(ping));
  const closed = client.closed.then(() => 'closed');
  while (!wire.destroyed)
    if (!wire.write(many)) await Promise.race([closed, once(wire, 'drain').catch(() => undefined)]);
  t.is(await closed, 'closed');
  t.true(await isAlive(t, world));
});

test('a socket that does not join is closed', async (t) => {
  const world = await start(t);
  const client = await connect(t, world.server, { token: world.tokens.applicant });
  t.is((await client.closed).code, closeCodes.tooMuch);
});

test('a frame of 10 MB closes the socket as too big', async (t) => {
  const world = await start(t);
  const { client } = await join(t, world.server, world.tokens.applicant);
  client.socket.send('x'.repeat(10 * 1024 * 1024));
  t.is((await client.closed).code, closeCodes.tooBig);
  t.true(await isAlive(t, world));
});

test('a frame of the greatest size allowed is read', async (t) => {
  const { server, tokens } = await start(t);
  const { client } = await join(t, server, tokens.applicant);
  const empty = JSON.stringify({ id: 0, method: 'leave', params: '' });
  const frame = await client.ask('leave', 'x'.repeat(limits.frameBytes - empty.length - 1));
  t.like(frame, { ok: false, error: { code: 'bad_request' } });
});

test('an unknown method is answered as such, names of every object among them', async (t) => {
  const { server, tokens } = await start(t);
  const { client } = await join(t, server, tokens.applicant);
  for (const method of ['dance', 'constructor', '__proto__', 'toString', '']) {
    t.like(await client.ask(method, {}), { ok: false, error: { code: 'unknown_method' } }, method);
  }
});

test('nothing goes before join, and join goes once', async (t) => {
  const { server, tokens } = await start(t);
  const client = await connect(t, server, { token: tokens.applicant });
  t.is(await codeOf(client.request('requestAdmission', { name: 'a' })), 'wrong_state');
  t.is(await codeOf(client.request('join', { keepMedia: false })), null);
  t.is(await codeOf(client.request('join', { keepMedia: false })), 'wrong_state');
});

test('two joins at once take one seat', async (t) => {
  const { server, tokens } = await start(t);
  const client = await connect(t, server, { token: tokens.applicant });
  const both = [1, 2].map(() => codeOf(client.request('join', { keepMedia: false })));
  t.deepEqual((await Promise.all(both)).sort(), [null, 'wrong_state'].sort());
  const { joined } = await join(t, server, tokens.interviewer);
  t.is(joined.counts?.waiting, 1);
});

test('parameters that are wrong are named', async (t) => {
  const { server, tokens } = await start(t);
  const { client } = await join(t, server, tokens.applicant);
  const wrong: [string, unknown, RegExp][] = [
    ['requestAdmission', {}, /^requestAdmission\.name: /],
    ['requestAdmission', { name: '' }, /name: must not be empty/],
    ['requestAdmission', { name: ' 　' }, /name: must not be empty/],
    ['requestAdmission', { name: 'x'.repeat(65) }, /name: must be at most 64 characters/],
    ['requestAdmission', { name: 'a\u0007' }, /name: must not contain control characters/],
    ['requestAdmission', { name: 'a', role: 'interviewer' }, /^requestAdmission: .*role/],
    ['setDevices', { microphone: 'on', camera: true }, /^setDevices\.microphone: /],
    ['setDevices', { microphone: true, camera: true, unsent: ['face'] }, /^setDevices\.unsent/],
    ['openMedia', { rtpCapabilities: 'all' }, /^openMedia\.rtpCapabilities: must be an object/],
    ['createTransport', { direction: 'up' }, /^createTransport\.direction: /],
    ['createTransport', null, /^createTransport: /],
  ];
  for (const [method, params, message] of wrong) {
    const frame = await client.ask(method, params);
    if ('event' in frame || frame.ok) return t.fail(`${method} was done`);
    t.is(frame.error.code, 'bad_request');
    t.regex(frame.error.message, message);
  }
  t.is((await join(t, server, tokens.interviewer)).joined.counts?.waiting, 1);
});

test('chat that is empty or too long is refused; markup is kept as it is', async (t) => {
  const { server, tokens, record } = await start(t);
  const { client } = await join(t, server, tokens.interviewer);
  const send = (text: string, clientId: string = randomUUID()) =>
    client.request('sendChat', { clientId, text });
  t.is(await codeOf(send('too early')), 'wrong_state');
  await client.request('enter', { company: '会社', name: '担当' });
  for (const text of ['', '  ', 'x'.repeat(256)]) t.is(await codeOf(send(text)), 'bad_request');
  t.is(await codeOf(send('x', 'not-a-uuid')), 'bad_request');
  t.is((await send('<script>alert(1)</script>')).text, '<script>alert(1)</script>');
  t.is((await send('😀'.repeat(255))).text, '😀'.repeat(255));
  // SQLite ends a text at a NUL: what people saw after it would not have been recorded.
  t.is((await send('はい\0、いいえ')).text, 'はい、いいえ');
  t.is((await server.store.listMessages(record.id)).at(-1)?.text, 'はい、いいえ');
});

test('what the other role may do is refused, and what does not fit the moment', async (t) => {
  const { server, tokens } = await start(t);
  const interviewer = await join(t, server, tokens.interviewer);
  const applicant = await join(t, server, tokens.applicant);
  const { peerId } = applicant.joined;
  t.is(await codeOf(applicant.client.request('enter', { company: 'a', name: 'b' })), 'not_allowed');
  t.is(await codeOf(applicant.client.request('admit', { peerId })), 'not_allowed');
  t.is(await codeOf(interviewer.client.request('admit', { peerId })), 'wrong_state');
  await interviewer.client.request('enter', { company: '会社', name: '担当' });
  t.is(await codeOf(interviewer.client.request('admit', { peerId })), 'wrong_state');
  t.is(await codeOf(interviewer.client.request('admit', { peerId: 'nobody' })), 'not_found');
  t.is(await codeOf(applicant.client.request('cancelRequest', {})), 'wrong_state');
});

test('media of which nothing fits is refused, and the server goes on', async (t) => {
  const world = await start(t);
  const { client } = await join(t, world.server, world.tokens.applicant);
  t.is(await codeOf(client.request('createTransport', { direction: 'send' })), 'wrong_state');
  await client.request('openMedia', { rtpCapabilities: { codecs: [], headerExtensions: [] } });
  const { id: transportId } = await client.request('createTransport', { direction: 'send' });
  const receiving = await client.request('createTransport', { direction: 'receive' });
  const codec = { mimeType: 'video/none', payloadType: 100, clockRate: 90_000 };
  const rtpParameters = { codecs: [codec], encodings: [{ ssrc: 1 }] };
  const produce = (id: string, source: 'camera' | 'microphone', kind: 'audio' | 'video') =>
    codeOf(client.request('produce', { transportId: id, source, kind, rtpParameters }));
  t.not(await produce(transportId, 'camera', 'video'), null);
  t.is(await produce(transportId, 'microphone', 'video'), 'bad_request');
  t.is(await produce(receiving.id, 'camera', 'video'), 'bad_request');
  t.is(await produce('nothing', 'camera', 'video'), 'not_found');
  t.is(await codeOf(client.request('closeProducer', { producerId: 'nothing' })), null);
  t.is(await codeOf(client.request('resumeConsumer', { consumerId: 'nothing' })), null);
  await join(t, world.server, world.tokens.interviewer);
});

test('what mediasoup refuses is the page’s mistake, and says so', async (t) => {
  const world = await start(t);
  const { client } = await join(t, world.server, world.tokens.applicant);
  const wrong = { codecs: 'all' } as unknown as typeof receivesAll;
  t.is(await codeOf(client.request('openMedia', { rtpCapabilities: wrong })), 'bad_request');
  await client.request('openMedia', { rtpCapabilities: receivesAll });
  const { id: transportId } = await client.request('createTransport', { direction: 'send' });
  const connecting = () => codeOf(client.request('connectTransport', { transportId, dtlsParameters }));
  t.deepEqual([await connecting(), await connecting()], [null, 'bad_request']);
  const produce = (source: 'microphone' | 'silence') =>
    codeOf(
      client.request('produce', { transportId, source, kind: 'audio', rtpParameters: streamOf(source, 7) }),
    );
  t.deepEqual([await produce('microphone'), await produce('silence')], [null, 'bad_request']);
  t.true(await isAlive(t, world));
});

test('who asks to be let in again and again has to wait, and rings no more', async (t) => {
  const { server, tokens } = await start(t);
  const { client } = await join(t, server, tokens.applicant);
  const ask = () => codeOf(client.request('requestAdmission', { name: '佐藤花子' }));
  let rung = 0;
  // On a slow machine one more is allowed every five seconds.
  const refused = await until('asking once more is refused', async () => {
    const code = await ask();
    if (code !== null) return code;
    rung++;
    await client.request('cancelRequest', {});
    return null;
  });
  t.is(refused, 'too_fast');
  t.true(rung >= limits.admissions.burst);
});

test('who has left does nothing more, whatever came at once with it', async (t) => {
  const { server, tokens } = await start(t);
  const host = await enterCall(t, server, tokens.interviewer);
  const guest = await join(t, server, tokens.applicant);
  await guest.client.request('requestAdmission', { name: '佐藤花子' });
  const { _socket: wire } = host.client.socket as unknown as { _socket: Socket };
  // Both frames come in one piece, so that they are read in one turn.
  wire.cork();
  const left = host.client.ask('leave', {});
  const admitted = host.client.ask('admit', { peerId: guest.joined.peerId }).catch(() => null);
  wire.uncork();
  t.like(await left, { ok: true }, 'it is told that it was heard');
  t.is(await admitted, null);
  t.is((await host.client.closed).code, closeCodes.ended);
  t.true(await guest.client.hearsNothingOf('admitted'));
  await guest.client.request('cancelRequest', {});
});

test('a message that is not there is deleted without a word, and what is not an id is refused', async (t) => {
  const { server, tokens } = await start(t);
  const host = await enterCall(t, server, tokens.interviewer);
  const guest = await join(t, server, tokens.applicant);
  await guest.client.request('requestAdmission', { name: '佐藤花子' });
  await host.client.request('admit', { peerId: guest.joined.peerId });
  await guest.client.next('admitted');
  await guest.client.request('deleteMessage', { messageId: randomUUID() });
  t.true(await host.client.hearsNothingOf('messageDeleted'));
  for (const messageId of ['\ud800', 'a\0b', 'x'])
    t.is(await codeOf(guest.client.request('deleteMessage', { messageId })), 'bad_request');
  await server.close();
  const actions = (await collect(server.store.audit.entries())).map(({ action }) => action);
  t.true(actions.includes('call.entered'));
  t.false(actions.includes('message.deleted'));
  t.deepEqual((await server.store.audit.verify()).problems, []);
});
