import { DateTime } from 'luxon';
import { UserError } from '../../server/errors.ts';

const WALL = "yyyy-MM-dd'T'HH:mm";
const CLOCK = /^([01]?\d|2[0-3]):\d{2}$/;
const DATE = /^\d{4}-\d{1,2}-\d{1,2}$/;
const DATE_AND_CLOCK =
  /^\d{4}-\d{2}-\d{2}[T ]([01]\d|2[0-3]):\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:?\d{2})?$/;

/**
 * Reads a time: ISO 8601 with an offset, or without one in `zone`; or 10:00, on the day of `day` there.
 * @param option names where it was given, for the error
 * @throws {UserError} usage
 */
export function parseTime(
  text: string,
  { option, zone, day }: { option: string; zone: string; day: Date },
): Date {
  if (DATE.test(text)) {
    throw new UserError(`${option} ${text} is a day without a time: add one, e.g. "${text} 10:00".`, {
      usage: true,
    });
  }
  const iso = CLOCK.test(text)
    ? `${DateTime.fromJSDate(day, { zone }).toISODate()}T${text.padStart(5, '0')}`
    : text.replace(' ', 'T');
  const time = DateTime.fromISO(iso, { zone, setZone: true });
  if (!(CLOCK.test(text) || DATE_AND_CLOCK.test(text)) || !time.isValid) {
    throw new UserError(
      `${option} ${text} is not a time: expected e.g. 2030-04-01T10:00+09:00, "2030-04-01 10:00" or 10:00.`,
      { usage: true },
    );
  }
  // In spring an hour of the clock is skipped; a time in it would silently become another.
  if (time.toFormat(WALL) !== iso.slice(0, 16)) {
    throw new UserError(`${option} ${text} does not exist in ${zone}: the clock goes forward then.`, {
      usage: true,
    });
  }
  assertOnce(text, time, option);
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
  const isTomorrow = CLOCK.test(text) && isOver(text.padStart(5, '0'), now);
  return parseTime(text, { option, zone, day: isTomorrow ? now.plus({ days: 1 }).toJSDate() : after });
}

/** Whether this time of the clock comes no more on the day of `now`; one that is skipped then, whether it would. */
function isOver(clock: string, now: DateTime): boolean {
  const times = DateTime.fromISO(`${now.toISODate()}T${clock}`, { zone: now.zone }).getPossibleOffsets();
  return times.every((time) =>
    time.toFormat('HH:mm') === clock ? time < now : clock < now.toFormat('HH:mm'),
  );
}

/** In autumn an hour of the clock comes twice: which is meant, only an offset says. */
function assertOnce(text: string, time: DateTime, option: string): void {
  const times = time.getPossibleOffsets();
  if (times.length === 1) return;
  const shown = times.map((each) => each.toFormat(`${WALL}ZZ`)).join(' or ');
  throw new UserError(`${option} ${text} comes twice in ${time.zoneName}: give the one you mean, ${shown}.`, {
    usage: true,
  });
}

/**
 * Reads a duration like 60m, 1h30m or 2d, in minutes.
 * @throws {UserError} usage
 */
export function parseDuration(text: string, option: string): number {
  const match = /^(?:(\d{1,6})d)?(?:(\d{1,6})h)?(?:(\d{1,6})m)?$/.exec(text);
  const [days, hours, minutes] = (match ?? []).slice(1).map((part) => Number(part ?? 0));
  const total = ((days ?? 0) * 24 + (hours ?? 0)) * 60 + (minutes ?? 0);
  if (total > 0) return total;
  throw new UserError(`${option} ${text} is not a duration: expected e.g. 60m, 1h30m or 2d.`, {
    usage: true,
  });
}
