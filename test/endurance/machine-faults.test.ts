/** What a machine runs out of, or does to its clock, while people are in a call. */
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { connect as connectSocket, type Socket } from 'node:net';
import { join as joinPath } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { cli } from '../helpers/cli.ts';
import { connect, join } from '../helpers/client.ts';
import { smallDisk } from '../helpers/disk.ts';
import { type MortalServer, startMortal } from '../helpers/restart.ts';
import { collect, temporaryFolder, testConfig } from '../helpers/store.ts';
import { type Answer, callGoesOn, type Someone, says, talk, untilSaid } from '../helpers/talk.ts';
import { until } from '../helpers/until.ts';

const logs = { WEBINTERVIEW_LOG_LEVEL: 'info' };

/** Opens sockets until the server takes no more of them; resolves with those that it has. */
async function takeAll(t: ExecutionContext, { port }: MortalServer, most: number): Promise<Socket[]> {
  const held: Socket[] = [];
  t.teardown(() => {
    for (const socket of held) socket.destroy();
  });
  for (let opened = 0; opened < most; opened++) {
    const socket = connectSocket(port, '127.0.0.1').on('error', () => undefined);
    await once(socket, 'connect').catch(() => undefined);
    held.push(socket);
  }
  return held;
}

/** Whether a new connection is closed, or left alone for a second, before it is answered. */
function isTurnedAway({ port }: MortalServer): Promise<boolean> {
  const socket = connectSocket(port, '127.0.0.1').setTimeout(1000);
  socket.end('GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
  return new Promise<boolean>((resolve) => {
    socket.once('data', () => resolve(false));
    for (const event of ['close', 'timeout', 'error']) socket.once(event, () => resolve(true));
  }).finally(() => socket.destroy());
}

async function descriptorsOf(server: MortalServer): Promise<number> {
  return (await readdir(`/proc/${server.pid()}/fd`)).length;
}

test('no file descriptors left: the call goes on, new connections are closed until there are some', async (t) => {
  const server = await startMortal(t, { settings: logs, through: ['prlimit', '--nofile=1000:1000'] });
  const room = await server.room({ applicantSeats: 4 });
  const people = await talk(t, server, room);
  const atRest = await descriptorsOf(server);
  const survives = async (held: Socket[], mend: () => void) => {
    t.true(await isTurnedAway(server));
    t.truthy((await says(people.applicant, 'there is still a place for this')).stored);
    t.is((await people.interviewer.client.request('setHand', { raised: true })) as unknown, null);
    for (const socket of held) socket.destroy();
    mend();
    const freedAt = performance.now();
    await until(
      'connections are taken again, and the held ones are gone',
      async () => !(await isTurnedAway(server)) && (await descriptorsOf(server)) <= atRest + 10,
      { withinMs: 60_000 },
    );
    t.log(`taken again after ${Math.round(performance.now() - freedAt)} ms`);
    const { client, joined } = await join(t, server, room.tokens.applicant);
    t.is(joined.state, 'waiting');
    client.socket.terminate();
  };
  // As many as the limit at the start allows for, of which some are kept for the database and files.
  await survives(await takeAll(t, server, 1000), () => undefined);
  // Taken away while it runs: not even those are there.
  execFileSync('prlimit', [`--pid=${server.pid()}`, `--nofile=${(await descriptorsOf(server)) + 8}:`]);
  await survives(await takeAll(t, server, 40), () => {
    execFileSync('prlimit', [`--pid=${server.pid()}`, '--nofile=1000:']);
  });
  await callGoesOn(t, people);
  const { code, stderr } = await server.stop('SIGTERM');
  t.is(code, 0);
  const told = stderr.split('\n').filter((line) => line.includes('out of file descriptors'));
  t.true(told.length >= 1 && told.length <= 2, stderr);
});

/** Some messages may still fit; resolves with how all were answered, the refusal last. */
async function untilRefused(someone: Someone): Promise<Answer[]> {
  const answers: Answer[] = [];
  const isRefused = async () => {
    answers.push(await says(someone, 'あ'.repeat(255)));
    if (answers.at(-1)?.code === 'too_fast') await delay(500);
    return answers.at(-1)?.code === 'store_unavailable';
  };
  await until('a message is refused as there is no space', isRefused, { withinMs: 90_000 });
  return answers;
}

test('a full disk: the call goes on, what cannot be stored is refused, and all is stored when there is space', async (t) => {
  const disk = await smallDisk(t);
  const log = joinPath(disk.folder, 'log');
  // The log is on the same disk, as /var is on many machines.
  const through = ['sh', '-c', `exec "$@" 2>>${log}`, 'sh'];
  const server = await startMortal(t, { dataDir: disk.folder, settings: logs, through });
  const room = await server.room({ applicantSeats: 4 });
  const people = await talk(t, server, room);
  const { applicant, interviewer } = people;
  const before = await says(applicant, 'before');
  await disk.fill();
  const said = await untilRefused(applicant);
  const refused = said.at(-1) as Answer;
  await callGoesOn(t, people);
  t.is((await fetch(`${server.url}/healthz`)).status, 200);
  t.is((await fetch(`${server.url}/room`)).status, 200);
  await disk.free();
  const again = await untilSaid(applicant, refused.text);
  const kept = (await server.store.listMessages(room.record.id)).map(({ id }) => id);
  const acknowledged = [before, ...said, again].flatMap(({ stored }) => stored?.id ?? []);
  t.deepEqual(kept, acknowledged);
  await interviewer.client.request('leave', {});
  t.is((await server.stop('SIGTERM')).code, 0);
  t.regex(await readFile(log, 'utf8'), /database or disk is full/);
  const audit = await collect(server.store.audit.entries({ roomId: room.record.id }));
  t.is(audit.filter(({ action }) => action === 'admission.granted').length, 2);
  t.deepEqual((await server.store.audit.verify()).problems, []);
});

test('a full disk at the start: one line says so', async (t) => {
  const disk = await smallDisk(t);
  await disk.fill();
  const config = await testConfig(t, undefined, disk.folder);
  const first = await cli(config, ['serve', '--port', '0']);
  t.is(first.code, 1);
  t.regex(first.stderr, /^[^\n]*the disk[^\n]*\n$/);
  await disk.free();
  const server = await startMortal(t, { dataDir: disk.folder });
  await server.stop('SIGTERM');
  await disk.fill();
  const next = await cli(config, ['serve', '--port', '0']);
  t.is(next.code, 1);
  t.regex(next.stderr, /^[^\n]*the disk[^\n]*\n$/);
});

/** What a server runs with whose clock the test sets: `step(3600)` puts it an hour forward. */
async function clockOf(t: ExecutionContext) {
  const folder = await temporaryFolder(t);
  const file = joinPath(folder, 'offset');
  const set = async (seconds: number) => {
    // At once, so that nobody reads half of it.
    await writeFile(`${file}.new`, `${seconds < 0 ? '' : '+'}${seconds}\n`);
    await rename(`${file}.new`, file);
  };
  await set(0);
  const [library] = (await readdir('/usr/lib'))
    .map((each) => `/usr/lib/${each}/faketime/libfaketimeMT.so.1`)
    .filter(existsSync);
  const settings = {
    LD_PRELOAD: library,
    FAKETIME_TIMESTAMP_FILE: file,
    FAKETIME_NO_CACHE: '1',
    // As with a real clock: what only grows is not set.
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
    DONT_FAKE_MONOTONIC: '1',
  };
  return {
    settings,
    async step({ url }: MortalServer, seconds: number): Promise<void> {
      await set(seconds);
      await until(`the server's clock is ${seconds} s from ours`, async () => {
        const date = (await fetch(`${url}/healthz`)).headers.get('date') ?? '';
        return Math.abs(Date.parse(date) - Date.now() - seconds * 1000) < 60_000;
      });
    },
  };
}

/** Why who has no place in the room yet is not let in; null: it is. */
async function refusal(t: ExecutionContext, server: MortalServer, token: string): Promise<string | null> {
  const client = await connect(t, server, { token });
  return client.ask('join', { keepMedia: false }).then(
    () => null,
    async () => (await client.next('refused')).code,
  );
}

test('the clock is put an hour forward and back: nobody is thrown out, what is written stays in order', async (t) => {
  const clock = await clockOf(t);
  const server = await startMortal(t, { settings: clock.settings });
  const minutes = (count: number) => new Date(Date.now() + count * 60_000);
  const room = await server.room({ applicantSeats: 4, from: minutes(-10), until: minutes(30) });
  const people = await talk(t, server, room);
  const { interviewer, applicant, asking } = people;
  const said = [await says(applicant, 'before')];
  // Within the time for which a place is kept, whatever the clock says.
  asking.client.socket.terminate();
  await interviewer.client.next('peerUpdated');

  await clock.step(server, 3600);
  said.push(await says(applicant, 'an hour later'));
  t.is(await refusal(t, server, room.tokens.applicant), 'link_expired');
  const { client, joined } = await join(t, server, asking.token, asking);
  t.is(joined.peerId, asking.peerId);
  t.is(joined.state, 'requesting');
  asking.client = client;
  await callGoesOn(t, people);

  await clock.step(server, -3600);
  said.push(await says(interviewer, 'an hour before'));
  t.is((await join(t, server, room.tokens.applicant)).joined.state, 'early');
  await interviewer.client.request('setHold', { peerId: applicant.peerId, held: true });
  await interviewer.client.request('setHold', { peerId: applicant.peerId, held: false });
  for (const { client } of [interviewer, applicant, asking]) {
    t.true(await client.hearsNothingOf('ended'));
    t.true(await client.hearsNothingOf('peerLeft'));
  }
  // Leaves before entering, by the clock.
  await interviewer.client.request('leave', {});
  await applicant.client.next('ended');

  await clock.step(server, 0);
  t.is(await refusal(t, server, room.tokens.applicant), null);
  t.is((await server.stop('SIGTERM')).code, 0);
  const kept = await server.store.listMessages(room.record.id);
  t.deepEqual(
    kept.map(({ id }) => id),
    said.map(({ stored }) => stored?.id),
  );
  t.deepEqual(
    kept.map(({ at }) => at.getTime()).toSorted(),
    kept.map(({ at }) => at.getTime()),
  );
  const stays = await collect(server.store.stays(room.record.id));
  t.is(stays.length, 3);
  for (const { enteredAt, leftAt, ending } of stays) {
    t.true(leftAt !== null && leftAt >= enteredAt);
    t.not(ending, 'server_lost');
  }
  t.deepEqual((await server.store.audit.verify()).problems, []);
});
