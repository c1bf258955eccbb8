/**
 * What is wrong in every way that is known, against everything that the server listens to: it answers, and nothing
 * else happens. What is made up anew each time is in test/endurance/fuzz.test.ts.
 */
import test from 'ava';
import { sayCorpus, sendCorpus } from '../fuzz/corpus.ts';
import { Keys, knowing } from '../fuzz/http.ts';
import { assertWell, startTarget } from '../fuzz/served.ts';

test.serial('what is known to be bad is answered', async (t) => {
  const target = await startTarget(t);
  t.true((await sayCorpus(t, target)) > 0);
  const known = { ...(await knowing(t, target)), key: await new Keys(target).next() };
  t.true((await sendCorpus(target, known)) > 0);
  await assertWell(target);
});
