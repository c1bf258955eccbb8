import { wordsOf } from '../language.ts';
import { ja } from './ja.ts';

/** The words for who is early in the language in use. */
export const earlyWords = wordsOf('early', ja);
