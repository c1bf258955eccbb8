/** Invitations to many rooms at once: who is to be written to, and what became of each. */
import { isSameName } from '../../protocol/names.ts';
import { UserError } from '../errors.ts';
import { mailOptions } from '../invite/eml.ts';
import type { Mailer } from '../invite/smtp.ts';
import type { LinkRecord, RoomRecord } from '../room/records.ts';
import {
  assertTimely,
  composed,
  digestOf,
  type Invite,
  type InviteRequest,
  isSameAddress,
  recordSent,
  recordTakenBack,
} from './invitations.ts';
import { setEmail } from './links.ts';
import { recordCancelled } from './rooms.ts';

/** A room with its links, and the applicants that a list names for it; a name of '': whoever has the link. */
export type ListedRoom = {
  room: RoomRecord;
  links: LinkRecord[];
  given: { applicant: string; email: string | null }[];
};

type Whom = { room: string; applicant: string; email: string | null };

/**
 * What became of one applicant; failed and not tried are those who should have been written to and were not. Over: the room
 * is, and they were invited, or it is only to be cancelled. `why` says so, or what else is to be known of it.
 */
export type Told = Whom & {
  result: 'sent' | 'already sent' | 'not invited' | 'revoked' | 'over' | 'failed' | 'not tried';
  why: string | null;
  messageId: string | null;
};

/** Somebody who is to be written to. */
export type Due = Whom & { listed: ListedRoom; link: LinkRecord; invite: Invite };
export type Planned = Told | Due;

export const isDue = (planned: Planned): planned is Due => 'invite' in planned;

export type EachRequest = Omit<InviteRequest, 'to'> & {
  /** Those too who have it already, or to be cancelled: of whom it is not known that they were invited. */
  again: boolean;
};

/** Who of the room is to be written to, and of everyone else why not. */
export function planInvitations(listed: ListedRoom, request: EachRequest): Planned[] {
  const links = applicantLinks(listed);
  return [...links.map((link) => planOf(listed, link, request)), ...strangers(listed, links)];
}

const applicantLinks = ({ links }: ListedRoom) => links.filter(({ role }) => role === 'applicant');

function planOf(listed: ListedRoom, link: LinkRecord, request: EachRequest): Planned {
  const { room, given } = listed;
  const { isCancelled = false, again } = request;
  const links = applicantLinks(listed);
  const said = given.find(({ applicant }) => linksFor(applicant, links).includes(link))?.email ?? null;
  const whom = { room: room.name, applicant: link.label, email: link.email ?? said };
  if (!isCancelled && link.revokedAt) return told(whom, 'revoked');
  if (isCancelled && !again && !link.invitedAt) return told(whom, 'not invited');
  if (room.until <= request.now && (isCancelled || link.invitedAt))
    return told(whom, 'over', hindrance(room, request));
  // Its applicant was erased, or it is there for nobody yet: nobody misses a mail.
  if (whom.email === null && link.label === '' && links.length > 1)
    return told(whom, 'not invited', 'the link has neither a name nor a mail address');
  // Either may be the mended one: nobody is written to on a guess.
  if (said && link.email && !isSameAddress(said, link.email))
    return told(
      whom,
      'failed',
      `the list says ${said}, but ${link.email} is stored: correct the list, or store the right one (webinterview room email)`,
    );
  const to = whom.email === null ? null : { name: '', address: whom.email };
  const invite = composed(room, { link, name: link.label || null }, { ...request, to });
  if (!isCancelled && !again && link.invitedAs === digestOf(invite)) return told(whom, 'already sent');
  const why =
    hindrance(room, request) ??
    (to ? null : 'no mail address is known: store it (webinterview room email), or write it into the list');
  return why === null ? { ...whom, listed, link, invite } : told(whom, 'failed', why);
}

/** A list without names means the one link without a name; of several, erased ones among them, it cannot say which. */
function linksFor(applicant: string, links: LinkRecord[]): LinkRecord[] {
  const found = links.filter(({ label }) => applicant === label || isSameName(applicant, label));
  return applicant === '' && found.length > 1 ? [] : found;
}

