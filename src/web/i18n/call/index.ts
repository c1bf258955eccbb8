import { wordsOf } from '../language.ts';
import { en } from './en.ts';
import { ja } from './ja.ts';

/** The words of the call in the language in use. */
export const callWords = wordsOf(ja, en);
