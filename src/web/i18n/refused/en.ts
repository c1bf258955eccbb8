import type { RefusedWords } from './ja.ts';

const dateTime = (iso: string, timeZone: string) =>
  new Intl.DateTimeFormat('en', { dateStyle: 'long', timeStyle: 'short', timeZone }).format(new Date(iso));

export const en: RefusedWords = {
  closed: 'This link is not open now',
  early: (from, zone) => `This link can be used from ${dateTime(from, zone)}. Please open it again then.`,
  expired: (until, zone) =>
    `This link closed on ${dateTime(until, zone)}. Please ask the person who invited you for a new one.`,
  unknown:
    'This link cannot be used. Please check against your invitation that it is complete. If it is, ask the person who invited you for a new one.',
  revoked:
    'This link is no longer valid. If you were sent a newer one, please use that. Otherwise ask the person who invited you for a new one.',
  full: {
    title: 'This interview is full',
    body: 'No more people can connect to this interview now. Please keep this page open: it connects by itself as soon as there is room.',
  },
  locked: {
    title: 'Not available for a while',
    body: (time) =>
      `Wrong links were opened from your network again and again, so checking them has stopped for a while. Please see that your link is complete, and try again after ${time}. A correct link works right away.`,
  },
};
