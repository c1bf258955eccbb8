import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Context } from 'koa';
import { roomOf } from '../../protocol/link.ts';
import { securityHeadersFor } from './headers.ts';

/**
 * Where nothing is: a link that was changed on its way leads to its room, and people who come otherwise see the page of `folder`,
 * which says what to do. Programs get their error. A token that is in the path by mistake is told to nobody but who sent it.
 */
export function helpLost(folder: string) {
  return async (ctx: Context) => {
    if (ctx.method !== 'GET' && ctx.method !== 'HEAD') return;
    const room = roomOf(ctx.path);
    if (room) {
      ctx.set({ Location: room, 'Cache-Control': 'no-store' });
      ctx.status = 302;
      ctx.body = '';
      return;
    }
    ctx.vary('Accept');
    if (ctx.accepts('json', 'html') !== 'html') return;
    ctx.set(securityHeadersFor({ path: '/room', host: ctx.host, secure: ctx.state.secure === true }));
    ctx.set('Cache-Control', 'no-store');
    ctx.status = 404;
    ctx.type = 'html';
    ctx.body = await readFile(join(folder, 'index.html'));
  };
}
