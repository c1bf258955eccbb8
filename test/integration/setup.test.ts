/** What `npm start` and `npm test` do first: bring what is missing, once, and say what cannot be brought. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { copyFile, cp, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { delimiter, dirname, join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import test, { type ExecutionContext } from 'ava';
import { endOf } from '../helpers/child.ts';
import { writeProgram } from '../helpers/programs.ts';
import { temporaryFolder } from '../helpers/store.ts';
import { inTime, until } from '../helpers/until.ts';

const root = join(import.meta.dirname, '../..');
const worker = process.env.MEDIASOUP_WORKER_BIN as string;

type Result = { code: number | null; stdout: string; stderr: string };
type Machine = { isDebian: boolean; isRoot: boolean; missing: () => string[] };
type SystemPackages = {
  needSystemPackages(what: string, packages: Record<string, string>, machine: Machine): Promise<void>;
};

const { needSystemPackages } = (await import(`${root}/bin/setup/system-packages.js`)) as SystemPackages;
const { isAtLeast } = (await import(`${root}/bin/node-binary.js`)) as {
  isAtLeast(version: string, minimum: string): boolean;
};

const lacking = (machine: Partial<Machine>): Machine => ({
  isDebian: true,
  isRoot: true,
  missing: () => ['meson', 'libuv1-dev'],
  ...machine,
});

test('not root: the exact command that installs what is missing', async (t) => {
  const error = await t.throwsAsync(needSystemPackages('the tests', {}, lacking({ isRoot: false })));
  t.is(
    error.message,
    'For the tests these packages are missing, and only root can install them. Run this, and then the same command again:\n  sudo apt-get update && sudo apt-get install -y --no-install-recommends meson libuv1-dev',
  );
});

test('not Debian: what is missing, by name', async (t) => {
  const error = await t.throwsAsync(needSystemPackages('the tests', {}, lacking({ isDebian: false })));
  t.regex(error.message, /^For the tests these are missing \(Debian's names\): meson libuv1-dev\n/);
});

test('nothing is asked for where nothing is missing', async (t) => {
  const machine = lacking({ isDebian: false, isRoot: false, missing: () => [] });
  await t.notThrowsAsync(needSystemPackages('the tests', {}, machine));
});

test('versions are compared number by number', (t) => {
  for (const version of ['22.20.0', '22.20.1', '22.100.0', '24.0.0']) t.true(isAtLeast(version, '22.20.0'));
  for (const version of ['22.19.9', '22.9.9', '20.20.2', '9.99.99']) t.false(isAtLeast(version, '22.20.0'));
});

test('what set-up is asked for must be known', async (t) => {
  const { code, stderr } = await setUp(root, await temporaryFolder(t), ['strat']);
  t.is(code, 2);
  t.is(stderr, 'usage: node bin/setup.js start|dev|test|build|worker\n');
});

test('a worker that is named but does not run is refused', async (t) => {
  const cache = await temporaryFolder(t);
  const { code, stderr } = await setUp(root, cache, ['worker'], { MEDIASOUP_WORKER_BIN: '/nowhere/worker' });
  t.is(code, 1);
  t.is(stderr, '\nsetup: MEDIASOUP_WORKER_BIN is /nowhere/worker, which is no worker that runs here.\n');
});

test('the place of the worker changes with how it is built, and with nothing else', async (t) => {
  const folder = await copyOfPackage(t);
  const place = () => placeOfWorker(folder, '/cache');
  const before = await place();
  t.regex(
    before,
    new RegExp(`^/cache/webinterview/mediasoup-worker-[\\d.]+-${process.platform}-${process.arch}-`),
  );
  await writeFile(join(folder, 'deploy/mediasoup-worker/README.md'), 'other words');
  t.is(await place(), before);
  await writeFile(join(folder, 'deploy/mediasoup-worker/subprojects/libuv/meson.build'), 'other');
  t.not(await place(), before);
});

test('the prebuilt worker is fetched once, by two set-ups at once and by a third later', async (t) => {
  const [folder, cache] = await Promise.all([copyOfPackage(t), temporaryFolder(t)]);
  const releases = await releaseServer(t, await archiveOf(t, worker));
  const env = { MEDIASOUP_WORKER_PREBUILT_DOWNLOAD_BASE_URL: releases.url };
  const both = await Promise.all([
    setUp(folder, cache, ['worker'], env),
    setUp(folder, cache, ['worker'], env),
  ]);
  for (const { code, stderr } of both) t.deepEqual({ code, stderr }, { code: 0, stderr: '' });
  t.is(releases.requests.length, 1);
  t.regex(
    releases.requests[0] as string,
    /^\/3\.\d+\.\d+\/mediasoup-worker-3\.\d+\.\d+-\w+-\w+(-kernel\d+)?\.tgz$/,
  );
  t.deepEqual(await workersIn(cache), ['mediasoup-worker']);
  t.deepEqual(await setUp(folder, cache, ['worker'], env), { code: 0, stdout: '', stderr: '' });
  t.is(releases.requests.length, 1);
});

test('a cached worker that no longer runs is made anew', async (t) => {
  const [folder, cache] = await Promise.all([copyOfPackage(t), temporaryFolder(t)]);
  const releases = await releaseServer(t, await archiveOf(t, worker));
  const place = await placeOfWorker(folder, cache);
  await mkdir(place, { recursive: true });
  writeProgram(join(place, 'mediasoup-worker'), '#!/bin/sh\nexit 127\n');
  const env = { MEDIASOUP_WORKER_PREBUILT_DOWNLOAD_BASE_URL: releases.url };
  t.is((await setUp(folder, cache, ['worker'], env)).code, 0);
  t.is(releases.requests.length, 1);
  t.deepEqual(await setUp(folder, cache, ['worker'], env), { code: 0, stdout: '', stderr: '' });
});

test('a prebuilt worker that does not run here is not taken: it is built', async (t) => {
  const [folder, cache] = await Promise.all([copyOfPackage(t), temporaryFolder(t)]);
  const broken = join(await temporaryFolder(t), 'mediasoup-worker');
  writeProgram(broken, '#!/bin/sh\nexit 1\n');
  const releases = await releaseServer(t, await archiveOf(t, broken));
  await recipe(folder, `echo '[1/2] one'; echo '[2/2] two'; cp '${worker}' "$2"`);
  const env = { MEDIASOUP_WORKER_PREBUILT_DOWNLOAD_BASE_URL: releases.url, ...(await buildTools(t)) };
  const { code, stdout, stderr } = await setUp(folder, cache, ['worker'], env);
  t.deepEqual({ code, stderr }, { code: 0, stderr: '' });
  t.regex(stdout, /prebuilt: does not run on this machine\n/);
  t.regex(stdout, /built from npm's sources .*: 1 of 2\n/);
  t.deepEqual(await workersIn(cache), ['mediasoup-worker']);
});

test('a build that fails says so with what the compiler said, and leaves nothing half done', async (t) => {
  const [folder, cache] = await Promise.all([copyOfPackage(t), temporaryFolder(t)]);
  const releases = await releaseServer(t, null);
  await recipe(folder, 'echo "[1/2] one"; echo "main.cpp:1: error: no" >&2; exit 3');
  const env = { MEDIASOUP_WORKER_PREBUILT_DOWNLOAD_BASE_URL: releases.url, ...(await buildTools(t)) };
  const { code, stdout, stderr } = await setUp(folder, cache, ['worker'], env);
  t.is(code, 1);
  t.regex(stdout, /prebuilt: cannot be had here \(404 Not Found\)\n/);
  t.regex(stderr, /^\nsetup: mediasoup’s worker could not be built:\n/);
  t.regex(stderr, /main\.cpp:1: error: no\n {2}nice ended with 3\n$/);
  t.deepEqual(await readdir(join(cache, 'webinterview')), []);
});

test('set-up that is stopped stops what it runs and leaves nothing half done', async (t) => {
  const [folder, cache] = await Promise.all([copyOfPackage(t), temporaryFolder(t)]);
  const releases = await releaseServer(t, null);
  await recipe(folder, `echo $$ > '${cache}/pid'; echo '[1/2] one'; exec sleep 600`);
  const env = { MEDIASOUP_WORKER_PREBUILT_DOWNLOAD_BASE_URL: releases.url, ...(await buildTools(t)) };
  const child = start(process.execPath, [join(folder, 'bin/setup.js'), 'worker'], settings(cache, env));
  const exited = once(child, 'exit');
  for await (const chunk of child.stdout) if (String(chunk).includes('1 of 2')) break;
  child.kill('SIGTERM');
  t.deepEqual(await inTime('set-up has ended', exited), [143, null]);
  t.deepEqual(await readdir(join(cache, 'webinterview')), []);
  const build = Number(await readFile(join(cache, 'pid'), 'utf8'));
  await t.notThrowsAsync(isGone(build));
});

test('a lock whose set-up is gone holds nobody up', async (t) => {
  const [folder, cache] = await Promise.all([copyOfPackage(t), temporaryFolder(t)]);
  const releases = await releaseServer(t, await archiveOf(t, worker));
  const gone = start(process.execPath, ['--version'], process.env);
  await once(gone, 'exit');
  const lock = `${await placeOfWorker(folder, cache)}.lock`;
  await mkdir(lock, { recursive: true });
  await writeFile(join(lock, 'pid'), String(gone.pid));
  const { code, stdout } = await setUp(folder, cache, ['worker'], {
    MEDIASOUP_WORKER_PREBUILT_DOWNLOAD_BASE_URL: releases.url,
  });
  t.is(code, 0);
  t.regex(stdout, /^setup: another set-up is making mediasoup’s worker; waiting for it\n/);
  t.deepEqual(await workersIn(cache), ['mediasoup-worker']);
});

test('the bundle is made when a source has changed, and only then', async (t) => {
  const [folder, cache] = await Promise.all([copyOfClone(t), temporaryFolder(t)]);
  await writeFile(
    join(folder, 'bin/build.js'),
    "import { mkdirSync } from 'node:fs';\nmkdirSync(new URL('../dist', import.meta.url), { recursive: true });\n",
  );
  const built = /^setup: the program and the page \.\.\.\nsetup: the program and the page: done in \d+ s\n$/;
  const first = await setUp(folder, cache, ['build']);
  t.deepEqual({ ...first, stdout: '' }, { code: 0, stdout: '', stderr: '' });
  t.regex(first.stdout, built);
  t.deepEqual(await setUp(folder, cache, ['build']), { code: 0, stdout: '', stderr: '' });
  await writeFile(join(folder, 'src/a.ts'), 'export const a = 22;\n');
  t.regex((await setUp(folder, cache, ['build'])).stdout, built);
  await writeFile(join(folder, 'bin/build.js'), "console.error('a.ts:1: error: no');\nprocess.exit(1);\n");
  const failed = await setUp(folder, cache, ['build']);
  t.is(failed.code, 1);
  t.is(
    failed.stderr,
    '\nsetup: The sources could not be bundled:\n  a.ts:1: error: no\n  ' +
      `${process.execPath} ended with 1\n`,
  );
});

test('packages that the lock file does not know are refused, with what npm says', async (t) => {
  const [folder, cache] = await Promise.all([copyOfClone(t), temporaryFolder(t)]);
  await writeFile(join(folder, 'package-lock.json'), JSON.stringify({ lockfileVersion: 3, packages: {} }));
  const { code, stderr } = await setUp(folder, cache, ['build']);
  t.is(code, 1);
  t.regex(stderr, /^\nsetup: npm could not install the packages\. .*\n/);
  t.regex(stderr, /can only install packages when your package\.json and package-lock\.json/);
});

test('a source that is missing is named by the build', async (t) => {
  const folder = await copyOfPackage(t);
  const { code, stderr } = await run(process.execPath, [join(folder, 'bin/build.js')], {});
  t.is(code, 1);
  t.is(stderr, 'build: src/cli/index.ts is missing: nothing to build from.\n');
});

/** What is packed of the sources of set-up, with this checkout's packages. */
async function copyOfPackage(t: ExecutionContext): Promise<string> {
  const folder = await temporaryFolder(t);
  for (const name of ['bin', 'deploy', 'package.json'])
    await cp(join(root, name), join(folder, name), { recursive: true });
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}

