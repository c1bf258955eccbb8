import { limits } from '../../protocol/limits.ts';
import type { EntrySettings, Role } from '../../protocol/messages.ts';
import { isSameName, nameProblem, nameProblemTexts, storedName } from '../../protocol/names.ts';
import { UserError } from '../errors.ts';
import { randomId } from '../util/ids.ts';
import { emailsOf } from './emails.ts';
import { newLinkId } from './links.ts';
import { notMailed } from './mailed.ts';
import type { HistorySetting, Language, LinkRecord, RoomRecord } from './records.ts';
import { checkedRoomName, receptionWindow, type WindowRequest } from './schedule.ts';

/** What is asked for; what is not given is filled in. */
export type RoomRequest = WindowRequest & {
  name: string;
  title?: string;
  /** Default: as the configuration says; empty: it is not said. */
  company?: string;
  timeZone?: string;
  /** null: as the configuration says. */
  openEarlyMinutes?: number | null;
  interviewerSeats?: number;
  /** Default: one for each applicant's link. */
  applicantSeats?: number;
  capacity?: number | null;
  entry?: Partial<EntrySettings>;
  language?: Language;
  note?: string;
  history?: HistorySetting;
  waitingMessage?: string;
  /** Names of the applicants who get a link of their own; none: one link for whoever has it. */
  applicants?: string[];
  /** Their mail addresses in the same order, null or empty where none is known; of a room without names one at most. */
  emails?: (string | null)[];
};
/** What a room has where nothing else is asked for; the window and the time zone are the configuration's. */
export const usualRoom = {
  openEarlyMinutes: null as number | null,
  interviewerSeats: 1,
  capacity: null as number | null,
  entry: { microphone: true, camera: true, names: true } as EntrySettings,
  language: 'ja' as Language,
  history: null as HistorySetting,
};

/** `company`: who invites where nothing else is said; null: it is not said. */
export type RoomDefaults = { now: Date; defaultMinutes: number; timeZone: string; company?: string | null };

/**
 * A new room with its links: the interviewers' first.
 * @throws {UserError} usage: a name, window or number that cannot be
 */
export function newRoom(
  request: RoomRequest,
  defaults: RoomDefaults,
): { room: RoomRecord; links: LinkRecord[] } {
  const { applicants = [], emails = [], interviewerSeats, capacity, entry, language } = request;
  const labels = applicants.length > 0 ? applicants.map(checkedLabel) : [''];
  assertDistinct(labels);
  const addresses = emailsOf(labels.length, emails);
  const room: RoomRecord = {
    id: randomId(),
    name: checkedRoomName(request.name),
    title: checkedTitle(request.title ?? ''),
    company: checkedCompany(request.company ?? defaults.company ?? ''),
    ...receptionWindow(request, { ...defaults, timeZone: request.timeZone ?? defaults.timeZone }),
    timeZone: request.timeZone ?? defaults.timeZone,
    openEarlyMinutes: checkedEarly(request.openEarlyMinutes ?? usualRoom.openEarlyMinutes),
    interviewerSeats: checkedSeats(interviewerSeats ?? usualRoom.interviewerSeats),
    applicantSeats: checkedSeats(request.applicantSeats ?? labels.length),
    capacity: checkedCapacity(capacity === undefined ? usualRoom.capacity : capacity),
    entry: { ...usualRoom.entry, ...entry },
    language: language ?? usualRoom.language,
    note: checkedNote(request.note ?? ''),
    history: request.history ?? usualRoom.history,
    waitingMessage: checkedWaitingMessage(request.waitingMessage ?? ''),
    closedAt: null,
    version: 1,
    createdAt: defaults.now,
  };
  assertSeatsFit(room);
  return {
    room,
    links: [
      newLink(room, 'interviewer', ''),
      ...labels.map((label, at) => newLink(room, 'applicant', label, addresses[at])),
    ],
  };
}

/** Its first version. @param label for whom it is; empty: for anyone of its role */
export function newLink(
  room: Pick<RoomRecord, 'id'>,
  role: Role,
  label: string,
  email: string | null = null,
): LinkRecord {
  return {
    id: newLinkId(),
    roomId: room.id,
    role,
    label,
    version: 1,
    revokedAt: null,
    erasedAt: null,
    ...notMailed,
    email,
  };
}

