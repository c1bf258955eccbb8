import { limits } from '../../protocol/limits.ts';
import { nameProblem, nameProblemTexts, storedName } from '../../protocol/names.ts';
import { UserError } from '../errors.ts';
import { shownTime } from '../util/shownTime.ts';

const MINUTE = 60_000;
const LONGEST_DAYS = 366;
/** What every database can hold: MySQL's DATETIME begins and ends here. */
const FIRST_YEAR = 1000;
const LAST_YEAR = 9999;

/** What is asked for a room's reception window; what is not given is filled in. */
export type WindowRequest = { from?: Date; until?: Date; durationMinutes?: number };

/**
 * The name as it is stored (`storedName`).
 * @throws {UserError} what `nameProblem` does not take
 */
export function checkedRoomName(text: string): string {
  const name = storedName(text);
  const most = limits.roomNameCharacters;
  const problem = nameProblem(name, most);
  if (!problem) return name;
  if (problem !== 'long') throw badRequest(`The name of a room ${nameProblemTexts[problem]}.`);
  throw badRequest(`The name of a room has at most ${most} characters; this one has ${[...name].length}.`);
}

/**
 * The window from `from` (default: now) until `until`, or for a duration.
 * @throws {UserError} it ends before or when it begins, is longer than a year, or in a year that cannot be stored
 */
export function receptionWindow(
  { from, until, durationMinutes }: WindowRequest,
  { now, defaultMinutes, timeZone }: { now: Date; defaultMinutes: number; timeZone: string },
): { from: Date; until: Date } {
  const start = from ?? now;
  const end = until ?? new Date(start.getTime() + (durationMinutes ?? defaultMinutes) * MINUTE);
  if (end.getTime() === start.getTime()) {
    throw badRequest(
      `The room would close when it opens (${shownTime(start, timeZone)}), and have no length: choose a later end.`,
    );
  }
  if (end < start) {
    throw badRequest(
      `The room would close (${shownTime(end, timeZone)}) before it opens (${shownTime(start, timeZone)}): choose a later end.`,
    );
  }
  if (end.getTime() - start.getTime() > LONGEST_DAYS * 24 * 60 * MINUTE) {
    throw badRequest(`A room is open for at most ${LONGEST_DAYS} days: choose an earlier end.`);
  }
  if (start.getUTCFullYear() < FIRST_YEAR || end.getUTCFullYear() > LAST_YEAR)
    throw badRequest(`A room is open between the years ${FIRST_YEAR} and ${LAST_YEAR}: choose another time.`);
  return { from: start, until: end };
}

const badRequest = (message: string) => new UserError(message, { usage: true });