/** A small clone whose packages are installed. */
async function copyOfClone(t: ExecutionContext): Promise<string> {
  const folder = await temporaryFolder(t);
  await cp(join(root, 'bin'), join(folder, 'bin'), { recursive: true });
  const manifest = { name: 'webinterview', type: 'module', devDependencies: { mediasoup: '3.27.1' } };
  const lock = '{}';
  const files = {
    'package.json': JSON.stringify(manifest),
    'package-lock.json': lock,
    'tsconfig.json': '{}',
    'src/a.ts': 'export const a = 1;\n',
    'node_modules/.webinterview-setup': createHash('sha256').update(lock).digest('hex'),
  };
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content);
  }
  return folder;
}

/** Another way to build, in place of the real one that takes minutes; `$1` is mediasoup's folder, `$2` the output. */
function recipe(folder: string, script: string): Promise<void> {
  return writeFile(join(folder, 'deploy/mediasoup-worker/build.sh'), `set -eu\n${script}\n`);
}

/** Makes set-up find every package that building takes, whatever this machine has. */
async function buildTools(t: ExecutionContext): Promise<NodeJS.ProcessEnv> {
  const folder = await temporaryFolder(t);
  for (const name of ['g++', 'meson', 'ninja', 'pkg-config', 'python3', 'flatc', 'dpkg-query']) {
    writeProgram(join(folder, name), '#!/bin/sh\nfor name; do echo "$name installed"; done\n');
  }
  return { PATH: [folder, process.env.PATH].join(delimiter) };
}

