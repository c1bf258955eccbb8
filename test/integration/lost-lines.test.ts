/** An interviewer whose line is lost: nobody's place or call ends by it, within the grace period and after it. */
import { randomUUID } from 'node:crypto';
import test, { type ExecutionContext } from 'ava';
import { type Client, enterCall, join } from '../helpers/client.ts';
import { startServer } from '../helpers/server.ts';
import { until } from '../helpers/until.ts';

/** An interviewer, and applicants in every state there is: in the call, on hold, asking, waiting. */
async function everyState(t: ExecutionContext, graceSeconds: number) {
  const server = await startServer(t, { 'call.graceSeconds': graceSeconds });
  const { tokens } = await server.room({ applicantSeats: 3 });
  const interviewer = await enterCall(t, server, tokens.interviewer);
  const comes = async (name: string) => {
    const { client, joined } = await join(t, server, tokens.applicant);
    if (name) await client.request('requestAdmission', { name });
    return { client, peerId: joined.peerId };
  };
  const isLetIn = async (name: string) => {
    const person = await comes(name);
    await interviewer.client.request('admit', { peerId: person.peerId });
    await person.client.next('admitted');
    return person;
  };
  const inCall = await isLetIn('佐藤花子');
  const held = await isLetIn('鈴木一郎');
  await interviewer.client.request('setHold', { peerId: held.peerId, held: true });
  await held.client.next('hold');
  const people = { inCall, held, asking: await comes('高橋次郎'), waiting: await comes('') };
  return { server, tokens, interviewer, people };
}

/** Waits until this is told of a person, past what was told before. */
async function untilTold(client: Client, peerId: string, connected: boolean): Promise<void> {
  await until(`it is told that ${peerId} is ${connected ? 'here' : 'gone'}`, async () => {
    const { peer } = await client.next('peerUpdated');
    return peer.id === peerId && peer.connected === connected;
  });
}

const hearsOfNoEnd = async (clients: Client[]) =>
  (await Promise.all(clients.map((client) => client.hearsNothingOf('ended')))).every(Boolean);

test('within the grace period the interviewer comes back into the same call, and has what was said once', async (t) => {
  const { server, tokens, interviewer, people } = await everyState(t, 60);
  const { inCall, held, asking, waiting } = people;
  const { peerId, resumeKey } = interviewer.joined;
  interviewer.client.socket.terminate();
  for (const { client } of [inCall, held]) await untilTold(client, peerId, false);
  const message = { clientId: randomUUID(), text: '聞こえていますか' };
  await inCall.client.request('sendChat', message);
  // A page that has not heard the answer sends it again.
  await inCall.client.request('sendChat', message);
  const { joined } = await join(t, server, tokens.interviewer, { resumeKey, keepMedia: true });
  t.is(joined.peerId, peerId);
  t.is(joined.state, 'inCall');
  t.deepEqual(
    joined.call?.messages.map(({ text }) => text),
    ['聞こえていますか'],
  );
  for (const { client } of [inCall, held]) await untilTold(client, peerId, true);
  t.true(await hearsOfNoEnd([inCall, held, asking, waiting].map(({ client }) => client)));
});

test('after it the others are told, keep their places, and are found in them by who enters anew', async (t) => {
  const { server, tokens, interviewer, people } = await everyState(t, 1);
  const { inCall, held, asking, waiting } = people;
  const { peerId, resumeKey } = interviewer.joined;
  interviewer.client.socket.terminate();
  for (const { client } of [inCall, held]) {
    await untilTold(client, peerId, false);
    t.deepEqual(await client.next('peerLeft'), { peerId });
  }
  t.true(await hearsOfNoEnd([inCall, held, asking, waiting].map(({ client }) => client)));

  const back = await join(t, server, tokens.interviewer, { resumeKey, keepMedia: true });
  t.not(back.joined.peerId, peerId);
  t.is(back.joined.state, 'waiting');
  const { peers } = await back.client.request('enter', { company: '株式会社サンプル', name: '毎日太郎' });
  const states = new Map(peers.map(({ id, state }) => [id, state]));
  t.deepEqual(
    [inCall, held, asking, waiting].map((person) => states.get(person.peerId)),
    ['inCall', 'held', 'requesting', undefined],
  );
  await back.client.request('setHold', { peerId: held.peerId, held: false });
  t.deepEqual(await held.client.next('hold'), { held: false });
  await back.client.request('admit', { peerId: asking.peerId });
  await asking.client.next('admitted');
});
