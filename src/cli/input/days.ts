import { DateTime } from 'luxon';
import { UserError } from '../../server/errors.ts';

/**
 * The time from the beginning of the one day until the end of the other, in `zone`; each may be missing.
 * @throws {UserError} usage
 */
export function daysOf(
  { from, until }: { from?: string; until?: string },
  zone: string,
): { from?: Date; until?: Date } {
  const start = from === undefined ? undefined : dayOf(from, '--from', zone);
  const end = until === undefined ? undefined : dayOf(until, '--until', zone).plus({ days: 1 });
  if (start && end && end <= start)
    throw new UserError(`--until ${until} is before --from ${from}: the later day comes second.`, {
      usage: true,
    });
  return { from: start?.toJSDate(), until: end?.toJSDate() };
}

/** The day that it is in `zone`. */
export function today(now: Date, zone: string): { from: Date; until: Date } {
  const start = DateTime.fromJSDate(now, { zone }).startOf('day');
  return { from: start.toJSDate(), until: start.plus({ days: 1 }).toJSDate() };
}

function dayOf(text: string, option: string, zone: string): DateTime {
  const day = DateTime.fromFormat(text, 'yyyy-MM-dd', { zone });
  // Databases compare times as text, or know no others than those of years with four digits.
  if (day.isValid && day.year >= 1000 && day.plus({ days: 1 }).year <= 9999) return day.startOf('day');
  throw new UserError(`${option} ${text} is not a day: expected e.g. 2030-04-01.`, { usage: true });
}
