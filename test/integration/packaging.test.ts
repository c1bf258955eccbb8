/** What people install: the executable through a link, under an older Node, and the packed package elsewhere. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import test, { type ExecutionContext } from 'ava';
import { endOf } from '../helpers/child.ts';
import { temporaryFolder } from '../helpers/store.ts';
import { inTime } from '../helpers/until.ts';

const root = join(import.meta.dirname, '../..');
const executable = join(root, 'bin/webinterview.js');
const npmOptions = ['--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'];

type Result = { code: number | null; stdout: string; stderr: string };
type Manifest = { version: string; dependencies: Record<string, string> };
type Packed = { filename: string; unpackedSize: number; files: { path: string }[] };

const manifest = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as Manifest;
/** Where the packed package is installed, once for all tests. */
let elsewhere: string;
let packed: Packed;

test.before(async (t) => {
  elsewhere = await mkdtemp(join(tmpdir(), 'webinterview-packed-'));
  // The bundle is there already: npm test begins with it.
  const packing = ['pack', root, '--pack-destination', elsewhere, '--ignore-scripts', '--json'];
  const { code, stdout, stderr } = await run('npm', [...packing, '--loglevel=error']);
  t.is(code, 0, stderr);
  const [only] = Object.values(JSON.parse(stdout) as Record<string, Packed>);
  packed = only as Packed;
  await writeFile(join(elsewhere, 'package.json'), '{"private": true}');
  const installing = ['install', join(elsewhere, packed.filename), '--prefix', elsewhere, ...npmOptions];
  const installed = await run('npm', installing, { cwd: elsewhere });
  t.is(installed.code, 0, installed.stderr);
});

test.after.always(() => rm(elsewhere, { recursive: true, force: true }));

test('the package has what runs and what builds the worker, and neither sources nor tests', (t) => {
  const files = packed.files.map(({ path }) => path);
  for (const file of [
    'README.md',
    'bin/webinterview.js',
    'bin/setup.js',
    'config/default.json',
    'dist/cli/index.js',
    'dist/cli/LICENSES.txt',
    'dist/web/index.html',
    'dist/web/index.html.br',
    'dist/web/LICENSES.txt',
    'dist/sbom.cdx.json',
    'deploy/mediasoup-worker/build.sh',
  ])
    t.true(files.includes(file), file);
  t.deepEqual(
    files.filter((file) => /^(src|test|node_modules)\/|\.draft-/.test(file)),
    [],
  );
  // mediasoup's install script needs what a sealed machine cannot reach, so it is bundled.
  t.deepEqual(Object.keys(manifest.dependencies), ['libsql']);
});

test('the page begins with one script, one chunk beside it, and all the styles that there are', async (t) => {
  const html = await readFile(join(root, 'dist/web/index.html'), 'utf8');
  const begun = [...html.matchAll(/(?:href|src)="(\/assets\/[^"]+)"/g)].map(([, path]) => `dist/web${path}`);
  const ofKind = (ending: string) => begun.filter((path) => path.endsWith(ending));
  t.is(ofKind('.js').length, 2);
  const styles = packed.files.map(({ path }) => path).filter((path) => path.endsWith('.css'));
  t.deepEqual(ofKind('.css'), styles);
});

test('installed elsewhere: the version', async (t) => {
  const { code, stdout, stderr } = await run(installedExecutable(), ['--version']);
  t.deepEqual({ code, stdout, stderr }, { code: 0, stdout: `${manifest.version}\n`, stderr: '' });
});

test('installed elsewhere: a room, and the server with its page', async (t) => {
  const env = { WEBINTERVIEW_DATA_DIR: await temporaryFolder(t) };
  const created = await run(installedExecutable(), ['room', 'create', '--name', 'a', '--json'], { env });
  t.is(created.code, 0, created.stderr);
  const room = JSON.parse(created.stdout);
  t.is(room.name, 'a');
  t.regex(room.applicantUrl, /\/room#[\w-]{44}$/);

  const { process: server, ready } = await serve(t, installedExecutable(), [], env);
  const page = await fetch(`${ready.url}/room`);
  t.is(page.status, 200);
  const [, script] = /<script type="module" src="([^"]+)"/.exec(await page.text()) ?? [];
  const asset = await fetch(`${ready.url}${script}`, { headers: { 'accept-encoding': 'br' } });
  t.is(asset.status, 200);
  t.is(asset.headers.get('content-encoding'), 'br');
  server.kill('SIGTERM');
  t.deepEqual(await inTime('serve has ended', once(server, 'exit')), [0, null]);
});

