/** A data directory is one server's alone. */
import { readdir } from 'node:fs/promises';
import { setImmediate as turn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import test from 'ava';
import { lockDataDir } from '../../src/server/dataDirLock.ts';
import { createServer } from '../../src/server/server.ts';
import { cli, cliServe } from '../helpers/cli.ts';
import { hang } from '../helpers/hang.ts';
import { serverConfig } from '../helpers/server.ts';
import { testConfig } from '../helpers/store.ts';

test('of two servers that start at the same moment on one data directory, one is refused', async (t) => {
  const config = await serverConfig(t);
  const started = await Promise.allSettled([createServer(config), createServer(config)]);
  t.deepEqual(started.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
  for (const each of started) {
    if (each.status === 'rejected')
      t.regex(each.reason.message, / at work on the data directory .*--data-dir/);
    else await each.value.close();
  }
  // Given back with the end of the one that ran.
  await (await createServer(config)).close();
});

test('beside a server that hangs no other starts, and after it was killed one does', async (t) => {
  const config = await testConfig(t);
  const first = await cliServe(t, config);
  await hang(first.process, config);
  const { code, stderr } = await cli(config, ['serve', '--port', '0']);
  t.is(code, 1);
  t.regex(stderr, /^webinterview: Another server, or a restore, is at work on the data directory [^\n]*\n$/);
  first.process.kill('SIGKILL');
  await first.exited();
  const next = await cliServe(t, config);
  t.is((await next.stop()).code, 0);
  t.true((await readdir(config.dataDir)).includes('server.lock'));
});

test('the lock is held though nobody remembers it, as by a restore', async (t) => {
  const config = await testConfig(t);
  await lockDataDir(config.dataDir);
  setFlagsFromString('--expose-gc');
  for (let i = 0; i < 5; i++) {
    runInNewContext('gc')();
    await turn();
  }
  const { code, stderr } = await cli(config, ['serve', '--port', '0']);
  t.is(code, 1);
  t.regex(stderr, /a restore, is at work on the data directory/);
});
