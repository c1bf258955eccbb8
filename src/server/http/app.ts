import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import Router from '@koa/router';
import Koa from 'koa';
import type { Logger } from 'pino';
import { renderErrors } from './errors.ts';
import { type FilesOptions, filesRouter } from './files.ts';
import { securityHeaders } from './headers.ts';
import { type InternalOptions, internalRouter } from './internal.ts';
import { helpLost } from './lost.ts';
import { type MetricsOptions, metricsRouter } from './metrics.ts';
import { type NetworkOptions, networkRouter } from './network.ts';
import { type PageOptions, servePage } from './page.ts';
import { type RecordsOptions, recordsRouter } from './records.ts';
import { speedRouter } from './speed.ts';
import { onlyPaths } from './target.ts';

/** The folder of the built page. */
export type PageFolder = PageOptions & { folder: string };

export type AppOptions = RecordsOptions &
  FilesOptions &
  InternalOptions &
  NetworkOptions &
  MetricsOptions & {
    page: PageFolder;
    /** Who has sent a request. */
    clientOf: (request: IncomingMessage) => { address: string; secure: boolean };
    /** What other systems use, under /api/v1. */
    api: Koa.Middleware;
    /** What keeps interviews from being held now; null: nothing. */
    problem: () => Promise<string | null>;
    /** Whether no call may begin now. */
    isFull: () => boolean;
    /** Each answer with its status, when it is decided. */
    onAnswer: (status: number) => void;
    log: Logger;
  };

const goneAway = new Set(['ECONNRESET', 'EPIPE', 'ERR_STREAM_PREMATURE_CLOSE']);

/** The HTTP side: middleware in order, the API, the page. */
export function createApp({ page, clientOf, api, onAnswer, log, ...options }: AppOptions): Koa {
  const app = new Koa();
  app.on('error', (error) => {
    // A reader who has seen enough, as the speed measurement always has, is no fault.
    if (goneAway.has(error?.code)) log.debug({ code: error.code }, 'the reader has gone away');
    else log.warn({ err: error }, 'an answer could not be sent whole');
  });
  app.use((ctx, next) => {
    const { address, secure } = clientOf(ctx.req);
    ctx.request.ip = address;
    ctx.state.secure = secure;
    return next();
  });
  app.use(async (ctx, next) => {
    await next();
    onAnswer(ctx.status);
  });
  app.use(onlyPaths);
  app.use(securityHeaders);
  app.use(unbuffered);
  app.use(renderErrors(log));
  app.use(health(options).routes());
  app.use(metricsRouter(options).routes());
  app.use(recordsRouter(options).routes());
  app.use(filesRouter(options).routes());
  app.use(speedRouter(options).routes());
  app.use(networkRouter(options).routes());
  app.use(internalRouter(options).routes());
  app.use(api);
  app.use(servePage(page.folder, page));
  app.use(helpLost(page.folder));
  return app;
}

/**
 * What is sent bit by bit goes through a proxy as it comes: nginx would write up to 1 GB of it to its disk, and the speed of the
 * line would be that of the machine (https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_buffering).
 */
async function unbuffered(ctx: Koa.Context, next: Koa.Next): Promise<void> {
  await next();
  if (ctx.body instanceof Readable) ctx.set('X-Accel-Buffering', 'no');
}

/**
 * `/healthz` for service managers: 200 while the process answers, as a restart mends nothing of a database that is
 * away and ends the calls that go on. `/readyz` for load balancers: 200 while new interviews can be held, else 503. A server
 * that is full is ready still: by the same way those of the running calls come back whose line was lost.
 */
function health({ problem, isFull }: Pick<AppOptions, 'problem' | 'isFull'>): Router {
  const router = new Router();
  router.get('/healthz', (ctx) => {
    ctx.set('Cache-Control', 'no-store');
    ctx.body = { status: 'ok' };
  });
  return router.get('/readyz', async (ctx) => {
    const found = await problem();
    ctx.status = found ? 503 : 200;
    ctx.set('Cache-Control', 'no-store');
    ctx.body = { status: found ?? (isFull() ? 'full' : 'ok') };
  });
}