async function archiveOf(t: ExecutionContext, binary: string): Promise<Buffer> {
  const folder = await temporaryFolder(t);
  await copyFile(binary, join(folder, 'mediasoup-worker'));
  const child = start('tar', ['-czf', '-', '-C', folder, 'mediasoup-worker'], process.env);
  return buffer(child.stdout);
}

/** Stands in for the place of mediasoup's releases; without an archive it has none. */
async function releaseServer(t: ExecutionContext, archive: Buffer | null) {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(request.url as string);
    response.writeHead(archive ? 200 : 404).end(archive);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
}

async function placeOfWorker(folder: string, cache: string): Promise<string> {
  const script = `import { workerBinary } from '${folder}/bin/worker-binary.js'; process.stdout.write(workerBinary());`;
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script], {
    XDG_CACHE_HOME: cache,
  });
  return dirname(stdout);
}

/** The files of the one worker in a cache that holds nothing else. */
async function workersIn(cache: string): Promise<string[]> {
  const [folder, ...others] = await readdir(join(cache, 'webinterview'));
  if (!folder || others.length > 0) throw new Error(`in the cache: ${[folder, ...others].join(' ')}`);
  return readdir(join(cache, 'webinterview', folder));
}

/** Resolves when a process has ended. */
async function isGone(pid: number): Promise<void> {
  await until(`process ${pid} is gone`, async () => {
    // A zombie that nobody has fetched is gone too.
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ') Z');
    return /\) Z/.test(stat);
  });
}

function setUp(folder: string, cache: string, args: string[], env: NodeJS.ProcessEnv = {}): Promise<Result> {
  return run(process.execPath, [join(folder, 'bin/setup.js'), ...args], settings(cache, env));
}

function settings(cache: string, env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return { XDG_CACHE_HOME: cache, MEDIASOUP_WORKER_BIN: '', ...env };
}

async function run(command: string, args: string[], env: NodeJS.ProcessEnv): Promise<Result> {
  const child = start(command, args, env);
  const { code, stdout, stderr } = await endOf(child, [command, ...args].join(' '));
  return { code, stdout: stdout.toString(), stderr };
}

function start(command: string, args: string[], env: NodeJS.ProcessEnv) {
  return spawn(command, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
}
