/** A database server that is stopped, hangs, dies in a write, or is one of several, while people are in a call. */
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import type { ChatMessage } from '../../src/protocol/messages.ts';
import { auditEntry } from '../../src/server/room/audit.ts';
import { ANSWER_MS } from '../../src/server/store/DatabaseHosts.ts';
import { codeOf, connect, join } from '../helpers/client.ts';
import { isolate } from '../helpers/firewall.ts';
import { type Galera, startGalera } from '../helpers/galera.ts';
import { type Daemon, startMariadb, TRANSACTIONS_MS } from '../helpers/mariadb.ts';
import { type MortalServer, startMortal } from '../helpers/restart.ts';
import type { TestRoom } from '../helpers/server.ts';
import { aMessage, aRoom, collect, putRoom, testConfig, testStore } from '../helpers/store.ts';
import {
  type Answer,
  callGoesOn,
  keepsTalking,
  type Someone,
  says,
  talk,
  untilSaid,
} from '../helpers/talk.ts';
import { until } from '../helpers/until.ts';

/** Milliseconds after which the page gives up on an answer, and with it on the connection. */
const PAGE_GIVES_UP = 15_000;
const WRITES_AUDIT = fileURLToPath(import.meta.resolve('../helpers/writes-audit.ts'));

async function database(t: ExecutionContext, options?: string[]) {
  const mariadb = await startMariadb(options);
  t.teardown(() => mariadb.stop());
  const server = await startMortal(t, { databaseUrl: await mariadb.database(t) });
  const room = await server.room({ applicantSeats: 4 });
  return { mariadb, server, room, people: await talk(t, server, room) };
}

/** What was acknowledged is there, each once, in the order in which it was written. */
async function isAllThere(
  t: ExecutionContext,
  { store }: MortalServer,
  { record }: TestRoom,
  acknowledged: { id: string }[],
): Promise<void> {
  const kept = (await store.listMessages(record.id)).map(({ id }) => id);
  const ids = acknowledged.map(({ id }) => id);
  t.true(ids.length > 0);
  t.deepEqual(
    kept.filter((id) => ids.includes(id)),
    ids,
  );
  t.is(new Set(kept).size, kept.length);
}

function isRefused(t: ExecutionContext, answers: Answer[]): void {
  t.deepEqual([...new Set(answers.map(({ code }) => code))], ['store_unavailable']);
  const slowest = Math.max(...answers.map(({ ms }) => ms));
  t.true(slowest < PAGE_GIVES_UP);
  t.log(`refused after at most ${Math.round(slowest)} ms, at the median ${median(answers)} ms`);
}

function median(answers: Answer[]): number {
  const times = answers.map(({ ms }) => ms).sort((a, b) => a - b);
  return Math.round(times[Math.floor(times.length / 2)] as number);
}

async function comesBack(t: ExecutionContext, server: MortalServer, { token, resumeKey }: Someone) {
  const { client, joined } = await join(t, server, token, { resumeKey, keepMedia: true });
  t.is(joined.state, 'inCall');
  return client;
}

/** A file of the chat on its way to the server, or from it. */
function fileRequest(
  { url }: MortalServer,
  { token, resumeKey }: Someone,
  path = '',
  init: RequestInit = {},
) {
  const headers = { Authorization: `Bearer ${token}`, 'X-Resume-Key': resumeKey, ...init.headers };
  return fetch(`${url}/api/room/files${path}`, { ...init, headers });
}

function sendFile(server: MortalServer, someone: Someone, clientId: string): Promise<Response> {
  const headers = { 'X-Client-Id': clientId, 'X-File-Name': 'cv.txt', 'Content-Type': 'text/plain' };
  return fileRequest(server, someone, '', { method: 'POST', headers, body: '職務経歴' });
}

