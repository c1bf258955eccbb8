/** How rooms are told on the terminal and to programs. */
import type { Readable } from 'node:stream';
import { csv } from '../../server/records/csv.ts';
import { recordTime } from '../../server/records/times.ts';
import { closingTime, stateOf } from '../../server/room/openLink.ts';
import type { RoomRecord } from '../../server/room/ports.ts';
import { type LinkUrl, roomUrls } from '../links.ts';
import { printLine } from './print.ts';

/** A room as one JSON object; times are ISO 8601 in UTC. */
export function roomJson(room: RoomRecord, links: LinkUrl[], now: Date): object {
  const { id, name, from, until, timeZone, ...rest } = room;
  return { id, name, from, until, timeZone, state: stateOf(room, now), ...rest, ...roomUrls(links), links };
}

/** A room with the addresses of its links. */
export type ListedRoom = { room: RoomRecord; links: LinkUrl[] };

/** Rooms as a CSV for Excel, one line each; of several applicants each stands on a line of its cell. */
export function roomsCsv(rooms: AsyncIterable<ListedRoom>, now: Date): Readable {
  const time = (pick: 'from' | 'until') => ({
    of: ({ room }: ListedRoom) => ({ at: room[pick], timeZone: room.timeZone }),
  });
  const applicants = ({ links }: ListedRoom) => links.filter(({ role }) => role === 'applicant');
  return csv<ListedRoom>(
    [
      { heading: 'name', of: ({ room }) => room.name },
      { heading: 'id', of: ({ room }) => room.id },
      { heading: 'state', of: ({ room }) => stateOf(room, now) },
      { heading: 'from', ...time('from') },
      { heading: 'until', ...time('until') },
      { heading: 'time-zone', of: ({ room }) => room.timeZone },
      { heading: 'interviewer-link', of: ({ links }) => roomUrls(links).interviewerUrl },
      {
        heading: 'applicant',
        of: (listed) =>
          applicants(listed)
            .map(({ name }) => name)
            .join('\n'),
      },
      {
        heading: 'applicant-link',
        of: (listed) =>
          applicants(listed)
            .map(({ url }) => url ?? '')
            .join('\n'),
      },
      { heading: 'note', of: ({ room }) => room.note },
    ],
    rooms,
  );
}

/**
 * The room in a line, with `details` what else is known of it; then each link under a heading, on a line of its own so
 * that it can be copied.
 */
export function printRoom(
  room: RoomRecord,
  links: LinkUrl[],
  {
    details = false,
    afterLink = () => undefined,
  }: { details?: boolean; afterLink?: (url: string) => void } = {},
): void {
  printLine(`Room ${room.name}, ${whenOpen(room)}`);
  if (details) printDetails(room);
  for (const link of links) {
    printLine();
    printLink(link);
    if (link.url) afterLink(link.url);
  }
}

function printDetails({
  id,
  interviewerSeats,
  applicantSeats,
  capacity,
  entry,
  language,
  note,
  history,
}: RoomRecord): void {
  const onOff = (on: boolean) => (on ? 'on' : 'off');
  printLine(`  id          ${id}`);
  printLine(`  seats       ${interviewerSeats} for interviewers, ${applicantSeats} for applicants`);
  printLine(`  capacity    ${capacity ?? 'no limit'}`);
  printLine(
    `  enter with  microphone ${onOff(entry.microphone)}, camera ${onOff(entry.camera)}, names ${onOff(entry.names)}`,
  );
  printLine(`  language    ${language}`);
  if (history)
    printLine(
      `  history     ${history === 'own' ? 'applicants see what was written while they were in the call' : 'applicants see the whole chat'}`,
    );
  if (note) printLine(`  note        ${note.replaceAll('\n', '\n              ')}`);
}

/** Whom a link is for, and its address on a line of its own, to be copied. */
export function printLink(link: LinkUrl): void {
  printLine(`${headingOf(link)}:`);
  printLine(link.url ?? '(revoked; make a new one with: webinterview room reissue)');
}

/** Whom a link is for. */
export function headingOf({ role, name }: Pick<LinkUrl, 'role' | 'name'>): string {
  if (role === 'interviewer') return 'Interviewer link';
  return name ? `Applicant link for ${name}` : 'Applicant link';
}

/** 2026/12/1 10:00 - 11:00, or with the day of the end when that is another one. */
export function windowText(room: RoomRecord): string {
  const { from, until, timeZone } = room;
  const closing = closingTime(room);
  // One that was closed before it opened has no time in which it was open.
  const shown = closing > from ? closing : until;
  const [start, end] = [recordTime(from, timeZone), recordTime(shown, timeZone)];
  const [day, clock] = end.split(' ');
  return start.startsWith(`${day} `) ? `${start} - ${clock}` : `${start} - ${end}`;
}

/** open 2026/12/1 10:00 - 2026/12/1 11:00 (Asia/Tokyo) */
export function whenOpen(room: RoomRecord): string {
  const { from, timeZone, closedAt } = room;
  const at = (time: Date) => recordTime(time, timeZone);
  if (closedAt) return `closed since ${at(closedAt)} (${timeZone})`;
  return `open ${at(from)} - ${at(closingTime(room))} (${timeZone})`;
}
