import { clock, roomTime, zoneInEnglish } from '../roomTimes.ts';
import type { EarlyWords } from './ja.ts';

const format = (iso: string, timeZone: string, shown: Intl.DateTimeFormatOptions) =>
  roomTime('en', iso, timeZone, shown);
const date: Intl.DateTimeFormatOptions = { month: 'long', day: 'numeric' };
const day: Intl.DateTimeFormatOptions = { ...date, year: 'numeric', weekday: 'long' };
const count = (number: number, what: string) => `${number} ${what}${number === 1 ? '' : 's'}`;

export const en: EarlyWords = {
  title: 'Please wait for your interview to begin',
  lead: 'This link is not open now. When it is time to come in, this page goes on by itself.',
  company: 'Company',
  called: 'Interview',
  begins: 'Date and time',
  beginsAt: (iso, zone) => `${format(iso, zone, day)}, ${format(iso, zone, { ...clock, ...zoneInEnglish })}`,
  opens: 'You can come in',
  opensAt: (iso, zone, isSameDay) => `from ${format(iso, zone, isSameDay ? clock : { ...date, ...clock })}`,
  opensAtAlone: (iso, zone) => `from ${format(iso, zone, { ...date, ...clock, ...zoneInEnglish })}`,
  left: 'Until you can come in',
  time: ({ days, hours, minutes, seconds }) => {
    if (days > 0) return `${count(days, 'day')} ${count(hours, 'hour')}`;
    if (hours > 0) return `${count(hours, 'hour')} ${minutes} min`;
    return minutes > 0 ? `${minutes} min ${String(seconds).padStart(2, '0')} s` : `${seconds} s`;
  },
  soon: (minutes) => `${count(minutes, 'minute')} until you can come in.`,
  opening: 'It is almost time: this page goes on by itself.',
  checkTitle: 'Environment check',
  checkLead:
    'Until then you can check your camera, microphone and connection. Nobody sees or hears you, and no interview begins.',
  checkOnly: 'Run the environment check only',
  checked: 'The environment check is done. You are ready for your interview.',
  checkAgain: 'Run the environment check again',
  mayClose: 'You may close this page. Please open the same link again when it is time.',
  passed: (when) => `Everything works, and you are ready for your interview. You can come in ${when}.`,
  failed: (when) => `Please look at the items that are NG, and try again. You can come in ${when}.`,
  running: 'Checking.',
  back: 'Back to the time of the interview',
};
