import type { IncomingMessage } from 'node:http';
import { addAbortSignal } from 'node:stream';
import Router from '@koa/router';
import type { Context } from 'koa';
import { z } from 'zod';
import { limits } from '../../protocol/limits.ts';
import type { ChatFile } from '../../protocol/messages.ts';
import { AppError } from '../errors.ts';
import type { Seat } from '../room/actions/action.ts';
import { readFile, sendFile } from '../room/actions/chat.ts';
import { assertFileSize, fileType, safeFileName } from '../room/fileNames.ts';
import type { OpenedLink } from '../room/openLink.ts';
import type { Peer } from '../room/Peer.ts';
import { assertMay } from '../room/permissions.ts';
import type { RoomStore } from '../room/ports.ts';
import type { Room } from '../room/Room.ts';
import type { Rooms } from '../room/Rooms.ts';
import { AtOnce, takeBoth } from '../util/AtOnce.ts';
import { bearerToken } from './bearer.ts';
import { readUpTo } from './body.ts';
import { cutWhenStalled, inPieces, whenOver } from './pieces.ts';

/** The rooms that are live here, and what was stored. */
export type FilesOptions = {
  rooms: Rooms;
  store: Pick<RoomStore, 'readFile'>;
  /** @throws {AppError} when the token opens no room */
  openLink: (token: string, address: string) => Promise<OpenedLink>;
};

/** Files under way to all who came by one link: 100 MB of memory at most. What was not read goes with its reader's seat. */
const READS_PER_LINK = 20;

/**
 * The chat's files. Both ways ask for the link's token and for the key of the seat (`X-Resume-Key`), so that only who
 * is in the call sends and reads them.
 */
export function filesRouter({ rooms, store, openLink }: FilesOptions): Router {
  const router = new Router({ prefix: '/api/room/files' });
  const readsOfPeer = new AtOnce(limits.fileReads.atOnce);
  const readsOfLink = new AtOnce(READS_PER_LINK);

  const seatOf = async (ctx: Context): Promise<Seat> => {
    const { link, room: record } = await openLink(bearerToken(ctx), ctx.ip);
    const room = await rooms.live(record.id);
    return { room, peer: room.people.holderOf(link.id, ctx.get('X-Resume-Key')) };
  };

  router.post('/', async (ctx) => {
    const { peer: sender } = await seatOf(ctx);
    assertMay(sender, 'sendFile');
    const clientId = z.uuid().safeParse(ctx.get('X-Client-Id')).data;
    if (!clientId) throw new AppError('bad_request', 'X-Client-Id must be a UUID');
    const file = {
      name: safeFileName(decoded(ctx.get('X-File-Name'))),
      type: fileType(ctx.get('Content-Type')),
    };
    const { signal, over } = sender.presence.receiveUpload();
    const content = await bodyOf(ctx.req, signal).finally(over);
    // A file takes its time: whether it may be sent is decided anew when its last byte is there.
    ctx.body = await sendFile(await seatOf(ctx), { clientId, file, content });
  });

  /** @throws {AppError} too_fast */
  const takePlace = (peer: Peer): (() => void) => {
    if (!peer.fileReadRate.take())
      throw new AppError('too_fast', 'too many files at once; try again in a minute');
    const giveBack = takeBoth(readsOfPeer, peer.id, readsOfLink, peer.linkId);
    if (giveBack) return giveBack;
    throw new AppError('too_fast', 'too many files are being read; try again when one has arrived');
  };

  const contentOf = async (room: Room, file: ChatFile): Promise<Buffer> => {
    const content = await store.readFile(room.record.id, file.id).catch(unavailable);
    return content ?? isGone();
  };

  router.get('/:id', async (ctx) => {
    const seat = await seatOf(ctx);
    const { room, peer } = seat;
    const file = readFile(seat, String(ctx.params.id));
    const giveBack = takePlace(peer);
    // Not before it was read, even when the reader has gone: until then it takes memory.
    const content = await contentOf(room, file).finally(() => whenOver(ctx.res, giveBack));
    assertMay(room.people.holderOf(peer.linkId, ctx.get('X-Resume-Key')), 'readFile');
    whenOver(
      ctx.res,
      peer.presence.endsWithSeat(() => ctx.res.destroy()),
    );
    ctx.attachment(file.name);
    // Never as what it says it is: a browser must save it and not show it as a page.
    ctx.type = 'application/octet-stream';
    ctx.set('Cache-Control', 'private, no-store');
    ctx.set('Content-Security-Policy', "sandbox; default-src 'none'");
    ctx.length = content.length;
    cutWhenStalled(ctx.res);
    ctx.body = inPieces(content);
  });

  return router;
}

/** @throws {AppError} bad_request for one that is empty or breaks off, too_big as soon as it is over the limit */
async function bodyOf(request: IncomingMessage, signal: AbortSignal): Promise<Buffer> {
  addAbortSignal(signal, request);
  const content = await readUpTo(request, limits.fileBytes).catch(() => {
    throw new AppError('bad_request', 'the file ended early; send it again');
  });
  assertFileSize(content?.length ?? limits.fileBytes + 1);
  return content as Buffer;
}

function isGone(): never {
  throw new AppError('not_found', 'this file is not there any more');
}

function unavailable(cause: unknown): never {
  throw new AppError('store_unavailable', 'the file cannot be read now; try again soon', { cause });
}

function decoded(header: string): string {
  try {
    return decodeURIComponent(header);
  } catch {
    throw new AppError('bad_request', 'X-File-Name must be percent-encoded UTF-8');
  }
}
