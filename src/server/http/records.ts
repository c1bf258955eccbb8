import type { Readable } from 'node:stream';
import Router from '@koa/router';
import type { Context } from 'koa';
import { assertMayReadRecords, type OpenedLink } from '../room/openLink.ts';
import type { Clock } from '../room/ports.ts';
import type { RoomRecord } from '../room/records.ts';
import { bearerToken } from './bearer.ts';

/** What of a room can be downloaded. */
type Kind = 'participants' | 'chat';

export type RecordsOptions = {
  /** As CSV. `actor` is as the audit names who reads it; `sent` is to be called when all of it was handed on. */
  openRecords: (
    kind: Kind,
    room: RoomRecord,
    actor: string,
  ) => Promise<{ content: Readable; sent: () => void }>;
  /** @throws {AppError} when the token opens no room */
  openLink: (token: string, address: string) => Promise<OpenedLink>;
  /** @throws {AppError} too_fast */
  assertMayDownload: (linkId: string) => void;
  clock: Clock;
};

/** The interviewer's two downloads; the link's token comes as a bearer token, so that no address holds it. */
export function recordsRouter({ openRecords, openLink, assertMayDownload, clock }: RecordsOptions): Router {
  const router = new Router({ prefix: '/api/room' });
  const send = (kind: Kind) => async (ctx: Context) => {
    const opened = await openLink(bearerToken(ctx), ctx.ip);
    assertMayReadRecords(opened, clock.now());
    const { link, room } = opened;
    assertMayDownload(link.id);
    const { content, sent } = await openRecords(kind, room, `link:${link.id}`);
    ctx.attachment(`${room.name}-${kind}.csv`);
    ctx.type = 'text/csv; charset=utf-8';
    ctx.set('Cache-Control', 'no-store');
    ctx.body = content;
    ctx.res.once('finish', () => content.readableEnded && sent());
  };
  router.get('/participants.csv', send('participants'));
  router.get('/chat.csv', send('chat'));
  return router;
}
