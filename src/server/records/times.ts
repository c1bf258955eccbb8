import { DateTime } from 'luxon';

/** An instant as the exports show it, in the room's time zone: 2023/12/8 19:20. */
export function recordTime(at: Date, timeZone: string): string {
  return DateTime.fromJSDate(at, { zone: timeZone }).toFormat('yyyy/M/d H:mm');
}
