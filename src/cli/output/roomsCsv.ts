/** Rooms as a CSV for Excel, from which `room create --from-csv` makes the same ones again. */
import type { Readable } from 'node:stream';
import { DateTime } from 'luxon';
import { csv } from '../../server/records/csv.ts';
import type { Column } from '../../server/records/table.ts';
import { exactTime, recordTime } from '../../server/records/times.ts';
import { stateOf } from '../../server/room/openLink.ts';
import type { RoomRecord } from '../../server/room/records.ts';
import { type LinkUrl, roomUrls } from '../links.ts';

/** A room with the addresses of its links. */
export type ListedRoom = { room: RoomRecord; links: LinkUrl[] };

/**
 * One line each; of several applicants each stands on a line of its cell, without those whose link is revoked.
 * `usualMinutes`: how early rooms open that say nothing of their own.
 */
export function roomsCsv(rooms: AsyncIterable<ListedRoom>, now: Date, usualMinutes: number): Readable {
  return csv<ListedRoom>(
    [
      { heading: 'name', of: ({ room }) => guarded(room.name) },
      { heading: 'id', of: ({ room }) => room.id },
      { heading: 'state', of: ({ room }) => stateOf(room, now, usualMinutes) },
      { heading: 'from', of: ({ room }) => timeText(room.from, room.timeZone) },
      { heading: 'until', of: ({ room }) => timeText(room.until, room.timeZone) },
      { heading: 'time-zone', of: ({ room }) => room.timeZone },
      { heading: 'interviewer-link', of: ({ links }) => roomUrls(links).interviewerUrl },
      { heading: 'applicant', of: (listed) => namesCell(applicants(listed).map(({ name }) => name)) },
      {
        heading: 'applicant-link',
        of: (listed) =>
          applicants(listed)
            .map(({ url }) => url)
            .join('\n'),
      },
      { heading: 'email', of: (listed) => emailsCell(applicants(listed)) },
      { heading: 'invited', of: (listed) => timesCell(listed, ({ invitedAt }) => invitedAt) },
      { heading: 'cancelled', of: (listed) => timesCell(listed, ({ cancelledAt }) => cancelledAt) },
      { heading: 'note', of: ({ room }) => guarded(room.note) },
      ...settings,
    ],
    rooms,
  );
}

/** Those who get a link. Beside named ones, one without a name has no place in the cells: an empty line is no applicant. */
function applicants({ links }: ListedRoom): LinkUrl[] {
  const valid = links.filter(({ role, url }) => role === 'applicant' && url);
  const named = valid.filter(({ name }) => name !== '');
  return named.length > 0 ? named : valid;
}

/** Named and written like the options. */
const settings: Column<ListedRoom>[] = [
  {
    heading: 'opens-early',
    of: ({ room: { openEarlyMinutes } }) => (openEarlyMinutes === null ? 'auto' : `${openEarlyMinutes}m`),
  },
  { heading: 'interviewer-seats', of: ({ room }) => room.interviewerSeats },
  { heading: 'applicant-seats', of: ({ room }) => room.applicantSeats },
  { heading: 'capacity', of: ({ room }) => room.capacity ?? 'none' },
  { heading: 'microphone', of: ({ room }) => onOff(room.entry.microphone) },
  { heading: 'camera', of: ({ room }) => onOff(room.entry.camera) },
  { heading: 'names', of: ({ room }) => onOff(room.entry.names) },
  { heading: 'language', of: ({ room }) => room.language },
  { heading: 'history', of: ({ room }) => room.history ?? 'auto' },
  { heading: 'message', of: ({ room }) => guarded(room.waitingMessage) },
  { heading: 'title', of: ({ room }) => guarded(room.title) },
  { heading: 'company', of: ({ room }) => guarded(room.company) },
];

const onOff = (on: boolean) => (on ? 'on' : 'off');

/** To the minute, as people write it; exactly where it has seconds, and with its offset where the clock shows it twice. */
function timeText(at: Date, timeZone: string): string {
  const time = DateTime.fromJSDate(at, { zone: timeZone });
  if (time.getPossibleOffsets().length > 1) return time.toISO() as string;
  if (time.second === 0 && time.millisecond === 0) return recordTime(at, timeZone);
  return exactTime(at, timeZone) + (time.millisecond === 0 ? '' : time.toFormat('.SSS'));
}

const namesCell = (names: string[]) => guarded(names.map(inQuotes).join('\n'));

/** In the order of the names; an empty line is an applicant without an address. Of several links without a name none is told. */
function emailsCell(links: LinkUrl[]): string | null {
  const isTold = links.length === 1 || links.every(({ name }) => name !== '');
  if (!isTold || !links.some(({ email }) => email)) return null;
  return guarded(links.map(({ email }) => email ?? '').join('\n'));
}

/** Each on a line like the names; an empty one is none. */
function timesCell(listed: ListedRoom, of: (link: LinkUrl) => Date | null): string | null {
  const times = applicants(listed).map(of);
  if (times.every((time) => time === null)) return null;
  return times.map((time) => (time ? exactTime(time, listed.room.timeZone) : '')).join('\n');
}

/** A name with a ; in it stands in quotes, as a CSV has them, so that it is not taken for two. */
const inQuotes = (name: string) => (/[;；]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name);

/** What begins as a text that was guarded against formulas (records/csv.ts) gets one more quote, as one is taken away. */
const guarded = (text: string) => (/^'+[=+\-@\t\r＝＋－＠]/.test(text) ? `'${text}` : text);
