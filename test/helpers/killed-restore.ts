/**
 * A process that restores a backup and is killed before the given one of the steps by which files get their names:
 * node killed-restore.ts DATA_DIR BACKUP STEP [no-links]. It exits with 0 when there are fewer steps.
 */
import fs from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { loadConfig } from '../../src/server/config.ts';

const [dataDir, backup = '', step, links] = process.argv.slice(2);
let steps = 0;

function dieAtStep() {
  if (++steps === Number(step)) process.kill(process.pid, 'SIGKILL');
}

const { rename, link } = fs;
fs.rename = (from, to) => {
  dieAtStep();
  return rename(from, to);
};
fs.link = async (from, to) => {
  dieAtStep();
  // As FAT and many network folders answer.
  if (links === 'no-links') throw Object.assign(new Error('no links'), { code: 'EPERM' });
  return link(from, to);
};
syncBuiltinESMExports();

const { restoreDatabase } = await import('../../src/server/store/index.ts');
const config = loadConfig({ flags: { dataDir }, env: {}, nodeEnv: 'test' });
await restoreDatabase(config, backup, { now: new Date() });
