/** A server that dies, is stopped, or is restarted while people are in its rooms. */
import { randomUUID } from 'node:crypto';
import test, { type ExecutionContext } from 'ava';
import type { ChatMessage } from '../../src/protocol/messages.ts';
import { cliServe } from '../helpers/cli.ts';
import { type Client, connect, enterCall, join } from '../helpers/client.ts';
import { mariadbDatabase, onBothDatabases, sharedMariadb } from '../helpers/databases.ts';
import { type MortalServer, startMortal } from '../helpers/restart.ts';
import type { TestRoom } from '../helpers/server.ts';
import { collect, testConfig } from '../helpers/store.ts';
import { becomes, until } from '../helpers/until.ts';

type Someone = { client: Client; peerId: string; resumeKey: string; token: string };

async function comes(t: ExecutionContext, server: MortalServer, token: string): Promise<Someone> {
  const { client, joined } = await join(t, server, token);
  return { client, token, peerId: joined.peerId, resumeKey: joined.resumeKey };
}

/** Comes back as a page does whose socket was lost. */
async function comesBack(t: ExecutionContext, server: MortalServer, { token, resumeKey }: Someone) {
  const { client, joined } = await join(t, server, token, { resumeKey, keepMedia: true });
  return { client, joined };
}

/** One person in each state: in the call, let in, on hold, asking, waiting. */
async function everyState(t: ExecutionContext, server: MortalServer, { tokens }: TestRoom) {
  const entered = await enterCall(t, server, tokens.interviewer);
  const { peerId, resumeKey } = entered.joined;
  const interviewer = { client: entered.client, peerId, resumeKey, token: tokens.interviewer };
  const applicant = async (name: string, admit: boolean) => {
    const person = await comes(t, server, tokens.applicant);
    await person.client.request('requestAdmission', { name });
    if (!admit) return person;
    await interviewer.client.request('admit', { peerId: person.peerId });
    await person.client.next('admitted');
    return person;
  };
  const inCall = await applicant('佐藤花子', true);
  const held = await applicant('鈴木一郎', true);
  await interviewer.client.request('setHold', { peerId: held.peerId, held: true });
  const asking = await applicant('高橋次郎', false);
  const waiting = await comes(t, server, tokens.applicant);
  await untilStored(server, [asking, waiting]);
  return { interviewer, inCall, held, asking, waiting };
}

/** The seats are stored at once, but nobody waits for it: the last ones are seen to be. */
async function untilStored({ store }: MortalServer, [asking, waiting]: [Someone, Someone]): Promise<void> {
  await until('the last seats are stored', async () => {
    const states = new Map((await store.readSeats()).map(({ peerId, state }) => [peerId, state]));
    return states.get(asking.peerId) === 'requesting' && states.has(waiting.peerId);
  });
}

/** Writes on and on until the line is cut; `stored` are the messages that the server has acknowledged. */
function writesOn({ client }: Someone) {
  const stored: ChatMessage[] = [];
  const writing = (async () => {
    for (let i = 0; ; i++) {
      const params = { clientId: randomUUID(), text: `message ${i}` };
      const frame = await client.ask('sendChat', params);
      if ('ok' in frame && frame.ok) stored.push(frame.result as ChatMessage);
      else await new Promise((resolve) => setTimeout(resolve, 20));
    }
  })().catch(() => undefined);
  return { stored, writing };
}

onBothDatabases('killed with -9 and started again: everyone is where they were', async (t, databaseUrl) => {
  const server = await startMortal(t, { databaseUrl });
  const room = await server.room({ applicantSeats: 4 });
  const people = await everyState(t, server, room);
  const { stored, writing } = writesOn(people.inCall);
  await until('five messages are acknowledged', () => stored.length >= 5);
  await server.kill();
  await writing;
  await server.start();

  const back = await comesBack(t, server, people.interviewer);
  t.is(back.joined.resumeKey, people.interviewer.resumeKey);
  t.is(back.joined.peerId, people.interviewer.peerId);
  t.is(back.joined.state, 'inCall');
  t.like(back.joined, { name: '毎日太郎', company: '株式会社サンプル' });
  const states = new Map(back.joined.call?.peers.map((peer) => [peer.id, peer]));
  t.like(states.get(people.inCall.peerId), { state: 'inCall', name: '佐藤花子', connected: false });
  t.like(states.get(people.held.peerId), { state: 'held', name: '鈴木一郎' });
  t.like(states.get(people.asking.peerId), { state: 'requesting', name: '高橋次郎' });
  t.false(states.has(people.waiting.peerId));
  const ids = new Set(back.joined.call?.messages.map(({ id }) => id));
  t.deepEqual(
    stored.filter(({ id }) => !ids.has(id)),
    [],
    'what was acknowledged is there',
  );

  const clients = new Map<string, Client>();
  for (const name of ['inCall', 'held', 'asking', 'waiting'] as const) {
    const { joined, client } = await comesBack(t, server, people[name]);
    t.is(joined.peerId, people[name].peerId);
    t.is(joined.state, name === 'asking' ? 'requesting' : name);
    await client.next('mediaLost');
    clients.set(name, client);
  }
  t.like(await back.client.next('peerUpdated'), { peer: { connected: true } });
  // They go on from there.
  await back.client.request('setHold', { peerId: people.held.peerId, held: false });
  t.deepEqual(await clients.get('held')?.next('hold'), { held: false });
  await back.client.request('admit', { peerId: people.asking.peerId });
  await clients.get('asking')?.next('admitted');
  await clients.get('waiting')?.request('requestAdmission', { name: '田中三郎' });
  await back.client.request('leave', {});
  for (const name of ['inCall', 'held', 'asking'])
    t.deepEqual(await clients.get(name)?.next('ended'), { reason: 'interviewer_left' });
  await server.stop();
  // Those of before the fault went on: nobody was there twice.
  const stays = await collect(server.store.stays(room.record.id));
  t.is(stays.length, 4);
  t.true(stays.every(({ leftAt }) => leftAt !== null));
  t.is(stays.filter(({ ending }) => ending === 'server_lost').length, 0);
});

