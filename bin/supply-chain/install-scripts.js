import { packageJson } from '../package-root.js';
import { lockedPackages, nameOf } from './lock.js';

/**
 * The packages that would run a script of their own when they are installed, and of which package.json's `allowScripts`
 * does not say whether they may. Set-up runs those alone that are allowed by name (bin/setup/packages.js).
 */
export function undecidedScripts(locked = lockedPackages(), decided = packageJson.allowScripts ?? {}) {
  return Object.entries(locked)
    .filter(([, { hasInstallScript }]) => hasInstallScript)
    .map(([path, entry]) => nameOf(path, entry))
    .filter((name) => typeof decided[name] !== 'boolean');
}