test.serial(
  'MariaDB stopped for 60 s: the call goes on, what is refused can be sent again, the rest catches up',
  async (t) => {
    const { mariadb, server, room, people } = await database(t);
    const { interviewer, applicant, asking } = people;
    const before = await says(applicant, 'before');
    const [sent, unsent] = [randomUUID(), randomUUID()];
    const { file } = (await (await sendFile(server, applicant, sent)).json()) as ChatMessage;
    await mariadb.halt('SIGTERM');
    const stoppedAt = performance.now();

    await callGoesOn(t, people);
    const refused = await says(applicant, 'written while it is away');
    t.is(await codeOf(interviewer.client.request('setEntry', room.record.entry)), 'store_unavailable');
    t.is(await codeOf(interviewer.client.request('clearChat', {})), 'store_unavailable');
    t.is((await fetch(`${server.url}/healthz`)).status, 200);
    t.like(await (await fetch(`${server.url}/readyz`)).json(), { status: 'the database does not answer' });
    for (const request of [
      sendFile(server, applicant, unsent),
      fileRequest(server, applicant, `/${file?.id}`),
    ]) {
      const response = await request;
      t.is(response.status, 503);
      t.like(await response.json(), { error: { code: 'store_unavailable' } });
    }
    // Whose line drops now comes back into the call; who is not in a room yet tries again.
    applicant.client.socket.terminate();
    await interviewer.client.next('peerUpdated');
    applicant.client = await comesBack(t, server, applicant);
    const newcomer = await connect(t, server, { token: room.tokens.applicant });
    void newcomer.ask('join', { keepMedia: false }).catch(() => undefined);
    t.is((await newcomer.closed).code, 1001);

    const talking = keepsTalking(asking);
    await delay(60_000 - (performance.now() - stoppedAt));
    isRefused(t, [refused, ...talking.answers.filter(({ stored, code }) => !stored && code !== 'too_fast')]);
    await mariadb.start();
    const startedAt = performance.now();
    const again = await untilSaid(applicant, refused.text);
    t.log(`stored again ${Math.round(performance.now() - startedAt)} ms after it was ready`);
    t.is((await interviewer.client.next('chatMessage')).message.text, 'before');
    t.is((await sendFile(server, applicant, unsent)).status, 200);
    t.is(await (await fileRequest(server, applicant, `/${file?.id}`)).text(), '職務経歴');
    const stored = await talking.stop();
    await isAllThere(
      t,
      server,
      room,
      [before.stored, again.stored].flatMap((each) => each ?? []),
    );
    await isAllThere(t, server, room, stored);

    await interviewer.client.request('leave', {});
    t.deepEqual(await asking.client.next('ended'), { reason: 'interviewer_left' });
    t.is((await server.stop('SIGTERM')).code, 0);
    const stays = await collect(server.store.stays(room.record.id));
    t.is(stays.length, 3);
    t.true(stays.every(({ leftAt, ending }) => leftAt !== null && ending !== 'server_lost'));
    const audit = await collect(server.store.audit.entries({ roomId: room.record.id }));
    const count = (action: string) => audit.filter((entry) => entry.action === action).length;
    t.deepEqual(['admission.granted', 'hold.started', 'call.entered', 'call.left'].map(count), [2, 1, 3, 3]);
    t.deepEqual((await server.store.audit.verify()).problems, []);
  },
);

test.serial(
  'MariaDB that hangs: what cannot be stored is refused in time, and the call goes on',
  async (t) => {
    const { mariadb, server, room, people } = await database(t);
    const { interviewer, applicant } = people;
    const before = await says(applicant, 'before');
    mariadb.signal('SIGSTOP');
    const [first] = await Promise.all([says(applicant, 'while it hangs'), callGoesOn(t, people)]);
    const answers = [first];
    for (let i = 0; i < 5; i++) answers.push(await says(applicant, `and again ${i}`));
    answers.push(...(await Promise.all(['a', 'b', 'c'].map((text) => says(interviewer, text)))));
    isRefused(t, answers);
    applicant.client.socket.terminate();
    applicant.client = await comesBack(t, server, applicant);
    mariadb.signal('SIGCONT');
    const again = await untilSaid(applicant, first.text);
    const acknowledged = [before.stored, again.stored].flatMap((each) => each ?? []);
    await isAllThere(t, server, room, acknowledged);
    t.is((await server.stop('SIGTERM')).code, 0);
    const stays = await collect(server.store.stays(room.record.id));
    t.deepEqual(
      stays.map(({ ending }) => ending),
      ['server_stopping', 'server_stopping', 'server_stopping'],
    );
  },
);

