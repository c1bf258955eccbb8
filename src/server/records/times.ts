import { DateTime } from 'luxon';

/** An instant as the exports show it, in the room's time zone: 2023/12/8 19:20. */
export function recordTime(at: Date, timeZone: string): string {
  return DateTime.fromJSDate(at, { zone: timeZone }).toFormat('yyyy/M/d H:mm');
}

/** As recordTime, to the second: 2023/12/8 19:20:05. */
export function exactTime(at: Date, timeZone: string): string {
  return DateTime.fromJSDate(at, { zone: timeZone }).toFormat('yyyy/M/d H:mm:ss');
}