/** The name as it is stored. @throws {UserError} usage: what `nameProblem` does not take */
export function checkedLabel(text: string): string {
  const label = storedName(text);
  const problem = nameProblem(label);
  if (!problem) return label;
  if (problem !== 'long') throw wrong(`An applicant's name ${nameProblemTexts[problem]}.`);
  throw wrong(
    `An applicant's name has at most ${limits.nameCharacters} characters: ${label.slice(0, 20)}… is longer.`,
  );
}

/** What the interview is called, as it is stored; empty: nothing. @throws {UserError} usage: what `nameProblem` does not take */
export const checkedTitle = (text: string): string =>
  checkedOneLine('The title of a room', text, limits.roomTitleCharacters);

/** Who invites, as it is stored; empty: it is not said. @throws {UserError} usage: what `nameProblem` does not take */
export const checkedCompany = (text: string): string =>
  checkedOneLine("A company's name", text, limits.nameCharacters);

/** @param what names it at the beginning of a sentence */
function checkedOneLine(what: string, text: string, most: number): string {
  const stored = storedName(text);
  if (stored === '') return '';
  const problem = nameProblem(stored, most);
  if (!problem) return stored;
  if (problem !== 'long') throw wrong(`${what} ${nameProblemTexts[problem]}.`);
  throw wrong(`${what} has at most ${most} characters; this one has ${[...stored].length}.`);
}

/** @throws {UserError} usage */
export function checkedEarly(minutes: number | null): number | null {
  if (minutes === null) return null;
  const most = limits.openEarlyMinutes;
  if (Number.isInteger(minutes) && minutes >= 0 && minutes <= most) return minutes;
  throw wrong(`A room opens from 0 to ${most} minutes (${most / 60} hours) early, not ${minutes}.`);
}

/** @throws {UserError} usage */
export function checkedSeats(seats: number): number {
  if (Number.isInteger(seats) && seats >= 1 && seats <= limits.seatsPerRole) return seats;
  throw wrong(`A role has from 1 to ${limits.seatsPerRole} seats, not ${seats}.`);
}

/** @throws {UserError} usage */
export function checkedCapacity(capacity: number | null): number | null {
  if (capacity === null) return null;
  if (Number.isInteger(capacity) && capacity >= 2 && capacity <= limits.roomCapacity) return capacity;
  throw wrong(`A room holds from 2 to ${limits.roomCapacity} people, not ${capacity}.`);
}

/** Who has a seat finds place in the room, with everybody else who has one. @throws {UserError} usage */
export function assertSeatsFit({
  capacity,
  interviewerSeats,
  applicantSeats,
}: Pick<RoomRecord, 'capacity' | 'interviewerSeats' | 'applicantSeats'>): void {
  const seats = interviewerSeats + applicantSeats;
  if (capacity === null || capacity >= seats) return;
  throw wrong(
    `A room with a capacity of ${capacity} cannot have ${seats} seats (${interviewerSeats} for interviewers, ${applicantSeats} for applicants)`,
    `choose a capacity of at least ${seats}, or fewer seats.`,
  );
}

/** @throws {UserError} usage */
export function checkedNote(note: string): string {
  // Lines and tabs are no trouble; what else is invisible, or half a character, comes back otherwise than it went in.
  if (/(?![\t\n\r])[\p{Cc}\p{Cs}]/u.test(note))
    throw wrong('A note must not contain control characters, but for lines and tabs.');
  if ([...note].length <= limits.roomNoteCharacters) return note;
  throw wrong(`A note has at most ${limits.roomNoteCharacters} characters.`);
}

/** As it is stored: without spaces around it. @throws {UserError} usage */
export function checkedWaitingMessage(text: string): string {
  if (/(?![\t\n\r])[\p{Cc}\p{Cs}]/u.test(text))
    throw wrong('A message must not contain control characters, but for lines and tabs.');
  const stored = text.trim();
  if ([...stored].length <= limits.waitingMessageCharacters) return stored;
  throw wrong(`A message has at most ${limits.waitingMessageCharacters} characters.`);
}

function assertDistinct(labels: string[]): void {
  const twice = labels.find((label, at) => labels.slice(0, at).some((other) => isSameName(other, label)));
  if (twice !== undefined)
    throw wrong(`Two applicants of one room cannot both be ${twice}`, 'tell them apart, e.g. by a number.');
}

const wrong = (what: string, remedy?: string) => new UserError(what, { remedy, usage: true });
