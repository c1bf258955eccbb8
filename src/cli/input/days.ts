import { DateTime } from 'luxon';
import { UserError } from '../../server/errors.ts';
import { assertIsCertain, takenApart } from './written.ts';

/**
 * The time from the beginning of the one day until the end of the other, in `zone`; each may be missing.
 * @throws {UserError} usage
 */
export function daysOf(
  { from, until }: { from?: string; until?: string },
  zone: string,
): { from?: Date; until?: Date } {
  const start = from === undefined ? undefined : parseDay(from, '--from', zone);
  const end = until === undefined ? undefined : parseDay(until, '--until', zone).plus({ days: 1 });
  if (start && end && end <= start)
    throw wrong(`--until ${until} is before --from ${from}: the later day comes second.`);
  return { from: start?.toJSDate(), until: end?.toJSDate() };
}

/** The day that it is in `zone`. */
export function today(now: Date, zone: string): { from: Date; until: Date } {
  const start = DateTime.fromJSDate(now, { zone }).startOf('day');
  return { from: start.toJSDate(), until: start.plus({ days: 1 }).toJSDate() };
}

/**
 * Reads a day, and gives its beginning in `zone`.
 * @param option names where it was given, for the error
 * @throws {UserError} usage
 */
export function parseDay(text: string, option: string, zone: string): DateTime {
  const called = `${option} ${text}`;
  const written = takenApart(text);
  if (!written?.day) throw wrong(`${called} is not a day: expected e.g. 2030-04-01.`);
  assertIsCertain(written, called);
  if (written.clock) throw wrong(`${called} is a day with a time`, 'give the day alone, e.g. 2030-04-01.');
  const day = DateTime.fromObject(written.day, { zone });
  // Databases compare times as text, or know no others than those of years with four digits.
  if (day.year < 1000 || day.plus({ days: 1 }).year > 9999)
    throw wrong(`${called} is too far away: expected a day from 1000-01-01 to 9999-12-30.`);
  return day.startOf('day');
}

const wrong = (what: string, remedy?: string) => new UserError(what, { remedy, usage: true });
