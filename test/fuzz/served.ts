/** A target that runs in the test's own process. */
import type { ExecutionContext } from 'ava';
import { ticketsOf } from '../helpers/internal.ts';
import { startServer } from '../helpers/server.ts';
import { InnocentCall, metricsToken, settings, type Target } from './target.ts';

export async function startTarget(t: ExecutionContext): Promise<Target & { call: InnocentCall }> {
  const server = await startServer(t, settings);
  const target: Target = {
    url: server.url,
    store: server.store,
    ticketFor: await ticketsOf(server),
    metricsToken,
    room: server.room,
    errors: () =>
      server.log.splice(0).flatMap((line) => (Number(line.level) >= 50 ? [JSON.stringify(line)] : [])),
  };
  return { ...target, call: await InnocentCall.begin(t, target) };
}

/** The call goes on, and the audit is whole: nothing that was sent has got into it in another shape than it was hashed. */
export async function assertWell({ call, store }: Target & { call: InnocentCall }): Promise<void> {
  await call.assertWell();
  const { problems } = await store.audit.verify();
  if (problems.length > 0) throw new Error(`the audit does not hold together: ${JSON.stringify(problems)}`);
}
