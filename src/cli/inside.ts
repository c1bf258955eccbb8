import { silentText } from '../server/admin/live.ts';
import type { LinkRecord, RoomRecord } from '../server/room/ports.ts';
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
 * @param role those who came by links of this role alone
 */
export async function peopleInside(
  { servers }: CliAdmin,
  { id, name }: Pick<RoomRecord, 'id' | 'name'>,
  role?: LinkRecord['role'],
): Promise<Inside> {
  const { servers: answering, silent } = await servers.statuses();
  const people = answering
    .flatMap(({ rooms }) => rooms.filter((room) => room.id === id))
    .flatMap((room) => room.people)
    .filter((person) => role === undefined || person.role === role).length;
  const told = people > 0 ? insideText(people, name, role) : null;
  const unknown = silent.length > 0 ? `People may be in ${name} now: ${silentText(silent)}.` : null;
  return { people, text: told ?? unknown };
}

/** Asks on a terminal when people are inside; elsewhere says it, and goes on. */
export async function sayWhoIsPutOut(
  admin: CliAdmin,
  room: Pick<RoomRecord, 'id' | 'name'>,
  options: Confirming,
  role?: LinkRecord['role'],
): Promise<void> {
  if (options.json) return;
  const { people, text } = await peopleInside(admin, room, role);
  if (text && isAsked(options)) await confirm([text], options);
  // A server that does not answer is named afterwards: it was not told of the change.
  else if (text && people > 0) printNote(text);
}

function insideText(people: number, room: string, role?: LinkRecord['role']): string {
  const who = role ?? 'person';
  const many = role ? `${role}s are` : 'people are';
  const counted = people === 1 ? `1 ${who} is` : `${people} ${many}`;
  const leaving = role
    ? 'whoever came by this link has to leave'
    : `${people === 1 ? 'and has' : 'and have'} to leave`;
  return `${counted} in the room ${room} now${role ? ':' : ','} ${leaving}.`;
}
