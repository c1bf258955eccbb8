/** The REST API, as a recruiting system uses it, on both databases. */
import test, { type ExecutionContext } from 'ava';
import { type ApiClient, interview, startApiServer } from '../helpers/api.ts';
import { enterCall, join } from '../helpers/client.ts';
import { mariadbDatabase, onBothDatabases } from '../helpers/databases.ts';
import { startServer } from '../helpers/server.ts';
import { aLink, aMessage, aRoom, aStay, collect } from '../helpers/store.ts';
import { until } from '../helpers/until.ts';

const minutesBefore = (iso: string, minutes: number) =>
  new Date(Date.parse(iso) - minutes * 60_000).toISOString();
const tokenOf = (url: string) => url.split('#')[1] as string;

const on = (title: string, work: (t: ExecutionContext, api: ApiClient) => Promise<void>) =>
  onBothDatabases(title, async (t, url) =>
    work(t, await startApiServer(t, { 'database.url': url, 'http.publicUrl': null })),
  );

on('a room is booked, found, changed, closed, reopened and deleted', async (t, { ask, server, keyId }) => {
  const booked = await ask('POST', '/rooms', {
    body: {
      ...interview('9110-1-to'),
      applicants: ['佐藤花子', '鈴木一郎'],
      note: '二次',
      entry: { camera: false },
    },
  });
  t.is(booked.status, 201);
  t.like(booked.json, {
    name: '9110-1-to',
    from: '2099-04-01T01:00:00.000Z',
    until: '2099-04-01T02:00:00.000Z',
    state: 'upcoming',
    timeZone: 'Asia/Tokyo',
    applicantSeats: 2,
    note: '二次',
    version: 1,
    entry: { microphone: true, camera: false, names: true },
  });
  t.deepEqual(
    booked.json.links.map(
      ({ role, applicant }: { role: string; applicant: string }) => `${role} ${applicant}`,
    ),
    ['interviewer ', 'applicant 佐藤花子', 'applicant 鈴木一郎'],
  );
  const path = `/rooms/${booked.json.id}`;
  t.is(booked.headers.get('Location'), `/api/v1${path}`);
  const { links: _, ...room } = booked.json;
  const read = await ask('GET', path);
  t.deepEqual(read.json, room);
  const etag = read.headers.get('ETag') as string;
  t.deepEqual((await ask('GET', '/rooms?name=9110')).json, { items: [room], next: null });

  const changed = await ask('PATCH', path, {
    body: { name: 'b', capacity: 9 },
    headers: { 'If-Match': etag },
  });
  t.like(changed.json, { name: 'b', capacity: 9, version: 2, note: '二次' });
  t.is(changed.headers.get('ETag'), '"2"');
  t.like(room, { title: '', company: '' });
  const said = { title: '新卒採用 一次面接', company: '株式会社サンプル' };
  const early = { openEarlyMinutes: 30 };
  const body = { ...early, ...said };
  const opens = await ask('PATCH', path, { body, headers: { 'If-Match': '"2"' } });
  t.like(opens.json, { from: room.from, ...body, opensAt: minutesBefore(room.from, 30) });
  t.is(room.openEarlyMinutes, null);
  t.is(room.opensAt, minutesBefore(room.from, 15), 'as the configuration says');
  const tooEarly = { body: { openEarlyMinutes: 1441 }, headers: { 'If-Match': '"3"' } };
  t.is((await ask('PATCH', path, tooEarly)).status, 400);
  // The same rule as on the command line: seats that the room has no place for.
  for (const body of [{ capacity: 2 }, { applicantSeats: 9 }]) {
    const refused = await ask('PATCH', path, { body, headers: { 'If-Match': '"3"' } });
    t.is(refused.status, 422);
    t.regex(refused.json.detail, /^A room with a capacity of \d cannot have \d+ seats /);
  }
  t.is((await ask('POST', `${path}/close`)).json.state, 'closed');
  t.is(
    (await ask('POST', `${path}/reopen`, { body: { until: '2099-04-01T12:00:00+09:00' } })).json.state,
    'upcoming',
  );
  t.deepEqual((await ask('POST', `${path}/end`)).json, { ended: false });
  const gone = await ask('DELETE', path, { headers: { 'If-Match': '*' } });
  t.deepEqual([gone.status, gone.text], [204, '']);
  t.is((await ask('GET', path)).status, 404);
  const actors = (await collect(server.store.audit.entries()))
    .slice(1)
    .map(({ actor, action }) => `${actor} ${action}`);
  t.deepEqual(actors, [
    ...['room.created', 'room.updated', 'room.updated', 'room.closed', 'room.reopened', 'room.deleted'].map(
      (action) => `key:${keyId} ${action}`,
    ),
  ]);
});

