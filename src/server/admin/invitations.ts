/** The invitation to a room: what a room, one of its links and the configuration make of it. */
import { UserError } from '../errors.ts';
import { type Calendar, inviteCalendar } from '../invite/calendar.ts';
import type { Envelope } from '../invite/eml.ts';
import type { Invitation } from '../invite/invitation.ts';
import { cancelMessage, inviteMessage, type Message } from '../invite/message.ts';
import { addressProblem } from '../linkAddress.ts';
import { recordTime } from '../records/times.ts';
import { linkToken, linkUrl } from '../room/links.ts';
import { opensAt } from '../room/openLink.ts';
import type { Language, LinkRecord, RoomRecord } from '../room/records.ts';

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
  const { publicUrl, secret, openEarlyMinutes, from, to, now } = request;
  const { language = room.language, isCancelled = false } = request;
  if (isCancelled) assertToCome(room, now);
  else assertOpens(room, now);
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
    from: room.from,
    opensAt,
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
