/** Who was invited to what is not going to be: how they are told. */
import type { LinkRecord, RoomRecord } from '../server/room/records.ts';
import { printNote } from './output/print.ts';
import { shellWord } from './output/shellWord.ts';

/** The command that tells them; of one applicant by their link. */
export function cancelling({ name }: Pick<RoomRecord, 'name'>, link?: LinkRecord): string {
  const whom = link ? ` --applicant ${shellWord(link.label || link.id)}` : '';
  return `webinterview invite ${shellWord(name)}${whom} --cancel`;
}

/** Nobody is told by itself: which command does it. */
export function noteInvited(
  room: Pick<RoomRecord, 'name' | 'until'>,
  now: Date,
  { json }: { json?: boolean | undefined },
  link?: LinkRecord,
): void {
  if (json || room.until <= now || link?.role === 'interviewer') return;
  printNote(`whoever was invited is told by ${cancelling(room, link)}`);
}