function hindrance(room: RoomRecord, request: EachRequest): string | null {
  try {
    assertTimely(room, request);
    return room.closedAt && !request.isCancelled ? 'the room is closed: reopen it first' : null;
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
}

/** Whom the list names, and the room does not know: erased, or never added. */
function strangers({ room, given }: ListedRoom, links: LinkRecord[]): Told[] {
  return given
    .filter(({ applicant, email }) => applicant !== '' || email !== null)
    .filter(({ applicant }) => linksFor(applicant, links).length === 0)
    .map((each) => told({ room: room.name, ...each }, 'failed', strangeness(each.applicant, links)));
}

function strangeness(applicant: string, links: LinkRecord[]): string {
  if (applicant) return 'the room has no link for this name: webinterview room applicant makes one';
  if (!links.some(({ label }) => label === ''))
    return 'the list does not say which applicant of the room this is';
  return 'the room has several links without a name: store the address with the one it is for, by its id (webinterview room email)';
}

/** @param why without a full stop at its end */
export function told(
  { room, applicant, email }: Whom,
  result: Told['result'],
  why: string | null = null,
  messageId: string | null = null,
): Told {
  return { room, applicant, email, result, why: why?.replace(/\.$/, '') ?? null, messageId };
}

export type Sending = {
  mailer: Mailer;
  /** By which it was planned. */
  request: EachRequest;
  /** Of those who are due. */
  onTold: (count: number) => void;
  /** An error as a person is told it. */
  explained: (error: unknown) => Promise<unknown>;
};

type SendAdmin = Parameters<typeof recordSent>[0];

/** After so many mails in a row that the server did not take because of itself, the rest would only wait for it too. */
const AWAY_AT_MOST = 2;

/**
 * Writes to those who are due, one after the other, and goes on after a mail that was not taken; what was sent is stored
 * at once. Minutes after the plan somebody else may have written to them, moved the room or erased the applicant: each is
 * planned anew right before. Where the mail server is gone for good, or the database, the rest is not tried. It throws nothing.
 */
export async function sendInvitations(
  admin: SendAdmin,
  planned: Planned[],
  sending: Sending,
): Promise<Told[]> {
  const lines: Told[] = [];
  const cancelled = new Set<string>();
  let stop: string | null = null;
  let away = 0;
  let count = 0;
  for (const each of planned) {
    if (!isDue(each) || stop !== null) {
      lines.push(isDue(each) ? told(each, 'not tried', stop) : each);
      continue;
    }
    const { line, error } = await written(admin, each, cancelled, sending);
    lines.push(line);
    away = isOfServer(error) ? away + 1 : 0;
    if (away >= AWAY_AT_MOST || isOfDatabase(error)) stop = line.why;
    sending.onTold(++count);
  }
  return lines;
}

const isOfServer = (error: unknown) => error instanceof UserError && error.code === 'unavailable';
const isOfDatabase = (error: unknown) => error !== null && !(error instanceof UserError);

/** @param cancelled the rooms of which it is stored already that they are */
async function written(
  admin: SendAdmin,
  due: Due,
  cancelled: Set<string>,
  { mailer, request, explained }: Sending,
): Promise<{ line: Told; error: unknown }> {
  const { isCancelled } = request;
  let current: Planned = due;
  let messageId: string | null = null;
  try {
    current = await plannedAnew(admin, due, request);
    if (!isDue(current)) return { line: current, error: null };
    const { email, invite } = current;
    const link = email === current.link.email ? current.link : await setEmail(admin, current.link, email);
    if (isCancelled) await recordOnce(admin, current.listed.room, cancelled);
    messageId = await mailer.send(mailOptions(invite.message, invite.calendar, invite.envelope));
    if (isCancelled) await recordTakenBack(admin, link, invite);
    else await recordSent(admin, link, invite);
    return { line: told(current, 'sent', null, messageId), error: null };
  } catch (error) {
    const { message: why } = (await explained(error)) as Error;
    if (messageId === null) return { line: told(current, 'failed', why), error };
    const unstored = `that it was sent could not be stored: ${why}`;
    return { line: told(current, 'sent', unstored, messageId), error };
  }
}

/** As the room and its links are now. */
async function plannedAnew({ store, now }: SendAdmin, due: Due, request: EachRequest): Promise<Planned> {
  const { id } = due.listed.room;
  const room = await store.rooms.get(id);
  const links = await store.rooms.links(id);
  const link = links.find((each) => each.id === due.link.id);
  if (!room || !link) return told(due, 'failed', 'the room has been deleted meanwhile');
  return planOf({ ...due.listed, room, links }, link, { ...request, now: now() });
}

/** Of several applicants of a room, with the first. */
async function recordOnce(admin: SendAdmin, room: RoomRecord, cancelled: Set<string>): Promise<void> {
  if (cancelled.has(room.id)) return;
  await recordCancelled(admin, room);
  cancelled.add(room.id);
}
