/** The lines of docs/operating.md by which a MySQL or MariaDB database is backed up and restored, run as they stand there. */
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { cli } from '../helpers/cli.ts';
import { startMariadb } from '../helpers/mariadb.ts';
import { administration } from '../helpers/server.ts';
import { runShell, shellHome } from '../helpers/shell.ts';
import { aMessage, collect, testConfig, testStore } from '../helpers/store.ts';

const guide = readFileSync(join(import.meta.dirname, '../../docs/operating.md'), 'utf8');
/** The command that begins so, without what is said beside it. */
const documented = (program: string) =>
  new RegExp(`^(${program} .*?)(?: {2,}#.*)?$`, 'm').exec(guide)?.[1] ?? 'exit 1';

test('a dump by mysqldump, read by mysql into an empty database, is the same to the last byte of a file', async (t) => {
  const mariadb = await startMariadb();
  t.teardown(() => mariadb.stop());
  const empty = () =>
    mariadb.query("CREATE DATABASE webinterview; GRANT ALL ON webinterview.* TO 'interview'@'%'");
  await empty();
  const url = `mysql://interview:${encodeURIComponent('p@ss/w:rd')}@127.0.0.1:${mariadb.port}/webinterview`;
  const config = await testConfig(t, url);
  const store = await testStore(t, config);
  const { room } = await administration(config, store);
  const { record, links } = await room({ name: '面接🎉' });
  // Every byte that there is, as a file has them.
  const content = Buffer.from(Array.from({ length: 256 }, (_, i) => i));
  const file = { id: 'f1', name: '履歴書.pdf', type: 'application/pdf', bytes: 256 };
  await store.addMessage(aMessage(record, { text: '', file }), content);
  await store.addMessage(aMessage(record, { text: '改行\nと\'引用\\符"𠮷' }));
  const said = await collect(store.messages(record.id));
  const shown = async () => JSON.parse((await cli(config, ['room', 'show', record.id, '--json'])).stdout);
  const before = await shown();

  const home = await shellHome(t);
  // Who it is, as an administrator has it in the home of the account that cron runs.
  const client = `[client]\nhost=127.0.0.1\nport=${mariadb.port}\nuser=interview\npassword="p@ss/w:rd"\n`;
  await writeFile(join(home.folder, '.my.cnf'), client, { mode: 0o600 });
  await runShell(t, home, ['bash', '--norc', '-c', documented('mysqldump')]);
  await mariadb.query('DROP DATABASE webinterview');
  await empty();
  t.is((await cli(config, ['room', 'list'])).code, 1);
  await runShell(t, home, ['bash', '--norc', '-c', documented('mysql')]);

  t.deepEqual(await shown(), before);
  t.is(before.links.length, Object.keys(links).length);
  t.deepEqual(await collect(store.messages(record.id)), said);
  t.deepEqual(await store.readFile(record.id, 'f1'), content);
  t.is((await cli(config, ['audit', 'verify'])).code, 0);
});
