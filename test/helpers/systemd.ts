/**
 * A systemd as the first process of namespaces of its own. It knows no unit but those given, and can write nowhere but in
 * memory: Debian's own units would empty /tmp, among other things.
 */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { ExecutionContext } from 'ava';
import { temporaryFolder } from './store.ts';
import { until } from './until.ts';

const run = promisify(execFile);

export type Systemd = {
  /** What it sees, from here. */
  root: string;
  systemctl(...args: string[]): Promise<string>;
  /** A property of a unit, e.g. MainPID. */
  show(unit: string, property: string): Promise<string>;
  /** A process, by its number in there. */
  kill(pid: string, signal: string): Promise<unknown>;
};

const BOOT = `set -e
mount --make-rprivate /
mount -t tmpfs tmpfs /run
mkdir -p /run/tree /run/node /run/worker /run/units /run/bin
mount --bind "$TREE" /run/tree
mount --bind "$NODE" /run/node
mount --bind "$WORKER" /run/worker
cp -R "$UNITS"/. /run/units
mount -o remount,bind,ro /run/tree
for folder in /tmp /var/tmp /var/lib /var/log; do mount -t tmpfs tmpfs $folder; done
mount -o remount,bind,ro /
export container=unshare SYSTEMD_UNIT_PATH=/run/units
exec /lib/systemd/systemd --system --unit=test.target --show-status=no
`;

/** Which every unit comes after, and which are nothing here. */
const names = ['test', 'sysinit', 'basic', 'shutdown', 'network-online', 'multi-user'];
const target = '[Unit]\nDescription=Nothing\nDefaultDependencies=no\n';
const targets = Object.fromEntries(names.map((name) => [`${name}.target`, target]));

export type SystemdOptions = {
  /** Files of /run/units by their names, drop-ins too. */
  units: Record<string, string>;
  /** Folders as /run/tree, /run/node and /run/worker. */
  tree: string;
  node: string;
  worker: string;
};

/** Starts it; ended with the test, and with it all that it has started. */
export async function startSystemd(
  t: ExecutionContext,
  { units, ...folders }: SystemdOptions,
): Promise<Systemd> {
  const folder = await temporaryFolder(t);
  const all = { ...targets, ...units };
  for (const [name, text] of Object.entries(all)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  const namespaces = [
    '--pid',
    '--fork',
    '--mount',
    '--cgroup',
    '--uts',
    '--ipc',
    '--mount-proc',
    '--kill-child',
  ];
  const { tree: TREE, node: NODE, worker: WORKER } = folders;
  const unshare = spawn('unshare', [...namespaces, 'sh', '-c', BOOT], {
    env: { PATH: process.env.PATH, UNITS: folder, TREE, NODE, WORKER },
    stdio: 'ignore',
  });
  t.teardown(async () => {
    const exited = once(unshare, 'exit');
    if (unshare.exitCode === null && unshare.kill('SIGKILL')) await exited;
  });
  const first = await childOf(unshare.pid as number);
  const inside = (...command: string[]) => run('nsenter', ['-t', first, '-m', '-p', ...command]);
  const systemctl = async (...args: string[]) => (await inside('systemctl', ...args)).stdout;
  await until('systemd has reached test.target', () => {
    if (unshare.exitCode !== null) throw new Error('systemd does not run here');
    return systemctl('is-active', 'test.target').catch(() => '');
  });
  return {
    root: `/proc/${first}/root`,
    systemctl,
    show: async (unit, property) => (await systemctl('show', unit, '--property', property, '--value')).trim(),
    kill: (pid, signal) => inside('sh', '-c', `kill -${signal} ${pid}`),
  };
}

/** The one process that another has started; waits for it. */
export async function childOf(pid: number): Promise<string> {
  const children = await until(`process ${pid} has a child`, async () => {
    const listed = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
    return listed.trim();
  });
  return children.split(' ')[0] as string;
}

export type Process = { pid: string; name: string; state: string };

/** What runs in the namespaces of a process that is the first of them. */
export async function processesOf(first: string): Promise<Process[]> {
  const folder = `/proc/${first}/root/proc`;
  const pids = (await readdir(folder)).filter((name) => /^\d+$/.test(name));
  const stats = await Promise.all(
    pids.map((pid) => readFile(`${folder}/${pid}/stat`, 'utf8').catch(() => '')),
  );
  return stats.flatMap((stat) => {
    const [, pid = '', name = '', state = ''] = /^(\d+) \((.*)\) (\w)/.exec(stat) ?? [];
    return pid ? [{ pid, name, state }] : [];
  });
}