// Not one after the other: most of their time is the grace period.
onBothDatabases(
  'who does not come back within the grace period is gone, and the others are told',
  async (t, databaseUrl) => {
    // It begins before the server listens, and a busy core takes its time until somebody can be back.
    const settings = { WEBINTERVIEW_CALL_GRACE_SECONDS: '12' };
    const server = await startMortal(t, { databaseUrl, settings });
    const room = await server.room({ applicantSeats: 4 });
    const people = await everyState(t, server, room);
    await server.kill();
    await server.start();
    const { client, joined } = await comesBack(t, server, people.interviewer);
    t.is(joined.peerId, people.interviewer.peerId);
    t.is(joined.state, 'inCall');
    const gone = [
      await client.next('peerLeft'),
      await client.next('peerLeft'),
      await client.next('peerLeft'),
    ];
    t.deepEqual(
      new Set(gone.map(({ peerId }) => peerId)),
      new Set([people.inCall, people.held, people.asking].map(({ peerId }) => peerId)),
    );
    const late = await comesBack(t, server, people.inCall);
    t.is(late.joined.state, 'waiting');
    t.not(late.joined.peerId, people.inCall.peerId);
    t.true(await client.hearsNothingOf('ended'), 'who is back in time stays');
    await server.stop();
  },
);

test.serial('stopped by SIGTERM and started again: everyone is where they were', async (t) => {
  const server = await startMortal(t);
  const room = await server.room({ applicantSeats: 4 });
  const people = await everyState(t, server, room);
  const { code, stderr } = await server.stop('SIGTERM');
  t.is(code, 0);
  t.is(stderr, '');
  t.is((await people.inCall.client.closed).code, 1001);
  await server.start();
  for (const name of ['interviewer', 'inCall', 'held', 'asking', 'waiting'] as const) {
    const { joined } = await comesBack(t, server, people[name]);
    t.is(joined.peerId, people[name].peerId);
    t.is(joined.state, name === 'interviewer' ? 'inCall' : name === 'asking' ? 'requesting' : name);
  }
});

test.serial('a link that was made anew while the server was dead leads nobody back', async (t) => {
  const server = await startMortal(t);
  const room = await server.room({ applicantSeats: 4 });
  const people = await everyState(t, server, room);
  await server.kill();
  const anew = await server.store.rooms.reissueLink(room.links.applicant.id, []);
  await server.start();
  const old = await connect(t, server, { token: people.inCall.token });
  t.like(await old.next('refused'), { code: 'link_revoked' });
  const { joined } = await comesBack(t, server, { ...people.inCall, token: server.token(anew) });
  t.is(joined.state, 'waiting');
  t.not(joined.peerId, people.inCall.peerId);
  const { joined: interviewer } = await comesBack(t, server, people.interviewer);
  t.deepEqual(interviewer.call?.peers, []);
});

test.serial('after the end of its window a room takes back who was in it, and nobody else', async (t) => {
  const server = await startMortal(t);
  const room = await server.room({ applicantSeats: 4 });
  const people = await everyState(t, server, room);
  await server.kill();
  // As if it had been away until then.
  const minutesAgo = (count: number) => new Date(Date.now() - count * 60_000);
  const over = { ...room.record, from: minutesAgo(60), until: minutesAgo(1) };
  t.truthy(await server.store.rooms.update(over, []));
  await server.start();
  t.is((await comesBack(t, server, people.inCall)).joined.state, 'inCall');
  const stranger = await connect(t, server, { token: people.inCall.token });
  void stranger.ask('join', { keepMedia: false }).catch(() => undefined);
  t.like(await stranger.next('refused'), { code: 'link_expired' });
});

const DRAIN = { WEBINTERVIEW_CALL_DRAIN_SECONDS: '600' };

