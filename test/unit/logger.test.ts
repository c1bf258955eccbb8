import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import test from 'ava';
import { errorForLog } from '../../src/server/observe/logger.ts';

test('of an error the log has what it is and where, not the values that a driver attached', (t) => {
  const driver = Object.assign(new Error('gone away'), { code: 'ECONNRESET', sql: "INSERT ('応募花子')" });
  const error = Object.assign(new Error('query failed', { cause: driver }), { parameters: ['応募花子'] });
  const logged = errorForLog(error);
  t.like(logged, {
    type: 'Error',
    message: 'query failed',
    cause: { message: 'gone away', code: 'ECONNRESET' },
  });
  t.truthy(logged.stack);
  t.false(JSON.stringify(logged).includes('応募花子'));
  t.deepEqual(errorForLog('text'), { type: 'string', message: 'text' });
});

test('a disk that is full under the log ends nothing', async (t) => {
  const logger = join(import.meta.dirname, '../../src/server/observe/logger.ts');
  const program = `
    const { createLogger } = await import(${JSON.stringify(logger)});
    const log = createLogger('info');
    for (let i = 0; i < 100; i++) log.info({ i }, 'written to where there is no space');
    setImmediate(() => console.log('goes on'));`;
  const options = ['--input-type=module', '--eval', program];
  // As a file on a full disk: every write ends in ENOSPC.
  const child = spawn(process.execPath, options, { stdio: ['ignore', 'pipe', openSync('/dev/full', 'w')] });
  const [said, [code]] = await Promise.all([text(child.stdout as Readable), once(child, 'close')]);
  t.deepEqual([said, code], ['goes on\n', 0]);
});
