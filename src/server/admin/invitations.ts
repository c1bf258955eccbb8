/** The invitation to a room: what a room, one of its links and the configuration make of it. */
import { createHash } from 'node:crypto';
import { UserError } from '../errors.ts';
import { type Calendar, inviteCalendar } from '../invite/calendar.ts';
import type { Envelope } from '../invite/eml.ts';
import type { Invitation } from '../invite/invitation.ts';
import { cancelMessage, inviteMessage, type Message } from '../invite/message.ts';
import { addressProblem } from '../linkAddress.ts';
import type { Mailbox } from '../mailbox.ts';
import { recordTime } from '../records/times.ts';
import { linkToken, linkUrl } from '../room/links.ts';
import { opensAt } from '../room/openLink.ts';
import type { Language, LinkRecord, RoomRecord } from '../room/records.ts';

/** All that an invitation is made of, in each of its forms. */
export type Invite = {
  invitation: Invitation;
  message: Message;
  calendar: Calendar;
  envelope: Envelope;
  isCancelled: boolean;
};

/** Whom it is for; a name of null: whoever has the link. */
export type Invited = { link: LinkRecord; name: string | null };

/** Who sends it, with the name before the address in English; none: it is the same. */
export type Sender = Mailbox & { nameEn?: string | null };

export type InviteRequest = Omit<Envelope, 'from'> & {
  from: Sender | null;
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
  const { publicUrl, secret, openEarlyMinutes, to, now } = request;
  const { language = room.language, isCancelled = false } = request;
  const from = request.from && senderIn(language, request.from);
  const url = linkUrl(publicUrl, linkToken(secret, invited.link));
  const told = toldWindow(invited.link);
  // What is cancelled is the interview that they know of.
  const window = isCancelled && told ? { ...room, ...told } : room;
  const opens = opensAt(window, openEarlyMinutes);
  const invitation = invitationOf(window, invited, { url, language, from, opensAt: opens });
  const movedFrom = !isCancelled && told && !isSameWindow(told, room) ? told : null;
  const message = isCancelled ? cancelMessage(invitation) : inviteMessage({ ...invitation, movedFrom });
  const addressee = to && { ...to, name: to.name || (invited.name ?? '') };
  const envelope = { from, to: addressee, now };
  // In a calendar it is the appointment itself, not the news of it.
  const { subject } = movedFrom ? inviteMessage(invitation) : message;
  const calendar = inviteCalendar(invitation, { subject, isCancelled, ...envelope });
  return { invitation: { ...invitation, movedFrom }, message, calendar, envelope, isCancelled };
}

const senderIn = (language: Language, { address, name, nameEn }: Sender): Mailbox => ({
  address,
  name: language === 'en' && nameEn ? nameEn : name,
});

/** The time that the applicant was told; null: they were told none, or at an address that is not theirs. */
function toldWindow({ invitedAt, invitedAs, invitedFrom, invitedUntil }: LinkRecord) {
  if (!invitedAt || !invitedAs || !invitedFrom || !invitedUntil) return null;
  return { from: invitedFrom, until: invitedUntil };
}

const isSameWindow = (a: Pick<RoomRecord, 'from' | 'until'>, b: Pick<RoomRecord, 'from' | 'until'>) =>
  a.from.getTime() === b.from.getTime() && a.until.getTime() === b.until.getTime();

function invitationOf(
  room: RoomRecord,
  { link, name }: Invited,
  { url, language, from, opensAt }: Pick<Invitation, 'url' | 'language' | 'opensAt'> & Pick<Envelope, 'from'>,
): Invitation {
  return {
    roomName: room.name,
    title: room.title || null,
    movedFrom: null,
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
