import type { Context } from 'koa';

/** A link's token as it comes over HTTP: as a bearer token, so that no address and no log holds it. */
export const bearerToken = (ctx: Context) => /^Bearer (\S+)$/.exec(ctx.get('Authorization'))?.[1] ?? '';
