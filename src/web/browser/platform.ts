import { isIos } from './ios.ts';

/** The operating system, as far as what people are told depends on it. */
export type Platform = 'ios' | 'android' | 'macos' | 'windows' | 'other';

/** The operating system, as far as the ways through its settings differ. */
export function platform(userAgent = navigator.userAgent): Platform {
  if (isIos()) return 'ios';
  if (/Android/.test(userAgent)) return 'android';
  if (/Windows/.test(userAgent)) return 'windows';
  return /Macintosh/.test(userAgent) ? 'macos' : 'other';
}
