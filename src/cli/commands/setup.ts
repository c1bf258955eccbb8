import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { UserError } from '../../server/errors.ts';
import { packageRoot } from '../../server/packageRoot.ts';
import type { CommonOptions } from '../context.ts';
import { printJson } from '../output/print.ts';

/** `webinterview setup`: brings mediasoup's worker, as `npm start` does in a clone; progress on standard error. */
export async function setup(options: CommonOptions): Promise<void> {
  const script = join(packageRoot(), 'bin', 'setup.js');
  const child = spawn(process.execPath, [script, 'worker'], {
    stdio: ['inherit', process.stderr, 'inherit'],
  });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new UserError('Set-up failed', { remedy: 'see the messages above.' });
  if (options.json) printJson({ ok: true });
}
