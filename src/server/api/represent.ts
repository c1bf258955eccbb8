/** Records as the API shows them, and the cursors of its pages. */
import type { z } from 'zod';
import { linkToken, linkUrl } from '../room/links.ts';
import { isInvitedElsewhere } from '../room/mailed.ts';
import { opensAt, stateOf } from '../room/openLink.ts';
import type { LinkRecord, MessageRecord, RoomRecord, StayRecord } from '../room/records.ts';
import { Problem } from './problems.ts';
import type { linkSchema, messageSchema, roomSchema, staySchema } from './schemas.ts';

const iso = (at: Date | null) => (at === null ? null : at.toISOString());

/** A room with the state that it is in now; `usualMinutes` as for `opensAt`. */
export function roomBody(room: RoomRecord, now: Date, usualMinutes: number): z.output<typeof roomSchema> {
  const { id, name, from, until, openEarlyMinutes, timeZone, closedAt, createdAt, ...rest } = room;
  return {
    id,
    name,
    from: from.toISOString(),
    until: until.toISOString(),
    openEarlyMinutes,
    opensAt: opensAt(room, usualMinutes).toISOString(),
    timeZone,
    ...rest,
    state: stateOf(room, now, usualMinutes),
    closedAt: iso(closedAt),
    createdAt: createdAt.toISOString(),
  };
}

/** A link with its address, or without one when it is revoked. */
export function linkBody(
  link: LinkRecord,
  { secret, publicUrl }: { secret: Buffer; publicUrl: string },
): z.output<typeof linkSchema> {
  const { id, role, label, revokedAt, email, invitedAt, cancelledAt } = link;
  const url = revokedAt ? null : linkUrl(publicUrl, linkToken(secret, link));
  return {
    id,
    role,
    applicant: label,
    email,
    url,
    revokedAt: iso(revokedAt),
    invitedAt: iso(invitedAt),
    invitedElsewhere: isInvitedElsewhere(link),
    cancelledAt: iso(cancelledAt),
  };
}

/** When a person came and left, with the outcome of their check. */
export function stayBody(stay: StayRecord): z.output<typeof staySchema> {
  const { id, peerId, linkId, role, company, name, enteredAt, leftAt, ending, check, media } = stay;
  return {
    id,
    peerId,
    linkId,
    role,
    company,
    name,
    enteredAt: enteredAt.toISOString(),
    leftAt: iso(leftAt),
    ending,
    check,
    media,
  };
}

/** A message of the chat; of a file what is known without its content. */
export function messageBody(message: MessageRecord): z.output<typeof messageSchema> {
  const { id, peerId, role, name, at, text, file } = message;
  return { id, peerId, role, name, at: at.toISOString(), text, file };
}

/** A cursor says where a page ended; nobody is to read it. */
export const cursorOf = (place: unknown) => Buffer.from(JSON.stringify(place)).toString('base64url');

/** @throws {Problem} invalid-request */
export function placeOf<T>(cursor: string | undefined, schema: z.ZodType<T>): T | undefined {
  if (cursor === undefined) return undefined;
  try {
    return schema.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')));
  } catch {
    throw new Problem('invalid-request', 'The cursor is none that a page has given.', [
      { in: 'query', pointer: '/cursor', detail: 'is not a cursor of this list' },
    ]);
  }
}
