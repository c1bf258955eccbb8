/**
 * Every request, by everyone, at every moment, at a real server: compared with the table that is written out here. It
 * is not derived from the program's own, so that whoever opens a door there must open it here too, in plain sight.
 */
import { randomUUID } from 'node:crypto';
import test, { type ExecutionContext } from 'ava';
import { type Method, type PeerState, type Role, requestSchemas } from '../../src/protocol/messages.ts';
import { permissions } from '../../src/server/room/permissions.ts';
import { keyHashOf } from '../../src/server/room/resumeKeys.ts';
import { type Client, connect } from '../helpers/client.ts';
import { dtlsParameters, receivesAll, streamOf } from '../helpers/rtp.ts';
import {
  administration,
  serverConfig,
  startServer,
  type TestRoom,
  type TestServer,
} from '../helpers/server.ts';
import { aSeat, testStore } from '../helpers/store.ts';

/** y: done. r: refused to this role. s: refused at this moment. k: refused for want of a seat's key. e: refused before the room opens. */
type Row = { interviewer: string; applicant: string };
type HttpAction = 'sendFile' | 'readFile' | 'participants.csv' | 'chat.csv' | 'speed/down' | 'speed/up';

/** Where a person stands, in the order of the table's columns. */
const moments = ['not joined', 'waiting', 'requesting', 'inCall', 'held', 'early'] as const;
type Moment = (typeof moments)[number];

const sockets: Record<Method, Row> = {
  join: { interviewer: 'ysssss', applicant: 'ysssss' },
  enter: { interviewer: 'syssss', applicant: 'srrrrr' },
  requestAdmission: { interviewer: 'srrrrr', applicant: 'syssss' },
  cancelRequest: { interviewer: 'srrrrr', applicant: 'ssysss' },
  admit: { interviewer: 'sssyss', applicant: 'srrrrr' },
  deny: { interviewer: 'sssyss', applicant: 'srrrrr' },
  moveSeat: { interviewer: 'syssss', applicant: 'syssss' },
  cancelMove: { interviewer: 'syssss', applicant: 'syssss' },
  answerMove: { interviewer: 'sssyss', applicant: 'srrrrr' },
  extend: { interviewer: 'sssyss', applicant: 'srrrrr' },
  ping: { interviewer: 'syyyyy', applicant: 'syyyyy' },
  leave: { interviewer: 'syyyyy', applicant: 'syyyyy' },
  sendChat: { interviewer: 'sssyys', applicant: 'sssyys' },
  setDevices: { interviewer: 'syyyys', applicant: 'syyyys' },
  readChat: { interviewer: 'sssyys', applicant: 'sssyys' },
  deleteMessage: { interviewer: 'sssyys', applicant: 'sssyys' },
  clearChat: { interviewer: 'sssyss', applicant: 'srrrrr' },
  setHand: { interviewer: 'sssyys', applicant: 'sssyys' },
  setSharing: { interviewer: 'sssyss', applicant: 'sssyss' },
  setQuality: { interviewer: 'syyyys', applicant: 'syyyys' },
  setHold: { interviewer: 'sssyss', applicant: 'srrrrr' },
  capture: { interviewer: 'sssyss', applicant: 'srrrrr' },
  turnOffAll: { interviewer: 'sssyss', applicant: 'srrrrr' },
  setEntry: { interviewer: 'syyyys', applicant: 'srrrrr' },
  setWaitingMessage: { interviewer: 'syyyys', applicant: 'srrrrr' },
  setAtCheck: { interviewer: 'syyyys', applicant: 'syyyys' },
  reportCheck: { interviewer: 'syyyys', applicant: 'syyyys' },
  openMedia: { interviewer: 'syyyyy', applicant: 'syyyyy' },
  closeMedia: { interviewer: 'syyyyy', applicant: 'syyyyy' },
  createTransport: { interviewer: 'syyyyy', applicant: 'syyyyy' },
  connectTransport: { interviewer: 'syyyyy', applicant: 'syyyyy' },
  restartIce: { interviewer: 'syyyyy', applicant: 'syyyyy' },
  transportStatus: { interviewer: 'syyyyy', applicant: 'syyyyy' },
  produce: { interviewer: 'syyyyy', applicant: 'syyyyy' },
  closeProducer: { interviewer: 'syyyyy', applicant: 'syyyyy' },
  resumeConsumer: { interviewer: 'syyyyy', applicant: 'syyyyy' },
};

