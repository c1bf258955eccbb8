import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** The Node that set-up brings from npm where the machine's own is too old. */
export const NODE_VERSION = '24.21.0';
/** The oldest Node that runs the sources: the first 22 that strips types without a flag and a warning. */
export const MINIMUM = '22.20.0';

/** Where set-up keeps what is dear to make: outside the checkout, so that a fresh clone finds it. */
export function cacheFolder() {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'webinterview');
}

/** Whether a version like 22.20.1 is at least another one. */
export function isAtLeast(version, minimum) {
  const [have, want] = [version, minimum].map((text) => text.split('.').map(Number));
  for (const [i, part] of want.entries()) if (have[i] !== part) return have[i] > part;
  return true;
}

/** Where set-up puts Node. */
export const cachedNode = () =>
  join(cacheFolder(), `node-${NODE_VERSION}-${process.platform}-${process.arch}`, 'bin', 'node');

/** The path of a Node that is new enough: the one that runs, else set-up's; null when there is none yet. */
export function nodeBinary() {
  if (isAtLeast(process.versions.node, MINIMUM)) return process.execPath;
  return existsSync(cachedNode()) ? cachedNode() : null;
}
