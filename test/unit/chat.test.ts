import test from 'ava';
import { AppError } from '../../src/server/errors.ts';
import { Chat } from '../../src/server/room/chat.ts';
import { Room } from '../../src/server/room/Room.ts';
import { aClientId, fakeWorld, joinAs } from '../helpers/fake-room.ts';

async function start() {
  const world = fakeWorld();
  const room = await Room.open(world.record, world, () => {});
  const { peer } = joinAs(room, 'applicant', { inCall: true, name: '応募花子' });
  return { world, peer, chat: room.chat };
}

test('a message is shown only when it is stored, with who, when and what', async (t) => {
  const { world, peer, chat } = await start();
  const { message, isNew } = await chat.add(peer, { clientId: aClientId(), text: '<b>hello</b>' });
  t.true(isNew);
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
  const { world, peer, chat } = await start();
  const clientId = aClientId();
  const first = await chat.add(peer, { clientId, text: 'once' });
  const second = await chat.add(peer, { clientId, text: 'once' });
  t.false(second.isNew);
  t.deepEqual(second.message, first.message);
  t.is(world.store.messages.length, 1);
});

test('a message that could not be stored is not shown, and may be sent again', async (t) => {
  const { world, peer, chat } = await start();
  const clientId = aClientId();
  world.store.failure = new Error('disk full');
  const error = await t.throwsAsync(chat.add(peer, { clientId, text: 'x' }), { instanceOf: AppError });
  t.is(error.code, 'store_unavailable');
  t.deepEqual(chat.messages, []);
  world.store.failure = null;
  t.true((await chat.add(peer, { clientId, text: 'x' })).isNew);
});

test('a message that was stored though the answer was lost is announced when it is sent again', async (t) => {
  const { world, peer, chat } = await start();
  const clientId = aClientId();
  world.store.afterWrite = () => {
    throw new Error('connection lost after commit');
  };
  await t.throwsAsync(chat.add(peer, { clientId, text: 'x' }), { instanceOf: AppError });
  world.store.afterWrite = () => undefined;
  const again = await chat.add(peer, { clientId, text: 'x' });
  t.true(again.isNew);
  t.is(world.store.messages.length, 1);
  t.is(chat.messages.length, 1);
});

test('messages sent at once are shown in the order in which they were stored', async (t) => {
  const { world, peer, chat } = await start();
  await Promise.all(['a', 'b', 'c'].map((text) => chat.add(peer, { clientId: aClientId(), text })));
  t.deepEqual(
    chat.messages.map(({ text }) => text),
    ['a', 'b', 'c'],
  );
  t.deepEqual(
    world.store.messages.map(({ text }) => text),
    ['a', 'b', 'c'],
  );
});

test('the history from before is there', async (t) => {
  const { world, peer, chat } = await start();
  await chat.add(peer, { clientId: aClientId(), text: 'before' });
  const reopened = await Chat.open(world.record.id, world);
  t.deepEqual(reopened.messages, chat.messages);
});
