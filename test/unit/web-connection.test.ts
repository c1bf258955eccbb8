import { mock } from 'node:test';
import test, { type ExecutionContext } from 'ava';
import { closeCodes } from '../../src/protocol/errors.ts';
import type { JoinResult } from '../../src/protocol/messages.ts';
import { subprotocol } from '../../src/protocol/version.ts';
import { type Closed, createConnection } from '../../src/web/connection/connection.ts';
import { RequestError } from '../../src/web/connection/RequestError.ts';
import { fakeNetwork, settled } from '../helpers/fake-socket.ts';

const clientId = '5f5ac1a0-6b0d-4f6a-9d5c-0a4b5a1f9d11';

function setUp(t: ExecutionContext, { resumeKey = null as string | null } = {}) {
  const network = fakeNetwork();
  const joined: { result: JoinResult; resumed: boolean }[] = [];
  const closed: Closed[] = [];
  const page = { resumeKey, keepMedia: false };
  const connection = createConnection(
    {
      token: 'abc',
      resumeKey: () => page.resumeKey,
      keepMedia: () => page.keepMedia,
      onJoined: (result, resumed) => joined.push({ result, resumed }),
      onClosed: (how) => closed.push(how),
    },
    network.environment,
  );
  t.teardown(() => connection.close());
  const join = async (key = 'key') => {
    network.socket.open();
    network.socket.answer('join', { resumeKey: key });
    await settled();
  };
  return { network, connection, joined, closed, page, join };
}

test('the first frame is join, and the token travels as a subprotocol', async (t) => {
  const { network, connection, joined, join } = setUp(t);
  t.is(connection.status.value, 'connecting');
  t.deepEqual(network.socket.subprotocols, [subprotocol, 'token.abc']);
  await join();
  t.deepEqual(network.socket.sent[0]?.method, 'join');
  t.deepEqual(network.socket.sent[0]?.params, { keepMedia: false });
  t.is(connection.status.value, 'open');
  t.is(joined.length, 1);
  t.false(joined[0]?.resumed);
});

test('a join with a known resume key says that it came back', async (t) => {
  const { network, joined, join } = setUp(t, { resumeKey: 'key' });
  await join('key');
  t.deepEqual(network.socket.sent[0]?.params, { resumeKey: 'key', keepMedia: false });
  t.true(joined[0]?.resumed);
});

test('a resume key that the server no longer knows gives a new place', async (t) => {
  const { joined, join } = setUp(t, { resumeKey: 'old' });
  await join('new');
  t.false(joined[0]?.resumed);
});

test('a request resolves with its own answer and rejects with the code of the server', async (t) => {
  const { network, connection, join } = setUp(t);
  await join();
  const left = connection.request('leave', {});
  const admitted = connection.request('admit', { peerId: 'p' });
  network.socket.receive({
    id: network.socket.last('admit').id,
    ok: false,
    error: { code: 'not_found', message: 'gone' },
  });
  network.socket.answer('leave', null);
  t.is(await left, null);
  const error = await t.throwsAsync(admitted, { instanceOf: RequestError, message: 'gone' });
  t.is(error?.code, 'not_found');
});

test('notifications reach every handler, even beside one that fails, until it is taken back', async (t) => {
  const { network, connection, join } = setUp(t);
  await join();
  const seen: string[] = [];
  const faults = t.context as { console?: typeof console.error };
  faults.console = console.error;
  console.error = () => seen.push('fault');
  t.teardown(() => {
    if (faults.console) console.error = faults.console;
  });
  connection.on('peerLeft', () => {
    throw new Error('a view fell over');
  });
  const off = connection.on('peerLeft', ({ peerId }) => seen.push(peerId));
  network.socket.receive({ event: 'peerLeft', data: { peerId: 'a' } });
  off();
  network.socket.receive({ event: 'peerLeft', data: { peerId: 'b' } });
  t.deepEqual(seen, ['fault', 'a', 'fault']);
});

test('a lost socket is opened again with the resume key', async (t) => {
  const { network, connection, joined, page, join } = setUp(t);
  await join('key');
  Object.assign(page, { resumeKey: 'key', keepMedia: true });
  network.socket.onclose?.({ code: 1006 });
  t.is(connection.status.value, 'lost');
  network.wake('online');
  t.is(network.sockets.length, 2);
  await join('key');
  t.deepEqual(network.socket.sent[0]?.params, { resumeKey: 'key', keepMedia: true });
  t.is(connection.status.value, 'open');
  t.true(joined[1]?.resumed);
});