/** The records and the measurement ask for the link alone: they are had before and after the call, and the measurement before the room opens. */
const http: Record<HttpAction, Row> = {
  sendFile: { interviewer: 'kssyyk', applicant: 'kssyyk' },
  readFile: { interviewer: 'kssyyk', applicant: 'kssyyk' },
  'participants.csv': { interviewer: 'yyyyye', applicant: 'rrrrrr' },
  'chat.csv': { interviewer: 'yyyyye', applicant: 'rrrrrr' },
  'speed/down': { interviewer: 'yyyyyy', applicant: 'yyyyyy' },
  'speed/up': { interviewer: 'yyyyyy', applicant: 'yyyyyy' },
};

const table: Record<string, Row> = { ...sockets, ...http };

test('every request and every permission stands in the table', (t) => {
  t.deepEqual(Object.keys(sockets).sort(), Object.keys(requestSchemas).sort());
  const asked = [...Object.keys(sockets), 'sendFile', 'readFile'].filter((action) => action !== 'join');
  t.deepEqual(asked.sort(), Object.keys(permissions).sort());
});

for (const role of ['interviewer', 'applicant'] as const) {
  test(`what the ${role} may ask for, and when, is what the table says`, async (t) => {
    const world = await startWorld(t, role);
    const columns = await Promise.all(moments.map((moment, column) => answersAt(t, world, moment, column)));
    const found = Object.keys(table).map((action) => [
      action,
      columns.map((answers) => answers[action]).join(''),
    ]);
    t.deepEqual(
      Object.fromEntries(found),
      Object.fromEntries(Object.entries(table).map(([action, row]) => [action, row[role]])),
    );
  });
}

/** What really happens at one moment. What is to be refused changes nothing, and is asked for by the same person. */
async function answersAt(t: ExecutionContext, world: World, moment: Moment, column: number) {
  const isRefused = (action: string) => table[action]?.[world.role][column] !== 'y';
  const answers: Record<string, string> = {};
  const same = await stage(t, world, moment);
  for (const action of Object.keys(table).filter(isRefused)) answers[action] = await answerTo(same, action);
  same.client.socket.terminate();
  for (const action of Object.keys(table).filter((each) => !isRefused(each))) {
    const cast = await stage(t, world, moment);
    answers[action] = await answerTo(cast, action);
    cast.client.socket.terminate();
  }
  return answers;
}

// ---- the people -----------------------------------------------------------------------------------------

/** A moment that no request leads to: an interviewer neither asks to be let in nor is put on hold. */
const isUnreachable = (role: Role, moment: Moment) =>
  role === 'interviewer' && (moment === 'requesting' || moment === 'held');

type World = { server: TestServer; role: Role; stored: { room: TestRoom; key: string; moment: Moment }[] };

/**
 * A server, and for whoever asks a seat in every moment that can be had from the table of seats alone, where a program
 * with a fault might have left it.
 */
async function startWorld(t: ExecutionContext, role: Role): Promise<World> {
  const config = await serverConfig(t);
  const store = await testStore(t, config);
  const { room: makeRoom } = await administration(config, store);
  const stored: World['stored'] = [];
  for (const [column, moment] of moments.entries()) {
    if (!isUnreachable(role, moment)) continue;
    const allowed = Object.values(table).filter((row) => row[role][column] === 'y').length;
    for (let i = 0; i <= allowed; i++) {
      const key = randomUUID();
      const room = await makeRoom({ interviewerSeats: 2, applicantSeats: 3 });
      const linkId = room.links[role].id;
      const state = moment as PeerState;
      await store.writeSeats(
        'a-server',
        [aSeat(room.record, { role, linkId, keyHash: keyHashOf(key), state })],
        [],
      );
      stored.push({ room, key, moment });
    }
  }
  // The stored seats are taken one by one, on a busy core in more than the minute that a place is kept by default.
  const settings = { dataDir: config.dataDir, 'call.graceSeconds': 3600 };
  return { server: await startServer(t, settings), role, stored };
}

/** Everyone whom a request may be about. */
type Cast = {
  server: TestServer;
  client: Client;
  /** Of the person who asks; empty before they have joined. */
  resumeKey: string;
  token: string;
  /** An applicant who has asked to be let in, and one who is in the call. */
  asking: string;
  inCall: string;
  /** An applicant who asks, from now on, for the seat of one of them. */
  mover: () => Promise<string>;
  /** When the room closes. */
  until: string;
  /** A file in the chat. */
  fileId: string;
};

