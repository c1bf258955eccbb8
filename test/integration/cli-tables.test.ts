/** Lists on a terminal of 80 columns: what they must not cut, and how they are headed. */
import test from 'ava';
import { cli } from '../helpers/cli.ts';
import { openTerminal, shellHome } from '../helpers/shell.ts';
import { testConfig } from '../helpers/store.ts';

test('key list shows all scopes, times and the name of a key in a terminal', async (t) => {
  const config = await testConfig(t);
  const scopes = ['rooms:read', 'rooms:write', 'links:read', 'records:read'];
  const made = await cli(config, [
    'key',
    'create',
    '--name',
    '採用管理システム',
    '--expires',
    '90d',
    '--scope',
    ...scopes,
  ]);
  t.is(made.code, 0, made.stderr);
  const { shows } = openTerminal(t, await shellHome(t), [
    ...(['webinterview', 'key', 'list', '--data-dir', config.dataDir] as const),
  ]);
  const time = '\\d{4}/\\d+/\\d+ \\d+:\\d\\d';
  const screen = await shows(/last used never/);
  t.regex(
    screen,
    new RegExp(`^Key +State +Expires +Name\\n[0-9a-f]{16} +valid +${time} +採用管理システム\\n`),
  );
  t.true(screen.includes(`\n  may ${scopes.join(', ')}\n`), screen);
  t.regex(screen, new RegExp(`\\n {2}made ${time}, last used never\\n`));
});

test('all lists are headed alike', async (t) => {
  const config = await testConfig(t);
  await cli(config, ['room', 'create', '--name', 'a']);
  await cli(config, ['key', 'create', '--name', 'a', '--scope', 'rooms:read']);
  await cli(config, ['webhook', 'create', '--url', 'https://example.com/']);
  for (const [command, heading] of [
    ['room', /^Room +State +/],
    ['key', /^Key +State +Expires +Name\n/],
    ['webhook', /^Webhook +Address +State +Waiting +Delivered +Failed\n/],
  ] as const) {
    const { stdout } = await cli(config, [command, 'list']);
    t.regex(stdout, heading);
    const [head = ''] = stdout.split('\n');
    for (const word of head.split(/ {2,}/)) t.regex(word, /^\p{Lu}[^\p{Lu}]*$/u);
  }
});
