import type { Readable } from 'node:stream';
import Router from '@koa/router';
import type { Context } from 'koa';
import { AppError } from '../errors.ts';
import { assertMayReadRecords, type OpenedLink } from '../room/openLink.ts';
import type { Clock } from '../room/ports.ts';
import type { RoomRecord } from '../room/records.ts';
import { bearerToken } from './bearer.ts';
import { sendDownload } from './download.ts';

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
  const readerOf = async (ctx: Context): Promise<OpenedLink> => {
    const opened = await openLink(bearerToken(ctx), ctx.ip);
    assertMayReadRecords(opened, clock.now());
    return opened;
  };
  const send = (kind: Kind) => async (ctx: Context) => {
    const { link, room } = await readerOf(ctx);
    assertMayDownload(link.id);
    const download = await openRecords(kind, room, `link:${link.id}`);
    sendDownload(ctx, {
      ...download,
      name: `${room.name}-${kind}.csv`,
      type: 'text/csv; charset=utf-8',
      refusal: () =>
        readerOf(ctx).then(
          () => null,
          (error) => whyRefused(error),
        ),
    });
  };
  router.get('/participants.csv', send('participants'));
  router.get('/chat.csv', send('chat'));
  return router;
}

/** A database that is away takes nothing back. */
function whyRefused(error: unknown): string | null {
  return error instanceof AppError && error.code !== 'store_unavailable' ? error.message : null;
}
