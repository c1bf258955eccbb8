import { clock, roomTime, zoneInEnglish } from '../roomTimes.ts';
import type { RefusedWords } from './ja.ts';

const day = { year: 'numeric', month: 'long', day: 'numeric' } as const;

export const en: RefusedWords = {
  closed: 'This link is not open now',
  expired: (until, zone) =>
    `This link closed on ${roomTime('en', until, zone, { ...day, ...clock, ...zoneInEnglish })}. Please ask the person who invited you for a new one.`,
  calledOff:
    'This interview was called off before it began. Please see whether you were sent a cancellation or another time. If you were not, ask the person who invited you.',
  unknown:
    'This link cannot be used. Please compare it with your invitation to see whether it is complete. If it is, ask the person who invited you for a new one.',
  revoked:
    'This link is no longer valid. If you were sent a newer one, please use that. Otherwise ask the person who invited you for a new one.',
  full: {
    title: 'This interview is full',
    body: 'This interview has reached its maximum number of people. Please keep this page open: it connects automatically as soon as there is room.',
  },
  locked: {
    title: 'Temporarily unavailable',
    body: (time) =>
      `Invalid links were opened from your network repeatedly, so links are not being checked for a while. Please make sure that your link is complete, and try again after ${time}. A correct link works right away.`,
  },
};
