import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Context, Next } from 'koa';
import sirv from 'sirv';
import { UserError } from '../errors.ts';

/** The addresses at which the page itself lives. */
const pagePaths = new Set(['/', '/room']);

export type PageOptions = {
  /** The files change while they are served (`npm run dev`): each is looked for anew, and no browser keeps one. */
  isChanging?: boolean;
};

/**
 * Serves the built page of `folder`: files with hashed names are kept by browsers for good, index.html is asked
 * for anew every time.
 * @throws {UserError} the page was not built
 */
export function servePage(folder: string, { isChanging = false }: PageOptions = {}) {
  if (!existsSync(join(folder, 'index.html'))) {
    throw new UserError(`The page is not built (there is no index.html in ${folder})`, {
      remedy: 'run npm run build.',
    });
  }
  const serve = sirv(folder, {
    dev: isChanging,
    etag: true,
    brotli: true,
    gzip: true,
    setHeaders: (res, path) => res.setHeader('Cache-Control', isChanging ? 'no-store' : cacheControl(path)),
  });
  return (ctx: Context, next: Next) => {
    if (ctx.method !== 'GET' && ctx.method !== 'HEAD') return next();
    if (pagePaths.has(ctx.path)) ctx.req.url = '/';
    return new Promise<void>((resolve, reject) => {
      // sirv answers by itself; Koa keeps its hands off until sirv has nothing.
      ctx.respond = false;
      ctx.res.once('close', resolve);
      // Its small files are sent whole: sirv fails at a range that ends before it begins.
      delete ctx.req.headers.range;
      ctx.res.once('pipe', (file) => file.once('error', (error: Error) => giveUp(ctx, error)));
      serve(ctx.req, ctx.res, () => {
        ctx.respond = true;
        next().then(resolve, reject);
      });
    });
  };
}

/**
 * Of a file that cannot be read any more, as an upgrade has replaced it or no file can be opened: nobody else hears of it,
 * and a fault that nobody hears of ends the process, and with it every call.
 */
function giveUp(ctx: Context, error: Error): void {
  ctx.app.emit('error', error, ctx);
  ctx.res.destroy();
}

const cacheControl = (path: string) =>
  path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache';
