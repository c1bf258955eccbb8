/** What speaks against writing to an applicant. */
import { recordTime } from '../records/times.ts';
import type { LinkRecord, RoomRecord } from '../room/records.ts';
import { digestOf, type Invite } from './invitations.ts';

/**
 * Minutes that handing over one mail never takes: the server has 10 seconds to be reached, 10 to greet and 30 for each
 * answer, and is tried twice (invite/smtp.ts).
 */
const SENDING_MINUTES = 10;

/**
 * Of a mail that was begun, and of which nothing was stored since.
 * @returns isRunning: somebody may be at it yet; else nobody knows whether it went out. null: there is none
 */
export function begunMail(
  { sendingSince }: LinkRecord,
  { timeZone }: Pick<RoomRecord, 'timeZone'>,
  now: Date,
): { text: string; isRunning: boolean } | null {
  if (!sendingSince) return null;
  const begun = recordTime(sendingSince, timeZone);
  const isRunning = now.getTime() - sendingSince.getTime() < SENDING_MINUTES * 60_000;
  const text = isRunning
    ? `a mail to them was begun ${begun} and may be on its way yet: look again ${SENDING_MINUTES} minutes after that`
    : `a mail to them was begun ${begun} and broken off, so it may have gone out: ask them`;
  return { text, isRunning };
}

/**
 * What a mail to them would repeat or contradict; empty: nothing.
 * @returns whole sentences
 */
export function doubts(
  room: RoomRecord,
  link: LinkRecord,
  { invite, now }: { invite: Invite; now: Date },
): string[] {
  const at = (time: Date) => `${recordTime(time, room.timeZone)} (${room.timeZone})`;
  const whom = link.label || 'The applicant';
  const { invitedAt, invitedAs, cancelledAt } = link;
  const begun = begunMail(link, room, now);
  if (begun) return [`${whom}: ${begun.text}.`];
  if (cancelledAt) return [`${whom} was told ${at(cancelledAt)} that the interview is cancelled.`];
  if (invitedAt && !invite.isCancelled && invitedAs === digestOf(invite))
    return [`${whom} was sent this invitation already, ${at(invitedAt)}.`];
  return [];
}