for (const [mayReturn, code] of [
  [false, closeCodes.pageClosed],
  [true, closeCodes.pageHidden],
] as const)
  test(`a page that goes${mayReturn ? ', and may return,' : ''} says so, and one that lives on comes back`, async (t) => {
    const { network, connection, page, join } = setUp(t);
    await join('key');
    Object.assign(page, { resumeKey: 'key', keepMedia: true });
    network.go(mayReturn);
    t.is(network.socket.closedWith, code);
    network.socket.onclose?.({ code });
    while (network.sockets.length < 2) await settled();
    await join('key');
    t.deepEqual(network.socket.sent[0]?.params, { resumeKey: 'key', keepMedia: true });
    t.is(connection.status.value, 'open');
  });

test('a lost socket is opened again without waiting for the browser to say that it is online', async (t) => {
  const { network, connection, join } = setUp(t);
  await join();
  network.socket.onclose?.({ code: closeCodes.goingAway });
  while (network.sockets.length < 2) await settled();
  await join();
  t.is(connection.status.value, 'open');
});

test('while the socket is lost chat waits and everything else fails', async (t) => {
  const { network, connection, join } = setUp(t);
  await join();
  const underway = connection.request('sendChat', { clientId, text: 'one' });
  const cut = connection.request('leave', {});
  network.socket.onclose?.({ code: 1006 });
  t.is((await t.throwsAsync(cut, { instanceOf: RequestError }))?.code, 'disconnected');
  const refused = connection.request('leave', {});
  t.is((await t.throwsAsync(refused, { instanceOf: RequestError }))?.code, 'disconnected');
  const late = connection.request('sendChat', { clientId, text: 'two' });
  network.wake('online');
  await join();
  const again = network.socket.sent.filter(({ method }) => method === 'sendChat');
  t.deepEqual(
    again.map(({ params }) => params),
    [
      { clientId, text: 'one' },
      { clientId, text: 'two' },
    ],
  );
  for (const { id } of again) network.socket.receive({ id, ok: true, result: { id: 'm' } });
  t.deepEqual(await Promise.all([underway, late]), [{ id: 'm' }, { id: 'm' }] as never);
});

test('a refusal closes for good and says why', async (t) => {
  const { network, connection, closed } = setUp(t);
  const refused = { code: 'link_expired', message: 'over', room: null };
  network.socket.open();
  network.socket.receive({ event: 'refused', data: refused });
  network.socket.onclose?.({ code: closeCodes.refused });
  t.is(connection.status.value, 'closed');
  t.deepEqual(closed as unknown, [{ code: closeCodes.refused, refused, ended: null }]);
  network.wake('online');
  t.is(network.sockets.length, 1);
});

for (const name of ['version', 'replaced', 'ended', 'malformed', 'tooBig'] as const) {
  test(`a socket closed with "${name}" is not opened again, and chat that waited fails`, async (t) => {
    const { network, connection, closed, join } = setUp(t);
    await join();
    const chat = connection.request('sendChat', { clientId, text: 'x' });
    if (name === 'ended') network.socket.receive({ event: 'ended', data: { reason: 'interviewer_left' } });
    network.socket.onclose?.({ code: closeCodes[name] });
    t.is((await t.throwsAsync(chat, { instanceOf: RequestError }))?.code, 'disconnected');
    t.is(connection.status.value, 'closed');
    t.deepEqual(closed, [
      { code: closeCodes[name], refused: null, ended: name === 'ended' ? 'interviewer_left' : null },
    ]);
    t.is(network.listeners.size, 0);
  });
}

test('a join that fails for a moment is tried again on a new socket', async (t) => {
  const { network, connection, join } = setUp(t);
  const first = network.socket;
  first.open();
  first.receive({ id: first.last('join').id, ok: false, error: { code: 'internal', message: 'try again' } });
  await settled();
  t.is(first.closedWith, undefined);
  first.onclose?.({ code: 1005 });
  t.is(connection.status.value, 'connecting');
  while (network.sockets.length < 2) await settled();
  await join();
  t.is(connection.status.value, 'open');
});

