/** What `backup --secret` and `restore --secret` would replace is kept, or asked about. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { cli } from '../helpers/cli.ts';
import { temporaryFolder, testConfig } from '../helpers/store.ts';

test('a restore with another secret keeps the one that was there, and says where', async (t) => {
  const [first, second] = [await testConfig(t), await testConfig(t)];
  const folder = await temporaryFolder(t);
  const [file, copy] = [join(folder, 'a.sqlite'), join(folder, 'a.secret')];
  for (const config of [first, second]) await cli(config, ['room', 'create', '--name', 'a']);
  t.is((await cli(first, ['backup', file, '--secret', copy])).code, 0);
  const before = await readFile(second.secretFile, 'utf8');

  const { code, stdout } = await cli(second, ['restore', file, '--secret', copy]);
  t.is(code, 0);
  const [, kept = ''] = /^The previous secret is kept as (.*)$/m.exec(stdout) ?? [];
  t.is(await readFile(kept, 'utf8'), before);
  t.is(await readFile(second.secretFile, 'utf8'), await readFile(copy, 'utf8'));

  const again = await cli(second, ['restore', file, '--secret', copy, '--json']);
  t.like(JSON.parse(again.stdout), { secretBefore: null, secretFits: true });
});

test('a backup replaces no file that is not this secret', async (t) => {
  const config = await testConfig(t);
  const folder = await temporaryFolder(t);
  await cli(config, ['room', 'create', '--name', 'a']);
  const other = join(folder, 'other');
  for (const content of ['a letter\n', `${'0'.repeat(64)}\n`]) {
    await writeFile(other, content);
    const { code, stderr } = await cli(config, ['backup', join(folder, 'b.sqlite'), '--secret', other]);
    t.is(code, 1);
    t.is(
      stderr,
      `webinterview: ${other} exists and is not this secret: give the secret another name, or remove that file first.\n`,
    );
    t.is(await readFile(other, 'utf8'), content);
  }
  const copy = join(folder, 'copy');
  for (let i = 0; i < 2; i++)
    t.is((await cli(config, ['backup', join(folder, `${i}.sqlite`), '--secret', copy])).code, 0);
});
