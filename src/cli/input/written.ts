/** A time as a person writes it, taken apart: nothing of it is looked up in a time zone yet. */
import { DateTime } from 'luxon';
import { UserError } from '../../server/errors.ts';

/** A day of the calendar, `month` from 1; in which time zone is not said. */
export type Day = { year: number; month: number; day: number };
/** 24:00 is the end of a day. */
export type ClockTime = { hour: number; minute: number; second: number; millisecond: number };

/** null: that part was not written. */
export type Written = {
  day: Day | null;
  /** One of 月火水木金土日, where the day has it beside it. */
  weekday: string | null;
  clock: ClockTime | null;
  /** Minutes east of UTC; null: none is given. */
  offset: number | null;
};

/** 2030-04-01, 2030/4/1, 2030年4月1日（月）, and what parts them from a time. */
const DAY =
  /^(\d{4})(?:([-/.])(\d{1,2})\2(\d{1,2})|年 ?(\d{1,2})月 ?(\d{1,2})日)(?: ?\(([月火水木金土日])\))?(?:$|T| +|(?<=[日)]))/i;
/** 9:00, 09:00:30.5, 9時, 9時半, 10時30分. */
const CLOCK = /^(\d{1,2})(?::(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?|時(?:(\d{1,2})分(?:(\d{1,2})秒)?|(半))?)/;
/** Z, +09:00, +0900, +9. */
const OFFSET = /^ ?(?:(Z)|([+-])(\d{1,2})(?::?(\d{2}))?)$/i;

/**
 * Digits and signs may be those of a Japanese keyboard, １０：００ and 2030／4／1.
 * @returns null: it is neither a day, nor a time of the day, nor both
 */
export function takenApart(text: string): Written | null {
  const plain = text.normalize('NFKC').replaceAll('\u2212', '-').trim();
  const [head = '', year, , month, date, monthJa, dateJa, weekday = null] = DAY.exec(plain) ?? [];
  const day = year
    ? { year: Number(year), month: Number(month ?? monthJa), day: Number(date ?? dateJa) }
    : null;
  const rest = plain.slice(head.length);
  if (day && rest === '') return { day, weekday, clock: null, offset: null };
  const time = CLOCK.exec(rest);
  const clock = time && clockOf(time);
  if (!time || !clock) return null;
  const ending = rest.slice(time[0].length);
  if (ending === '') return { day, weekday, clock, offset: null };
  const offset = offsetOf(ending);
  // 10:00-11:00 is two times.
  return day && offset !== null ? { day, weekday, clock, offset } : null;
}

function clockOf(found: RegExpExecArray): ClockTime | null {
  const [, hour, minute, second, fraction = '', minuteJa, secondJa, half] = found;
  const clock = {
    hour: Number(hour),
    minute: half ? 30 : Number(minute ?? minuteJa ?? 0),
    second: Number(second ?? secondJa ?? 0),
    millisecond: Number(fraction.slice(0, 3).padEnd(3, '0')),
  };
  const isEnd = clock.hour === 24 && clock.minute + clock.second + clock.millisecond === 0;
  return (clock.hour < 24 || isEnd) && clock.minute < 60 && clock.second < 60 ? clock : null;
}

function offsetOf(text: string): number | null {
  const found = OFFSET.exec(text);
  if (!found) return null;
  const [, utc, sign, hours, minutes = '0'] = found;
  if (utc) return 0;
  const east = Number(hours) * 60 + Number(minutes);
  return Number(hours) > 14 || Number(minutes) > 59 ? null : east * (sign === '-' ? -1 : 1);
}

/** @param called where and how it was given, for the error. @throws {UserError} usage: the calendar has no such day */
export function assertIsDay({ day, weekday }: Written, called: string): void {
  if (!day) return;
  const found = DateTime.fromObject(day, { zone: 'utc' });
  if (!found.isValid) throw new UserError(`${called}: there is no such day.`, { usage: true });
  const is = '月火水木金土日'[found.weekday - 1];
  if (!weekday || weekday === is) return;
  throw new UserError(
    `${called}: ${found.toISODate()} is a ${is}, not a ${weekday}; correct the one or the other.`,
    { usage: true },
  );
}
