/** What becomes of a file when the right to send or read it ends on the way: the real routes over HTTP, a room in memory. */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import Koa from 'koa';
import { pino } from 'pino';
import type { ChatMessage } from '../../src/protocol/messages.ts';
import { AppError } from '../../src/server/errors.ts';
import { renderErrors } from '../../src/server/http/errors.ts';
import { filesRouter } from '../../src/server/http/files.ts';
import { setHold } from '../../src/server/room/actions/hold.ts';
import { Rooms } from '../../src/server/room/Rooms.ts';
import { aClientId, fakeWorld, joinAs } from '../helpers/fake-room.ts';
import { codeOf, headersOf, read, type Someone, send } from '../helpers/files.ts';
import { until } from '../helpers/until.ts';

async function open(t: ExecutionContext) {
  const world = fakeWorld();
  const rooms = new Rooms(world);
  const room = await rooms.open(world.record);
  const { socket } = joinAs(room, 'interviewer', { inCall: true });
  const { peer, admitted } = joinAs(room, 'applicant', { inCall: true });
  let refusal: AppError | null = null;
  const openLink = async () => {
    if (refusal) throw refusal;
    return admitted;
  };
  const app = new Koa();
  app.silent = true;
  app.use(renderErrors(pino({ level: 'silent' })));
  app.use(filesRouter({ rooms, store: world.store, openLink }).routes());
  const server = createServer(app.callback()).listen(0, '127.0.0.1');
  t.teardown(() => server.closeAllConnections() ?? server.close());
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const someone: Someone = { token: 'token', resumeKey: String(peer.resumeKey) };
  return {
    world,
    rooms,
    room,
    peer,
    socket,
    server: { url },
    someone,
    refuse(code: 'link_revoked') {
      refusal = new AppError(code, 'refused');
    },
  };
}

/** A file of which the server has the first part, and not the last. */
async function begin({ server, peer, someone }: Awaited<ReturnType<typeof open>>) {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const writer = writable.getWriter();
  const headers = { ...headersOf(someone), 'x-client-id': aClientId(), 'x-file-name': 'a' };
  const options = { method: 'POST', body: readable, duplex: 'half', headers } as RequestInit;
  const answer = fetch(`${server.url}/api/room/files`, options).then(
    async (answered) => (answered.ok ? ((await answered.json()) as ChatMessage) : codeOf(answered)),
    () => 'cut',
  );
  await writer.write(randomBytes(1000));
  await until('the file is on its way', () => peer.presence.isUploading);
  return { answer, finish: () => writer.close().catch(() => undefined) };
}

type World = Awaited<ReturnType<typeof open>>;

const cut: Record<string, (world: World) => unknown> = {
  'whose link is no more': ({ room, peer }) => room.remove(peer, 'revoked'),
  'whose call was ended': ({ rooms, room }) => rooms.end(room.record.id),
  'whose room was closed': ({ room }) => room.update({ ...room.record, closedAt: new Date() }, []),
  'whose server stops': ({ room }) => room.close('server_stopping'),
};
for (const [who, end] of Object.entries(cut)) {
  test(`an upload of somebody ${who} ends at once, and is neither kept nor shown`, async (t) => {
    const world = await open(t);
    const { answer } = await begin(world);
    await end(world);
    t.is(await answer, 'cut', 'its last part is not waited for');
    t.deepEqual(world.world.store.messages, []);
    t.is(world.socket.last('chatMessage'), undefined);
  });
}

const decided: Record<string, [(world: World) => unknown, code: string]> = {
  'whose link was revoked, of which the room has not heard yet': [
    ({ refuse }) => refuse('link_revoked'),
    'link_revoked',
  ],
  'who is not in the call any more': [({ room, peer }) => room.setState(peer, 'waiting'), 'wrong_state'],
};
for (const [who, [end, code]] of Object.entries(decided)) {
  test(`what somebody sends ${who} is refused when its last part is there`, async (t) => {
    const world = await open(t);
    const { answer, finish } = await begin(world);
    end(world);
    await finish();
    t.is(await answer, code);
    t.deepEqual(world.world.store.messages, []);
    t.is(world.socket.last('chatMessage'), undefined);
  });
}

test('who is put on hold while a file is on its way sends it, as hold leaves the chat', async (t) => {
  const world = await open(t);
  const { answer, finish } = await begin(world);
  setHold(world.room, world.peer, true);
  await finish();
  t.like(await answer, { file: { name: 'a', bytes: 1000 } });
  t.like(world.socket.last('chatMessage'), { message: { file: { name: 'a' } } });
});

test('who is put out while a file is read from the database gets nothing of it', async (t) => {
  const world = await open(t);
  const { file }: ChatMessage = await (await send(world.server, world.someone, 'secret')).json();
  const { store } = world.world;
  const readFile = store.readFile.bind(store);
  store.readFile = async (roomId, fileId) => {
    world.room.remove(world.peer, 'revoked');
    return readFile(roomId, fileId);
  };
  const answer = await read(world.server, world.someone, file?.id ?? '');
  t.is(await codeOf(answer), 'not_allowed');
});
