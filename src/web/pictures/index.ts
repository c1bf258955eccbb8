/** What the product looks like, for the help; made by `npm run pictures`. */

import type { Language } from '../i18n/language.ts';
import enCall from './en-call.webp';
import enCheck from './en-check.webp';
import enWaiting from './en-waiting.webp';
import jaCall from './ja-call.webp';
import jaCheck from './ja-check.webp';
import jaWaiting from './ja-waiting.webp';

/** A step of the help that has a picture. */
export type Step = 'check' | 'waiting' | 'call';

/** Pixels, so that nothing moves when a picture arrives. */
export const pictureSize = (step: Step) => ({ width: 960, height: step === 'check' ? 748 : 540 });

/** The pictures of the help, by language; `npm run pictures` makes them. */
export const helpPictures: Record<Language, Record<Step, string>> = {
  ja: { check: jaCheck, waiting: jaWaiting, call: jaCall },
  en: { check: enCheck, waiting: enWaiting, call: enCall },
};
