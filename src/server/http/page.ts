import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Context, Next } from 'koa';
import sirv from 'sirv';
import { UserError } from '../errors.ts';

/** The addresses at which the page itself lives. */
const pagePaths = new Set(['/', '/room']);

/**
 * Serves the built page of `folder`: files with hashed names are kept by browsers for good, index.html is asked
 * for anew every time.
 * @throws {UserError} the page was not built
 */
export function servePage(folder: string) {
  if (!existsSync(join(folder, 'index.html'))) {
    throw new UserError(`The page is not built (there is no index.html in ${folder}): run npm run build.`);
  }
  const serve = sirv(folder, {
    etag: true,
    brotli: true,
    gzip: true,
    setHeaders: (res, path) => res.setHeader('Cache-Control', cacheControl(path)),
  });
  return (ctx: Context, next: Next) => {
    if (ctx.method !== 'GET' && ctx.method !== 'HEAD') return next();
    if (pagePaths.has(ctx.path)) ctx.req.url = '/';
    return new Promise<void>((resolve, reject) => {
      // sirv answers by itself; Koa keeps its hands off until sirv has nothing.
      ctx.respond = false;
      ctx.res.once('close', resolve);
      serve(ctx.req, ctx.res, () => {
        ctx.respond = true;
        next().then(resolve, reject);
      });
    });
  };
}

const cacheControl = (path: string) =>
  path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache';
