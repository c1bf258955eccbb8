/** A room that is live on a second server when the people of the first one, which hangs or is dead, come back: two processes, one MariaDB. */
import test, { type ExecutionContext } from 'ava';
import { cliServe } from '../helpers/cli.ts';
import { type Client, enterCall, join } from '../helpers/client.ts';
import { mariadbDatabase, sharedMariadb } from '../helpers/databases.ts';
import { startMortal } from '../helpers/restart.ts';
import { collect, testConfig } from '../helpers/store.ts';
import { until } from '../helpers/until.ts';

/**
 * An interviewer and an applicant are in a call on the first server, which hangs. Another interviewer is led to the second one, and
 * finds the room empty: nobody can tell yet whether the first one lives.
 */
async function calledOnBoth(t: ExecutionContext) {
  const databaseUrl = await mariadbDatabase(t);
  const first = await startMortal(t, { databaseUrl });
  const { tokens } = await first.room({ interviewerSeats: 2 });
  const host = await enterCall(t, first, tokens.interviewer);
  const guest = await join(t, first, tokens.applicant);
  await guest.client.request('requestAdmission', { name: '佐藤花子' });
  await host.client.request('admit', { peerId: guest.joined.peerId });
  const peerIds = [host.joined.peerId, guest.joined.peerId];
  const seats = () => first.store.readSeats();
  await until('both seats are stored as in the call', async () => {
    const inCall = (await seats()).filter(({ state, stayId }) => state === 'inCall' && stayId !== null);
    return inCall.length === 2;
  });
  await first.hang(await sharedMariadb());
  const { ready } = await cliServe(t, await testConfig(t, databaseUrl), ['--json'], {
    WEBINTERVIEW_SECRET_FILE: first.config.secretFile,
  });
  const second: { url: string } = JSON.parse(ready);
  const newcomer = await enterCall(t, second, tokens.interviewer);
  t.deepEqual(newcomer.joined.call, null);
  t.true(await newcomer.client.hearsNothingOf('peerUpdated'));
  const serversOf = async () => {
    const ofPeer = new Map((await seats()).map(({ peerId, serverId }) => [peerId, serverId]));
    return [newcomer.joined.peerId, ...peerIds].map((id) => ofPeer.get(id));
  };
  const returns = async (token: string, { joined: { resumeKey } }: typeof guest) =>
    join(t, second, token, { resumeKey, keepMedia: true });
  return {
    first,
    newcomer: newcomer.client,
    peerIds,
    serversOf,
    hostReturns: () => returns(tokens.interviewer, host),
    guestReturns: () => returns(tokens.applicant, guest),
    actions: async () => (await collect(first.store.audit.entries())).map(({ action }) => action),
  };
}

type World = Awaited<ReturnType<typeof calledOnBoth>>;

/** Both are told of to whoever is there already, as people whose line is lost. */
async function areAwaited(t: ExecutionContext, { newcomer, peerIds }: World): Promise<void> {
  const told = [await newcomer.next('peerUpdated'), await newcomer.next('peerUpdated')];
  t.deepEqual(told.map(({ peer }) => peer.id).toSorted(), peerIds.toSorted());
  for (const { peer } of told) t.like(peer, { state: 'inCall', connected: false });
}

async function isBack(t: ExecutionContext, newcomer: Client, back: Awaited<ReturnType<typeof join>>) {
  t.is(back.joined.state, 'inCall');
  await back.client.next('mediaLost');
  const { peer } = await newcomer.next('peerUpdated');
  t.like(peer, { id: back.joined.peerId, state: 'inCall', connected: true });
}

test('who comes to the second server with the key of a seat of a silent one finds the others there, and is awaited with the rest', async (t) => {
  const world = await calledOnBoth(t);
  const { first, newcomer, peerIds, serversOf, actions } = world;
  const guest = await world.guestReturns();
  await areAwaited(t, world);
  await isBack(t, newcomer, guest);
  const host = await world.hostReturns();
  await isBack(t, newcomer, host);
  t.deepEqual([host.joined.peerId, guest.joined.peerId], peerIds);
  t.is(host.joined.call?.peers.length, 2);
  const [second] = await serversOf();
  t.deepEqual(await serversOf(), [second, second, second]);
  t.false((await actions()).includes('call.ended'));
  // The first one goes on, and stops: the seats that it writes then are not its own any more.
  first.signal('SIGCONT');
  await first.stop();
  t.deepEqual(await serversOf(), [second, second, second]);
  t.true(await newcomer.hearsNothingOf('peerLeft'));
});

test('when the silent server is dead its people are awaited where their room is live already', async (t) => {
  const world = await calledOnBoth(t);
  await world.first.kill();
  await areAwaited(t, world);
  const guest = await world.guestReturns();
  await isBack(t, world.newcomer, guest);
  t.is(guest.joined.peerId, world.peerIds[1] as string);
  const [second] = await world.serversOf();
  t.deepEqual(await world.serversOf(), [second, second, second]);
  t.false((await world.actions()).includes('call.ended'));
});
