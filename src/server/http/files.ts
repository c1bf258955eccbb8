import type { IncomingMessage } from 'node:http';
import { addAbortSignal } from 'node:stream';
import Router from '@koa/router';
import type { Context } from 'koa';
import { z } from 'zod';
import { limits } from '../../protocol/limits.ts';
import { AppError } from '../errors.ts';
import type { Admitted } from '../room/admission.ts';
import { assertFileSize, fileType, safeFileName } from '../room/files.ts';
import type { Peer } from '../room/Peer.ts';
import { type Action, assertMay } from '../room/permissions.ts';
import type { RoomStore } from '../room/ports.ts';
import type { Room } from '../room/Room.ts';
import type { Rooms } from '../room/Rooms.ts';
import { bearerToken } from './bearer.ts';
import { readUpTo } from './body.ts';

export type FilesOptions = {
  rooms: Rooms;
  store: Pick<RoomStore, 'readFile'>;
  /** @throws {AppError} when the token opens no room */
  admit: (token: string, address: string) => Promise<Admitted>;
};

/**
 * The chat's files. Both ways ask for the link's token and for the key of the seat (`X-Resume-Key`), so that only who
 * is in the call sends and reads them.
 */
export function filesRouter({ rooms, store, admit }: FilesOptions): Router {
  const router = new Router({ prefix: '/api/room/files' });

  const seatOf = async (ctx: Context, action: Action): Promise<{ room: Room; peer: Peer }> => {
    const { link, room: record } = await admit(bearerToken(ctx), ctx.ip);
    const room = await rooms.live(record.id);
    const peer = room.holderOf(link.id, ctx.get('X-Resume-Key'));
    assertMay(peer, action);
    return { room, peer };
  };

  router.post('/', async (ctx) => {
    const { room, peer } = await seatOf(ctx, 'sendFile');
    const clientId = z.uuid().safeParse(ctx.get('X-Client-Id')).data;
    if (!clientId) throw new AppError('bad_request', 'X-Client-Id must be a UUID');
    const file = {
      name: safeFileName(decoded(ctx.get('X-File-Name'))),
      type: fileType(ctx.get('Content-Type')),
    };
    const content = await newest(peer, (signal) => bodyOf(ctx.req, signal));
    const { message, isNew } = await room.chat.add(peer, { clientId, file, content });
    if (isNew) room.announceMessage(message);
    ctx.body = message;
  });

  router.get('/:id', async (ctx) => {
    const { room } = await seatOf(ctx, 'readFile');
    const file = room.chat.file(String(ctx.params.id));
    const content = file && (await store.readFile(room.record.id, file.id));
    if (!content) throw new AppError('not_found', 'this file is not there any more');
    ctx.attachment(file.name);
    // Never as what it says it is: a browser must save it and not show it as a page.
    ctx.type = 'application/octet-stream';
    ctx.set('Cache-Control', 'private, no-store');
    ctx.set('Content-Security-Policy', "sandbox; default-src 'none'");
    ctx.body = content;
  });

  return router;
}

/** @throws {AppError} bad_request for one that is empty or breaks off, too_big as soon as it is over the limit */
async function bodyOf(request: IncomingMessage, signal: AbortSignal): Promise<Buffer> {
  addAbortSignal(signal, request);
  const content = await readUpTo(request, limits.fileBytes).catch(() => {
    throw new AppError('bad_request', 'the file broke off; send it again');
  });
  assertFileSize(content?.length ?? limits.fileBytes + 1);
  return content as Buffer;
}

/**
 * What arrives is in memory: each person has one. Who sends another has given up the one before, though on a bad line
 * the server may not have heard of it.
 */
async function newest<T>(peer: Peer, receive: (signal: AbortSignal) => Promise<T>): Promise<T> {
  peer.upload?.abort();
  const upload = new AbortController();
  peer.upload = upload;
  try {
    return await receive(upload.signal);
  } finally {
    if (peer.upload === upload) peer.upload = null;
  }
}

function decoded(header: string): string {
  try {
    return decodeURIComponent(header);
  } catch {
    throw new AppError('bad_request', 'X-File-Name must be percent-encoded UTF-8');
  }
}
