/** `npm run dev`, as somebody has it who works on the page or the server: on a copy of the sources. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { launchBrowser, openPage } from '../helpers/browser.ts';
import { takePort, takePorts } from '../helpers/ports.ts';
import { shareBrowsers } from '../helpers/shared-browsers.ts';
import { temporaryFolder } from '../helpers/store.ts';
import { until } from '../helpers/until.ts';

const root = join(import.meta.dirname, '../..');

shareBrowsers(test);

/** A start is npm, set-up, a first build and a server: on busy cores that is long. */
const patience = { withinMs: 90_000 };

type Dev = {
  url: string;
  /** The folder of a person who has nothing of webinterview yet. */
  home: string;
  folder: string;
  process: ChildProcess;
  /** What it has written since this was asked last. */
  news(): string;
  /** Exchanges a text in a source; the time at which it was saved. */
  change(file: string, from: string, to: string): Promise<number>;
};

test('a word or a line that is changed is there at once, an error is told, and Ctrl+C ends it all', async (t) => {
  const dev = await startDev(t);
  const [, link] = /Applicant link \(応募者\):\n(\S+)/.exec(await said(dev, /Applicant link.*\n\S+\n/)) ?? [];
  const { context } = await launchBrowser(t);
  const page = await openPage(t, context, link as string, /WebSocket connection|net::ERR_/);
  const shows = (name: string) =>
    page.getByRole('button', { name, exact: true }).waitFor({ timeout: patience.withinMs });
  const words = 'src/web/i18n/ja.ts';
  await shows('待機画面へ進む');

  const saved = await dev.change(words, '待機画面へ進む', '一つめの言葉');
  await shows('一つめの言葉');
  t.log(`from the saved word to the open page: ${Date.now() - saved} ms`);

  await dev.change(words, "一つめの言葉'", '一つめの言葉');
  t.regex(await said(dev, /the page is as it was/), /src\/web\/i18n\/ja\.ts:\d+:\d+:/);
  t.is((await fetch(dev.url)).status, 200);
  await shows('一つめの言葉');
  await dev.change(words, '一つめの言葉', "二つめの言葉'");
  await shows('二つめの言葉');

  const server = 'src/server/http/app.ts';
  await dev.change(server, "{ status: 'ok' };", '{ status: ;');
  t.regex(await said(dev, /the server has ended \(1\)/), /src\/server\/http\/app\.ts:\d+/);
  await dev.change(server, '{ status: ;', "{ status: 'changed' };");
  await until(
    'the changed server answers',
    async () => {
      const answer = await fetch(`${dev.url}/healthz`).catch(() => null);
      return (await answer?.text()) === '{"status":"changed"}';
    },
    patience,
  );
  await page.getByText('接続が切れました。自動で再接続しています').waitFor({ state: 'hidden' });
  await dev.change(words, '二つめの言葉', '三つめの言葉');
  await shows('三つめの言葉');

  t.true(existsSync(join(dev.folder, '.dev/data/secret')));
  t.false(existsSync(join(dev.home, '.local')));
  t.false(existsSync(join(dev.folder, 'dist')));

  const exited = once(dev.process, 'exit');
  process.kill(-(dev.process.pid as number), 'SIGINT');
  await exited;
  await until('no process is left', async () => (await processesOf(dev)).length === 0);
});

test('what people install has nothing of it', async (t) => {
  const files = await readdir(join(root, 'dist/web'), { recursive: true });
  t.deepEqual(
    files.filter((file) => /reload|\.map$/.test(file)),
    [],
  );
  t.notRegex(await readFile(join(root, 'dist/web/index.html'), 'utf8'), /data-build|reload\.js/);
});

/** On free ports; all that is left of it is ended with the test. */
async function startDev(t: ExecutionContext): Promise<Dev> {
  const [folder, home] = await Promise.all([copyOfClone(t), temporaryFolder(t)]);
  const port = takePort();
  const { portMin, portMax } = takePorts(10);
  const child = spawn('npm', ['run', 'dev', '--', '--port', String(port)], {
    cwd: folder,
    // A process group of its own, as a terminal makes for a command: Ctrl+C is sent to all of it.
    detached: true,
    env: {
      ...process.env,
      HOME: home,
      XDG_DATA_HOME: '',
      npm_config_update_notifier: 'false',
      WEBINTERVIEW_MEDIA_WORKERS: '1',
      WEBINTERVIEW_MEDIA_PORT_MIN: String(portMin),
      WEBINTERVIEW_MEDIA_PORT_MAX: String(portMax),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = once(child, 'exit');
  let output = '';
  let read = 0;
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  const dev: Dev = {
    url: `http://127.0.0.1:${port}`,
    home,
    folder,
    process: child,
    news: () => output.slice(read),
    async change(file, from, to) {
      const path = join(folder, file);
      const source = await readFile(path, 'utf8');
      if (!source.includes(from)) throw new Error(`${file} has no ${from}`);
      read = output.length;
      await writeFile(path, source.replace(from, to));
      return Date.now();
    },
  };
  t.teardown(async () => {
    if (!t.passed) t.log(output);
    for (const pid of await processesOf(dev)) process.kill(pid, 'SIGKILL');
    await exited;
  });
  return dev;
}

/** Resolves with what it has written since the last change, when that has this in it. */
function said({ news }: Dev, pattern: RegExp): Promise<string> {
  return until(`it says ${pattern}`, () => (pattern.test(news()) ? news() : ''), patience);
}

/** The sources, with this checkout's packages, which set-up takes for its own. */
async function copyOfClone(t: ExecutionContext): Promise<string> {
  const folder = await temporaryFolder(t);
  const lock = 'package-lock.json';
  for (const name of ['bin', 'config', 'deploy', 'src', 'package.json', 'tsconfig.json', lock])
    await cp(join(root, name), join(folder, name), { recursive: true });
  const modules = join(folder, 'node_modules');
  await mkdir(modules);
  for (const name of await readdir(join(root, 'node_modules')))
    if (name !== '.webinterview-setup') await symlink(join(root, 'node_modules', name), join(modules, name));
  const hash = createHash('sha256').update(await readFile(join(root, lock)));
  await writeFile(join(modules, '.webinterview-setup'), hash.digest('hex'));
  return folder;
}

/** The ids of its processes that still run. */
async function processesOf({ process: { pid } }: Dev): Promise<number[]> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    ids.map(async (id) => {
      // After the name: the state, the parent's id and the group's (proc_pid_stat(5)).
      const stat = await readFile(`/proc/${id}/stat`, 'utf8').catch(() => '');
      const [state, , group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return state !== 'Z' && Number(group) === pid ? Number(id) : null;
    }),
  );
  return found.filter((id) => id !== null);
}