test.serial(
  'MariaDB that hangs: the server stops all the same, and its people come back to the next one',
  async (t) => {
    const { mariadb, server, room, people } = await database(t);
    await says(people.applicant, 'before');
    // Nobody waits for it, and what is not stored by then is lost with the server.
    const areStored = async () =>
      (await server.store.readSeats()).filter(({ state }) => state === 'inCall').length === 2;
    await until('both places in the call are stored', areStored);
    mariadb.signal('SIGSTOP');
    const from = performance.now();
    t.is((await server.stop('SIGTERM')).code, 0);
    t.log(`stopped after ${Math.round(performance.now() - from)} ms`);
    mariadb.signal('SIGCONT');
    await server.start();
    // Who was in the call is expected back, and the stays go on until nobody vouches for them.
    const back = await comesBack(t, server, people.applicant);
    await back.request('leave', {});
    const ended = async () =>
      (await collect(server.store.stays(room.record.id))).some(({ ending }) => ending === 'left');
    await until('the stay is ended', ended);
    t.deepEqual((await server.store.audit.verify()).problems, []);
  },
);

test.serial('MariaDB killed with -9 in a write: what was acknowledged is there, once', async (t) => {
  // As MariaDB is by default: a commit is on the disk when it is answered.
  const { mariadb, server, room, people } = await database(t, ['--innodb-flush-log-at-trx-commit=1']);
  const talkers = Object.values(people).slice(0, 2).map(keepsTalking);
  const untilStored = (count: number) =>
    until(
      `${count} messages of each are stored`,
      () => talkers.every(({ answers }) => answers.filter(({ stored }) => stored).length >= count),
      { withinMs: 60_000 },
    );
  await untilStored(3);
  await mariadb.halt('SIGKILL');
  await until('both are refused', () =>
    talkers.every(({ answers }) => answers.at(-1)?.code === 'store_unavailable'),
  );
  await callGoesOn(t, people);
  await mariadb.start();
  await untilStored(5);
  for (const stored of await Promise.all(talkers.map(({ stop }) => stop())))
    await isAllThere(t, server, room, stored);
});

test.serial(
  'MariaDB that is slow: what people wait for is refused in time, what takes long is waited for',
  async (t) => {
    const mariadb = await startMariadb();
    t.teardown(() => mariadb.stop());
    const url = await mariadb.database(t);
    const store = await testStore(t, await testConfig(t, url));
    const room = aRoom();
    await putRoom(store, room);
    const name = new URL(url).pathname.slice(1);
    // Somebody holds the room's row for longer than anybody waits for an answer.
    const holding = mariadb.query(
      `USE ${name}; BEGIN; SELECT id FROM rooms WHERE id = '${room.id}' FOR UPDATE; SELECT SLEEP(${ANSWER_MS / 1000 + 2}); COMMIT`,
    );
    const sleeping = "SELECT ID FROM information_schema.PROCESSLIST WHERE STATE = 'User sleep'";
    await until('the row is held', async () => ((await mariadb.query(sleeping)) as unknown[]).length > 0);
    const deleting = store.rooms.delete(room.id, []);
    await t.throwsAsync(store.addMessage(aMessage(room)), { message: /does not answer/ });
    t.true(await deleting);
    await holding;
    t.is(await store.rooms.find(room.id), null);
  },
);

/** What a sleeping process has begun to write and neither committed nor undone. */
const HELD_BACK = `SELECT trx_id FROM information_schema.INNODB_TRX JOIN information_schema.PROCESSLIST
  ON ID = trx_mysql_thread_id WHERE COMMAND = 'Sleep' AND trx_rows_modified > 0`;

