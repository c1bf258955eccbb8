import { silentText } from '../server/admin/live.ts';
import type { LinkRecord, RoomRecord } from '../server/room/records.ts';
import { type Confirming, confirm, isAsked } from './confirm.ts';
import type { CliAdmin } from './context.ts';
import { printNote } from './output/print.ts';

/** Who is in a room now, waiting or in the call. */
export type Inside = {
  people: number;
  /** For people who are to be asked first; null: nobody is known to be there. */
  text: string | null;
};

/**
 * How many people a change of the room puts out.
 * @param link those who came by this one alone
 */
export async function peopleInside(
  { servers }: CliAdmin,
  { id, name }: Pick<RoomRecord, 'id' | 'name'>,
  link?: LinkRecord,
): Promise<Inside> {
  const { servers: answering, silent } = await servers.statuses();
  const people = answering
    .flatMap(({ rooms }) => rooms.filter((room) => room.id === id))
    .flatMap((room) => room.people)
    .filter((person) => !link || person.linkId === link.id).length;
  const known = people > 0 ? insideText(people, name, link) : null;
  const unknown = silent.length > 0 ? `People may be in ${name} now: ${silentText(silent)}.` : null;
  return { people, text: known ?? unknown };
}

/** Asks on a terminal when people are inside; elsewhere says it, and goes on. */
export async function sayWhoIsPutOut(
  admin: CliAdmin,
  room: Pick<RoomRecord, 'id' | 'name'>,
  options: Confirming,
  link?: LinkRecord,
): Promise<void> {
  if (options.json) return;
  const { people, text } = await peopleInside(admin, room, link);
  if (text && isAsked(options)) await confirm([text], options);
  // A server that does not answer is named afterwards: it was not told of the change.
  else if (text && people > 0) printNote(text);
}

function insideText(people: number, room: string, link?: LinkRecord): string {
  const who = people === 1 ? '1 person is' : `${people} people are`;
  const leaving = people === 1 ? 'and has to leave' : 'and have to leave';
  return `${who} in the room ${room} now${link ? ' by this link' : ''}, ${leaving}.`;
}
