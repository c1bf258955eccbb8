/** Invitations to many rooms at once: who is to be written to, and of everyone else why not. */
import { isSameName } from '../../protocol/names.ts';
import { UserError } from '../errors.ts';
import { isSameAddress } from '../room/emails.ts';
import type { LinkRecord, RoomRecord } from '../room/records.ts';
import { begunMail } from './doubts.ts';
import { assertTimely, composed, digestOf, type Invite, type InviteRequest } from './invitations.ts';

/** A room with its links, and the applicants that a list names for it; a name of '': whoever has the link. */
export type ListedRoom = {
  room: RoomRecord;
  links: LinkRecord[];
  given: { applicant: string; email: string | null }[];
};

type Whom = { room: string; applicant: string; email: string | null };

/**
 * What became of one applicant, in the order in which a report counts them. Due: they are going to be written to. Over: the room is, and they were
 * invited, or it is only to be cancelled. Unclear: a mail was begun, and nobody knows whether it went out. Failed and not tried
 * are those who should have been written to and were not.
 */
export const results = [
  'due',
  'sent',
  'already sent',
  'cancelled',
  'not invited',
  'revoked',
  'closed',
  'over',
  'unclear',
  'failed',
  'not tried',
] as const;

/** `why` says why it is so, or what else is to be known of it. `subject`: of the mail that was sent, or is due. */
export type Outcome = Whom & {
  result: (typeof results)[number];
  why: string | null;
  subject: string | null;
  messageId: string | null;
};

/** Somebody who is to be written to. */
export type Due = Whom & { listed: ListedRoom; link: LinkRecord; invite: Invite };
export type Planned = Outcome | Due;

export const isDue = (planned: Planned): planned is Due => 'invite' in planned;

export type EachRequest = Omit<InviteRequest, 'to'> & {
  /**
   * Those too who have it already, or of whom that is unclear; to be cancelled: also of whom it is not known that they were
   * invited, and who was told.
   */
  again: boolean;
  /** Those too who were told that it is cancelled. */
  reinvite: boolean;
};

/** @param why without a full stop at its end */
export function outcome(
  { room, applicant, email }: Whom,
  result: Outcome['result'],
  why: string | null = null,
  { subject = null, messageId = null }: Partial<Pick<Outcome, 'subject' | 'messageId'>> = {},
): Outcome {
  return { room, applicant, email, result, why: why?.replace(/\.$/, '') ?? null, subject, messageId };
}

/** What comes of it if nobody is written to now. */
export const foreseen = (planned: Planned): Outcome =>
  isDue(planned) ? outcome(planned, 'due', null, { subject: planned.invite.message.subject }) : planned;

/** Who of the room is to be written to, and of everyone else why not. */
export function planInvitations(listed: ListedRoom, request: EachRequest): Planned[] {
  const links = applicantLinks(listed);
  return [...links.map((link) => planOf(listed, link, request)), ...strangers(listed, links)];
}

const applicantLinks = ({ links }: ListedRoom) => links.filter(({ role }) => role === 'applicant');

/** The same of one of its links. */
export function planOf(listed: ListedRoom, link: LinkRecord, request: EachRequest): Planned {
  const { room, given } = listed;
  const links = applicantLinks(listed);
  // The address of who was erased is not taken up again from a list of before.
  const isErased = link.erasedAt !== null && link.email === null;
  const named = isErased
    ? undefined
    : given.find(({ applicant }) => linksFor(applicant, links).includes(link));
  const said = named?.email ?? null;
  const whom = { room: room.name, applicant: link.label, email: link.email ?? said };
  const skipped = request.isCancelled ? notToCancel(link, request) : notToInvite(link, request);
  if (skipped) return outcome(whom, skipped);
  if (room.until <= request.now && (request.isCancelled || link.invitedAt))
    return outcome(whom, 'over', overText(room, request));
  if (isErased) return outcome(whom, 'not invited', 'its applicant was erased');
  // It is there for nobody yet, or was erased by an earlier version: nobody misses a mail.
  if (whom.email === null && link.label === '' && links.length > 1)
    return outcome(whom, 'not invited', 'the link has neither a name nor a mail address');
  // Either may be the mended one: nobody is written to on a guess.
  if (said && link.email && !isSameAddress(said, link.email))
    return outcome(
      whom,
      'failed',
      `the list says ${said}, but ${link.email} is stored: correct the list, or store the right one (webinterview room email)`,
    );
  return addressed(listed, link, whom, request);
}

