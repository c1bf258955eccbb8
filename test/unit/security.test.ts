/** docs/security.md: its tests are there, each threat has one; and what it says of comparing secrets. */
import { existsSync, readFileSync } from 'node:fs';
import { glob } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import type { Context } from 'koa';
import { bearerToken } from '../../src/server/http/bearer.ts';

const root = join(import.meta.dirname, '../..');
const document = readFileSync(join(root, 'docs/security.md'), 'utf8');

test('every file that the threat model names is there', (t) => {
  const named = [...document.matchAll(/`((?:test|src|bin|deploy)\/[^`]+)`/g)].map(
    ([, path]) => path as string,
  );
  t.true(named.length > 50);
  t.deepEqual(
    [...new Set(named)].filter((path) => !existsSync(join(root, path))),
    [],
  );
});

test('every threat has a measure and a test', (t) => {
  const rows = document.split('\n').filter((line) => /^\| (?!Threat \|)/.test(line));
  t.true(rows.length > 30);
  for (const row of rows) {
    const [, threat, measure, tests, rest] = row.split(/(?<!\\)\|/).map((cell) => cell.trim());
    t.true(Boolean(threat) && Boolean(measure) && rest === '', row);
    t.regex(tests ?? '', /^`test\/[\w/.-]+\.test\.ts`(, `test\/[\w/.-]+\.test\.ts`)*$/, row);
  }
});

/** Where something secret that was sent is compared with what it must be, and by what. */
const compared: [file: string, how: RegExp][] = [
  ['src/server/room/links.ts', /return constantTimeEqual\(token\.slice\(PART\), linkCode\(secret, link\)\);/],
  ['src/server/room/People.ts', /constantTimeEqual\(keyHash, peer\.keyHash\)/],
  ['src/server/tickets.ts', /!constantTimeEqual\(code, codeOf\(this\.#key, head, asked\)\)/],
  ['src/server/http/metrics.ts', /!constantTimeEqual\(bearerToken\(ctx\), metricsToken\)/],
  ['src/server/admin/keys.ts', /=> timingSafeEqual\(Buffer\.from\(a\), Buffer\.from\(b\)\)/],
  ['src/server/util/constantTimeEqual.ts', /return timingSafeEqual\(codeOf\(given\), codeOf\(expected\)\);/],
];

test('a bearer token is read in one place, whatever the case of its scheme', async (t) => {
  const asked = (authorization: string) => ({ get: () => authorization }) as unknown as Context;
  t.is(bearerToken(asked('Bearer abc')), 'abc');
  t.is(bearerToken(asked('bearer abc')), 'abc');
  for (const none of ['', 'Basic abc', 'Bearer', 'Bearer a b', 'xBearer abc'])
    t.is(bearerToken(asked(none)), '');
  const readers: string[] = [];
  for await (const file of glob('src/**/*.ts', { cwd: root }))
    if (/get\('Authorization'\)/i.test(readFileSync(join(root, file), 'utf8'))) readers.push(file);
  t.deepEqual(readers, ['src/server/http/bearer.ts']);
});

test('secrets are compared in constant time, and nowhere else', async (t) => {
  for (const [file, how] of compared) t.regex(readFileSync(join(root, file), 'utf8'), how, file);
  // By == the time would tell how much of a guess is right.
  const secretNames = '(?:\\w*[tT]oken|resumeKey|keyHash|metricsToken|bearerToken\\(ctx\\))';
  const byOperator = new RegExp(`${secretNames} [!=]==? (?!null|undefined|'')|[!=]==? ${secretNames}\\b`);
  const broken: string[] = [];
  for await (const file of glob('src/server/**/*.ts', { cwd: root }))
    for (const line of readFileSync(join(root, file), 'utf8').split('\n'))
      if (byOperator.test(line)) broken.push(`${file}: ${line.trim()}`);
  t.deepEqual(broken, []);
});
