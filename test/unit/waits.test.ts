/** Waits of the tests end, and say what they waited for. */
import { spawn } from 'node:child_process';
import test from 'ava';
import { endOf } from '../helpers/child.ts';
import { inTime, until } from '../helpers/until.ts';

const started = (program: string) => spawn(process.execPath, ['-e', program], { stdio: 'pipe' });

test('a command that has ended is told of with all that it has printed', async (t) => {
  const child = started("console.log('out'); console.error('err'); process.exitCode = 3");
  t.deepEqual(await endOf(child, 'a command'), {
    code: 3,
    signal: null,
    stdout: Buffer.from('out\n'),
    stderr: 'err\n',
  });
});

test('a command that does not end is killed, and named with what it has printed', async (t) => {
  const child = started("process.stdout.write('so far'); setInterval(() => {}, 1000)");
  await t.throwsAsync(endOf(child, 'webinterview export', 10), {
    message: /^not within 0\.01 s: webinterview export has ended/,
  });
  await until('it is gone', () => child.signalCode === 'SIGKILL');
});

test('what comes too late is named', async (t) => {
  t.is(await inTime('the answer', Promise.resolve('here')), 'here');
  await t.throwsAsync(inTime('the answer', Promise.reject(new Error('no'))), { message: 'no' });
  await t.throwsAsync(inTime('the answer', new Promise(() => {}), { withinMs: 10, last: () => 'nothing' }), {
    message: 'not within 0.01 s: the answer (last: nothing)',
  });
});
