import { DateTime } from 'luxon';
import type { Invitation } from './invitation.ts';

const formats = {
  ja: { day: 'yyyy年M月d日（ccc）', join: '', to: '〜', zone: (text: string) => `（${text}）` },
  en: { day: 'cccc, d LLLL yyyy', join: ', ', to: ' – ', zone: (text: string) => ` (${text})` },
} as const;

type Window = Pick<Invitation, 'from' | 'until' | 'timeZone' | 'language'>;

/**
 * The window as people of the time zone write it, e.g. 2026年12月1日（火）10:00〜11:30（日本標準時、UTC+9）. Where the clock
 * is changed in between, each end says its own offset.
 */
export function windowText({ from, until, timeZone, language }: Window): string {
  const { day, join, to, zone } = formats[language];
  const [start, end] = [from, until].map((time) =>
    DateTime.fromJSDate(time, { zone: timeZone }).setLocale(language === 'en' ? 'en-GB' : language),
  ) as [DateTime, DateTime];
  const sameDay = start.hasSame(end, 'day');
  const dayAndTime = (time: DateTime) => `${time.toFormat(day)}${join}${time.toFormat('H:mm')}`;
  if (start.offset !== end.offset) {
    const told = (text: string, time: DateTime) => `${text}${zone(zoneText(time, language))}`;
    return `${told(dayAndTime(start), start)}${to}${told(sameDay ? end.toFormat('H:mm') : dayAndTime(end), end)}`;
  }
  return `${dayAndTime(start)}${to}${sameDay ? end.toFormat('H:mm') : dayAndTime(end)}${zone(zoneText(start, language))}`;
}

/** The beginning, short enough for a subject. */
export function startText({ from, timeZone, language }: Window): string {
  const start = DateTime.fromJSDate(from, { zone: timeZone }).setLocale(
    language === 'en' ? 'en-GB' : language,
  );
  return start.toFormat(language === 'ja' ? 'M月d日（ccc）H:mm' : 'ccc d LLL yyyy, H:mm');
}

function zoneText(time: DateTime, language: 'ja' | 'en'): string {
  const name = time.toFormat('ZZZZZ');
  const offset = time.offset === 0 ? 'UTC' : `UTC${time.toFormat('Z').replace(/:00$/, '')}`;
  // Some zones have no name but their offset.
  if (/^(GMT|UTC)([+-]|$)/.test(name)) return offset;
  return language === 'ja' ? `${name}、${offset}` : `${name}, ${offset}`;
}
