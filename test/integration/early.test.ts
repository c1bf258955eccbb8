/** Who comes before the room opens, at the real server: what they bring about, which is nothing, and what becomes of them. */
import test from 'ava';
import { closeCodes } from '../../src/protocol/errors.ts';
import { updateRoom } from '../../src/server/admin/rooms.ts';
import { connect, join } from '../helpers/client.ts';
import { onBothDatabases } from '../helpers/databases.ts';
import { receivesAll } from '../helpers/rtp.ts';
import { adminOf, startServer } from '../helpers/server.ts';
import { aRoom, collect, putRoom, testConfig, testStore } from '../helpers/store.ts';
import { until } from '../helpers/until.ts';

const MINUTE = 60_000;
const fromNow = (ms: number) => new Date(Date.now() + ms);
const inAnHour = () => ({ from: fromNow(60 * MINUTE), until: fromNow(120 * MINUTE) });

onBothDatabases('who is early leaves no trace, and comes in when the room opens', async (t, url) => {
  const server = await startServer(t, { 'database.url': url });
  const admin = await adminOf(server);
  // In some seconds it is a quarter of an hour before.
  const from = fromNow(15 * MINUTE + 20_000);
  const { record, tokens } = await server.room({ from, until: fromNow(60 * MINUTE) });
  const { client, joined } = await join(t, server, tokens.applicant);
  t.is(joined.state, 'early');
  t.is(joined.early?.opensAt, new Date(from.getTime() - 15 * MINUTE).toISOString());
  t.true(Math.abs(Date.parse(joined.early?.now ?? '') - Date.now()) < MINUTE);
  t.is(joined.room.from, from.toISOString(), 'the time that they were told');
  await client.request('openMedia', { rtpCapabilities: receivesAll });
  await client.request('createTransport', { direction: 'send' });
  t.deepEqual(await collect(server.store.audit.entries()), []);
  t.deepEqual(await collect(server.store.records.stays({})), []);
  t.deepEqual(await server.store.readSeats(), []);
  t.deepEqual((await admin.live.liveIds()).ids, []);

  await client.next('opened');
  const inside = await join(t, server, tokens.applicant);
  t.is(inside.joined.state, 'waiting');
  t.is(inside.joined.early, null);
  await inside.client.request('requestAdmission', { name: '応募花子' });
  // The one who has stayed behind can do no more than before.
  const late = await client.ask('requestAdmission', { name: '応募花子' });
  t.like(late, { ok: false, error: { code: 'wrong_state' } });
  const host = await join(t, server, tokens.interviewer);
  t.like(host.joined.counts, { waiting: 1, inCall: 0, requesting: { length: 1 } }, 'and is not counted');
  // Nobody waits for the audit.
  const actions = async () => (await collect(server.store.audit.entries())).map(({ action }) => action);
  await until('the request is written', async () => (await actions()).includes('admission.requested'));
  t.deepEqual(await actions(), ['room.opened', 'admission.requested']);
  t.deepEqual((await admin.live.liveIds()).ids, [record.id]);
});

test('a room says how early it opens, before the configuration does', async (t) => {
  const server = await startServer(t, { 'room.openEarlyMinutes': 0 });
  const soon = { from: fromNow(10 * MINUTE), until: fromNow(60 * MINUTE) };
  const usual = await server.room(soon);
  t.is((await join(t, server, usual.tokens.applicant)).joined.state, 'early');
  const own = await server.room({ ...soon, openEarlyMinutes: 30 });
  t.is((await join(t, server, own.tokens.applicant)).joined.state, 'waiting');
});

