import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageJson, packageRoot } from '../package-root.js';
import { step } from './progress.js';
import { run } from './run.js';

const stamp = join(packageRoot, 'node_modules', '.webinterview-setup');

/** npm's packages as the lock file names them. Of their install scripts only those run that are allowed by name. */
export async function needPackages(env) {
  const lock = createHash('sha256')
    .update(readFileSync(join(packageRoot, 'package-lock.json')))
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return;
  await step('npm packages', async () => {
    const options = {
      cwd: packageRoot,
      env,
      failure: 'npm could not install the packages. Mend what it says and run this again:',
    };
    await run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], options);
    const allowed = Object.keys(packageJson.allowScripts ?? {}).filter(
      (name) => packageJson.allowScripts[name] === true,
    );
    if (allowed.length > 0) await run('npm', ['rebuild', ...allowed], options);
    writeFileSync(stamp, lock);
  });
}
