/** Writes to those of many rooms who are to be written to, and says what became of each. */
import { UserError } from '../errors.ts';
import { mailOptions } from '../invite/eml.ts';
import type { Mailer } from '../invite/smtp.ts';
import type { RoomRecord } from '../room/records.ts';
import { type Claim, deliver, type MailAdmin } from './deliver.ts';
import {
  type Due,
  type EachRequest,
  isDue,
  type Outcome,
  outcome,
  type Planned,
  planOf,
} from './invitePlan.ts';
import { setEmail } from './links.ts';
import { recordCancelled } from './rooms.ts';

export type Sending = {
  mailer: Mailer;
  /** By which it was planned. */
  request: EachRequest;
  /** How many of those who are due are done with. */
  onDone: (count: number) => void;
  /** An error as a person is told it. */
  explained: (error: unknown) => Promise<unknown>;
};

/** After so many mails in a row that the server did not take because of itself, the rest would only wait for it too. */
const AWAY_AT_MOST = 2;

/**
 * Writes to those who are due, one after the other, and goes on after a mail that was not taken; what was sent is stored
 * at once. Minutes after the plan somebody else may have written to them, moved the room or erased the applicant: each is
 * planned anew right before. Where the mail server is gone for good, or the database, the rest is not tried. It throws nothing.
 */
export async function sendInvitations(
  admin: MailAdmin,
  planned: Planned[],
  sending: Sending,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  const cancelled = new Set<string>();
  let stop: string | null = null;
  let away = 0;
  let count = 0;
  for (const each of planned) {
    if (!isDue(each) || stop !== null) {
      outcomes.push(isDue(each) ? outcome(each, 'not tried', stop) : each);
      continue;
    }
    const { result, error } = await written(admin, each, cancelled, sending);
    outcomes.push(result);
    away = isOfServer(error) ? away + 1 : 0;
    if (away >= AWAY_AT_MOST || isOfDatabase(error)) stop = result.why;
    sending.onDone(++count);
  }
  return outcomes;
}

const isOfServer = (error: unknown) => error instanceof UserError && error.code === 'unavailable';
const isOfDatabase = (error: unknown) => error !== null && !(error instanceof UserError);

/** @param cancelled the rooms of which it is stored already that they are */
async function written(
  admin: MailAdmin,
  due: Due,
  cancelled: Set<string>,
  { mailer, request, explained }: Sending,
): Promise<{ result: Outcome; error: unknown }> {
  let current: Planned = due;
  const messageOf = async (error: unknown) => ((await explained(error)) as Error).message;
  try {
    const taken = await claimed(admin, due, request);
    if (!('claim' in taken)) return { result: taken, error: null };
    const { claim } = taken;
    current = taken.due;
    const { invite, listed } = taken.due;
    const send = async () => {
      if (invite.isCancelled) await recordOnce(admin, listed.room, cancelled);
      return mailer.send(mailOptions(invite.message, invite.calendar, invite.envelope));
    };
    const { messageId, unstored } = await deliver(admin, claim, invite, send);
    const { subject } = invite.message;
    const why =
      unstored === null ? null : `that it was sent could not be stored: ${await messageOf(unstored)}`;
    return { result: outcome(current, 'sent', why, { subject, messageId }), error: unstored };
  } catch (error) {
    return { result: outcome(current, 'failed', await messageOf(error)), error };
  }
}

/** So often somebody else may be first; each time it is planned anew what is left to do. */
const CLAIMS_AT_MOST = 3;

/** The claim to write to them, as room and link are now; or what became of them without it. */
async function claimed(
  admin: MailAdmin,
  due: Due,
  request: EachRequest,
): Promise<Outcome | { due: Due; claim: Claim }> {
  for (let tries = 0; tries < CLAIMS_AT_MOST; tries++) {
    const current = await plannedAnew(admin, due, request);
    if (!isDue(current)) return current;
    const { email } = current;
    const link = email === current.link.email ? current.link : await setEmail(admin, current.link, email);
    const taken = await admin.store.invitations.claim(link, admin.now());
    if (taken) return { due: current, claim: { link, claimed: taken } };
  }
  return outcome(due, 'failed', 'others keep changing the room: run it again');
}

/** As the room and its links are now. */
async function plannedAnew({ store, now }: MailAdmin, due: Due, request: EachRequest): Promise<Planned> {
  const { id } = due.listed.room;
  const room = await store.rooms.get(id);
  const links = await store.rooms.links(id);
  const link = links.find((each) => each.id === due.link.id);
  if (!room || !link) return outcome(due, 'failed', 'the room has been deleted meanwhile');
  return planOf({ ...due.listed, room, links }, link, { ...request, now: now() });
}

/** Of several applicants of a room, with the first. */
async function recordOnce(admin: MailAdmin, room: RoomRecord, cancelled: Set<string>): Promise<void> {
  if (cancelled.has(room.id)) return;
  await recordCancelled(admin, room);
  cancelled.add(room.id);
}