function notToCancel({ invitedAt, cancelledAt, sendingSince }: LinkRecord, { again }: EachRequest) {
  if (again) return null;
  if (cancelledAt) return 'cancelled';
  // Of what was begun nobody knows whether they have it: they are told.
  return invitedAt || sendingSince ? null : 'not invited';
}

function notToInvite({ revokedAt, cancelledAt }: LinkRecord, { reinvite }: EachRequest) {
  if (revokedAt) return 'revoked';
  return cancelledAt && !reinvite ? 'cancelled' : null;
}

function addressed(listed: ListedRoom, link: LinkRecord, whom: Whom, request: EachRequest): Planned {
  const { room } = listed;
  const { isCancelled = false, again } = request;
  const to = whom.email === null ? null : { name: '', address: whom.email };
  const invite = composed(room, { link, name: link.label || null }, { ...request, to });
  if (!isCancelled && !again && link.invitedAs === digestOf(invite)) return outcome(whom, 'already sent');
  const unclear = unclearText(room, link, request);
  if (unclear) return outcome(whom, 'unclear', unclear);
  const over = overText(room, request);
  if (over) return outcome(whom, 'failed', over);
  if (room.closedAt && !isCancelled)
    return outcome(whom, 'closed', 'the room is closed: reopen it first (webinterview room reopen)');
  if (to) return { ...whom, listed, link, invite };
  return outcome(
    whom,
    'failed',
    'no mail address is known: store it (webinterview room email), or write it into the list',
  );
}

/** Why nobody can say whether they have it; null: that is known, or does not matter. */
function unclearText(
  room: RoomRecord,
  link: LinkRecord,
  { isCancelled, again, now }: EachRequest,
): string | null {
  const begun = begunMail(link, room, now);
  if (!begun) return null;
  if (begun.isRunning) return begun.text;
  if (isCancelled || again) return null;
  return `${begun.text}, or send it once more (webinterview invite ROOM --applicant NAME --smtp --again)`;
}

/** A list without names means the one link without a name; of several, erased ones among them, it cannot say which. */
function linksFor(applicant: string, links: LinkRecord[]): LinkRecord[] {
  const found = links.filter(({ label }) => applicant === label || isSameName(applicant, label));
  return applicant === '' && found.length > 1 ? [] : found;
}

function overText(room: RoomRecord, request: EachRequest): string | null {
  try {
    assertTimely(room, request);
    return null;
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
}

/** Whom the list names, and the room does not know: erased, or never added. */
function strangers({ room, given }: ListedRoom, links: LinkRecord[]): Outcome[] {
  return given
    .filter(({ applicant, email }) => applicant !== '' || email !== null)
    .filter(({ applicant }) => linksFor(applicant, links).length === 0)
    .map((each) => outcome({ room: room.name, ...each }, 'failed', strangeness(each.applicant, links)));
}

function strangeness(applicant: string, links: LinkRecord[]): string {
  if (applicant && links.some(({ erasedAt }) => erasedAt))
    return 'the room has no link for this name, and somebody was erased from it: take them out of the list';
  if (applicant) return 'the room has no link for this name: webinterview room applicant makes one';
  if (!links.some(({ label }) => label === ''))
    return 'the list does not say which applicant of the room this is';
  return 'the room has several links without a name: store the address with the one it is for, by its id (webinterview room email)';
}
