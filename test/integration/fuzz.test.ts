/**
 * What is wrong in every way that is known, against everything that the server listens to: it answers, and nothing
 * else happens. FUZZ_SEED and FUZZ_PATH run what a failure printed again; npm run fuzz goes on for ten minutes.
 */
import test, { type ExecutionContext } from 'ava';
import { adminTokenOf, openSecret } from '../../src/server/secret.ts';
import { sayCorpus, sendCorpus } from '../fuzz/corpus.ts';
import { Keys, knowing } from '../fuzz/http.ts';
import { InnocentCall, metricsToken, settings, type Target } from '../fuzz/target.ts';
import { startServer } from '../helpers/server.ts';

async function startTarget(t: ExecutionContext): Promise<Target & { call: InnocentCall }> {
  const server = await startServer(t, settings);
  const target: Target = {
    url: server.url,
    store: server.store,
    adminToken: adminTokenOf(await openSecret(server.config, server.store)),
    metricsToken,
    room: server.room,
    errors: () =>
      server.log.splice(0).flatMap((line) => (Number(line.level) >= 50 ? [JSON.stringify(line)] : [])),
  };
  return { ...target, call: await InnocentCall.begin(t, target) };
}

/** The call goes on, and the audit is whole: nothing that was sent has got into it in another shape than it was hashed. */
async function assertWell({ call, store }: Target & { call: InnocentCall }): Promise<void> {
  await call.assertWell();
  const { problems } = await store.audit.verify();
  if (problems.length > 0) throw new Error(`the audit does not hold together: ${JSON.stringify(problems)}`);
}

test.serial('what is known to be bad is answered', async (t) => {
  const target = await startTarget(t);
  t.true((await sayCorpus(t, target)) > 0);
  const known = { ...(await knowing(t, target)), key: await new Keys(target).next() };
  t.true((await sendCorpus(target, known)) > 0);
  await assertWell(target);
});
