/** The invitation to a room: what a room, one of its links and the configuration make of it. */
import { UserError } from '../errors.ts';
import { type Calendar, inviteCalendar } from '../invite/calendar.ts';
import type { Envelope } from '../invite/eml.ts';
import type { Invitation } from '../invite/invitation.ts';
import { inviteMessage, type Message } from '../invite/message.ts';
import { isLoopback } from '../loopback.ts';
import type { Mailbox } from '../mailbox.ts';
import { recordTime } from '../records/times.ts';
import { linkToken, linkUrl } from '../room/links.ts';
import type { Language, LinkRecord, RoomRecord } from '../room/ports.ts';

/** All that an invitation is made of, in each of its forms. */
export type Invite = { invitation: Invitation; message: Message; calendar: Calendar; envelope: Envelope };

/** Whom it is for; a name of null: whoever has the link. */
export type Invited = { link: LinkRecord; name: string | null };

export type InviteRequest = Envelope & {
  publicUrl: string;
  secret: Buffer;
  /** Default: the room's. */
  language?: Language | undefined;
};

/** @throws {UserError} the room is over, and nobody can enter it */
export function inviteTo(
  room: RoomRecord,
  invited: Invited,
  { publicUrl, secret, language = room.language, from, to, now }: InviteRequest,
): Invite {
  assertOpens(room, now);
  const url = linkUrl(publicUrl, linkToken(secret, invited.link));
  const invitation = invitationOf(room, invited, { url, language, from });
  const message = inviteMessage(invitation);
  const addressee = to && { ...to, name: to.name || (invited.name ?? '') };
  const envelope = { from, to: addressee, now };
  const calendar = inviteCalendar(invitation, { subject: message.subject, ...envelope });
  return { invitation, message, calendar, envelope };
}

function invitationOf(
  room: RoomRecord,
  { link, name }: Invited,
  { url, language, from }: { url: string; language: Language; from: Mailbox | null },
): Invitation {
  return {
    roomName: room.name,
    from: room.from,
    until: room.until,
    timeZone: room.timeZone,
    language,
    applicantName: name,
    url,
    // The name before the sender's address is how the applicant knows them.
    company: from?.name || null,
    linkId: link.id,
    revision: room.version + link.version,
  };
}

function assertOpens({ name, until, timeZone }: RoomRecord, now: Date): void {
  if (until > now) return;
  throw new UserError(
    `The room ${name} closed ${recordTime(until, timeZone)} (${timeZone}), and nobody can enter it: give it a later time first.`,
  );
}

/** Why the applicant cannot open the link, wherever they are; null: nothing speaks against it. */
export function linkProblem({ url }: Invitation): string | null {
  const { origin, hostname } = new URL(url);
  if (!isLoopback(hostname)) return null;
  return `link begins with ${origin}, which nobody else can open: set http.publicUrl to the address people use.`;
}
