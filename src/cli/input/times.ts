import { DateTime, FixedOffsetZone } from 'luxon';
import { UserError } from '../../server/errors.ts';
import { assertIsDay, type ClockTime, takenApart } from './written.ts';

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
  assertIsDay(written, called);
  if (!written.clock) throw wrong(`${called} is a day without a time: add one, e.g. "${text} 10:00".`);
  const parts = { ...(written.day ?? dayOf(DateTime.fromJSDate(day, { zone }))), ...written.clock };
  if (written.offset !== null)
    return DateTime.fromObject(parts, { zone: FixedOffsetZone.instance(written.offset) }).toJSDate();
  const time = DateTime.fromObject(parts, { zone });
  // In spring an hour of the clock is skipped; a time in it would silently become another.
  if (time.toFormat(WALL) !== DateTime.fromObject(parts, { zone: 'utc' }).toFormat(WALL))
    throw wrong(`${called} does not exist in ${zone}: the clock goes forward then.`);
  assertOnce(called, time);
  return time.toJSDate();
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
  throw wrong(`${called} comes twice in ${time.zoneName}: give the one you mean, ${shown}.`);
}

/**
 * Reads a duration like 60m, 1h30m or 2d, in minutes; also as it is printed, 1 h 30 min, and 1時間30分.
 * @param expected what the error says that there can be
 * @throws {UserError} usage
 */
export function parseDuration(text: string, option: string, expected = '60m, 1h30m or 2d'): number {
  const match = /^(?:(\d{1,6}) ?(?:d|日) ?)?(?:(\d{1,6}) ?(?:h|時間) ?)?(?:(\d{1,6}) ?(?:m|min|分))?$/.exec(
    text.normalize('NFKC').trim(),
  );
  const [days, hours, minutes] = (match ?? []).slice(1).map((part) => Number(part ?? 0));
  const total = ((days ?? 0) * 24 + (hours ?? 0)) * 60 + (minutes ?? 0);
  if (total > 0) return total;
  throw wrong(`${option} ${text} is not a duration: expected e.g. ${expected}.`);
}

const wrong = (message: string) => new UserError(message, { usage: true });
