/** A mail to an applicant on its way: stored before it is sent, and afterwards what came of it. */

import { auditEntry } from '../room/audit.ts';
import { isSameAddress } from '../room/emails.ts';
import type { LinkRecord, RoomRecord } from '../room/records.ts';
import type { Store } from '../store/index.ts';
import { digestOf, type Invite } from './invitations.ts';
import type { Admin } from './live.ts';

export type MailAdmin = Omit<Admin<Pick<Store, 'rooms' | 'audit' | 'invitations'>>, 'live'>;

/**
 * Whether the mail goes to the link's applicant, as far as that is known. Where no address is, the first that is written to is
 * theirs, if the link is for one person.
 */
export function isTheirs(
  { email, label }: LinkRecord,
  { applicantSeats }: Pick<RoomRecord, 'applicantSeats'>,
  { envelope: { to } }: Invite,
): boolean {
  if (to === null) return false;
  if (email !== null) return isSameAddress(to.address, email);
  return label !== '' || applicantSeats === 1;
}

/** `claimed`: the same link once it was claimed; null: the mail is for somebody else, and the audit alone hears of it. */
export type Claim = { link: LinkRecord; claimed: LinkRecord | null };

/**
 * Hands a mail over by `send`, so that nobody is written to twice.
 * @returns its Message-ID; unstored: what kept it from being stored that it was sent, null: nothing did
 * @throws what `send` throws; then it is as if it had not been tried
 */
export async function deliver(
  admin: MailAdmin,
  claim: Claim,
  invite: Invite,
  send: () => Promise<string>,
): Promise<{ messageId: string; unstored: unknown }> {
  const messageId = await send().catch(async (error: unknown) => {
    const { claimed, link } = claim;
    // What cannot be given back stays, and says that nobody knows what came of it.
    if (claimed) await admin.store.invitations.release(claimed, link.sendingSince).catch(() => undefined);
    throw error;
  });
  try {
    await record(admin, claim, invite);
    return { messageId, unstored: null };
  } catch (unstored) {
    return { messageId, unstored };
  }
}

async function record({ store, now, actor }: MailAdmin, { link, claimed }: Claim, invite: Invite) {
  const { invitation, envelope, isCancelled } = invite;
  const at = now();
  const action = isCancelled ? 'invitation.cancelled' : 'invitation.sent';
  const context = { at, roomId: link.roomId, actor };
  const entry = auditEntry(action, context, { subject: link.id });
  const to = envelope.to;
  if (!claimed || !to) return store.audit.record([entry]);
  if (isCancelled) return store.invitations.cancelled(claimed, at, [entry]);
  const { from, until } = invitation;
  const details = { role: link.role, fields: 'email' };
  const kept =
    link.email === null ? [auditEntry('link.updated', context, { subject: link.id, details })] : [];
  const sent = { at, as: digestOf(invite), from, until, email: to.address };
  return store.invitations.sent(claimed, sent, [entry, ...kept]);
}
