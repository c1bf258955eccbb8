/** What is kept of interviews: attendance, messages, and the exports. */
import { z } from 'zod';
import { type ExportFormat, type ExportKind, type ExportRequest, formatsOf } from '../admin/exportRequest.ts';
import { isUsable } from '../admin/keys.ts';
import { openDownload } from '../admin/records.ts';
import type { RoomRecord } from '../room/records.ts';
import { type Operation, type OperationContext, operation, type Reply } from './operation.ts';
import { Problem } from './problems.ts';
import { cursorOf, messageBody, placeOf, stayBody } from './represent.ts';
import { roomOf } from './rooms.ts';
import { exportQuery, messagePageSchema, pageQuery, stayPageSchema } from './schemas.ts';

const place = z.int().min(0);

/** By format; all texts are UTF-8. */
export const contentTypes: Record<ExportFormat, string> = {
  csv: 'text/csv; charset=utf-8',
  json: 'application/x-ndjson; charset=utf-8',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  zip: 'application/zip',
};

/** Reading what is kept. */
export const recordOperations: Operation[] = [
  operation({
    id: 'listAttendance',
    method: 'get',
    path: '/rooms/{roomId}/attendance',
    summary: 'Who was in the call, in the order of entering',
    scope: 'records:read',
    query: pageQuery,
    status: 200,
    answer: stayPageSchema,
    async run(context) {
      const { limit, cursor } = context.query;
      const { records } = context.admin.store;
      const { id: roomId } = await roomOf(context);
      const page = await records.stayPage({ roomId }, { after: placeOf(cursor, place) ?? 0, limit });
      return { body: { items: page.items.map(stayBody), next: page.next && cursorOf(page.next) } };
    },
  }),
  operation({
    id: 'listMessages',
    method: 'get',
    path: '/rooms/{roomId}/messages',
    summary: 'What was written, oldest first',
    scope: 'records:read',
    query: pageQuery,
    status: 200,
    answer: messagePageSchema,
    async run(context) {
      const { limit, cursor } = context.query;
      const { records } = context.admin.store;
      const { id: roomId } = await roomOf(context);
      const page = await records.messagePage({ roomId }, { after: placeOf(cursor, place) ?? 0, limit });
      return { body: { items: page.items.map(messageBody), next: page.next && cursorOf(page.next) } };
    },
  }),
  operation({
    id: 'exportRecords',
    method: 'get',
    path: '/rooms/{roomId}/exports/{kind}',
    summary: 'Download the records of a room, as `webinterview export` writes them',
    scope: 'records:read',
    query: exportQuery,
    status: 200,
    answer: 'file',
    run: async (context) => exportFile(context, await roomOf(context), context.query),
  }),
];

async function exportFile(
  context: OperationContext,
  room: RoomRecord,
  { format, from, until, details }: z.output<typeof exportQuery>,
): Promise<Reply> {
  if (from && until && Date.parse(until) <= Date.parse(from))
    throw new Problem('impossible', 'until is not after from: it has to be the later time.');
  const kind = context.params.kind as ExportKind;
  const request: ExportRequest = {
    kind,
    room,
    format: formatFor(kind, format),
    timeZone: room.timeZone,
    detailed: details === 'true',
    ...(from && { from: new Date(from) }),
    ...(until && { until: new Date(until) }),
  };
  const { content, sent } = await openDownload(context.admin, request, context.options.onError);
  const name = `${room.name}-${kind}.${request.format}`;
  const refusal = () => refusalOf(context);
  return { file: { content, name, type: contentTypes[request.format], sent, refusal } };
}

function formatFor(kind: ExportKind, given: ExportFormat | undefined): ExportFormat {
  const possible = formatsOf[kind];
  const format = given ?? (possible[0] as ExportFormat);
  if (possible.includes(format)) return format;
  throw new Problem('impossible', `${kind} cannot be written as ${format}: choose ${possible.join(' or ')}.`);
}

/** A database that is away takes nothing back. */
async function refusalOf({ key, admin }: OperationContext): Promise<string | null> {
  const now = await admin.store.keys.find(key.id).catch(() => key);
  return now && isUsable(now, admin.now()) ? null : 'the key was revoked or has expired';
}
