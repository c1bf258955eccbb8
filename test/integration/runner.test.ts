/** `node test/run.ts`, over tests made up for it: what fails, what is only unstable, and what it says in the end. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { endOf } from '../helpers/child.ts';
import { temporaryFolder } from '../helpers/store.ts';
import { inTime, until } from '../helpers/until.ts';

const root = join(import.meta.dirname, '../..');

const good = `test('good', (t) => t.pass());`;
const bad = `test('bad › always', (t) => t.is(1, 2, 'what was said'));`;
/** Fails where it runs for the first time. */
const unstable = `test('now and then', async (t) => {
  const { mkdir } = await import('node:fs/promises');
  await mkdir(import.meta.filename + '.ran').then(() => t.fail(), () => t.pass());
});`;
const crashes = `test('kills its process', () => process.kill(process.pid, 'SIGKILL'));`;
const hangs = `test('hangs', () => new Promise(() => setInterval(() => {}, 1000)));`;

const leaves = `test('leaves something', async (t) => {
  const { keepOnFailure } = await import('${join(root, 'test/helpers/kept.ts')}');
  keepOnFailure(t, 'said.txt', () => 'what it was');
  t.fail();
});`;

/** A package of its own, with these test files. */
async function project(t: ExecutionContext, files: Record<string, string>, timeout = '1m'): Promise<string> {
  const folder = await temporaryFolder(t);
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  await writeFile(join(folder, 'package.json'), '{"type":"module"}');
  await writeFile(
    join(folder, 'ava.config.js'),
    `export default { extensions: ['ts'], files: ['test/**/*.test.ts'], timeout: '${timeout}' };`,
  );
  for (const [name, content] of Object.entries(files)) {
    const file = join(folder, 'test', `${name}.test.ts`);
    await mkdir(join(file, '..'), { recursive: true });
    await writeFile(file, `import test from 'ava';\n${content}\n`);
  }
  return folder;
}

function start(folder: string, args: string[] = []) {
  return spawn(process.execPath, [join(root, 'test/run.ts'), ...args], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

async function run(folder: string, args: string[] = []) {
  const child = start(folder, args);
  const { code, stderr, ...printed } = await endOf(child, 'the run');
  const stdout = printed.stdout.toString();
  const end = stdout.trimEnd().split('\n');
  const named = end.filter((line) => /^(failed|unstable): /.test(line)).sort();
  const repeated = end.filter((line) => line.startsWith('once more, alone: '));
  return { code, stdout, stderr, named, repeated, totals: end.at(-1) };
}

test('a test that fails twice fails the run, by its name', async (t) => {
  const folder = await project(t, { 'unit/a': good, 'unit/b': `${good}\n${bad}`, 'e2e/c': good });
  const { code, named, repeated, totals, stdout } = await run(folder);
  t.is(code, 1);
  t.deepEqual(named, ['failed: test/unit/b.test.ts › bad › always']);
  t.deepEqual(repeated, ['once more, alone: test/unit/b.test.ts']);
  t.is(totals, '3 passed, 1 failed');
  t.regex(stdout, /what was said/);
});

test('an unstable test is named, and does not fail the run', async (t) => {
  const folder = await project(t, { 'integration/a': `${good}\n${unstable}`, 'unit/b': good });
  const { code, named, totals } = await run(folder);
  t.is(code, 0);
  t.deepEqual(named, ['unstable: test/integration/a.test.ts › now and then']);
  t.is(totals, '3 passed, 0 failed');
  const again = await run(folder);
  t.deepEqual([again.code, again.named, again.totals], [0, [], '3 passed, 0 failed']);
});

test('what a failed test leaves behind is kept, and the report names the folder; what passes leaves nothing', async (t) => {
  const passes = leaves.replace('t.fail()', 't.pass()');
  const folder = await project(t, { 'unit/a': passes, 'e2e/b': leaves });
  const { stdout } = await run(folder);
  t.deepEqual(await readdir(join(folder, 'test/kept')), ['e2e']);
  const file = 'test/kept/e2e/b/leaves-something/1-said.txt';
  t.is(await readFile(join(folder, file), 'utf8'), 'what it was');
  t.true(stdout.includes(`kept: ${file}\n`), stdout);
  t.true(
    stdout.includes('failed: test/e2e/b.test.ts › leaves something\n    kept: test/kept/e2e/b\n'),
    stdout,
  );
  // Of the run before nothing is left to be taken for this one's.
  await writeFile(join(folder, 'test/e2e/b.test.ts'), `import test from 'ava';\n${good}\n`);
  t.notRegex((await run(folder)).stdout, /kept/);
  t.false(existsSync(join(folder, 'test/kept')));
});

test('where more than three files fail none is repeated: that is no race', async (t) => {
  const folder = await project(t, {
    'unit/a': unstable,
    'unit/b': unstable,
    'integration/c': unstable,
    'e2e/d': unstable,
    'e2e/e': good,
  });
  const { code, named, repeated, totals } = await run(folder);
  t.deepEqual([code, repeated, totals], [1, [], '1 passed, 4 failed']);
  t.is(named.length, 4);
});

test('a file that ends its process, or hangs, fails, and the others run', async (t) => {
  const files = { 'unit/a': crashes, 'unit/b': `${good}\n${hangs}`, 'unit/c': good };
  const folder = await project(t, files, '8s');
  const { code, named, totals } = await run(folder);
  t.deepEqual([code, totals], [1, '2 passed, 2 failed']);
  t.deepEqual(named, [
    'failed: test/unit/a.test.ts › (ended with SIGKILL)',
    'failed: test/unit/b.test.ts › hangs',
  ]);
});

test('files that are named are run alone; one that there is not is said', async (t) => {
  const folder = await project(t, { 'unit/a': good, 'unit/b': bad });
  const { code, totals } = await run(folder, ['test/unit/a.test.ts']);
  t.deepEqual([code, totals], [0, '1 passed, 0 failed']);
  const unknown = await run(folder, ['test/unit/c.test.ts']);
  t.is(unknown.code, 2);
  t.regex(
    unknown.stderr,
    /^No test file: test\/unit\/c\.test\.ts\. They are test\/\{unit,integration,e2e,endurance\}\//,
  );
});

test('no test at all is no success', async (t) => {
  const { code, totals } = await run(await project(t, {}));
  t.deepEqual([code, totals], [1, '0 passed, 0 failed']);
});

test('stopped, it ends what it started', async (t) => {
  const folder = await project(t, {
    'unit/a': `test('long', async (t) => {
      const { writeFile } = await import('node:fs/promises');
      await writeFile('pid', String(process.pid));
      await new Promise(() => setInterval(() => {}, 1000));
    });`,
  });
  const child = start(folder);
  const exit = once(child, 'exit');
  const pid = await until('the test runs', async () =>
    Number(await readFile(join(folder, 'pid'), 'utf8').catch(() => '0')),
  );
  child.kill('SIGTERM');
  const [code] = await inTime('the run has ended', exit);
  t.is(code, 1);
  t.throws(() => process.kill(pid, 0), { code: 'ESRCH' });
});
