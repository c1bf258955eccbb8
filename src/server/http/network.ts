import Router from '@koa/router';
import type { NetworkNeed } from '../../protocol/network.ts';
import { assertMayCheck, type OpenedLink } from '../room/openLink.ts';
import { bearerToken } from './bearer.ts';

export type NetworkOptions = {
  networkNeeds: NetworkNeed[];
  /** @throws {AppError} when the token opens no room */
  openLink: (token: string, address: string) => Promise<OpenedLink>;
};

/**
 * What people's own networks have to let out, for the help and the environment check. Over HTTP, as it is needed above all where
 * nothing else gets through; to whoever has a link that is open or will be, as its media say as much.
 */
export function networkRouter({ networkNeeds, openLink }: NetworkOptions): Router {
  const router = new Router({ prefix: '/api/network' });
  return router.get('/', async (ctx) => {
    assertMayCheck(await openLink(bearerToken(ctx), ctx.ip));
    ctx.set('Cache-Control', 'no-store');
    ctx.body = networkNeeds;
  });
}
