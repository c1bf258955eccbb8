import { wordsOf } from '../language.ts';
import { en } from './en.ts';
import { ja } from './ja.ts';

/** The words for the browser inside of another app in the language in use. */
export const inAppWords = wordsOf(ja, en);
