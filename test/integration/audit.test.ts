/** The append-only audit on both databases: what it holds, and that nobody changes it unnoticed. */
import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import test, { type ExecutionContext } from 'ava';
import { DataSource } from 'typeorm';
import type { Config } from '../../src/server/config.ts';
import { auditEntry } from '../../src/server/room/audit.ts';
import { dataSourceOptions } from '../../src/server/store/connection.ts';
import { openStore } from '../../src/server/store/index.ts';
import { cli } from '../helpers/cli.ts';
import { enterCall, join } from '../helpers/client.ts';
import { onBothDatabases } from '../helpers/databases.ts';
import { startServer } from '../helpers/server.ts';
import { collect, testConfig, testStore } from '../helpers/store.ts';

const anEntry = (details = {}) =>
  auditEntry('room.updated', { at: new Date(), roomId: null, actor: 'cli:test' }, { details });

/** Somebody with the database's password and no secret. */
async function tamper(t: ExecutionContext, config: Config, ...statements: string[]): Promise<void> {
  const source = await new DataSource(await dataSourceOptions(config, { create: false })).initialize();
  t.teardown(() => source.isInitialized && source.destroy());
  for (const statement of statements) await source.query(statement);
  await source.destroy();
}

const on = (title: string, run: (t: ExecutionContext, config: Config) => Promise<void>) =>
  onBothDatabases(title, async (t, url) => run(t, await testConfig(t, url)));

on('entries are numbered without a gap, also when several processes write at once', async (t, config) => {
  const [one, two] = [await testStore(t, config), await testStore(t, config)];
  const writes = Array.from({ length: 20 }, (_, i) =>
    (i % 2 ? one : two).audit.record([anEntry({ i }), anEntry()]),
  );
  await Promise.all(writes);
  const entries = await collect(one.audit.entries());
  t.deepEqual(
    entries.map(({ seq }) => seq),
    Array.from({ length: 40 }, (_, i) => i + 1),
  );
  t.deepEqual((await two.audit.verify()).problems, []);
});

on('an entry that is added again after a lost answer is there once', async (t, config) => {
  const store = await testStore(t, config);
  const [first, second] = [anEntry(), anEntry()];
  await store.audit.record([first]);
  await store.audit.record([first, second]);
  t.deepEqual(
    (await collect(store.audit.entries())).map(({ id }) => id),
    [first.id, second.id],
  );
  t.deepEqual((await store.audit.verify()).problems, []);
});

