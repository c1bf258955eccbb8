import { once } from 'node:events';
import type { Readable } from 'node:stream';
import Router from '@koa/router';
import type { Context } from 'koa';
import { type Admitted, assertMayReadRecords } from '../room/admission.ts';
import { auditEntry } from '../room/audit.ts';
import type { Clock, RoomRecord, RoomStore } from '../room/ports.ts';
import { bearerToken } from './bearer.ts';

/** What of a room can be downloaded, as CSV. */
export type Records = {
  participants(room: RoomRecord): Readable;
  chat(room: RoomRecord): Readable;
};

export type RecordsOptions = {
  records: Records;
  /** @throws {AppError} when the token opens no room */
  admit: (token: string, address: string) => Promise<Admitted>;
  /** @throws {AppError} too_fast */
  assertMayDownload: (linkId: string) => void;
  clock: Clock;
  store: Pick<RoomStore, 'recordAudit'>;
};

/** The interviewer's two downloads; the link's token comes as a bearer token, so that no address holds it. */
export function recordsRouter({ records, admit, assertMayDownload, clock, store }: RecordsOptions): Router {
  const router = new Router({ prefix: '/api/room' });
  const send = (kind: keyof Records) => async (ctx: Context) => {
    const admitted = await admit(bearerToken(ctx), ctx.ip);
    assertMayReadRecords(admitted, clock.now());
    const { link, room } = admitted;
    assertMayDownload(link.id);
    const context = { at: clock.now(), roomId: room.id, actor: `link:${link.id}` };
    await store.recordAudit([auditEntry('records.exported', context, { details: { kind, format: 'csv' } })]);
    await sendCsv(ctx, `${admitted.room.name}-${kind}.csv`, records[kind](admitted.room));
  };
  router.get('/participants.csv', send('participants'));
  router.get('/chat.csv', send('chat'));
  return router;
}

async function sendCsv(ctx: Context, name: string, csv: Readable): Promise<void> {
  // A database that does not answer is told as an error, not as a file that ends early.
  await once(csv, 'readable');
  ctx.attachment(name);
  ctx.type = 'text/csv; charset=utf-8';
  ctx.set('Cache-Control', 'no-store');
  ctx.body = csv;
}
