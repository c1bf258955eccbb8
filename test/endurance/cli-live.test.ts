/** `webinterview status` and `top` of several servers, and of a database server that goes away. */
import test from 'ava';
import type { ServerStatus } from '../../src/protocol/status.ts';
import type { Config } from '../../src/server/config.ts';
import { cli, cliServe } from '../helpers/cli.ts';
import { join } from '../helpers/client.ts';
import { hang } from '../helpers/hang.ts';
import { type OwnMariadb, startMariadb } from '../helpers/mariadb.ts';
import { administration, startServer, type TestServer } from '../helpers/server.ts';
import { testConfig, testStore } from '../helpers/store.ts';
import { named, openTop } from '../helpers/top.ts';

let mariadb: OwnMariadb;
test.before(async () => {
  mariadb = await startMariadb();
});
test.after.always(() => mariadb?.stop());

const statusOf = async (config: Config): Promise<ServerStatus[]> =>
  JSON.parse((await cli(config, ['status', '--json'])).stdout).servers;

test('top tells of a database server that has gone, until it is back', async (t) => {
  const own = await startMariadb();
  t.teardown(() => own.stop());
  const config = await testConfig(t, await own.database(t));
  await testStore(t, config);
  const { shows, leaves } = await openTop(t, { config });
  await shows(/No server runs on this database/);
  await own.halt('SIGKILL');
  await shows(new RegExp(`\nCannot reach the database server 127\\.0\\.0\\.1:${own.port} \\(`));
  await own.start();
  await shows(/^(?![\s\S]*Cannot reach)No server runs on this database/);
  await leaves();
});

/** The address at which a server has said that it is. */
async function urlOf({ store }: TestServer, pid: number | undefined): Promise<string> {
  const server = (await store.servers.list(new Date())).find((each) => each.pid === pid);
  if (!server) throw new Error(`no server has the pid ${pid}`);
  return server.url;
}

test('status and top of several servers on MariaDB, one with 16 workers, one that stops answering', async (t) => {
  const url = await mariadb.database(t);
  const first = await startServer(t, { 'database.url': url, 'media.workers': 16 });
  const room = await first.room({ name: 'here' });
  const second = await cliServe(t, await testConfig(t, url), [], {
    WEBINTERVIEW_SECRET_FILE: first.config.secretFile,
  });
  const there = await (await administration(first.config, first.store)).room({ name: 'there' });
  const secondUrl = await urlOf(first, second.process.pid);
  await join(t, first, room.tokens.applicant);
  await join(t, { url: secondUrl }, there.tokens.applicant);

  const both = await cli(first.config, ['status']);
  t.is(both.code, 0);
  t.is(named(both.stdout, /^.+ \(pid \d+, version .*\), up /), 2);
  t.is(named(both.stdout, /^ {2}worker \d+: /), 17);
  t.regex(both.stdout, /\nhere +0 +1 /);
  t.regex(both.stdout, /\nthere +0 +1 /);
  t.deepEqual(
    (await statusOf(first.config)).map(({ pid }) => pid),
    [process.pid, second.process.pid],
  );

  const { shows, leaves } = await openTop(t, first);
  const screen = await shows(/> here +0 +1 [\s\S]* there +0 +1 /);
  t.is(named(screen, /^.+ \(pid \d+, version .*\), up /), 2, screen);
  t.regex(screen, /\n {2}16 workers: 1 room, CPU \d+ % \(the busiest [\d.]+ %\), \d+ MB\n/);
  t.regex(screen, /\n {2}1 worker: 1 room, CPU /);
  // It takes connections, and says nothing: as a process that hangs does.
  await hang(second.process, first.config, mariadb);
  const without = await shows(/The server at http\S+ does not answer; rooms as last seen\./);
  t.true(without.includes(`The server at ${secondUrl} does not answer`), without);
  t.regex(without, /> here +0 +1 [\s\S]* there +0 +1 /);
  // Of the process itself and its worker nothing is known.
  t.is(named(without, /^.+ \(pid \d+, version .*\), up /), 1, without);
  t.is(without.split('\n').at(-1)?.startsWith('up/down room'), true);
  const hanging = await cli(first.config, ['status']);
  t.is(hanging.code, 0);
  t.regex(hanging.stdout, /\nhere +0 +1 /);
  t.true(
    hanging.stderr.startsWith(`webinterview: note: the server at ${secondUrl} does not answer`),
    hanging.stderr,
  );
  second.process.kill('SIGCONT');
  await shows(/> here +0 +1 [\s\S]* there +0 +1 /);
  await leaves();
});
