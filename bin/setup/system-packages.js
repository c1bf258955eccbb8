// What comes from the distribution. Each has the program by which it is found where there is no dpkg.
import { spawnSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { osRelease } from '../worker-binary.js';
import { step } from './progress.js';
import { run, SetupError } from './run.js';
import { untilUndone } from './scratch.js';

export const forBuildingTheWorker = {
  'g++': 'g++',
  meson: 'meson',
  'ninja-build': 'ninja',
  'pkg-config': 'pkg-config',
  python3: 'python3',
  'flatbuffers-compiler': 'flatc',
  'libflatbuffers-dev': null,
  'libabsl-dev': null,
  'libsrtp2-dev': null,
  'libssl-dev': null,
  'libuv1-dev': null,
};

export const forTests = {
  chromium: 'chromium',
  'chromium-headless-shell': 'chromium-headless-shell',
  'firefox-esr': 'firefox-esr',
  'fonts-noto-cjk': null,
  'mariadb-server-core': 'mariadbd',
  'galera-4': null,
  libfaketime: null,
  systemd: 'systemctl',
  tini: 'tini',
  'mariadb-client': 'mysqldump',
  coturn: 'turnserver',
  nginx: 'nginx',
  'libnginx-mod-stream': null,
  'libnss3-tools': 'certutil',
  prometheus: 'promtool',
  nftables: 'nft',
  iproute2: 'ip',
  'espeak-ng': 'espeak-ng',
  zsh: 'zsh',
  fish: 'fish',
  'man-db': 'man',
  'groff-base': 'groff',
};

/**
 * Sees that packages are there, and installs those that are not where that can be done.
 * @throws {SetupError} with the exact command to run where it cannot
 */
export async function needSystemPackages(what, packages, machine = thisMachine()) {
  const missing = machine.missing(packages);
  if (missing.length === 0) return;
  const refusal = cannotInstall(what, missing, machine);
  if (refusal) throw new SetupError(refusal);
  await step(`Debian packages for ${what} (${missing.join(' ')})`, (update) => install(missing, update));
}

/** The message for a machine on which set-up installs nothing; null where it may. */
export function cannotInstall(what, missing, { isDebian, isRoot }) {
  const names = missing.join(' ');
  if (!isDebian) {
    return `For ${what} these are missing (Debian's names): ${names}\nThis is not Debian or Ubuntu: install what they contain with this system's own package manager, and run this again.`;
  }
  if (!isRoot) {
    return `For ${what} these packages are missing, and only root can install them. Run this, and then the same command again:\n  sudo apt-get update && sudo apt-get install -y --no-install-recommends ${names}`;
  }
  return null;
}

export function thisMachine() {
  const { ID = '', ID_LIKE = '' } = osRelease();
  const isDebian = /\b(debian|ubuntu)\b/.test(`${ID} ${ID_LIKE}`);
  return {
    isDebian,
    isRoot: process.getuid?.() === 0,
    missing: isDebian
      ? notInstalled
      : (packages) => Object.keys(packages).filter((name) => !isOnPath(packages[name])),
  };
}

function notInstalled(packages) {
  const names = Object.keys(packages);
  // biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg-query's own format
  const format = '${Package} ${db:Status-Status}\n';
  const { stdout } = spawnSync('dpkg-query', ['-W', '-f', format, ...names], { encoding: 'utf8' });
  const installed = new Set((stdout ?? '').split('\n').filter((line) => line.endsWith(' installed')));
  return names.filter((name) => !installed.has(`${name} installed`));
}

// A package without a program of its own cannot be looked for: the build says so when it is missing.
function isOnPath(program) {
  if (program === null) return true;
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  return folders.some((folder) => existsSync(join(folder, program)));
}

async function install(names, update) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const failure = 'Debian’s packages could not be installed. Mend what apt-get says and run this again:';
  update('reading the list of packages');
  await run('apt-get', ['update', '-q'], { env, failure });
  const count = counter(update);
  await withoutServices(() =>
    run('apt-get', ['install', '-y', '-q', '--no-install-recommends', ...names], {
      env,
      failure,
      onLine: count,
    }),
  );
}

function counter(update) {
  let all = '?';
  let done = 0;
  return (line) => {
    all = /(\d+) newly installed/.exec(line)?.[1] ?? all;
    if (/^Setting up /.test(line)) update(`${++done} of ${all}`);
    else if (/^Get:/.test(line) && done === 0) update('downloading');
  };
}

/** Debian starts the services that it installs; the tests start their own (see policy-rc.d(8)). */
async function withoutServices(work) {
  const policy = '/usr/sbin/policy-rc.d';
  if (existsSync(policy)) return work();
  writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  const undo = untilUndone(() => rmSync(policy, { force: true }));
  try {
    return await work();
  } finally {
    undo();
  }
}
