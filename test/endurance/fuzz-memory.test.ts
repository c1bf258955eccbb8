/** The attack of `npm run fuzz`: ten minutes against one server, which has to answer, let a call go on, and keep its memory. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import test from 'ava';
import { endGroup } from '../helpers/end-group.ts';
import { inTime } from '../helpers/until.ts';

const { FUZZ_MINUTES = '10' } = process.env;
/** For the corpus before, and for a busy machine: a slice ends with the input that it is at. */
const SPARE_MS = 5 * 60_000;

test('ten minutes of wrong input leave a server as it was, and its memory', async (t) => {
  const withinMs = Number(FUZZ_MINUTES) * 60_000 + SPARE_MS;
  t.timeout(withinMs + 60_000);
  const fuzz = spawn(process.execPath, ['test/fuzz/run.ts', FUZZ_MINUTES], {
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  t.teardown(() => endGroup(fuzz.pid as number));
  const ended = Promise.all([text(fuzz.stdout), text(fuzz.stderr), once(fuzz, 'close')]);
  const [stdout, stderr] = await inTime('the attack is over', ended, { withinMs });
  t.log(stdout.trim());
  t.regex(stdout, /^grown since round 2: node \S+ MB, workers \S+ MB$/m, stderr);
  t.is(fuzz.exitCode, 0, stderr);
});
