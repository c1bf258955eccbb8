/** How rooms are told on the terminal and to programs. */
import { recordTime } from '../../server/records/times.ts';
import { opensAt, stateOf } from '../../server/room/openLink.ts';
import type { RoomRecord } from '../../server/room/records.ts';
import { type Length, lengthOf } from '../../server/util/length.ts';
import { type LinkUrl, roomUrls } from '../links.ts';
import { printLine } from './print.ts';

/** A room as one JSON object; times are ISO 8601 in UTC. `usualMinutes`: how early rooms open that say nothing of their own. */
export function roomJson(room: RoomRecord, links: LinkUrl[], now: Date, usualMinutes: number): object {
  const { id, name, from, until, openEarlyMinutes, timeZone, ...rest } = room;
  const times = { from, until, openEarlyMinutes, opensAt: opensAt(room, usualMinutes), timeZone };
  const state = stateOf(room, now, usualMinutes);
  return { id, name, ...times, state, ...rest, ...roomUrls(links), links };
}

/**
 * The room in a line, with `details` what else is known of it (`openEarlyMinutes`: as the configuration has it); then each link under a heading, on a line of its own so
 * that it can be copied.
 */
export function printRoom(
  room: RoomRecord,
  links: LinkUrl[],
  {
    details,
    afterLink = () => undefined,
  }: { details?: { openEarlyMinutes: number } | undefined; afterLink?: (url: string) => void } = {},
): void {
  printLine(`Room ${room.name}, ${whenOpen(room)}`);
  if (details) printDetails(room, details.openEarlyMinutes);
  for (const link of links) {
    printLine();
    printLink(link, room);
    if (link.url) afterLink(link.url);
  }
}

function printDetails(room: RoomRecord, usualMinutes: number): void {
  const { id, interviewerSeats, applicantSeats, capacity, entry } = room;
  const { title, company, language, note, history, waitingMessage } = room;
  const onOff = (on: boolean) => (on ? 'on' : 'off');
  printLine(`  id          ${id}`);
  if (title) printLine(`  title       ${title}`);
  if (company) printLine(`  company     ${company}`);
  printLine(`  opens       ${opensText(room, usualMinutes)}`);
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
  if (waitingMessage) printLine(`  message     ${waitingMessage.replaceAll('\n', '\n              ')}`);
  if (note) printLine(`  note        ${note.replaceAll('\n', '\n              ')}`);
}

/** 2026/12/1 9:45, 15 min early; with whose word that is, where it is not the room's own. */
function opensText(room: RoomRecord, usualMinutes: number): string {
  const opens = opensAt(room, usualMinutes);
  const early =
    opens < room.from ? `${lengthText(lengthOf({ from: opens, until: room.from }))} early` : 'on time';
  const isUsual = room.openEarlyMinutes === null;
  return `${recordTime(opens, room.timeZone)}, ${early}${isUsual ? ', as the configuration says' : ''}`;
}

/** Whom a link is for, and its address on a line of its own, to be copied. */
export function printLink(link: LinkUrl, { timeZone }: Pick<RoomRecord, 'timeZone'>): void {
  const mail = [link.email, mailText(link, timeZone)].filter(Boolean).join(', ');
  printLine(`${headingOf(link)}${mail && ` (${mail})`}:`);
  printLine(link.url ?? '(revoked; make a new one with: webinterview room reissue)');
}

/** What its applicant was sent last; null: nothing. */
function mailText({ invitedAt, invitedElsewhere, cancelledAt }: LinkUrl, timeZone: string): string | null {
  if (cancelledAt) return `cancelled ${recordTime(cancelledAt, timeZone)}`;
  if (!invitedAt) return null;
  return `invited ${recordTime(invitedAt, timeZone)}${invitedElsewhere ? ' at another address' : ''}`;
}

/** Whom a link is for. */
export function headingOf({ role, name }: Pick<LinkUrl, 'role' | 'name'>): string {
  if (role === 'interviewer') return 'Interviewer link';
  return name ? `Applicant link for ${name}` : 'Applicant link';
}

/**
 * 2026/12/1 10:00 - 11:00 (1 h), or with the day of the end when that is another one. The length is that of the clock on
 * the wall only where nobody changes that in between.
 */
export function windowText({ from, until, timeZone }: RoomRecord): string {
  const [start, end] = [recordTime(from, timeZone), recordTime(until, timeZone)];
  const [day, clock] = end.split(' ');
  const shown = start.startsWith(`${day} `) ? `${start} - ${clock}` : `${start} - ${end}`;
  return `${shown} (${lengthText(lengthOf({ from, until }))})`;
}

/** 1 h 30 min, as --duration takes it too. */
function lengthText({ days, hours, minutes }: Length): string {
  const parts = [days && `${days} d`, hours && `${hours} h`, minutes && `${minutes} min`];
  return parts.filter(Boolean).join(' ') || 'under 1 min';
}

/** 2026/12/1 10:00 - 11:00 (1 h), Asia/Tokyo, as people are told; of one that is closed its window too, which holds when it is reopened. */
export function whenOpen(room: RoomRecord): string {
  const { timeZone, closedAt } = room;
  const window = `${windowText(room)}, ${timeZone}`;
  if (!closedAt) return window;
  return `closed since ${recordTime(closedAt, timeZone)}; its window is ${window}`;
}
