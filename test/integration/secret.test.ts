import { createHash } from 'node:crypto';
import { chmod, copyFile, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import type { Config } from '../../src/server/config.ts';
import { UserError } from '../../src/server/errors.ts';
import { linkToken } from '../../src/server/room/links.ts';
import { fingerprintOf, openSecret } from '../../src/server/secret.ts';
import { openStore } from '../../src/server/store/index.ts';
import { aLink, aRoom, putRoom, testConfig, testStore } from '../helpers/store.ts';

const problem = async (t: ExecutionContext, config: Config) => {
  const store = await testStore(t, config);
  return (await t.throwsAsync(openSecret(config, store), { instanceOf: UserError }))?.message ?? '';
};

test('the first time a secret is made: 32 bytes, for its owner alone, in a folder of its owner', async (t) => {
  const config = await testConfig(t);
  const inside = {
    ...config,
    dataDir: join(config.dataDir, 'new'),
    secretFile: join(config.dataDir, 'new', 'secret'),
  };
  const secret = await openSecret(inside, await testStore(t, inside));
  t.is(secret.length, 32);
  t.is((await readFile(inside.secretFile, 'utf8')).trim(), secret.toString('hex'));
  t.is((await stat(inside.secretFile)).mode & 0o777, 0o600);
  t.is((await stat(inside.dataDir)).mode & 0o777, 0o700);
  t.is((await stat(join(inside.dataDir, 'webinterview.sqlite'))).mode & 0o777, 0o600);
});

test('afterwards it is the same, also when many begin at the same time', async (t) => {
  const config = await testConfig(t);
  const store = await testStore(t, config);
  const secrets = await Promise.all(Array.from({ length: 8 }, () => openSecret(config, store)));
  secrets.push(await openSecret(config, store));
  t.is(new Set(secrets.map((secret) => secret.toString('hex'))).size, 1);
});

test('a secret that went missing is not replaced: the links would be dead', async (t) => {
  const config = await testConfig(t);
  const store = await testStore(t, config);
  await openSecret(config, store);
  await rm(config.secretFile);
  t.regex(
    await problem(t, config),
    /secret file .* is missing, and the links of this database were made with it/,
  );
  await t.throwsAsync(stat(config.secretFile), { code: 'ENOENT' });
});

test('another database’s secret is noticed', async (t) => {
  const config = await testConfig(t);
  await openSecret(config, await testStore(t, config));
  await writeFile(config.secretFile, 'ab'.repeat(32));
  t.regex(await problem(t, config), /is not the one that the links of this database were made with/);
});

for (const [what, content] of [
  ['empty', ''],
  ['short', 'abcd'],
  ['not hexadecimal', 'xy'.repeat(32)],
] as const) {
  test(`a secret file that is ${what} is an error`, async (t) => {
    const config = await testConfig(t);
    await writeFile(config.secretFile, content);
    t.regex(await problem(t, config), /is garbled: expected 32 bytes as 64 hexadecimal digits/);
  });
}

test('a secret file that cannot be read or written is an error', async (t) => {
  const config = await testConfig(t);
  await mkdir(config.secretFile);
  t.regex(await problem(t, config), /^Cannot read the secret file .* \(EISDIR\)/);
  await rm(config.secretFile, { recursive: true });
  const elsewhere = { ...config, secretFile: join(config.dataDir, 'webinterview.sqlite', 'secret') };
  t.regex(await problem(t, elsewhere), /^Cannot (read|write) the secret file .* \(ENOTDIR\)/);
});

test('a copy of the database gives no token without the secret', async (t) => {
  const config = await testConfig(t);
  const store = await testStore(t, config);
  const secret = await openSecret(config, store);
  const room = aRoom();
  const link = aLink(room);
  await putRoom(store, room, [link]);
  const token = linkToken(secret, link);

  const stolen = await testConfig(t);
  const files = ['webinterview.sqlite', 'webinterview.sqlite-wal'];
  for (const name of files) await copyFile(join(config.dataDir, name), join(stolen.dataDir, name));
  const bytes = Buffer.concat(await Promise.all(files.map((name) => readFile(join(stolen.dataDir, name)))));
  t.true(bytes.includes(link.id), 'the link is in the copy');
  for (const part of [token, token.slice(22), secret.toString('hex'), secret]) t.false(bytes.includes(part));
  const copy = await testStore(t, stolen);
  t.regex(await problem(t, stolen), /is missing/);
  // What the database does keep about the secret makes no token either.
  const kept = (await copy.secretFingerprint()) as string;
  t.is(kept, fingerprintOf(secret));
  for (const guess of [
    Buffer.from(kept, 'hex'),
    Buffer.from(kept),
    createHash('sha256').update(kept).digest(),
  ]) {
    t.not(linkToken(guess, link), token);
  }
});

test('a data directory that cannot be made is an error', async (t) => {
  const config = await testConfig(t);
  const file = join(config.dataDir, 'file');
  await writeFile(file, '');
  await chmod(file, 0o600);
  const inside = { ...config, dataDir: join(file, 'data') };
  const error = await t.throwsAsync(openStore(inside, { create: true }), { instanceOf: UserError });
  t.regex(error?.message ?? '', /^Cannot make the data directory .* \(ENOTDIR\)/);
});
