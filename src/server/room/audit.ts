import { randomUUID } from 'node:crypto';

/** What the audit can hold. Names stay when a version of the program goes: verification reads old ones. */
export const auditActions = [
  'room.created',
  'room.updated',
  'room.closed',
  'room.reopened',
  'room.deleted',
  'room.opened',
  'room.ended',
  'room.extended',
  'link.created',
  'link.reissued',
  'link.revoked',
  'link.updated',
  'invitation.sent',
  'invitation.cancelled',
  'admission.requested',
  'admission.cancelled',
  'admission.granted',
  'admission.refused',
  'seat.requested',
  'seat.moved',
  'seat.refused',
  'call.entered',
  'call.left',
  'call.ended',
  'hold.started',
  'hold.ended',
  'picture.captured',
  'message.sent',
  'message.deleted',
  'chat.cleared',
  'records.opened',
  'records.exported',
  'records.pruned',
  'person.erased',
  'key.created',
  'key.revoked',
  'webhook.created',
  'webhook.deleted',
  'webhook.disabled',
  'webhook.enabled',
  // So many entries of a room, of before this one, were not kept: see Journal.ts.
  'audit.lost',
] as const;
export type AuditAction = (typeof auditActions)[number];

/**
 * A fact that is kept for good: who did what to whom. People are named by id alone, so that erasing a person's
 * name elsewhere leaves it whole.
 */
export type AuditEntry = {
  id: string;
  at: Date;
  /** null: it concerns no room. */
  roomId: string | null;
  /** `peer:<id>`, `link:<id>`, `cli:<account>`, `key:<id>` or `server`. */
  actor: string;
  action: AuditAction;
  /** The id of whom or what it was done to. */
  subject: string | null;
  details: Record<string, string | number | boolean | null>;
};

/** The parts of an entry that are not its own: who, where and when. */
export type AuditContext = Pick<AuditEntry, 'at' | 'roomId' | 'actor'>;

/** An entry with an id of its own, by which it is written once however often it is tried. */
export function auditEntry(
  action: AuditAction,
  context: AuditContext,
  { subject = null, details = {} }: Partial<Pick<AuditEntry, 'subject' | 'details'>> = {},
): AuditEntry {
  return { id: randomUUID(), action, ...context, subject, details };
}
