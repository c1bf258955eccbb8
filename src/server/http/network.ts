import Router from '@koa/router';
import type { NetworkNeed } from '../../protocol/network.ts';
import { type OpenCheckOptions, openCheck } from './openCheck.ts';

export type NetworkOptions = OpenCheckOptions & { networkNeeds: NetworkNeed[] };

/**
 * What people's own networks have to let out, for the help and the environment check. Over HTTP, as it is needed above all where
 * nothing else gets through; to whoever may run the check, as their media say as much.
 */
export function networkRouter({ networkNeeds, ...check }: NetworkOptions): Router {
  const router = new Router({ prefix: '/api/network' });
  return router.get('/', async (ctx) => {
    await openCheck(ctx, check);
    ctx.set('Cache-Control', 'no-store');
    ctx.body = networkNeeds;
  });
}
