/** A server that is full: the next call is refused with a message, and nobody is harmed. */
import test from 'ava';
import { serverText } from '../../src/cli/output/live.ts';
import type { ServerStatus } from '../../src/protocol/status.ts';
import { codeOf, connect, enterCall, join } from '../helpers/client.ts';
import { askInternally } from '../helpers/internal.ts';
import { startServer } from '../helpers/server.ts';

const METRICS = 'a-token-for-this-test-alone';
const me = { company: '株式会社サンプル', name: '毎日太郎' };

test('when full, a new call is refused and can be begun later; running ones and people who wait go on', async (t) => {
  const server = await startServer(t, { 'call.maxCalls': 1, 'metrics.token': METRICS });
  const [running, next] = [await server.room(), await server.room()];
  const first = await enterCall(t, server, running.tokens.interviewer);
  const applicant = await join(t, server, running.tokens.applicant);
  await applicant.client.request('requestAdmission', { name: '応募花子' });
  const late = await join(t, server, next.tokens.interviewer);
  const waiting = await join(t, server, next.tokens.applicant);

  t.is(await codeOf(late.client.request('enter', me)), 'server_full');
  t.deepEqual(
    late.client.told.filter(({ event }) => event === 'ended' || event === 'refused'),
    [],
  );
  await waiting.client.request('requestAdmission', { name: '応募次郎' });
  await first.client.request('admit', { peerId: applicant.joined.peerId });
  await applicant.client.next('admitted');

  // A line that was lost leads back into the call, however full it is.
  first.client.socket.terminate();
  const { resumeKey } = first.joined;
  const back = await connect(t, server, { token: running.tokens.interviewer });
  t.is((await back.request('join', { resumeKey, keepMedia: false })).state, 'inCall');
  t.is(await codeOf(late.client.request('enter', me)), 'server_full');

  await back.request('leave', {});
  await back.closed;
  await applicant.client.closed;
  t.truthy(await late.client.request('enter', me));
  await late.client.request('admit', { peerId: waiting.joined.peerId });
  await waiting.client.next('admitted');
});

test('/readyz, the status of the command line and the metrics tell that it is full', async (t) => {
  const server = await startServer(t, { 'call.maxCalls': 1, 'metrics.token': METRICS });
  const ask = async (path: string, token = '') =>
    fetch(server.url + path, { headers: { authorization: `Bearer ${token}` } });
  const readiness = async () => {
    const answer = await ask('/readyz');
    return [answer.status, await answer.json()];
  };
  const status = async () => (await askInternally(server, 'GET', 'status')) as ServerStatus;
  const metric = async (name: string) =>
    new RegExp(`^webinterview_${name} (.*)$`, 'm').exec(await (await ask('/metrics', METRICS)).text())?.[1];

  t.deepEqual(await readiness(), [200, { status: 'ok' }]);
  t.deepEqual((await status()).calls, { running: 0, most: 1, isFull: false });
  t.notRegex(serverText(await status(), Date.now()), /FULL/);
  const { tokens } = await server.room();
  const { client } = await enterCall(t, server, tokens.interviewer);
  t.deepEqual(await readiness(), [200, { status: 'full' }]);
  t.deepEqual((await status()).calls, { running: 1, most: 1, isFull: true });
  t.regex(serverText(await status(), Date.now()), /\), FULL with 1 call, up /);
  t.deepEqual([await metric('calls'), await metric('full')], ['1', '1']);
  await client.request('leave', {});
  await client.closed;
  t.deepEqual(await readiness(), [200, { status: 'ok' }]);
  t.deepEqual([await metric('calls'), await metric('full')], ['0', '0']);
});

test('without a limit of its own it is as full as its workers are: calls begin while they have power', async (t) => {
  const server = await startServer(t);
  for (let call = 0; call < 3; call++) await enterCall(t, server, (await server.room()).tokens.interviewer);
  t.pass();
});