/** A room with people in it, and the one who asks standing where `moment` says. */
async function stage(t: ExecutionContext, { server, role, stored }: World, moment: Moment): Promise<Cast> {
  const at = stored.findIndex((seat) => seat.moment === moment);
  const [seat] = at < 0 ? [] : stored.splice(at, 1);
  const room = seat?.room ?? (await server.room({ interviewerSeats: 2, applicantSeats: 3 }));
  const host = await arrive(t, server, room, 'interviewer');
  await host.client.request('enter', { company: '会社', name: '担当' });
  const inCall = await askToJoin(t, server, room);
  await host.client.request('admit', { peerId: inCall.peerId });
  const asking = await askToJoin(t, server, room);
  const mover = async () => {
    const { client, peerId } = await arrive(t, server, room, 'applicant');
    await client.request('moveSeat', { name: '応募花子' });
    return peerId;
  };
  const until = room.record.until.toISOString();
  const people = {
    server,
    mover,
    until,
    asking: asking.peerId,
    inCall: inCall.peerId,
    token: room.tokens[role],
  };
  const fileId = await sendFile({ ...people, token: room.tokens.interviewer, resumeKey: host.resumeKey });
  const token = moment === 'early' ? await earlyToken(server, role) : people.token;
  const client = await connect(t, server, { token });
  const cast = { ...people, token, client, fileId: (await fileId.json()).file.id as string };
  if (moment === 'not joined') return { ...cast, resumeKey: '' };
  const { peerId, resumeKey, state } = await client.request('join', {
    resumeKey: seat?.key,
    keepMedia: false,
  });
  if (seat) t.is(state, moment);
  else if (moment === 'early') t.is(state, 'early');
  else await bring({ client, peerId, role }, moment, host.client);
  await client.request('openMedia', { rtpCapabilities: receivesAll });
  // Who is early is given no key.
  return { ...cast, resumeKey: resumeKey || 'none' };
}

/** Of a room that opens later. What the person asks for is of another, which is open. */
async function earlyToken(server: TestServer, role: Role): Promise<string> {
  const hour = 3_600_000;
  const from = new Date(Date.now() + hour);
  const until = new Date(Date.now() + 2 * hour);
  return (await server.room({ from, until, applicantSeats: 3 })).tokens[role];
}

async function arrive(t: ExecutionContext, server: TestServer, { tokens }: TestRoom, role: Role) {
  const client = await connect(t, server, { token: tokens[role] });
  return { client, ...(await client.request('join', { keepMedia: false })) };
}

async function askToJoin(t: ExecutionContext, server: TestServer, room: TestRoom) {
  const person = await arrive(t, server, room, 'applicant');
  await person.client.request('requestAdmission', { name: '応募花子' });
  return person;
}

/** From the waiting room to where `moment` says, as people come there. */
async function bring(
  { client, peerId, role }: { client: Client; peerId: string; role: Role },
  moment: Moment,
  host: Client,
): Promise<void> {
  if (moment === 'waiting') return;
  if (role === 'interviewer') {
    await client.request('enter', { company: '会社', name: '面接太郎' });
    return;
  }
  await client.request('requestAdmission', { name: '面接花子' });
  if (moment === 'requesting') return;
  await host.request('admit', { peerId });
  if (moment === 'held') await host.request('setHold', { peerId, held: true });
}

// ---- what they ask for ----------------------------------------------------------------------------------