test.serial(
  'SIGTERM with a time to wait: no new rooms, the call is told and ends in peace, then exit code 0',
  async (t) => {
    const server = await startMortal(t, { settings: DRAIN });
    const [room, other] = [await server.room({ applicantSeats: 4 }), await server.room()];
    const people = await everyState(t, server, room);
    const outside = await connect(t, server, { token: other.tokens.applicant });
    const stopped = server.stop('SIGTERM');
    const { stopsAt } = await people.inCall.client.next('stopping');
    t.true(Date.parse(stopsAt) > Date.now());
    t.true(await people.waiting.client.hearsNothingOf('stopping'));
    // Who comes for another room tries again until the next server is there.
    void outside.ask('join', { keepMedia: false }).catch(() => undefined);
    t.is((await outside.closed).code, 1001);
    // Whom the call still waits for comes in.
    const { peerId } = people.asking;
    await people.interviewer.client.request('admit', { peerId });
    t.is((await people.asking.client.next('admitted')).stopsAt, stopsAt);
    await people.inCall.client.request('sendChat', { clientId: randomUUID(), text: 'まだ続いています' });
    await people.interviewer.client.request('leave', {});
    const { code, stderr } = await stopped;
    t.is(code, 0);
    t.is(stderr, '');
    t.is((await people.waiting.client.closed).code, 1001);
  },
);

test.serial(
  'SIGTERM with a time to wait that is over: exit code 0, and everyone can come back',
  async (t) => {
    const server = await startMortal(t, { settings: { WEBINTERVIEW_CALL_DRAIN_SECONDS: '1' } });
    const people = await everyState(t, server, await server.room({ applicantSeats: 4 }));
    const { code } = await server.stop('SIGTERM');
    t.is(code, 0);
    t.is((await people.inCall.client.closed).code, 1001);
    await server.start();
    t.is((await comesBack(t, server, people.inCall)).joined.state, 'inCall');
  },
);

test.serial('a second SIGTERM does not wait for the calls', async (t) => {
  const server = await startMortal(t, { settings: DRAIN });
  const people = await everyState(t, server, await server.room({ applicantSeats: 4 }));
  const stopped = server.stop('SIGTERM');
  await people.inCall.client.next('stopping');
  // Signals that come within half a second are one: Ctrl+C in a terminal.
  await new Promise((resolve) => setTimeout(resolve, 600));
  server.signal('SIGTERM');
  t.is((await stopped).code, 0);
  t.is((await people.inCall.client.closed).code, 1001);
});

test.serial('a stop with nobody in a call waits for nobody', async (t) => {
  const server = await startMortal(t, { settings: DRAIN });
  const room = await server.room();
  const waiting = await comes(t, server, room.tokens.applicant);
  t.is((await server.stop('SIGTERM')).code, 0);
  t.is((await waiting.client.closed).code, 1001);
});

/** A call on one server, and how to start another on its database, which keeps a lost seat for a second. */
async function calledOnFirst(t: ExecutionContext) {
  const databaseUrl = await mariadbDatabase(t);
  const first = await startMortal(t, { databaseUrl });
  const room = await first.room();
  const host = await enterCall(t, first, room.tokens.interviewer);
  await until('the seat is stored as in the call', async () => {
    const [seat] = await first.store.readSeats();
    return seat?.stayId !== null && seat?.state === 'inCall';
  });
  const settings = {
    WEBINTERVIEW_CALL_GRACE_SECONDS: '1',
    WEBINTERVIEW_SECRET_FILE: first.config.secretFile,
  };
  return {
    first,
    host,
    startSecond: async () => cliServe(t, await testConfig(t, databaseUrl), [], settings),
    actionsOf: async () => (await collect(first.store.audit.entries())).map(({ action }) => action),
  };
}

test('a second server on one database leaves the first one’s people their seats', async (t) => {
  const { first, host, startSecond, actionsOf } = await calledOnFirst(t);
  const second = await startSecond();
  // Longer than the second one would keep a seat.
  await new Promise((resolve) => setTimeout(resolve, 2000));
  await second.stop();
  t.is((await first.store.readSeats()).length, 1);
  t.is((await host.client.request('ping', {})) as null, null);
  const actions = await actionsOf();
  t.is(actions.filter((action) => action === 'room.opened').length, 1);
  t.false(actions.includes('call.ended'));
});

test('a second server leaves the people of one that hangs their seats, until it is dead', async (t) => {
  const { first, host, startSecond, actionsOf } = await calledOnFirst(t);
  await first.hang(await sharedMariadb());
  await startSecond();
  // Longer than the second one would keep a seat.
  await new Promise((resolve) => setTimeout(resolve, 2000));
  t.deepEqual(
    (await first.store.readSeats()).map(({ peerId }) => peerId),
    [host.joined.peerId],
  );
  t.false((await actionsOf()).includes('call.ended'));
  await first.kill();
  await until('the call is ended', async () => (await actionsOf()).includes('call.ended'));
  await becomes(t, () => first.store.readSeats(), [], 'seats are written for themselves');
});