on(
  'links open the room, and are refused at once when they are made anew or revoked',
  async (t, { ask, server }) => {
    const { json: room } = await ask('POST', '/rooms', { body: { name: 'a', durationMinutes: 60 } });
    const url = room.links[1].url as string;
    t.is(url.slice(0, url.indexOf('#')), `${server.url}/room`);
    const path = `/rooms/${room.id}/links`;
    const { client } = await join(t, server, tokenOf(url));
    const again = await ask('POST', `${path}/${room.links[1].id}/reissue`);
    t.is((await client.next('ended')).reason, 'revoked');
    t.not(again.json.url, url);
    await join(t, server, tokenOf(again.json.url));
    const added = await ask('POST', path, { body: { applicant: '佐藤花子' } });
    t.is(added.status, 201);
    t.is(added.json.applicant, '佐藤花子');
    const revoked = await ask('POST', `${path}/${added.json.id}/revoke`);
    t.is(revoked.json.url, null);
    t.truthy(revoked.json.revokedAt);
    t.is((await ask('GET', path)).json.items.length, 3);
  },
);

on('ending a call and closing a room send everyone away', async (t, { ask, server }) => {
  const { record, tokens } = await server.room();
  const first = await enterCall(t, server, tokens.interviewer);
  t.deepEqual((await ask('POST', `/rooms/${record.id}/end`)).json, { ended: true });
  t.is((await first.client.next('ended')).reason, 'closed');
  const second = await enterCall(t, server, tokens.interviewer);
  await ask('POST', `/rooms/${record.id}/close`);
  t.is((await second.client.next('ended')).reason, 'closed');
});

on('attendance and messages come in pages, and as exports', async (t, { ask, server }) => {
  const { record } = await server.room();
  for (let i = 0; i < 5; i++) {
    await server.store.addStay(aStay(record, { name: `応募者${i}`, leftAt: new Date(), ending: 'left' }));
    await server.store.addMessage(aMessage(record, { text: `${i}` }));
  }
  const path = `/rooms/${record.id}`;
  for (const [list, field] of [
    ['attendance', 'name'],
    ['messages', 'text'],
  ] as const) {
    const seen: string[] = [];
    let cursor = '';
    for (let pages = 0; pages < 3; pages++) {
      const { json } = await ask('GET', `${path}/${list}?limit=2${cursor}`);
      seen.push(...json.items.map((item: Record<string, string>) => item[field]));
      cursor = `&cursor=${json.next}`;
      t.is(json.next === null, pages === 2);
    }
    t.is(seen.length, 5);
    t.deepEqual(seen, [...seen].sort());
  }
  const csv = await ask('GET', `${path}/exports/chat`);
  t.is(csv.headers.get('Content-Type'), 'text/csv; charset=utf-8');
  t.is(csv.text.trim().split('\r\n').length, 6);
  const json = await ask('GET', `${path}/exports/participants?format=json`);
  t.is(json.text.trim().split('\n').length, 5);
  const zip = await ask('GET', `${path}/exports/room`);
  t.is(zip.headers.get('Content-Type'), 'application/zip');
  t.true(zip.text.startsWith('PK'));
  const wrong = await ask('GET', `${path}/exports/room?format=csv`);
  t.is(wrong.status, 422);
  t.is((await ask('GET', `${path}/exports/everything`)).status, 404);
  const downloads = async (action: string) =>
    (await collect(server.store.audit.entries({ roomId: record.id })))
      .filter((entry) => entry.action === action)
      .map(({ details }) => [details.kind, details.records]);
  // That one was whole is known only when the last of it has left.
  await until('three downloads are whole', async () => (await downloads('records.exported')).length >= 3);
  t.deepEqual(await downloads('records.opened'), [
    ['chat', undefined],
    ['participants', undefined],
    ['room', undefined],
  ]);
  // Each is noted when its last byte has left, and whichever is first.
  const [chat, people, everything] = (await downloads('records.exported')).toSorted();
  t.deepEqual(
    [chat, people],
    [
      ['chat', 5],
      ['participants', 5],
    ],
  );
  t.true(Number(everything?.[1]) >= 10);
});

