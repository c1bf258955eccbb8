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
  /** As it was written: one of 月火水木金土日, or an English one, perhaps shortened. */
  weekday: string | null;
  clock: ClockTime | null;
  /** Minutes east of UTC; null: none is given. */
  offset: number | null;
  /** A time zone by its name or letters, e.g. Asia/Tokyo, JST or Japan Standard Time. */
  zone: string | null;
  /** Why it can be read in several ways; it goes on after what was written. */
  problem: string | null;
};

const MONTHS = 'January February March April May June July August September October November December'.split(
  ' ',
);
const WEEKDAYS = 'Monday Tuesday Wednesday Thursday Friday Saturday Sunday'.split(' ');
const WEEKDAYS_JA = '月火水木金土日';

/** 2030-04-01, 2030/4/1, 2030年4月1日（月）, …（月曜日）, and what parts them from a time. */
const DAY =
  /^(\d{4})(?:([-/.])(\d{1,2})\2(\d{1,2})|年 ?(\d{1,2})月 ?(\d{1,2})日)(?: ?\(([月火水木金土日])(?:曜日?)?\)| ?([月火水木金土日])曜日?)?(?:$|T| +|(?<=[日)曜]))/i;
/** Monday, 1 April 2030, and Mon, Apr 1, 2030 at: as invitations and the page have it. */
const ENGLISH_DAY =
  /^(?:([a-z]{3,9})\.?,? )?(?:(\d{1,2}) ([a-z]{3,9})\.?,?|([a-z]{3,9})\.? (\d{1,2}),?) (\d{4})(?:$|,? at +|,? +)/i;
