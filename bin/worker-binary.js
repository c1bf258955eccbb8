import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { release } from 'node:os';
import { join } from 'node:path';
import { cacheFolder } from './node-binary.js';
import { packageJson, packageRoot } from './package-root.js';

export const mediasoupVersion = packageJson.devDependencies.mediasoup;
/** How the worker is built where its prebuilt cannot be had. */
export const recipeFolder = join(packageRoot, 'deploy', 'mediasoup-worker');

/** Where mediasoup's worker is, or will be once set-up has run: one for each version, platform and recipe. */
export function workerBinary() {
  const parts = [mediasoupVersion, process.platform, process.arch, system(), recipeHash()];
  return join(cacheFolder(), `mediasoup-worker-${parts.join('-')}`, 'mediasoup-worker');
}

/** The distribution and its release, e.g. debian12: what is built against its libraries runs on it alone. */
function system() {
  if (process.platform !== 'linux') return release().split('.')[0];
  const { ID = 'linux', VERSION_ID = '' } = osRelease();
  return ID + VERSION_ID;
}

/** /etc/os-release as an object (os-release(5)); empty where there is none. */
export function osRelease() {
  try {
    const lines = readFileSync('/etc/os-release', 'utf8').matchAll(/^(\w+)="?(.*?)"?$/gm);
    return Object.fromEntries([...lines].map(([, name, value]) => [name, value]));
  } catch {
    return {};
  }
}

function recipeHash() {
  const hash = createHash('sha256');
  const files = readdirSync(recipeFolder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== 'README.md')
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
  for (const file of files.sort()) hash.update(readFileSync(file));
  return hash.digest('hex').slice(0, 8);
}