on('10,000 rooms are read page by page, each once', async (t, { ask, server }) => {
  const at = (i: number) => new Date(Date.UTC(2099, 0, 1) + Math.floor(i / 3) * 60_000);
  const rooms = Array.from({ length: 10_000 }, (_, i) =>
    aRoom({ name: `room-${i}`, from: at(i), until: new Date(at(i).getTime() + 3_600_000) }),
  );
  await server.store.rooms.create(
    rooms.map((room) => ({ room, links: [aLink(room)] })),
    [],
  );
  const seen = new Set<string>();
  let cursor: string | null = null;
  let pages = 0;
  do {
    const query: string = cursor === null ? '' : `&cursor=${cursor}`;
    const { json } = await ask('GET', `/rooms?limit=500${query}`);
    for (const { id } of json.items) seen.add(id);
    cursor = json.next;
    pages++;
  } while (cursor !== null);
  t.is(seen.size, 10_000);
  t.is(pages, 20);
  const { json } = await ask('GET', '/rooms?limit=500&from=2099-01-02T00:00:00Z&until=2099-01-02T00:01:00Z');
  // Those of an hour; of the next quarter of an hour too, which are open before their time.
  t.is(json.items.length, 3 * (60 + 15));
});

on('of two who change one room at once, one is told', async (t, { ask }) => {
  const { json: room } = await ask('POST', '/rooms', { body: interview('a') });
  const path = `/rooms/${room.id}`;
  const change = (note: string) => ask('PATCH', path, { body: { note }, headers: { 'If-Match': '"1"' } });
  const answers = await Promise.all([change('one'), change('two')]);
  t.deepEqual(answers.map(({ status }) => status).sort(), [200, 412]);
  const told = answers.find(({ status }) => status === 412);
  t.is(told?.json.type, 'urn:webinterview:problem:changed');
  const kept = answers.find(({ status }) => status === 200);
  t.is((await ask('GET', path)).json.note, kept?.json.note);
  t.is((await ask('PATCH', path, { body: { note: 'three' } })).status, 428);
  t.is((await ask('DELETE', path, { headers: { 'If-Match': '"1"' } })).status, 412);
});

on('the same request with the same key is done once, and answered alike', async (t, { ask, server }) => {
  const headers = { 'Idempotency-Key': 'booking-4711' };
  const book = (body: object) => ask('POST', '/rooms', { body, headers });
  const [one, two] = await Promise.all([book(interview('a')), book(interview('a'))]);
  const codes = [one, two].map(({ status }) => status).sort();
  // The second came while the first was under way, or after it.
  t.true(codes.join() === '201,201' || codes.join() === '201,409');
  const again = await book(interview('a'));
  t.is(again.status, 201);
  t.is(again.headers.get('Idempotency-Replayed'), 'true');
  t.is(again.headers.get('ETag'), '"1"');
  t.deepEqual(again.json, (one.status === 201 ? one : two).json);
  const other = await book(interview('b'));
  t.is(other.status, 422);
  t.is(other.json.type, 'urn:webinterview:problem:key-reused');
  t.is((await ask('GET', '/rooms')).json.items.length, 1);
  // What was wrong may be mended and sent with the same key.
  const mended = { 'Idempotency-Key': 'booking-4712' };
  t.is((await ask('POST', '/rooms', { body: interview('a'), headers: mended })).status, 409);
  t.is((await ask('POST', '/rooms', { body: interview('c'), headers: mended })).status, 201);
  const unseen = { 'Idempotency-Key': 'é' };
  t.is((await ask('POST', '/rooms', { body: interview('d'), headers: unseen })).status, 400);
  const rows = await server.store.idempotency.claim(
    { keyId: 'k', idempotencyKey: 'i', requestHash: 'h' },
    null,
    new Date(),
  );
  t.is(rows, null);
});

test('two servers on one database: what is done at the one holds at the other', async (t) => {
  const url = await mariadbDatabase(t);
  const { ask, server } = await startApiServer(t, { 'database.url': url });
  const { secretFile } = server.config;
  const other = await startServer(t, { 'database.url': url, secretFile });
  const { record, tokens } = await other.room();
  const { client } = await enterCall(t, other, tokens.interviewer);
  t.deepEqual(
    (await ask('GET', '/rooms?live=true')).json.items.map(({ id }: { id: string }) => id),
    [record.id],
  );
  t.deepEqual((await ask('POST', `/rooms/${record.id}/end`)).json, { ended: true });
  t.is((await client.next('ended')).reason, 'closed');
});
