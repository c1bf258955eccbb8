/** How rooms are told on the terminal and to programs. */
import { recordTime } from '../server/records/times.ts';
import { closingTime } from '../server/room/admission.ts';
import type { RoomRecord } from '../server/room/ports.ts';
import { type LinkUrl, roomUrls } from './links.ts';
import { printLine } from './output.ts';

export type RoomStateName = 'upcoming' | 'open' | 'past' | 'closed';

/** Whether people can come in now, by the clock and by the administrators. */
export function stateOf(room: RoomRecord, now: Date): RoomStateName {
  if (room.closedAt) return 'closed';
  if (now >= room.until) return 'past';
  return now < room.from ? 'upcoming' : 'open';
}

/** A room as one JSON object; times are ISO 8601 in UTC. */
export function roomJson(room: RoomRecord, links: LinkUrl[], now: Date): object {
  const { id, name, from, until, timeZone, ...rest } = room;
  return { id, name, from, until, timeZone, state: stateOf(room, now), ...rest, ...roomUrls(links), links };
}

/** The room in a line, then each link under a heading, on a line of its own so that it can be copied. */
export function printRoom(room: RoomRecord, links: LinkUrl[]): void {
  printLine(`Room ${room.name}, ${whenOpen(room)}`);
  for (const link of links) printLink(link);
}

export function printLink(link: LinkUrl): void {
  printLine();
  printLine(`${headingOf(link)}:`);
  printLine(link.url ?? '(revoked; make a new one with: webinterview room reissue)');
}

export function headingOf({ role, name }: Pick<LinkUrl, 'role' | 'name'>): string {
  if (role === 'interviewer') return 'Interviewer link';
  return name ? `Applicant link for ${name}` : 'Applicant link';
}

/** open 2026/12/1 10:00 - 2026/12/1 11:00 (Asia/Tokyo) */
export function whenOpen(room: RoomRecord): string {
  const { from, timeZone, closedAt } = room;
  const at = (time: Date) => recordTime(time, timeZone);
  if (closedAt) return `closed since ${at(closedAt)} (${timeZone})`;
  return `open ${at(from)} - ${at(closingTime(room))} (${timeZone})`;
}
