import { wordsOf } from '../language.ts';
import { ja } from './ja.ts';

/** The words for the browser inside of another app in the language in use. */
export const inAppWords = wordsOf('inApp', ja);
