/** Who was invited to what is not going to be: how they are told. */
import type { LinkRecord, RoomRecord } from '../server/room/records.ts';
import { printNote } from './output/print.ts';
import { shellWord } from './output/shellWord.ts';

/** The command that tells them; of one applicant by their link, and by mail where that invited them. */
export function cancelling({ name }: Pick<RoomRecord, 'name'>, link?: LinkRecord): string {
  const whom = link ? ` --applicant ${shellWord(link.label || link.id)}` : '';
  const how = link?.invitedAt || link?.sendingSince ? ' --smtp' : '';
  return `webinterview invite ${shellWord(name)}${whom} --cancel${how}`;
}

/**
 * Nobody is told by itself: which commands do it.
 * @param links those that are not going to be used; of an invitation that was not sent from here nothing is known
 * @returns sentences without a capital and a full stop; empty: there is nobody left to tell
 */
export function toBeTold(room: Pick<RoomRecord, 'name'>, links: LinkRecord[]): string[] {
  const applicants = links.filter(({ role }) => role === 'applicant');
  const invited = applicants.filter(({ invitedAt, sendingSince }) => invitedAt || sendingSince);
  const texts = invited.map(
    (link) => `${link.label || 'the applicant'} was sent an invitation: ${cancelling(room, link)}`,
  );
  const unknown = applicants.filter((link) => !invited.includes(link) && !link.cancelledAt);
  if (unknown.length === 0 || invited.length > 0) return texts;
  const [only] = unknown.length === 1 ? unknown : [];
  // Of one link alone the room may have others; of all that it has, one without a name needs none.
  const isNamed = links.length === 1 || only?.label;
  return [`whoever was invited is told by ${cancelling(room, isNamed ? only : undefined)}`];
}

/** As notes, of a room that is still to come. */
export function noteInvited(
  room: Pick<RoomRecord, 'name' | 'until'>,
  links: LinkRecord[],
  { now, json }: { now: Date; json?: boolean | undefined },
): void {
  if (json || room.until <= now) return;
  for (const text of toBeTold(room, links)) printNote(text);
}

/** As notes, of a room that was moved: who knows of the time before alone. */
export function noteMoved(
  room: RoomRecord,
  links: LinkRecord[],
  { now, json }: { now: Date; json?: boolean | undefined },
): void {
  if (json || room.until <= now) return;
  const untold = links.filter((link) => link.invitedAt && !link.revokedAt && !isTold(room, link));
  for (const link of untold) {
    const command = `webinterview invite ${shellWord(room.name)} --applicant ${shellWord(link.label || link.id)} --smtp`;
    printNote(`${link.label || 'the applicant'} was invited to the time before, and is told by ${command}`);
  }
}

const isTold = ({ from, until }: RoomRecord, { invitedFrom, invitedUntil }: LinkRecord) =>
  from.getTime() === invitedFrom?.getTime() && until.getTime() === invitedUntil?.getTime();
