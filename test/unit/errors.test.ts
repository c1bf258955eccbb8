/** Errors: told apart by their codes, said in one place. */
import { readFileSync } from 'node:fs';
import { glob, mkdir, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import test from 'ava';
import type { Context } from 'koa';
import { pino } from 'pino';
import { databaseCheck } from '../../src/cli/check/database.ts';
import { errorCodes } from '../../src/protocol/errors.ts';
import { problemOf } from '../../src/server/api/problems.ts';
import { AppError, UserError, type UserErrorCode } from '../../src/server/errors.ts';
import { renderErrors } from '../../src/server/http/errors.ts';
import { temporaryFolder, testConfig } from '../helpers/store.ts';

const root = join(import.meta.dirname, '../..');

/** Where what another gives us has nothing but words; the code says so. */
const foreign = ['src/server/store/errors.ts', 'src/web/media/deviceProblem.ts', 'src/web/media/screen.ts'];

test('no error is told apart by its text', async (t) => {
  const looksAtText =
    /\.(test|exec)\([^)\n]*\bmessage\b|\b(error|cause|reason)\b[^\n]*\bmessage\)?\.(match|includes|startsWith|endsWith|replace|split|search)\(|\bmessage [!=]== ['"`]/;
  const found: string[] = [];
  for await (const path of glob(`${root}/{src,bin}/**/*.{ts,tsx,js}`))
    if (looksAtText.test(readFileSync(path, 'utf8'))) found.push(relative(root, path));
  t.deepEqual(found.toSorted(), foreign);
});

test('an error says what is wrong and what to do, and has both apart', (t) => {
  const error = new UserError('The disk /a: b is full', { code: 'unavailable', remedy: 'make room.' });
  t.is(error.message, 'The disk /a: b is full: make room.');
  t.like(error, { what: 'The disk /a: b is full', remedy: 'make room.', code: 'unavailable', usage: false });
  t.like(new UserError('It is wrong.', { usage: true }), { code: 'usage', usage: true, remedy: null });
  t.like(new UserError('It is wrong.'), { message: 'It is wrong.', code: 'failed', usage: false });
});

test('every code has its status over HTTP, and none but a fault is 500', async (t) => {
  for (const code of errorCodes) {
    const ctx = { set: () => undefined } as unknown as Context;
    await renderErrors(pino({ level: 'silent' }))(ctx, () => Promise.reject(new AppError(code, 'so')));
    t.deepEqual(ctx.body, { error: { code, message: 'so' } });
    if (code === 'internal') t.is(ctx.status, 500);
    else t.true((ctx.status >= 400 && ctx.status < 500) || ctx.status === 503, code);
  }
});

test('the API tells what whoever asks can mend, and of the rest that something went wrong', (t) => {
  const kindOf = (code: UserErrorCode) => problemOf(new UserError('so', { code })).kind;
  t.is(kindOf('usage'), 'impossible');
  t.is(kindOf('not_found'), 'not-found');
  t.is(kindOf('older_data'), 'internal');
  t.notRegex(problemOf(new UserError('a secret')).message, /secret/);
  t.is(problemOf(new AppError('server_full', 'so')).kind, 'unavailable');
  t.is(problemOf(new AppError('seat_taken', 'so')).kind, 'internal');
});

test('check: what is wrong with a database, and apart what to do, whatever its folder is called', async (t) => {
  const folder = join(await temporaryFolder(t), 'a: b');
  const config = await testConfig(t, undefined, folder);
  const { run } = databaseCheck(config);
  t.like(await run(), { status: 'ok', text: 'none yet; it is made at the first start' });
  const file = join(folder, 'webinterview.sqlite');
  await mkdir(folder);
  await writeFile(file, 'A letter, and a long one. '.repeat(300));
  t.deepEqual(await run(), {
    status: 'ng',
    text: `${file} is not a database of webinterview`,
    remedy: 'Move it away, or name another data directory with --data-dir.',
  });
});
