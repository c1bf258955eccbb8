import { wordsOf } from '../language.ts';
import { ja } from './ja.ts';

/** The words of a refusal in the language in use. */
export const refusedWords = wordsOf('refused', ja);
