import type { Context } from 'koa';

/**
 * A secret as it comes over HTTP (a link's token, a key, a ticket): as a bearer token, so that no address and no log holds
 * it. '': none came. The scheme's name is of any case (RFC 9110).
 */
export const bearerToken = (ctx: Context) => /^Bearer (\S+)$/i.exec(ctx.get('Authorization'))?.[1] ?? '';