/** What makes a command take this for the name of its account, as one of a directory may be. */
function asAccount(username: string): NodeJS.ProcessEnv {
  const program = `import os from 'node:os'; import { syncBuiltinESMExports } from 'node:module';
    os.userInfo = () => ({ username: ${JSON.stringify(username)} }); syncBuiltinESMExports();`;
  return { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(program)}` };
}

on('an account whose name is longer than the audit’s column does what it may', async (t, config) => {
  const names = ['a'.repeat(300), `a${'𠮷'.repeat(300)}`];
  for (const [i, name] of names.entries())
    t.like(await cli(config, ['room', 'create', '--name', `room ${i}`], asAccount(name)), { code: 0 });
  const store = await testStore(t, config);
  const actors = (await collect(store.audit.entries())).map(({ actor }) => actor);
  t.deepEqual([...new Set(actors)], [`cli:${'a'.repeat(124)}`, `cli:a${'𠮷'.repeat(123)}`]);
  t.deepEqual((await store.audit.verify()).problems, []);
  t.is((await cli(config, ['audit', 'verify'])).code, 0);
});

const crimes: [string, string[], object[]][] = [
  ['changed', ["UPDATE audit SET actor = 'cli:nobody' WHERE seq = 3"], [{ seq: 3, problem: 'changed' }]],
  ['taken out', ['DELETE FROM audit WHERE seq = 3'], [{ seq: 3, problem: 'missing' }]],
  ['cut off at the end', ['DELETE FROM audit WHERE seq > 4'], [{ seq: 4, problem: 'end' }]],
  [
    'cut off, and the end set back',
    [
      'DELETE FROM audit WHERE seq > 4',
      'UPDATE audit_head SET entries = 4, hash = (SELECT hash FROM audit WHERE seq = 4)',
    ],
    [{ seq: 4, problem: 'end' }],
  ],
  [
    'lengthened',
    [
      "INSERT INTO audit (seq, id, at, room_id, actor, action, subject, details, hash) SELECT 6, 'forged', at, room_id, actor, action, subject, details, hash FROM audit WHERE seq = 5",
    ],
    [{ seq: 6, problem: 'beyond' }],
  ],
  [
    'wiped',
    ['DELETE FROM audit', "UPDATE audit_head SET entries = 0, hash = ''"],
    [{ seq: 0, problem: 'end' }],
  ],
];
for (const [what, statements, problems] of crimes) {
  on(`an audit that was ${what} is found out`, async (t, config) => {
    const store = await openStore(config, { create: true });
    for (let i = 0; i < 5; i++) await store.audit.record([anEntry({ i })]);
    await store.close();
    const whole = await cli(config, ['audit', 'verify', '--json']);
    t.is(whole.code, 0);
    t.like(JSON.parse(whole.stdout), { entries: 5, problems: [] });
    await tamper(t, config, ...statements);
    const broken = await cli(config, ['audit', 'verify', '--json']);
    t.is(broken.code, 1);
    t.deepEqual(JSON.parse(broken.stdout).problems, problems);
    const told = await cli(config, ['audit', 'verify']);
    t.is(told.code, 1);
    t.regex(told.stdout, /entry \d+|end of the audit/);
  });
}

on('an interview leaves its admissions, holds, captures and stays, with nobody’s name', async (t, config) => {
  const server = await startServer(t, { dataDir: config.dataDir, 'database.url': config.database.url });
  const { record, tokens } = await server.room();
  const { client: host, joined: hosting } = await enterCall(t, server, tokens.interviewer);
  const { client: guest, joined } = await join(t, server, tokens.applicant);
  const { peerId } = joined;
  await guest.request('requestAdmission', { name: '佐藤花子' });
  await host.request('deny', { peerId });
  await guest.request('requestAdmission', { name: '佐藤花子' });
  await host.request('admit', { peerId });
  await host.request('capture', { peerId });
  await host.request('setHold', { peerId, held: true });
  await t.throwsAsync(host.request('capture', { peerId }), { message: /on hold/ });
  await host.request('setHold', { peerId, held: false });
  const message = await guest.request('sendChat', { clientId: randomUUID(), text: '秘密' });
  await guest.request('deleteMessage', { messageId: message.id });
  await host.request('clearChat', {});
  await host.request('leave', {});
  await guest.closed;
  await server.close();
  const store = await testStore(t, server.config);
  const entries = await collect(store.audit.entries({ roomId: record.id }));
  const [me, them] = [`peer:${hosting.peerId}`, `peer:${peerId}`];
  t.deepEqual(
    entries.map(({ actor, action }) => [actor, action]),
    [
      ['server', 'room.opened'],
      [me, 'call.entered'],
      [them, 'admission.requested'],
      [me, 'admission.refused'],
      [them, 'admission.requested'],
      [me, 'admission.granted'],
      [them, 'call.entered'],
      [me, 'picture.captured'],
      [me, 'hold.started'],
      [me, 'hold.ended'],
      [them, 'message.sent'],
      [them, 'message.deleted'],
      [me, 'chat.cleared'],
      [them, 'call.left'],
      [me, 'call.left'],
      ['server', 'call.ended'],
    ],
  );
  t.false(JSON.stringify(entries).includes('佐藤'));
  t.deepEqual((await store.audit.verify()).problems, []);
  const stays = await collect(store.stays(record.id));
  t.deepEqual(
    stays.map(({ ending }) => ending),
    ['left', 'interviewer_left'],
  );
});

test('without the secret that sealed it the audit is neither written nor verified', async (t) => {
  const config = await testConfig(t);
  const store = await openStore(config, { create: true });
  await store.audit.record([anEntry()]);
  await store.close();
  await writeFile(config.secretFile, 'ab'.repeat(32));
  const { code, stderr } = await cli(config, ['audit', 'verify']);
  t.is(code, 1);
  t.regex(stderr, /is not the one that the links of this database were made with/);
});
