import Router from '@koa/router';
import type { Context, Next } from 'koa';
import type { ServerStatus } from '../../protocol/status.ts';
import { AppError } from '../errors.ts';
import type { Rooms } from '../room/Rooms.ts';
import { bearerToken } from './bearer.ts';

export type InternalOptions = {
  rooms: Rooms;
  /** Whether who shows this ticket may ask this: only who has the secret can make one. */
  mayAsk: (ticket: string, asked: { method: string; path: string }) => boolean;
  status: () => Promise<ServerStatus>;
};

/** What commands and other servers of the same database ask this one: about its live rooms, and to change them. */
export function internalRouter({ rooms, mayAsk, status }: InternalOptions): Router {
  const router = new Router({ prefix: '/api/internal' });
  router.use((ctx: Context, next: Next) => {
    if (!mayAsk(bearerToken(ctx), { method: ctx.method, path: ctx.originalUrl }))
      throw new AppError(
        'not_allowed',
        'this is for servers and commands of this installation whose clocks are right',
      );
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