test('installed elsewhere: set-up finds the worker that is named', async (t) => {
  const { code, stdout, stderr } = await run(installedExecutable(), ['setup', '--json']);
  t.deepEqual({ code, stderr }, { code: 0, stderr: '' });
  t.deepEqual(JSON.parse(stdout), { ok: true });
});

test('through a symbolic link, as npm link makes', async (t) => {
  const link = join(await temporaryFolder(t), 'webinterview');
  await symlink(executable, link);
  t.deepEqual(await run(link, ['--version']), { code: 0, stdout: `${manifest.version}\n`, stderr: '' });
});

test('under an older Node: the one that set-up brought runs it, with its signals and exit codes', async (t) => {
  const [cache, dataDir] = await Promise.all([temporaryFolder(t), temporaryFolder(t)]);
  const older = await olderNode(t);
  const brought = join(cache, 'webinterview', await nameOfBroughtNode(), 'bin');
  await mkdir(brought, { recursive: true });
  await symlink(process.execPath, join(brought, 'node'));
  const env = { XDG_CACHE_HOME: cache, WEBINTERVIEW_DATA_DIR: dataDir };

  const version = await run(process.execPath, [...older, executable, '--version'], { env });
  t.deepEqual(version, { code: 0, stdout: `${manifest.version}\n`, stderr: '' });
  const wrong = await run(process.execPath, [...older, executable, 'sreve'], { env });
  t.is(wrong.code, 2);

  const { process: parent, ready } = await serve(t, process.execPath, [...older, executable], env);
  t.not(ready.pid, parent.pid);
  parent.kill('SIGTERM');
  t.deepEqual(await inTime('serve has ended', once(parent, 'exit')), [0, null]);
  t.throws(() => process.kill(ready.pid, 0), { code: 'ESRCH' });
});

test('under an older Node where set-up has not run: what to do', async (t) => {
  const env = { XDG_CACHE_HOME: await temporaryFolder(t) };
  const args = [...(await olderNode(t)), executable, '--version'];
  const { code, stdout, stderr } = await run(process.execPath, args, { env });
  t.is(code, 1);
  t.is(stdout, '');
  t.is(stderr, 'webinterview: Node 20.20.2 is too old, 22.20.0 or newer is needed: run `npm start`.\n');
});

test('a clone that is not built says what to run', async (t) => {
  const folder = await temporaryFolder(t);
  for (const name of ['bin', 'package.json']) await symlink(join(root, name), join(folder, name));
  const args = ['--preserve-symlinks', '--preserve-symlinks-main', join(folder, 'bin/webinterview.js')];
  const { code, stderr } = await run(process.execPath, args);
  t.is(code, 1);
  t.is(
    stderr,
    `webinterview: The program is not built: run \`npm start\` or \`npm run build\` in ${folder}.\n`,
  );
});

function installedExecutable(): string {
  return join(elsewhere, 'node_modules/.bin/webinterview');
}

/** Options that make this Node say that it is an older one; a process that it starts is itself again. */
async function olderNode(t: ExecutionContext): Promise<string[]> {
  const file = join(await temporaryFolder(t), 'older.mjs');
  await writeFile(
    file,
    "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.20.2' } });\n",
  );
  return ['--import', file];
}

async function nameOfBroughtNode(): Promise<string> {
  const { cachedNode } = (await import(`${root}/bin/node-binary.js`)) as { cachedNode(): string };
  return dirname(dirname(cachedNode())).split('/').at(-1) as string;
}

type Ready = { url: string; pid: number };

/** Starts the server on a free port; it is killed with the test if it still runs. */
async function serve(t: ExecutionContext, command: string, args: string[], env: NodeJS.ProcessEnv) {
  const child = spawn(command, [...args, 'serve', '--port', '0', '--json'], {
    env: { ...process.env, WEBINTERVIEW_MEDIA_WORKERS: '1', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.teardown(() => child.kill('SIGKILL'));
  const [line] = await inTime('serve is ready', once(createInterface(child.stdout), 'line'), {
    withinMs: 60_000,
  });
  return { process: child, ready: JSON.parse(line as string) as Ready };
}

async function run(
  command: string,
  args: string[],
  options: { env?: NodeJS.ProcessEnv; cwd?: string } = {},
): Promise<Result> {
  const child = spawn(command, args, {
    ...options,
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const { code, stdout, stderr } = await endOf(child, [command, ...args].join(' '));
  return { code, stdout: stdout.toString(), stderr };
}
