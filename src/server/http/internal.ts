import Router from '@koa/router';
import type { Context, Next } from 'koa';
import type { ServerStatus } from '../../protocol/status.ts';
import { AppError } from '../errors.ts';
import type { Rooms } from '../room/Rooms.ts';
import { isSameText } from '../room/sameText.ts';
import { bearerToken } from './bearer.ts';

export type InternalOptions = {
  rooms: Rooms;
  /** What who asks must show: only who has the secret can make it. */
  adminToken: string;
  status: () => Promise<ServerStatus>;
};

/** What commands and other servers of the same database ask this one: about its live rooms, and to change them. */
export function internalRouter({ rooms, adminToken, status }: InternalOptions): Router {
  const router = new Router({ prefix: '/api/internal' });
  router.use((ctx: Context, next: Next) => {
    if (!isSameText(bearerToken(ctx), adminToken))
      throw new AppError('not_allowed', 'this is for servers and commands');
    return next();
  });
  router.get('/status', async (ctx) => {
    ctx.set('Cache-Control', 'no-store');
    ctx.body = await status();
  });
  router.get('/rooms/:id', (ctx) => {
    ctx.body = { live: rooms.isLive(String(ctx.params.id)) };
  });
  router.post('/rooms/:id/refresh', async (ctx) => {
    await rooms.refresh(String(ctx.params.id));
    ctx.body = {};
  });
  router.post('/rooms/:id/end', async (ctx) => {
    ctx.body = { ended: await rooms.end(String(ctx.params.id)) };
  });
  return router;
}
