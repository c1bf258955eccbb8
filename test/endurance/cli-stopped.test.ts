/** Commands that are stopped while they write: nothing is left of what they had begun. */
import { mkdir, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { cli, cliStopped } from '../helpers/cli.ts';
import { bigRoom } from '../helpers/many-messages.ts';
import { testConfig } from '../helpers/store.ts';

/** So many that they are not written before anybody has looked at the draft. */
const ROWS = 300_000;

const stops = [
  ['SIGINT', 130, ['export', 'chat', 'big', '--output']],
  ['SIGTERM', 143, ['export', 'chat', 'big', '--format', 'xlsx', '--output']],
  ['SIGHUP', 129, ['export', 'room', 'big', '--output']],
  ['SIGINT', 130, ['backup']],
] as const;

test('a command that is stopped leaves no draft, and what was there before', async (t) => {
  const config = await bigRoom(t, ROWS);
  const folder = join(config.dataDir, 'out');
  await mkdir(folder);
  const file = join(folder, 'out');
  // A backup takes the place of nothing else.
  const small = await testConfig(t);
  t.is((await cli(small, ['room', 'create', '--name', 'a'])).code, 0);
  t.is((await cli(small, ['backup', file])).code, 0);
  const earlier = await readFile(file, 'base64');
  for (const [signal, code, args] of stops) {
    let seen: string | undefined;
    const isWriting = async () => {
      seen = (await readdir(folder)).find((name) => name !== 'out');
      return seen !== undefined && (await stat(join(folder, seen))).size > 0;
    };
    const result = await cliStopped(config, [...args, file], { signal, when: isWriting });
    t.deepEqual(result, { code, stdout: '', stderr: '' }, args.join(' '));
    t.regex(seen ?? '', /^out\.[0-9a-f]{12}$/);
    t.deepEqual(await readdir(folder), ['out']);
    t.is(await readFile(file, 'base64'), earlier);
  }
  // Nothing is broken by it.
  t.is((await cli(config, ['audit', 'verify'])).code, 0);
});