test.serial('MariaDB: a server that is frozen in a write keeps no other from writing', async (t) => {
  const mariadb = await startMariadb();
  t.teardown(() => mariadb.stop());
  const config = await testConfig(t, await mariadb.database(t));
  const store = await testStore(t, config);
  const write = async () => {
    const entry = auditEntry('room.ended', { at: new Date(), roomId: null, actor: 'cli:other' });
    await store.audit.record([entry]);
    return entry.id;
  };
  const first = await write();
  const { url } = config.database;
  const frozen = spawn(process.execPath, [WRITES_AUDIT, config.dataDir, url as string], { stdio: 'pipe' });
  t.teardown(() => frozen.kill('SIGKILL'));
  const stored: string[] = [];
  const refused: string[] = [];
  createInterface(frozen.stdout).on('line', (id) => stored.push(id));
  createInterface(frozen.stderr).on('line', (message) => refused.push(message));
  await until('the other one has stored something', () => stored.length > 0);
  const isFrozenInAWrite = async () => {
    frozen.kill('SIGSTOP');
    if (((await mariadb.query(HELD_BACK)) as unknown[]).length > 0) return true;
    frozen.kill('SIGCONT');
    return false;
  };
  await until('it is frozen in a write', isFrozenInAWrite, { withinMs: 60_000, everyMs: TRANSACTIONS_MS });
  const second = await write();
  frozen.kill('SIGCONT');
  const soFar = stored.length;
  await until('it goes on to write', () => stored.length >= soFar + 3, { withinMs: 60_000 });
  t.is(refused.length, 1);
  frozen.kill('SIGKILL');
  const ids = (await collect(store.audit.entries())).map(({ id }) => id);
  t.deepEqual(
    [first, ...stored, second].filter((id) => !ids.includes(id)),
    [],
  );
  t.deepEqual((await store.audit.verify()).problems, []);
});

let galera: Galera;
test.before(async () => {
  galera = await startGalera();
});
test.after.always(() => galera?.stop());

const statusOf = async (node: Daemon, name: string) =>
  ((await node.query(`SHOW GLOBAL STATUS LIKE '${name}'`)) as { Value: string }[])[0]?.Value ?? '';

/** The number of the node that the server uses, while it writes: a node counts what others wrote elsewhere. */
async function nodeInUse(): Promise<number> {
  const inserts = () =>
    Promise.all(galera.nodes.map(async (node) => Number(await statusOf(node, 'Com_insert'))));
  const before = await inserts();
  const { used } = await until('a node is written to', async () => {
    const found = (await inserts()).findIndex((count, node) => count > (before[node] as number));
    return found < 0 ? null : { used: found };
  });
  return used;
}

test.serial(
  'a Galera cluster: a node loses the others, one hangs, one is killed with -9, and the call goes on with the next',
  async (t) => {
    const server = await startMortal(t, { databaseUrl: galera.url });
    const room = await server.room({ applicantSeats: 4 });
    const people = await talk(t, server, room);
    const stored: ChatMessage[] = [];
    const goesOn = async (what: string) => {
      const from = performance.now();
      const answer = await untilSaid(people.interviewer, what);
      stored.push(...(answer.stored ? [answer.stored] : []));
      t.log(`a node ${what}: stored on another after ${Math.round(performance.now() - from)} ms`);
    };

    // Nobody writes until it knows: what is asked of it then it refuses.
    const heal = isolate(t, ...galera.groupAddress(0));
    const knows = async () => (await statusOf(galera.nodes[0], 'wsrep_ready')) === 'OFF';
    await until('the node knows that it is alone', knows, { withinMs: 60_000 });
    await goesOn('has lost the others');
    heal();
    await galera.untilTogether();

    const talking = keepsTalking(people.applicant);
    const hanging = galera.nodes[await nodeInUse()] as Daemon;
    hanging.signal('SIGSTOP');
    await goesOn('does not answer');
    hanging.signal('SIGCONT');
    await galera.untilTogether();

    const killed = await nodeInUse();
    await galera.nodes[killed]?.halt('SIGKILL');
    await callGoesOn(t, people);
    await goesOn('was killed');
    await isAllThere(t, server, room, stored);
    await isAllThere(t, server, room, await talking.stop());
    const left = galera.nodes.filter((_, node) => node !== killed);
    for (const node of left) {
      const rows = (await node.query('SELECT COUNT(*) AS n FROM interviews.messages')) as { n: number }[];
      t.is(Number(rows[0]?.n), (await server.store.listMessages(room.record.id)).length);
    }
    t.deepEqual((await server.store.audit.verify()).problems, []);
  },
);
