import type { Readable } from 'node:stream';
import Router from '@koa/router';
import type { Context } from 'koa';
import { type Admitted, assertMayReadRecords } from '../room/admission.ts';
import type { Clock, RoomRecord } from '../room/ports.ts';
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
  admit: (token: string, address: string) => Promise<Admitted>;
  /** @throws {AppError} too_fast */
  assertMayDownload: (linkId: string) => void;
  clock: Clock;
};

/** The interviewer's two downloads; the link's token comes as a bearer token, so that no address holds it. */
export function recordsRouter({ openRecords, admit, assertMayDownload, clock }: RecordsOptions): Router {
  const router = new Router({ prefix: '/api/room' });
  const send = (kind: Kind) => async (ctx: Context) => {
    const admitted = await admit(bearerToken(ctx), ctx.ip);
    assertMayReadRecords(admitted, clock.now());
    const { link, room } = admitted;
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
