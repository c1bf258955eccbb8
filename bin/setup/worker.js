// mediasoup's worker: the media server proper, a program in C++.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { readFile, rename } from 'node:fs/promises';
import { release } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { cacheFolder } from '../node-binary.js';
import { packageRoot } from '../package-root.js';
import { mediasoupVersion, recipeFolder, workerBinary } from '../worker-binary.js';
import { step } from './progress.js';
import { run, SetupError } from './run.js';
import { untilUndone, withScratch } from './scratch.js';
import { forBuildingTheWorker, needSystemPackages } from './system-packages.js';

/** Where mediasoup publishes its workers; its own variable for a mirror is heeded. */
const releases =
  process.env.MEDIASOUP_WORKER_PREBUILT_DOWNLOAD_BASE_URL ||
  'https://github.com/versatica/mediasoup/releases/download';
/** Milliseconds for the server to answer: a sealed network often answers nothing at all. */
const ANSWER_MS = 10_000;
const DOWNLOAD_MS = 120_000;
/** main.cpp of the worker: what it ends with when it is started by hand. */
const STARTED_BY_HAND = 41;

/** Sees that the worker is there, in the cache outside the checkout: fetched, else built. */
export async function needWorker(env) {
  const given = process.env.MEDIASOUP_WORKER_BIN;
  if (given) {
    if (!runs(given))
      throw new SetupError(`MEDIASOUP_WORKER_BIN is ${given}, which is no worker that runs here.`);
    return;
  }
  const binary = workerBinary();
  if (runs(binary)) return;
  mkdirSync(cacheFolder(), { recursive: true });
  const unlock = await lock(`${dirname(binary)}.lock`);
  try {
    if (!runs(binary)) await withScratch((scratch) => makeWorker(scratch, dirname(binary), env));
  } finally {
    unlock();
  }
}

/** Makes the worker in a draft, and puts it into its place when it has been seen to run. */
async function makeWorker(scratch, place, env) {
  const folder = join(scratch, 'worker');
  mkdirSync(folder);
  const name = `mediasoup's worker ${mediasoupVersion}`;
  const fetched = await step(`${name}, prebuilt`, (update) => fetchPrebuilt(folder, update));
  if (!fetched) await buildWorker(join(folder, 'mediasoup-worker'), scratch, env);
  // One that no longer runs, since a library that it was built with is gone, makes room.
  rmSync(place, { recursive: true, force: true });
  await rename(folder, place);
}

async function buildWorker(binary, scratch, env) {
  await needSystemPackages('building mediasoup’s worker', forBuildingTheWorker);
  const sources = await mediasoupSources(scratch, env);
  await step("mediasoup's worker, built from npm's sources (some minutes, once)", (update) =>
    run('nice', ['sh', join(recipeFolder, 'build.sh'), sources, binary], {
      failure: 'mediasoup’s worker could not be built:',
      onLine(line) {
        const [, done, all] = /^\[(\d+)\/(\d+)\]/.exec(line) ?? [];
        if (done) update(`${done} of ${all}`);
      },
    }),
  );
  if (!runs(binary)) throw new SetupError('mediasoup’s worker was built but does not run on this machine.');
}

/** true when it was there and runs here. */
async function fetchPrebuilt(folder, update) {
  const kernel = process.platform === 'linux' ? `-kernel${release().split('.')[0]}` : '';
  const name = `mediasoup-worker-${mediasoupVersion}-${process.platform}-${process.arch}${kernel}.tgz`;
  try {
    const content = await download(`${releases}/${mediasoupVersion}/${name}`);
    const archive = join(folder, 'worker.tgz');
    writeFileSync(archive, content);
    await run('tar', ['-xzf', archive, '-C', folder], { failure: 'not unpacked' });
    rmSync(archive);
    if (runs(join(folder, 'mediasoup-worker'))) return true;
    update('does not run on this machine');
  } catch (error) {
    update(`cannot be had here (${error.cause?.code ?? error.message})`);
  }
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  return false;
}

async function download(url) {
  const controller = new AbortController();
  const withinMs = (ms, why) => setTimeout(() => controller.abort(new Error(why)), ms);
  const timers = [withinMs(DOWNLOAD_MS, 'too slow')];
  const answering = withinMs(ANSWER_MS, 'no answer');
  timers.push(answering);
  try {
    const response = await fetch(url, { signal: controller.signal });
    clearTimeout(answering);
    if (!response.ok) throw new Error(`${response.status} ${response.statusText}`);
    return Buffer.from(await response.arrayBuffer());
  } finally {
    for (const timer of timers) clearTimeout(timer);
  }
}

/** The npm package with the C++ sources: a clone has it, an installed webinterview fetches it. */
async function mediasoupSources(scratch, env) {
  const installed = join(packageRoot, 'node_modules', 'mediasoup');
  if (existsSync(join(installed, 'worker'))) return installed;
  return step(`mediasoup ${mediasoupVersion} from npm`, async () => {
    const failure = 'mediasoup’s sources could not be fetched from npm:';
    await run('npm', ['pack', `mediasoup@${mediasoupVersion}`], { cwd: scratch, env, failure });
    await run('tar', ['-xzf', `mediasoup-${mediasoupVersion}.tgz`], { cwd: scratch, failure });
    return join(scratch, 'package');
  });
}

/** Without the version that mediasoup hands it, a worker that runs says so with an exit code of its own. */
function runs(binary) {
  const { MEDIASOUP_VERSION: _, ...env } = process.env;
  return spawnSync(binary, [], { env, stdio: 'ignore' }).status === STARTED_BY_HAND;
}

/** Two set-ups at once build one worker: the second waits. A lock whose process is gone is taken over. */
async function lock(folder) {
  const owner = join(folder, 'pid');
  for (let waits = 0; ; waits++) {
    try {
      mkdirSync(folder);
      writeFileSync(owner, String(process.pid));
      return untilUndone(() => rmSync(folder, { recursive: true, force: true }));
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
      if (waits === 0) console.log('setup: another set-up is making mediasoup’s worker; waiting for it');
      await delay(1000);
      if (waits > 0 && !(await isHeld(owner))) rmSync(folder, { recursive: true, force: true });
    }
  }
}

async function isHeld(owner) {
  const pid = Number(await readFile(owner, 'utf8').catch(() => '0'));
  try {
    return pid > 0 && process.kill(pid, 0);
  } catch (error) {
    return error.code === 'EPERM';
  }
}
