/** A MariaDB server that asks for TLS, one that has none, and one that hangs behind it. */
import test, { type ExecutionContext } from 'ava';
import { createConnection } from 'mysql2/promise';
import type { Config } from '../../src/server/config.ts';
import { openStore } from '../../src/server/store/index.ts';
import { type Authority, makeAuthority } from '../helpers/certificate.ts';
import { mariadbDatabase } from '../helpers/databases.ts';
import { startMariadb } from '../helpers/mariadb.ts';
import { aRoom, putRoom, testConfig, testStore } from '../helpers/store.ts';
import { until } from '../helpers/until.ts';

type Tls = Pick<Config['database'], 'tls'> & Partial<Pick<Config['database'], 'caFile'>>;

/** As `config`, with TLS. */
const over = (config: Config, tls: Tls, hostname?: string): Config => {
  const url = new URL(config.database.url ?? '');
  if (hostname) url.hostname = hostname;
  return { ...config, database: { caFile: null, ...tls, url: url.href } };
};

const problem = async (t: ExecutionContext, config: Config) =>
  (await t.throwsAsync(async () => (await openStore(config, { create: true })).close()))?.message ?? '';

/** A server of its own with a certificate for localhost, which takes no connection without TLS. */
async function demanding(t: ExecutionContext, authority: Authority) {
  const { certFile, keyFile } = await authority.issue(30, 'DNS:localhost');
  const mariadb = await startMariadb([`--ssl-cert=${certFile}`, `--ssl-key=${keyFile}`]);
  t.teardown(mariadb.stop);
  const config = await testConfig(t, await mariadb.database(t));
  const { port } = mariadb;
  const admin = await createConnection({
    host: '127.0.0.1',
    port,
    user: 'root',
    ssl: { rejectUnauthorized: false },
  });
  const demand = (value: string) => admin.query(`SET GLOBAL require_secure_transport = ${value}`);
  await demand('ON');
  t.teardown(async () => {
    mariadb.signal('SIGCONT');
    await demand('OFF');
    await admin.end();
  });
  return { mariadb, config };
}

test('a server that demands TLS has it; without, with another authority or by another name it is told', async (t) => {
  const authority = await makeAuthority(t);
  const { config } = await demanding(t, authority);
  t.regex(await problem(t, config), /if the server requires TLS, set database\.tls\.$/);
  await testStore(t, over(config, { tls: 'required' }));
  const caFile = authority.file;
  const store = await testStore(t, over(config, { tls: 'verified', caFile }, 'localhost'));
  await putRoom(store, aRoom({ name: 'over TLS' }));
  t.truthy(await store.rooms.find('over TLS'));
  const other = (await makeAuthority(t)).file;
  const refused = /^The certificate of the database server localhost:\d+ is not accepted: name its authority/;
  t.regex(await problem(t, over(config, { tls: 'verified', caFile: other }, 'localhost')), refused);
  t.regex(await problem(t, over(config, { tls: 'verified' }, 'localhost')), refused);
  t.regex(await problem(t, over(config, { tls: 'verified' })), /has an IP address or several hosts: name/);
  const nowhere = '/nowhere/ca.pem';
  t.regex(
    await problem(t, over(config, { tls: 'verified', caFile: nowhere })),
    /^Cannot read database\.caFile \/nowhere\/ca\.pem \(ENOENT\)/,
  );
});

test('a server that hangs behind TLS is given up in time, and used again when it goes on', async (t) => {
  const { mariadb, config } = await demanding(t, await makeAuthority(t));
  const store = await testStore(t, over(config, { tls: 'required' }));
  const room = aRoom();
  await putRoom(store, room);
  mariadb.signal('SIGSTOP');
  // What is under way as the signal comes may be answered yet.
  const failed = () =>
    store.rooms.find(room.name).then(
      () => null,
      (error: Error) => error.message,
    );
  t.regex(await until('the database server is given up', failed), /does not answer|has not answered|closed/);
  mariadb.signal('SIGCONT');
  await until('the room is read again', () => store.rooms.find(room.name).catch(() => null));
  t.pass();
});

test('a server without TLS is told where TLS is wanted', async (t) => {
  const config = await testConfig(t, await mariadbDatabase(t));
  t.regex(
    await problem(t, over(config, { tls: 'required' })),
    /^The database server 127\.0\.0\.1:\d+ offers no TLS: set it up there/,
  );
});