test('what a socket says after it was given up changes nothing', async (t) => {
  const { network, connection, join } = setUp(t);
  await join();
  const old = network.socket;
  const late = old.onclose;
  old.onclose?.({ code: 1006 });
  network.wake('online');
  await join();
  late?.({ code: closeCodes.ended });
  t.is(connection.status.value, 'open');
});

test('when the machine or the person comes back, the line is asked whether it lives', async (t) => {
  const { network, connection, join } = setUp(t);
  await join();
  network.wake('awake');
  t.is(network.socket.sent.at(-1)?.method, 'ping');
  connection.check();
  t.is(network.socket.sent.filter(({ method }) => method === 'ping').length, 2);
});

test.serial('a socket that is being opened is let be for a while, whatever hint there is', async (t) => {
  mock.timers.enable({ apis: ['Date'], now: 1 });
  t.teardown(() => mock.timers.reset());
  const { network, connection, join } = setUp(t);
  connection.check();
  network.wake('awake');
  t.is(network.sockets.length, 1);
  mock.timers.tick(4_000);
  connection.check();
  t.is(network.sockets.length, 2);
  await join();
  network.socket.onclose?.({ code: 1006 });
  connection.check();
  t.is(network.sockets.length, 3, 'where none is being opened, one is at once');
});

test('a line that does not answer is left behind, and what was asked on it is asked again', async (t) => {
  const { network, connection, page, join } = setUp(t);
  await join('key');
  page.resumeKey = 'key';
  const chat = connection.request('sendChat', { clientId, text: 'one' });
  connection.check();
  while (network.sockets.length < 2) await settled();
  t.is(network.sockets[0]?.closedWith, undefined);
  await join('key');
  network.socket.answer('sendChat', { id: 'm' });
  t.deepEqual(await chat, { id: 'm' } as never);
});

test('a line by which something else has come is given as long as usual', async (t) => {
  const { network, connection, join } = setUp(t);
  await join();
  let asked = 0;
  connection.check(() => ++asked > 0);
  while (asked === 0) await settled();
  t.is(connection.status.value, 'open');
  t.is(network.sockets.length, 1);
  network.socket.answer('ping', null);
  await settled();
  t.is(connection.status.value, 'open');
});

test('another network: the socket of the old one is not waited for, in whatever state it is', async (t) => {
  const { network, connection, joined, page, join } = setUp(t);
  network.wake('online');
  t.is(network.sockets.length, 2);
  await join('key');
  page.resumeKey = 'key';
  network.wake('online');
  t.is(connection.status.value, 'lost');
  t.is(network.sockets.length, 3);
  await join('key');
  t.is(connection.status.value, 'open');
  t.true(joined[1]?.resumed);
});

test('a socket that cannot be opened is given up as soon as the server is seen to be there', async (t) => {
  const { network, connection, join } = setUp(t);
  await join();
  network.socket.onclose?.({ code: 1006 });
  while (network.sockets.length < 2) await settled();
  while (network.looks.length < 1) await settled();
  t.is(network.sockets.length, 2);
  network.looks[0]?.(true);
  await settled();
  t.is(network.sockets.length, 3);
  t.is(network.sockets[1]?.closedWith, undefined);
  // Taken, it is left to join, whatever is seen.
  network.socket.open();
  while (network.looks.length < 2) await settled();
  network.looks[1]?.(true);
  await settled();
  t.is(network.sockets.length, 3);
  network.socket.answer('join', { resumeKey: 'key' });
  await settled();
  t.is(connection.status.value, 'open');
});

test.serial('a look that is answered when the socket is back is the last one', async (t) => {
  mock.timers.enable({ apis: ['setTimeout'] });
  t.teardown(() => mock.timers.reset());
  const { network, join } = setUp(t);
  await join();
  network.socket.onclose?.({ code: 1006 });
  mock.timers.tick(2_000);
  t.is(network.looks.length, 1);
  await join();
  network.looks[0]?.(true);
  await settled();
  for (let i = 0; i < 10; i++) mock.timers.tick(10_000);
  t.is(network.looks.length, 1);
});

test('close ends it without a word', async (t) => {
  const { network, connection, closed, join } = setUp(t);
  await join();
  const asked = connection.request('leave', {});
  connection.close();
  t.is((await t.throwsAsync(asked, { instanceOf: RequestError }))?.code, 'disconnected');
  network.socket.onclose?.({ code: 1000 });
  t.is(network.socket.closedWith, 1000);
  t.deepEqual(closed, []);
  t.is(connection.status.value, 'closed');
});