/** 9:00, 09:00:30.5, 9時, 9時半, 10時30分, 午後3時半, 9:00 AM, 9am. */
const CLOCK =
  /^(?:(午前|午後) ?)?(\d{1,2})(?::(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?|時(?:(\d{1,2})分(?:(\d{1,2})秒)?|(半))?|(?= ?[ap]\.?m\b))(?: ?([ap])\.?m\b\.?)?/i;
/** Z, +09:00, +0900, +9. */
const OFFSET = /^ ?(?:(Z)|([+-])(\d{1,2})(?::?(\d{2}))?)$/i;
/** JST, EST5EDT, (Asia/Tokyo), Etc/GMT-9, Japan Standard Time, 日本標準時. */
const ZONE =
  /^ ?(\(?)([A-Z]{2,5}(?:\d[A-Z]{3})?|[A-Za-z]\w*\/[\w/+-]+|\p{L}[\p{L}’'& -]* Time|\p{L}+(?:(?:標準|世界)時|夏時間))(\)?)$/u;

/**
 * Digits and signs may be those of a Japanese keyboard, １０：００ and 2030／4／1.
 * @returns null: it is neither a day, nor a time of the day, nor both
 */
export function takenApart(text: string): Written | null {
  const plain = text.normalize('NFKC').replaceAll('\u2212', '-').trim();
  const { length, ...day } = dayIn(plain) ?? noDay;
  const rest = plain.slice(length);
  const nothingMore = { clock: null, offset: null, zone: null, problem: null };
  if (day.day && rest === '') return { ...day, ...nothingMore };
  const found = CLOCK.exec(rest);
  const clock = found && clockOf(found);
  if (!found || !clock) return null;
  const time = { ...day, ...nothingMore, clock, problem: problemOf(found) };
  const ending = rest.slice(found[0].length);
  if (ending === '') return time;
  const offset = offsetOf(ending);
  // 10:00-11:00 is two times.
  if (offset !== null) return day.day ? { ...time, offset } : null;
  const [, opening, zone, closing] = ZONE.exec(ending) ?? [];
  return zone && Boolean(opening) === Boolean(closing) ? { ...time, zone } : null;
}

/** `length`: of the characters that it takes. */
type DayFound = Pick<Written, 'day' | 'weekday'> & { length: number };

const noDay: DayFound = { day: null, weekday: null, length: 0 };

function dayIn(text: string): DayFound | null {
  const [head, year, , month, date, monthJa, dateJa, bracketed, weekday] = DAY.exec(text) ?? [];
  if (head === undefined) return englishDayIn(text);
  return {
    day: { year: Number(year), month: Number(month ?? monthJa), day: Number(date ?? dateJa) },
    weekday: bracketed ?? weekday ?? null,
    length: head.length,
  };
}

function englishDayIn(text: string): DayFound | null {
  const [head = '', weekday, before, monthAfter, monthBefore, after, year] = ENGLISH_DAY.exec(text) ?? [];
  const month = indexIn(MONTHS, monthAfter ?? monthBefore ?? '');
  if (head === '' || month < 0 || (weekday && indexIn(WEEKDAYS, weekday) < 0)) return null;
  return {
    day: { year: Number(year), month: month + 1, day: Number(before ?? after) },
    weekday: weekday ?? null,
    length: head.length,
  };
}

/** Of a name that may be shortened, to three letters at least. */
const indexIn = (names: string[], text: string) =>
  text.length < 3 ? -1 : names.findIndex((name) => name.toLowerCase().startsWith(text.toLowerCase()));

function clockOf(found: RegExpExecArray): ClockTime | null {
  const [, halfJa, hour, minute, second, fraction = '', minuteJa, secondJa, half, halfEn] = found;
  if (halfJa && halfEn) return null;
  const clock = {
    hour: hourOf(Number(hour), halfJa, halfEn),
    minute: half ? 30 : Number(minute ?? minuteJa ?? 0),
    second: Number(second ?? secondJa ?? 0),
    millisecond: Number(fraction.slice(0, 3).padEnd(3, '0')),
  };
  const isEnd = clock.hour === 24 && clock.minute + clock.second + clock.millisecond === 0;
  return (clock.hour < 24 || isEnd) && clock.minute < 60 && clock.second < 60 ? clock : null;
}

/** Of the day, from that of its half: 午前 and 午後 begin with 0, AM and PM with 12. NaN: there is no such hour. */
function hourOf(hour: number, halfJa: string | undefined, halfEn: string | undefined): number {
  if (halfJa) return hour > 12 ? Number.NaN : hour + (halfJa === '午後' && hour < 12 ? 12 : 0);
  if (!halfEn) return hour;
  if (hour < 1 || hour > 12) return Number.NaN;
  return (hour % 12) + (halfEn.toLowerCase() === 'p' ? 12 : 0);
}

/** By law 午前12時 is noon and 午後12時 midnight (太政官布告第337号 of 1872); clocks that show 12:00 PM mean the other. */
function problemOf([, halfJa, hour]: RegExpExecArray): string | null {
  if (!halfJa || Number(hour) !== 12) return null;
  return 'may be noon or midnight: write 12:00 or 0:00.';
}

function offsetOf(text: string): number | null {
  const found = OFFSET.exec(text);
  if (!found) return null;
  const [, utc, sign, hours, minutes = '0'] = found;
  if (utc) return 0;
  const east = Number(hours) * 60 + Number(minutes);
  return Number(hours) > 14 || Number(minutes) > 59 ? null : east * (sign === '-' ? -1 : 1);
}

/**
 * @param called where and how it was given, for the error
 * @throws {UserError} usage: it can be read in several ways, or the calendar has no such day
 */
export function assertIsCertain({ day, weekday, problem }: Written, called: string): void {
  if (problem) throw new UserError(`${called} ${problem}`, { usage: true });
  if (!day) return;
  const found = DateTime.fromObject(day, { zone: 'utc' });
  if (!found.isValid) throw new UserError(`${called}: there is no such day.`, { usage: true });
  if (!weekday) return;
  const index = found.weekday - 1;
  const isJapanese = WEEKDAYS_JA.includes(weekday);
  if ((isJapanese ? WEEKDAYS_JA.indexOf(weekday) : indexIn(WEEKDAYS, weekday)) === index) return;
  const is = isJapanese ? WEEKDAYS_JA[index] : WEEKDAYS[index];
  throw new UserError(
    `${called}: ${found.toISODate()} is a ${is}, not a ${weekday}; correct the one or the other.`,
    { usage: true },
  );
}
