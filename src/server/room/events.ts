/**
 * What other systems are told by webhook: a part of the audit, under public names. People are named by id alone,
 * and no link is given away.
 */
import type { AuditAction, AuditEntry } from './audit.ts';

/** Their public names, which stay. */
export const webhookEvents = [
  'room.opened',
  'admission.requested',
  'admission.granted',
  'call.ended',
  'export.ready',
] as const;
export type WebhookEvent = (typeof webhookEvents)[number];

/** What is posted. `id` is that of the audit entry: the same however often and to however many it is posted. */
export type Announcement = {
  id: string;
  type: WebhookEvent | 'webhook.test';
  /** When it happened: ISO 8601 in UTC. */
  timestamp: string;
  data: Record<string, string | number | boolean | null>;
};

const eventOfAction: Partial<Record<AuditAction, WebhookEvent>> = {
  'room.opened': 'room.opened',
  'admission.requested': 'admission.requested',
  'admission.granted': 'admission.granted',
  'call.ended': 'call.ended',
  'records.exported': 'export.ready',
};

/** null: nobody is told of such an entry. */
export function eventOf({ action }: Pick<AuditEntry, 'action'>): WebhookEvent | null {
  return eventOfAction[action] ?? null;
}

/** Without the room's name, which stands in the room alone and is added when this is posted. */
export function announcement(entry: AuditEntry, type: WebhookEvent): Announcement {
  const { id, at, roomId } = entry;
  return {
    id,
    type,
    timestamp: at.toISOString(),
    data: { roomId, ...particulars(entry, type) },
  };
}

/** Chosen one by one, so that what the audit may hold some day does not go out by itself. */
function particulars({ actor, subject, details }: AuditEntry, type: WebhookEvent): Announcement['data'] {
  const applicant = { role: 'applicant', linkId: details.link ?? null };
  switch (type) {
    case 'room.opened':
      return {};
    case 'admission.requested':
      return { peerId: peerOf(actor), ...applicant };
    case 'admission.granted':
      return { peerId: subject, ...applicant, byPeerId: peerOf(actor) };
    case 'call.ended':
      return { ending: details.ending ?? null };
    case 'export.ready':
      return chosen(details, 'kind', 'format', 'records', 'from', 'until');
  }
}

const chosen = (details: AuditEntry['details'], ...keys: string[]) =>
  Object.fromEntries(keys.map((key) => [key, details[key] ?? null]));

const peerOf = (actor: string) => (actor.startsWith('peer:') ? actor.slice('peer:'.length) : null);