/** Parameters with which each request succeeds wherever it is allowed, so that the table alone refuses it. */
const parameters: { [M in Method]: (cast: Cast) => unknown } = {
  join: () => ({ keepMedia: false }),
  enter: () => ({ company: '会社', name: '面接太郎' }),
  requestAdmission: () => ({ name: '面接花子' }),
  cancelRequest: () => ({}),
  admit: ({ asking }) => ({ peerId: asking }),
  deny: ({ asking }) => ({ peerId: asking }),
  moveSeat: () => ({ name: '応募花子' }),
  cancelMove: () => ({}),
  answerMove: async ({ mover }) => ({ peerId: await mover(), allowed: true }),
  extend: ({ until }) => ({ minutes: 15, until }),
  ping: () => ({}),
  leave: () => ({}),
  sendChat: () => ({ clientId: randomUUID(), text: 'はい' }),
  setDevices: () => ({ microphone: true, camera: true }),
  readChat: () => ({ before: '2030-04-01T01:00:00.000Z' }),
  deleteMessage: () => ({ messageId: randomUUID() }),
  clearChat: () => ({}),
  setHand: () => ({ raised: true }),
  setSharing: () => ({ sharing: true }),
  setQuality: () => ({ quality: 'low' }),
  setHold: ({ inCall }) => ({ peerId: inCall, held: true }),
  capture: ({ inCall }) => ({ peerId: inCall }),
  turnOffAll: () => ({ device: 'microphone' }),
  setEntry: () => ({ microphone: true, camera: true, names: true }),
  setWaitingMessage: () => ({ text: 'please wait' }),
  setAtCheck: () => ({ atCheck: true }),
  reportCheck: () => ({ report }),
  openMedia: () => ({ rtpCapabilities: receivesAll }),
  closeMedia: () => ({}),
  createTransport: () => ({ direction: 'receive' }),
  connectTransport: async (cast) => ({ transportId: await transportOf(cast), dtlsParameters }),
  restartIce: async (cast) => ({ transportId: await transportOf(cast) }),
  transportStatus: async (cast) => ({ transportId: await transportOf(cast) }),
  produce: async (cast) => ({
    transportId: await transportOf(cast),
    source: 'microphone',
    kind: 'audio',
    rtpParameters: streamOf('microphone'),
  }),
  closeProducer: () => ({ producerId: 'one that is gone' }),
  resumeConsumer: () => ({ consumerId: 'one that is gone' }),
};

const outcomes = { browser: 'ok', camera: 'ok', microphone: 'ok', audio: 'ok', speed: 'ok', security: 'ok' };
const report = {
  at: '2030-04-01T01:00:00Z',
  browser: 'Chrome 140',
  outcomes,
  downMbps: 100,
  upMbps: null,
  route: 'udp',
  roundTripMs: 12,
};

/** Only who has joined can have one. */
async function transportOf({ client, resumeKey }: Cast): Promise<string> {
  if (resumeKey === '') return 'none';
  return (await client.request('createTransport', { direction: 'send' })).id;
}

type Sender = Pick<Cast, 'server' | 'token' | 'resumeKey'>;
const authorization = ({ token }: Sender) => ({ Authorization: `Bearer ${token}` });
const seatHeaders = (sender: Sender) => ({
  ...authorization(sender),
  'X-Resume-Key': sender.resumeKey || 'none',
});

function sendFile(sender: Sender): Promise<Response> {
  const headers = { ...seatHeaders(sender), 'X-Client-Id': randomUUID(), 'X-File-Name': 'a.txt' };
  return fetch(`${sender.server.url}/api/room/files`, { method: 'POST', headers, body: 'x' });
}

const overHttp: Record<HttpAction, (cast: Cast) => Promise<Response>> = {
  sendFile,
  readFile: (cast) =>
    fetch(`${cast.server.url}/api/room/files/${cast.fileId}`, { headers: seatHeaders(cast) }),
  'participants.csv': (cast) => get(cast, '/api/room/participants.csv'),
  'chat.csv': (cast) => get(cast, '/api/room/chat.csv'),
  'speed/down': (cast) => get(cast, '/api/speed/down'),
  'speed/up': (cast) =>
    fetch(`${cast.server.url}/api/speed/up`, { method: 'POST', headers: authorization(cast), body: 'x' }),
};

const get = (cast: Cast, path: string) => fetch(cast.server.url + path, { headers: authorization(cast) });

/** The letter that the table has for what really happened. */
async function answerTo(cast: Cast, action: string): Promise<string> {
  const error = Object.hasOwn(sockets, action)
    ? await socketError(cast, action as Method)
    : await httpError(cast, action as HttpAction);
  if (error === null) return 'y';
  if (/^not_allowed: (this place in the room is no longer kept|nobody is in this room now)/.test(error))
    return 'k';
  if (/^not_allowed: (\w+ may not|only the interviewer may)/.test(error)) return 'r';
  if (/^link_early: the room opens at /.test(error)) return 'e';
  if (/^wrong_state: (cannot \w+ while|join comes first|this connection has joined)/.test(error)) return 's';
  return ` ${error} `;
}

async function socketError(cast: Cast, method: Method): Promise<string | null> {
  const frame = await cast.client.ask(method, await parameters[method](cast));
  if ('event' in frame) throw new Error('a notification is no answer');
  return frame.ok ? null : `${frame.error.code}: ${frame.error.message}`;
}

async function httpError(cast: Cast, action: HttpAction): Promise<string | null> {
  const answer = await overHttp[action](cast);
  if (answer.ok) {
    await answer.body?.cancel();
    return null;
  }
  const { error } = await answer.json();
  return `${error.code}: ${error.message}`;
}
