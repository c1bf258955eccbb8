/** The invitation to a room: what a room, one of its links and the configuration make of it, and to whom it was sent. */
import { createHash } from 'node:crypto';
import { UserError } from '../errors.ts';
import { type Calendar, inviteCalendar } from '../invite/calendar.ts';
import type { Envelope } from '../invite/eml.ts';
import type { Invitation } from '../invite/invitation.ts';
import { cancelMessage, inviteMessage, type Message } from '../invite/message.ts';
import { addressProblem } from '../linkAddress.ts';
import { recordTime } from '../records/times.ts';
import { auditEntry } from '../room/audit.ts';
import { linkToken, linkUrl } from '../room/links.ts';
import { opensAt } from '../room/openLink.ts';
import type { Language, LinkRecord, RoomRecord } from '../room/records.ts';
import type { Store } from '../store/index.ts';
import type { Admin } from './live.ts';

/** All that an invitation is made of, in each of its forms. */
export type Invite = { invitation: Invitation; message: Message; calendar: Calendar; envelope: Envelope };

/** Whom it is for; a name of null: whoever has the link. */
export type Invited = { link: LinkRecord; name: string | null };

export type InviteRequest = Envelope & {
  publicUrl: string;
  secret: Buffer;
  /** How early rooms open that say nothing of their own. */
  openEarlyMinutes: number;
  /** Default: the room's. */
  language?: Language | undefined;
  /** It takes back what was invited to. */
  isCancelled?: boolean | undefined;
};

/** @throws {UserError} the room is over: nobody can enter it, and nothing is left to cancel */
export function inviteTo(room: RoomRecord, invited: Invited, request: InviteRequest): Invite {
  assertTimely(room, request);
  return composed(room, invited, request);
}

/** @throws {UserError} as `inviteTo` */
export function assertTimely(
  room: RoomRecord,
  { isCancelled, now }: Pick<InviteRequest, 'isCancelled' | 'now'>,
): void {
  if (isCancelled) assertToCome(room, now);
  else assertOpens(room, now);
}

/** What `inviteTo` makes, also of a room that is over. */
export function composed(room: RoomRecord, invited: Invited, request: InviteRequest): Invite {
  const { publicUrl, secret, openEarlyMinutes, from, to, now } = request;
  const { language = room.language, isCancelled = false } = request;
  const url = linkUrl(publicUrl, linkToken(secret, invited.link));
  const opens = opensAt(room, openEarlyMinutes);
  const invitation = invitationOf(room, invited, { url, language, from, opensAt: opens });
  const message = isCancelled ? cancelMessage(invitation) : inviteMessage(invitation);
  const addressee = to && { ...to, name: to.name || (invited.name ?? '') };
  const envelope = { from, to: addressee, now };
  const calendar = inviteCalendar(invitation, { subject: message.subject, isCancelled, ...envelope });
  return { invitation, message, calendar, envelope };
}

function invitationOf(
  room: RoomRecord,
  { link, name }: Invited,
  { url, language, from, opensAt }: Pick<Invitation, 'url' | 'language' | 'opensAt'> & Pick<Envelope, 'from'>,
): Invitation {
  return {
    roomName: room.name,
    title: room.title || null,
    from: room.from,
    opensAt,
    until: room.until,
    timeZone: room.timeZone,
    language,
    applicantName: name,
    url,
    // Where the room says nothing, the name before the sender's address is how the applicant knows them.
    company: room.company || from?.name || null,
    linkId: link.id,
    revision: room.version + link.version,
  };
}

/**
 * What an invitation says, and to which address, in 22 characters: the same as long as its reader would learn nothing new by
 * another one. It tells nothing of itself, as the link's address is in it.
 */
export function digestOf({ invitation, envelope }: Pick<Invite, 'invitation' | 'envelope'>): string {
  const { roomName, title, company, from, opensAt, until, timeZone, url } = invitation;
  const said = [roomName, from, opensAt, until, timeZone, url, envelope.to?.address];
  // As it was before rooms had them: nobody is written to again for that. The sender's name is no news.
  const isSenders = company === (envelope.from?.name || null);
  if (title || !isSenders) said.push(title ?? '', isSenders ? '' : (company ?? ''));
  return createHash('sha256').update(JSON.stringify(said)).digest('base64url').slice(0, 22);
}

type InviteAdmin = Omit<Admin<Pick<Store, 'rooms' | 'audit'>>, 'live'>;

/**
 * Stores that it was sent, so that nobody is written to twice. One that went to another address than the link's is the
 * audit's alone: the applicant knows nothing of it.
 * @throws {UserError} not_found
 */
export async function recordSent({ store, now, actor }: InviteAdmin, link: LinkRecord, invite: Invite) {
  const at = now();
  const entry = auditEntry('invitation.sent', { at, roomId: link.roomId, actor }, { subject: link.id });
  if (isTheirs(link, invite)) await store.rooms.setInvited(link.id, { at, as: digestOf(invite) }, [entry]);
  else await store.audit.record([entry]);
}

/** Stores that what the applicant was sent is taken back; else as `recordSent`. */
export async function recordTakenBack({ store, now, actor }: InviteAdmin, link: LinkRecord, invite: Invite) {
  const context = { at: now(), roomId: link.roomId, actor };
  const entry = auditEntry('invitation.cancelled', context, { subject: link.id });
  if (isTheirs(link, invite)) await store.rooms.setInvited(link.id, null, [entry]);
  else await store.audit.record([entry]);
}

const isTheirs = ({ email }: LinkRecord, { envelope: { to } }: Invite) =>
  to !== null && email !== null && isSameAddress(to.address, email);

/** Capitals make no other address, as far as any mail server is known. */
export const isSameAddress = (a: string, b: string) => a.toLowerCase() === b.toLowerCase();

function assertOpens({ name, until, timeZone }: RoomRecord, now: Date): void {
  if (until > now) return;
  throw new UserError(
    `The room ${name} closed ${recordTime(until, timeZone)} (${timeZone}), and nobody can enter it: give it a later time first.`,
  );
}

function assertToCome({ name, until, timeZone }: RoomRecord, now: Date): void {
  if (until > now) return;
  throw new UserError(
    `The room ${name} was over ${recordTime(until, timeZone)} (${timeZone}): there is nothing left to cancel.`,
  );
}

/**
 * Why the applicant cannot take part by the link; null: nothing speaks against it.
 * @returns isUseless: it opens nothing, wherever they are
 */
export function linkProblem({ url }: Pick<Invitation, 'url'>): { text: string; isUseless: boolean } | null {
  const problem = addressProblem(url);
  if (!problem) return null;
  const { what, remedy, isUseless } = problem;
  return { text: `link begins with ${new URL(url).origin}, ${what}: ${remedy}`, isUseless };
}
