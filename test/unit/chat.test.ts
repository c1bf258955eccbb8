import test from 'ava';
import { limits } from '../../src/protocol/limits.ts';
import { AppError } from '../../src/server/errors.ts';
import { Room } from '../../src/server/room/Room.ts';
import { aClientId, fakeWorld, joinAs } from '../helpers/fake-room.ts';

async function start() {
  const world = fakeWorld();
  const room = await Room.open(world.record, world, () => {});
  const { peer } = joinAs(room, 'applicant', { inCall: true, name: '応募花子' });
  const { socket } = joinAs(room, 'interviewer', { inCall: true });
  /** How many messages the other one in the call was told of. */
  const told = () => socket.told.filter(({ event }) => event === 'chatMessage').length;
  return { world, room, peer, chat: room.chat, told };
}

test('a message is shown only when it is stored, with who, when and what', async (t) => {
  const { world, peer, chat, told } = await start();
  const message = await chat.send(peer, { clientId: aClientId(), text: '<b>hello</b>' });
  t.is(told(), 1);
  t.like(message, {
    name: '応募花子',
    role: 'applicant',
    text: '<b>hello</b>',
    at: world.clock.now().toISOString(),
  });
  t.deepEqual(chat.messages, [message]);
  t.is(world.store.messages.length, 1);
});

test('the same message sent twice is one', async (t) => {
  const { world, peer, chat, told } = await start();
  const clientId = aClientId();
  const first = await chat.send(peer, { clientId, text: 'once' });
  const second = await chat.send(peer, { clientId, text: 'once' });
  t.is(told(), 1);
  t.deepEqual(second, first);
  t.is(world.store.messages.length, 1);
});

test('a message that could not be stored is not shown, and may be sent again', async (t) => {
  const { world, peer, chat, told } = await start();
  const clientId = aClientId();
  world.store.failure = new Error('disk full');
  const error = await t.throwsAsync(chat.send(peer, { clientId, text: 'x' }), { instanceOf: AppError });
  t.is(error.code, 'store_unavailable');
  t.deepEqual(chat.messages, []);
  t.is(told(), 0);
  world.store.failure = null;
  await chat.send(peer, { clientId, text: 'x' });
  t.is(told(), 1);
});

test('a message that was stored though the answer was lost is announced when it is sent again', async (t) => {
  const { world, peer, chat, told } = await start();
  const clientId = aClientId();
  world.store.afterWrite = () => {
    throw new Error('connection lost after commit');
  };
  await t.throwsAsync(chat.send(peer, { clientId, text: 'x' }), { instanceOf: AppError });
  t.is(told(), 0);
  world.store.afterWrite = () => undefined;
  await chat.send(peer, { clientId, text: 'x' });
  t.is(told(), 1);
  t.is(world.store.messages.length, 1);
  t.is(chat.messages.length, 1);
});

test('messages sent at once are shown in the order in which they were stored', async (t) => {
  const { world, peer, chat } = await start();
  await Promise.all(['a', 'b', 'c'].map((text) => chat.send(peer, { clientId: aClientId(), text })));
  t.deepEqual(
    chat.messages.map(({ text }) => text),
    ['a', 'b', 'c'],
  );
  t.deepEqual(
    world.store.messages.map(({ text }) => text),
    ['a', 'b', 'c'],
  );
});

test('times grow with every message, so that what was read can be told by a time', async (t) => {
  const { peer, chat } = await start();
  for (const text of ['a', 'b', 'c']) await chat.send(peer, { clientId: aClientId(), text });
  const times = chat.messages.map(({ at }) => Date.parse(at));
  t.deepEqual(
    times,
    [...new Set(times)].sort((a, b) => a - b),
  );
});

test('a flood is stopped and told, and what was acknowledged stays', async (t) => {
  const { world, peer, chat } = await start();
  const sent = await Promise.allSettled(
    Array.from({ length: limits.chat.burst + 5 }, (_, i) =>
      chat.send(peer, { clientId: aClientId(), text: `${i}` }),
    ),
  );
  const refused = sent.filter((each) => each.status === 'rejected');
  t.is(refused.length, 5);
  for (const { reason } of refused) t.is((reason as AppError).code, 'too_fast');
  t.is(world.store.messages.length, limits.chat.burst);
  t.is(chat.messages.length, limits.chat.burst);
});

test('one deletes one’s own message, and nobody else’s', async (t) => {
  const { world, room, peer, chat } = await start();
  const { peer: other } = joinAs(room, 'interviewer', { inCall: true });
  const message = await chat.send(peer, { clientId: aClientId(), text: 'oops' });
  const refused = await t.throwsAsync(chat.delete(other, message.id), { instanceOf: AppError });
  t.is(refused?.code, 'not_allowed');
  t.is(chat.messages.length, 1);
  world.store.failure = new Error('disk full');
  await t.throwsAsync(chat.delete(peer, message.id), { instanceOf: AppError });
  t.is(chat.messages.length, 1, 'what could not be deleted is still there');
  world.store.failure = null;
  await chat.delete(peer, message.id);
  t.deepEqual([chat.messages, world.store.messages], [[], []]);
  await t.notThrowsAsync(chat.delete(peer, message.id));
});

test('a file is a message with its content beside it, and goes with it', async (t) => {
  const { world, peer, chat } = await start();
  const file = { name: 'スケジュール.txt', type: 'text/plain' };
  const message = await chat.send(peer, { clientId: aClientId(), file, content: Buffer.from('10:00') });
  t.like(message, { text: '', file: { ...file, bytes: 5 } });
  t.deepEqual(await world.store.readFile('', message.file?.id ?? ''), Buffer.from('10:00'));
  await chat.clear(peer);
  t.deepEqual(chat.messages, []);
});

test('that the files of a room take too much is told as such', async (t) => {
  const { world, peer, chat } = await start();
  world.store.failure = new AppError('too_big', 'delete some first');
  const draft = {
    clientId: aClientId(),
    content: Buffer.from('1'),
    file: { name: 'a', type: 'text/plain' },
  };
  const error = await t.throwsAsync(chat.send(peer, draft), { instanceOf: AppError });
  t.is(error?.code, 'too_big');
  t.deepEqual(chat.messages, []);
});

test('the history from before is there', async (t) => {
  const { world, peer, chat } = await start();
  await chat.send(peer, { clientId: aClientId(), text: 'before' });
  const reopened = await Room.open(world.record, world, () => {});
  t.deepEqual(reopened.chat.messages, chat.messages);
});
