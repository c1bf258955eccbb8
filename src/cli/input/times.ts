import { DateTime, FixedOffsetZone } from 'luxon';
import { UserError } from '../../server/errors.ts';
import { zoneNamed } from '../../server/room/zones.ts';
import { assertIsCertain, type ClockTime, type Day, takenApart, type Written } from './written.ts';

const WALL = "yyyy-MM-dd'T'HH:mm";

/**
 * Reads a time, with an offset or without one in `zone`; or 10:00, on the day of `day` there. Whatever the program itself
 * prints is understood.
 * @param option names where it was given, for the error
 * @throws {UserError} usage
 */
export function parseTime(
  text: string,
  { option, zone, day }: { option: string; zone: string; day: Date },
): Date {
  const called = `${option} ${text}`;
  const written = takenApart(text);
  if (!written)
    throw wrong(
      `${called} is not a time: expected e.g. 2030-04-01T10:00+09:00, "2030-04-01 10:00" or 10:00.`,
    );
  assertIsCertain(written, called);
  if (!written.clock) throw wrong(`${called} is a day without a time`, `add one, e.g. "${text} 10:00".`);
  const parts = { ...(written.day ?? dayOf(DateTime.fromJSDate(day, { zone }))), ...written.clock };
  if (written.offset !== null)
    return DateTime.fromObject(parts, { zone: FixedOffsetZone.instance(written.offset) }).toJSDate();
  return onClockOf(zoneOf(written, { usual: zone, parts, called }), parts, called);
}

/** Where this clock shows the time that is written, as an instant. */
function onClockOf(zone: string, parts: Day & ClockTime, called: string): Date {
  const time = DateTime.fromObject(parts, { zone });
  // In spring an hour of the clock is skipped; a time in it would silently become another.
  if (time.toFormat(WALL) !== DateTime.fromObject(parts, { zone: 'utc' }).toFormat(WALL))
    throw wrong(`${called} does not exist in ${zone}: the clock goes forward then.`);
  assertOnce(called, time);
  return time.toJSDate();
}

/**
 * That which is written beside the time, or `usual`. Letters mean several zones (CST), or one with or without its summer
 * time: they are believed where they are the name of `usual` itself, as JST is of Asia/Tokyo.
 */
function zoneOf(
  { zone: text, day }: Written,
  { usual, parts, called }: { usual: string; parts: Day & ClockTime; called: string },
): string {
  if (text === null || longNamesAt(parts, usual).includes(text)) return usual;
  const { zone } = zoneNamed(text);
  if (zone === usual || (zone && day && text.includes('/'))) return zone;
  throw wrong(
    `${called} is not certain, as ${text} is not the time zone of the room (${usual})`,
    'give an offset instead, e.g. 2030-04-01T10:00+09:00.',
  );
}

/** As the page names a zone then, in either language: Japan Standard Time, 日本標準時. */
function longNamesAt(parts: Day & ClockTime, timeZone: string): string[] {
  const at = DateTime.fromObject(parts, { zone: timeZone }).toJSDate();
  return ['en', 'ja'].map((locale) => {
    const shown = new Intl.DateTimeFormat(locale, { timeZone, timeZoneName: 'long' }).formatToParts(at);
    return shown.find(({ type }) => type === 'timeZoneName')?.value ?? '';
  });
}

/**
 * Reads an end as parseTime does; 10:00 alone is the first 10:00 from `after` on, over midnight too.
 * @throws {UserError} usage
 */
export function parseEnd(
  text: string,
  { option, zone, after }: { option: string; zone: string; after: Date },
): Date {
  const now = DateTime.fromJSDate(after, { zone });
  const { day = null, clock = null } = takenApart(text) ?? {};
  const isTomorrow = day === null && clock !== null && isOver(clock, now);
  return parseTime(text, { option, zone, day: isTomorrow ? now.plus({ days: 1 }).toJSDate() : after });
}

/** Whether this time of the clock comes no more on the day of `now`; one that is skipped then, whether it would. */
function isOver(clock: ClockTime, now: DateTime): boolean {
  if (clock.hour === 24) return false;
  const time = DateTime.fromObject({ ...dayOf(now), ...clock }, { zone: now.zone });
  const onClock = (at: DateTime) => at.toFormat('HH:mm:ss.SSS');
  const wanted = onClock(DateTime.fromObject(clock, { zone: 'utc' }));
  return time
    .getPossibleOffsets()
    .every((each) => (onClock(each) === wanted ? each < now : wanted < onClock(now)));
}

const dayOf = ({ year, month, day }: DateTime) => ({ year, month, day });

/** In autumn an hour of the clock comes twice: which is meant, only an offset says. */
function assertOnce(called: string, time: DateTime): void {
  const times = time.getPossibleOffsets();
  if (times.length === 1) return;
  const shown = times.map((each) => each.toFormat(`${WALL}ZZ`)).join(' or ');
  throw wrong(`${called} comes twice in ${time.zoneName}`, `give the one you mean, ${shown}.`);
}

/** 1d, 2 h 30 min, 1.5h, 1時間半, 90分, 1 hour 30 minutes. */
const DURATION =
  /^(?:([\d.]+) ?(?:d|days?|日間?) ?)?(?:([\d.]+) ?(?:h|hrs?|hours?|時間) ?)?(?:([\d.]+) ?(?:m|mins?|minutes?|分間?))?$/i;
const WHOLE = /^\d{1,6}$/;
const NUMBER = /^\d{1,6}(\.\d{1,3})?$/;

/**
 * Reads a duration like 60m, 1h30m, 1:30, 1.5h or 2d, in minutes; also as it is printed, 1 h 30 min, and 1時間30分.
 * @param expected what the error says that there can be
 * @throws {UserError} usage
 */
export function parseDuration(text: string, option: string, expected = '60m, 1h30m or 2d'): number {
  const plain = text
    .normalize('NFKC')
    .trim()
    .replace(/^(\d{1,4}):([0-5]\d)$/, '$1h$2m')
    .replace(/(\d) ?時間 ?半/, '$1.5時間');
  const parts = (DURATION.exec(plain) ?? []).slice(1);
  const given = parts.filter((part) => part !== undefined);
  // What is half of a unit has none below it.
  const isPlain = given.every((part, at) => (at === given.length - 1 ? NUMBER : WHOLE).test(part));
  const [days = 0, hours = 0, minutes = 0] = parts.map((part) => Number(part ?? 0));
  const exact = (days * 24 + hours) * 60 + minutes;
  const total = Math.round(exact);
  // 1.1 h are 66.00000000000001 minutes in floating point.
  if (isPlain && total > 0 && Math.abs(exact - total) < 0.000_1) return total;
  throw wrong(`${option} ${text} is not a duration: expected e.g. ${expected}.`);
}

const wrong = (what: string, remedy?: string) => new UserError(what, { remedy, usage: true });
