import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../package-root.js';

/** What package-lock.json says of each package, by its path, e.g. node_modules/koa; without this one itself. */
export function lockedPackages() {
  const { packages } = JSON.parse(readFileSync(join(packageRoot, 'package-lock.json'), 'utf8'));
  const { '': _, ...others } = packages;
  return others;
}

/** The name of a package by its path; an alias says it itself. */
export const nameOf = (path, { name } = {}) => name ?? path.replace(/^.*node_modules\//, '');
