import { DateTime } from 'luxon';
import { lengthOf } from '../util/length.ts';
import type { Invitation } from './invitation.ts';

const formats = {
  ja: {
    day: 'yyyy年M月d日（ccc）',
    join: '',
    to: '〜',
    zone: (text: string) => `（${text}）`,
    comma: '、',
    inAll: (length: string) => `、計${length}`,
  },
  en: {
    day: 'cccc, d LLLL yyyy',
    join: ', ',
    to: ' – ',
    zone: (text: string) => ` (${text})`,
    comma: ', ',
    inAll: (length: string) => `, ${length} in all`,
  },
} as const;

type Window = Pick<Invitation, 'from' | 'until' | 'timeZone' | 'language'>;

/**
 * The window as people of the time zone write it, with its length: 2026年12月1日（火）10:00〜11:30（1時間30分、日本標準時、UTC+9）.
 * Where the clock is changed in between, each end says its own offset, and the length is what their clocks do not show.
 */
export function windowText({ from, until, timeZone, language }: Window): string {
  const { day, join, to, zone, comma, inAll } = formats[language];
  const length = lengthText({ from, until }, language);
  const [start, end] = [from, until].map((time) =>
    DateTime.fromJSDate(time, { zone: timeZone }).setLocale(language === 'en' ? 'en-GB' : language),
  ) as [DateTime, DateTime];
  const sameDay = start.hasSame(end, 'day');
  const dayAndTime = (time: DateTime) => `${time.toFormat(day)}${join}${time.toFormat('H:mm')}`;
  if (start.offset !== end.offset) {
    const told = (text: string, time: DateTime) => `${text}${zone(zoneText(time, language))}`;
    return `${told(dayAndTime(start), start)}${to}${told(sameDay ? end.toFormat('H:mm') : dayAndTime(end), end)}${inAll(length)}`;
  }
  return `${dayAndTime(start)}${to}${sameDay ? end.toFormat('H:mm') : dayAndTime(end)}${zone(`${length}${comma}${zoneText(start, language)}`)}`;
}

/** 1時間30分, 1 hour 30 minutes */
function lengthText(window: Pick<Window, 'from' | 'until'>, language: 'ja' | 'en'): string {
  const { days, hours, minutes } = lengthOf(window);
  if (language === 'ja')
    return (
      [days && `${days}日`, hours && `${hours}時間`, minutes && `${minutes}分`].filter(Boolean).join('') ||
      '1分未満'
    );
  const count = (number: number, what: string) => number && `${number} ${what}${number === 1 ? '' : 's'}`;
  const parts = [count(days, 'day'), count(hours, 'hour'), count(minutes, 'minute')];
  return parts.filter(Boolean).join(' ') || 'less than a minute';
}

/** How long before the beginning one can come in, whatever the reader's time zone: 15分; null: not before it. */
export function earlyText({ from, opensAt, language }: Pick<Invitation, 'from' | 'opensAt' | 'language'>) {
  return opensAt < from ? lengthText({ from: opensAt, until: from }, language) : null;
}

/** The beginning, short enough for a subject. */
export function startText({ from, timeZone, language }: Window): string {
  const start = DateTime.fromJSDate(from, { zone: timeZone }).setLocale(
    language === 'en' ? 'en-GB' : language,
  );
  return start.toFormat(language === 'ja' ? 'M月d日（ccc）H:mm' : 'ccc d LLL yyyy, H:mm');
}

/** From when on one can come in, with the day where it is another one than that of the beginning: 9:45. */
export function opensText({
  from,
  opensAt,
  timeZone,
  language,
}: Window & Pick<Invitation, 'opensAt'>): string {
  const [start, opens] = [from, opensAt].map((time) =>
    DateTime.fromJSDate(time, { zone: timeZone }).setLocale(language === 'en' ? 'en-GB' : language),
  ) as [DateTime, DateTime];
  if (opens.hasSame(start, 'day')) return opens.toFormat('H:mm');
  return opens.toFormat(language === 'ja' ? 'M月d日（ccc）H:mm' : "H:mm 'on' cccc, d LLLL");
}

function zoneText(time: DateTime, language: 'ja' | 'en'): string {
  const name = time.toFormat('ZZZZZ');
  const offset = time.offset === 0 ? 'UTC' : `UTC${time.toFormat('Z').replace(/:00$/, '')}`;
  // Some zones have no name but their offset.
  if (/^(GMT|UTC)([+-]|$)/.test(name)) return offset;
  return language === 'ja' ? `${name}、${offset}` : `${name}, ${offset}`;
}
