import type { EarlyWords } from './ja.ts';

const format = (iso: string, timeZone: string, options: Intl.DateTimeFormatOptions) =>
  new Intl.DateTimeFormat('en', { ...options, timeZone }).format(new Date(iso));
const day: Intl.DateTimeFormatOptions = { year: 'numeric', month: 'long', day: 'numeric', weekday: 'long' };
const clock: Intl.DateTimeFormatOptions = { hour: 'numeric', minute: '2-digit' };
const count = (number: number, what: string) => `${number} ${what}${number === 1 ? '' : 's'}`;

export const en: EarlyWords = {
  title: 'Please wait for your interview to begin',
  lead: 'This link is not open now. When it is time to come in, this page goes on by itself.',
  begins: 'Your interview',
  beginsAt: (iso, zone, names) => `${format(iso, zone, day)}, ${format(iso, zone, { ...clock, ...names })}`,
  opens: 'You can come in',
  opensAt: (iso, zone, isTimeOnly) =>
    `from ${format(iso, zone, isTimeOnly ? clock : { month: 'long', day: 'numeric', ...clock })}`,
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
  passed: (when) =>
    `Everything works, and you are ready for your interview. You can come in ${when}. Please wait until then.`,
  failed: (when) => `Please look at the items that are NG, and try again. You can come in ${when}.`,
  running: 'Checking.',
  back: 'Back to the time of the interview',
};
