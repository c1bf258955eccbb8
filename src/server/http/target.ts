import type { Context, Next } from 'koa';
import { securityHeadersFor } from './headers.ts';

/**
 * Answers 400 to a request whose target is no path (RFC 9112 section 3.2), which Koa and whatever reads `ctx.path` after
 * this would stumble over: `http://[`, a query alone. Browsers send none.
 */
export async function onlyPaths(ctx: Context, next: Next): Promise<void> {
  if (isPath(ctx)) return next();
  ctx.status = 400;
  ctx.set(securityHeadersFor({ path: null, host: ctx.get('Host'), secure: ctx.state.secure === true }));
  ctx.body = { error: { code: 'bad_request', message: 'the address that was asked for cannot be read' } };
}

function isPath(ctx: Context): boolean {
  try {
    return typeof ctx.path === 'string' && ctx.path.startsWith('/');
  } catch {
    return false;
  }
}