test('a room that is given another time, or closed, tells who is early by what they are answered next', async (t) => {
  const server = await startServer(t);
  const admin = await adminOf(server);
  const { record, tokens } = await server.room(inAnHour());
  const { client } = await join(t, server, tokens.applicant);
  const opened = await updateRoom(admin, record, { openEarlyMinutes: 120 });
  t.is((await client.closed).code, closeCodes.goingAway);
  const inside = await join(t, server, tokens.applicant);
  t.is(inside.joined.state, 'waiting');

  // Given a later time: who has a seat keeps it, and who comes is early.
  const later = await updateRoom(admin, opened, { openEarlyMinutes: 0 });
  inside.client.socket.terminate();
  const { resumeKey } = inside.joined;
  t.is((await join(t, server, tokens.applicant, { resumeKey })).joined.state, 'waiting');
  const early = await join(t, server, tokens.interviewer);
  t.is(early.joined.state, 'early');
  t.is(early.joined.counts, null);

  await server.store.rooms.update({ ...later, closedAt: new Date() }, []);
  await admin.live.refresh(record.id);
  t.is((await early.client.closed).code, closeCodes.goingAway);
  const refused = await connect(t, server, { token: tokens.interviewer });
  refused.socket.send(JSON.stringify({ id: 1, method: 'join', params: { keepMedia: false } }));
  t.is((await refused.next('refused')).code, 'link_expired');
});

test('who closes while they are taken in are let go, and that is no fault', async (t) => {
  const server = await startServer(t);
  const { tokens } = await server.room(inAnHour());
  for (let i = 0; i < 10; i++) {
    const late = await connect(t, server, { token: tokens.applicant });
    late.socket.send(
      JSON.stringify({ id: 1, method: 'join', params: { keepMedia: false } }),
      () => undefined,
    );
    late.socket.close();
    await late.closed;
  }
  t.is((await join(t, server, tokens.applicant)).joined.state, 'early');
  const faults = server.log.filter(({ level }) => Number(level) >= 50);
  t.deepEqual(faults, []);
});

test('a link that was revoked is of no use before the room opens either', async (t) => {
  const server = await startServer(t);
  const { links, tokens } = await server.room(inAnHour());
  await server.store.rooms.revokeLink(links.applicant.id, new Date(), []);
  const client = await connect(t, server, { token: tokens.applicant });
  t.is((await client.next('refused')).code, 'link_revoked');
  const headers = { Authorization: `Bearer ${tokens.applicant}` };
  t.is((await fetch(`${server.url}/api/speed/down`, { headers })).status, 401);
});

onBothDatabases('which rooms are open at some time is asked by when people are let in', async (t, url) => {
  const config = await testConfig(t, url);
  const store = await testStore(t, config);
  const at = (time: string) => new Date(`2030-04-01T${time}Z`);
  const rooms = [
    { name: 'usual', openEarlyMinutes: null },
    { name: 'half an hour', openEarlyMinutes: 30 },
    { name: 'on time', openEarlyMinutes: 0 },
    { name: 'a day', openEarlyMinutes: 1440 },
  ];
  for (const each of rooms)
    await putRoom(store, aRoom({ ...each, from: at('10:00:00'), until: at('11:00:00') }));
  const openAt = async (from: string, until: string) => {
    const query = { from: new Date(from), until: new Date(until), limit: 10 };
    const found = await store.rooms.list(query);
    t.is(await store.rooms.count(query), found.length);
    return found.map(({ name }) => name).sort();
  };
  const all = ['a day', 'half an hour', 'on time', 'usual'];
  const moment = (time: string) => openAt(`2030-04-01T${time}.000Z`, `2030-04-01T${time}.001Z`);
  t.deepEqual(await moment('09:59:59'), ['a day', 'half an hour', 'usual']);
  t.deepEqual(await moment('10:00:00'), all);
  t.deepEqual(await moment('09:45:00'), ['a day', 'half an hour', 'usual']);
  t.deepEqual(await moment('09:44:59'), ['a day', 'half an hour']);
  t.deepEqual(await moment('09:29:59'), ['a day']);
  t.deepEqual(await openAt('2030-03-31T00:00:00.000Z', '2030-03-31T10:00:00.000Z'), []);
  t.deepEqual(await openAt('2030-03-31T00:00:00.000Z', '2030-03-31T10:00:00.001Z'), ['a day']);
  t.deepEqual(await moment('11:00:00'), []);
  // A day more than that is in no calendar of a database.
  t.deepEqual(await openAt('2030-04-01T00:00:00.000Z', '9999-12-31T23:59:59.999Z'), all);
  const kept = await store.rooms.find('half an hour');
  t.is(kept?.openEarlyMinutes, 30);
  t.is((await store.rooms.find('usual'))?.openEarlyMinutes, null);
});
