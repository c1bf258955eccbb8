/** The server as machines run it: as a unit of systemd, and as what a container runs. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { dirname, join as joinPath } from 'node:path';
import { promisify } from 'node:util';
import test, { type ExecutionContext } from 'ava';
import { loadConfig } from '../../src/server/config.ts';
import { packageRoot } from '../../src/server/packageRoot.ts';
import { openStore } from '../../src/server/store/index.ts';
import { join } from '../helpers/client.ts';
import { startMariadb } from '../helpers/mariadb.ts';
import { takePort, takePorts } from '../helpers/ports.ts';
import { startMortal } from '../helpers/restart.ts';
import { administration } from '../helpers/server.ts';
import { childOf, type Process, processesOf, type Systemd, startSystemd } from '../helpers/systemd.ts';
import { callGoesOn, says, talk } from '../helpers/talk.ts';
import { becomes, until } from '../helpers/until.ts';

const run = promisify(execFile);
const UNIT = 'webinterview.service';

/** What is of this test alone: where things are, and which user there is. */
function dropIn(settings: Record<string, unknown>): string {
  return `[Service]
ExecStart=
ExecStart=/usr/bin/env webinterview serve --config /run/units/config.json
Environment=PATH=/run/units/bin:/run/node:/usr/bin:/bin
Environment=MEDIASOUP_WORKER_BIN=/run/worker/${settings.worker}
User=nobody
TimeoutStopSec=700
`;
}

async function underSystemd(
  t: ExecutionContext,
  databaseUrl: string,
): Promise<{ systemd: Systemd; url: string }> {
  const port = takePort();
  const worker = process.env.MEDIASOUP_WORKER_BIN as string;
  const config = {
    dataDir: '/var/lib/webinterview',
    http: { port },
    database: { url: databaseUrl },
    call: { drainSeconds: 600 },
    media: { workers: 1, ...takePorts(60), listenIps: ['127.0.0.1'] },
  };
  const systemd = await startSystemd(t, {
    units: {
      [UNIT]: await readFile(joinPath(packageRoot(), 'deploy', UNIT), 'utf8'),
      [`${UNIT}.d/test.conf`]: dropIn({ worker: worker.slice(dirname(worker).length + 1) }),
      'config.json': JSON.stringify(config),
      'bin/webinterview': '#!/bin/sh\nexec /run/node/node /run/tree/bin/webinterview.js "$@"\n',
    },
    tree: packageRoot(),
    node: dirname(process.execPath),
    worker: dirname(worker),
  });
  await run('chmod', ['755', `${systemd.root}/run/units/bin/webinterview`]);
  await systemd.systemctl('start', UNIT);
  return { systemd, url: `http://127.0.0.1:${port}` };
}

async function ready(url: string): Promise<void> {
  const answers = () =>
    fetch(`${url}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    );
  await until('the server is ready', answers, { withinMs: 60_000 });
}

test('under systemd: killed with -9 it is started again, and at a stop it waits for the call and ends well', async (t) => {
  const mariadb = await startMariadb();
  t.teardown(() => mariadb.stop());
  const databaseUrl = await mariadb.database(t);
  const { systemd, url } = await underSystemd(t, databaseUrl);
  await ready(url);
  const secretFile = joinPath(systemd.root, 'var/lib/webinterview/secret');
  const flags = { 'database.url': databaseUrl, secretFile };
  const config = loadConfig({ flags, env: {}, nodeEnv: 'test' });
  const store = await openStore(config, { create: false });
  t.teardown(() => store.close());
  const { room } = await administration(config, store);
  const people = await talk(t, { url }, await room({ applicantSeats: 4 }));
  t.is(await systemd.show(UNIT, 'LimitNOFILE'), '65536');
  const areStored = async () =>
    (await store.readSeats()).filter(({ state }) => state === 'inCall').length >= 2;
  await until('both places in the call are stored', areStored);

  const pid = await systemd.show(UNIT, 'MainPID');
  await systemd.kill(pid, 'KILL');
  const killedAt = performance.now();
  await people.interviewer.client.closed;
  await ready(url);
  t.log(`ready again ${Math.round(performance.now() - killedAt)} ms after kill -9`);
  t.not(await systemd.show(UNIT, 'MainPID'), pid);
  for (const someone of Object.values(people)) {
    const { client, joined } = await join(t, { url }, someone.token, { ...someone, keepMedia: true });
    t.is(joined.peerId, someone.peerId);
    t.is(joined.state, someone === people.asking ? 'requesting' : 'inCall');
    await client.next('mediaLost');
    someone.client = client;
  }

  await systemd.systemctl('stop', '--no-block', UNIT);
  await people.applicant.client.next('stopping');
  await callGoesOn(t, people);
  // SIGTERM was the server's alone: its media workers still run.
  t.true(await people.applicant.client.hearsNothingOf('mediaLost'));
  t.is(await systemd.show(UNIT, 'ActiveState'), 'deactivating');
  await people.interviewer.client.request('leave', {});
  const isOver = async () => (await systemd.show(UNIT, 'ActiveState')) !== 'deactivating';
  await until('the unit has stopped', isOver, { withinMs: 60_000 });
  t.is(await systemd.show(UNIT, 'ActiveState'), 'inactive');
  t.is(await systemd.show(UNIT, 'Result'), 'success');
  t.is(await systemd.show(UNIT, 'ExecMainStatus'), '0');
});

test('as in a container: nothing dead is left behind, and SIGTERM ends it well when the call is over', async (t) => {
  const container = ['unshare', '--pid', '--fork', '--kill-child', '--mount-proc', 'tini', '--'];
  const server = await startMortal(t, {
    settings: { WEBINTERVIEW_CALL_DRAIN_SECONDS: '600' },
    through: container,
  });
  const first = await childOf(server.pid());
  const inside = (script: string) => run('nsenter', ['-t', first, '-m', '-p', 'sh', '-c', script]);
  const workers = async () => (await processesOf(first)).filter(({ name }) => name.startsWith('mediasoup'));
  const people = await talk(t, server, await server.room({ applicantSeats: 4 }));
  // What somebody left behind, as docker exec does, and a worker that was killed.
  await inside('sleep 0.1 & exit 0');
  const [worker] = await workers();
  await inside(`kill -9 ${worker?.pid}`);
  await people.applicant.client.next('mediaLost');
  const isDead = ({ name, state }: Process) => state === 'Z' || name === 'sleep';
  await until('nothing dead is left', async () => !(await processesOf(first)).some(isDead));
  await becomes(t, async () => (await workers()).length, 1);
  t.truthy((await says(people.applicant, 'still here')).stored);

  process.kill(Number(first), 'SIGTERM');
  await people.applicant.client.next('stopping');
  await callGoesOn(t, people);
  await people.interviewer.client.request('leave', {});
  t.is((await server.exited()).code, 0);
});
